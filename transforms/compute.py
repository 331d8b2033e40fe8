"""A bucket of projects with their loans and readings -> every mart. Pure: the flows only deal the buckets out."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import polars as pl

from schemas.contract import conform
from schemas.marts import BASES, CONTAINERS, AttributedAnnualReduction, AttributedReduction, LoanMonth
from schemas.runs import Flag
from transforms.attribution import Holdings, attribute
from transforms.book import Book
from transforms.calendar import Period, book_periods
from transforms.claims import claim_flags, shares_above_one
from transforms.completeness import completeness
from transforms.containers import (
    AVOIDED,
    OWN_BASE_YEAR,
    REMOVALS,
    attributed_own_base_year_reductions,
    attributed_removals,
    kinds_in,
    months_in,
    within,
)
from transforms.credits import issued_credits
from transforms.data_quality import data_quality, data_quality_totals
from transforms.deliveries.units import metric_table
from transforms.derived_parameters import with_derived
from transforms.disclosure_crf import disclosure_crf
from transforms.exchange import in_cny, max_age_days, rates_on
from transforms.flags import book_flags, register_flags
from transforms.forest_surveys import Surveyed, forest_surveys
from transforms.green_credit import green_credit_indicators
from transforms.indicators import physical_indicators
from transforms.methods import METHODS, NET_METHODS
from transforms.monte_carlo import monte_carlo_checks
from transforms.operating import monthly_readings, operating_months, operating_readings, project_scopes
from transforms.outcomes import financed_emissions, project_outcomes
from transforms.parameters import book_parameters, with_kind_uncertainty
from transforms.positions import balance_changes, loan_months
from transforms.profiles import in_own_columns, rules_of, small_exposures
from transforms.project_months import MonthsOfProjects, project_months
from transforms.realisation import project_realisation
from transforms.reconciliation import reconcile
from transforms.reference import Reference, facility_fields
from transforms.register_marts import register_marts
from transforms.sensitivities import inputs_of
from transforms.spreading import Spread, spread_readings
from transforms.uncertainty import figure_uncertainties, leading_inputs
from transforms.verdicts import Figures, plausibility_verdicts
from transforms.yearly import yearly_readings


@dataclass(frozen=True)
class Computed:
    """What a book amounts to: mart tables by name, the standing flags, and what attribution needs for any period."""

    marts: dict[str, pl.DataFrame]
    flags: pl.DataFrame
    holdings: Holdings
    parameters: pl.DataFrame
    data_as_of: dt.datetime | None


class Readings(NamedTuple):
    """What became of the readings: months of operation, their parts by month, the complete months, the items read."""

    months: pl.DataFrame
    spread: Spread
    complete: pl.DataFrame
    items: pl.DataFrame


@dataclass(frozen=True)
class _Known:
    """What every group of marts is made from. seen: container to the holdings as it sees them."""

    book: Book
    reference: Reference
    until: dt.date
    parameters: pl.DataFrame
    scopes: pl.DataFrame
    changes: pl.DataFrame
    surveyed: Surveyed
    read: Readings
    worked_out: MonthsOfProjects
    realisation: pl.DataFrame
    seen: Mapping[str, Holdings]
    periods: list[Period]

    @property
    def tables(self) -> dict[str, pl.DataFrame]:
        """The accepted rows, by table."""
        return self.book.tables

    @property
    def readings(self) -> pl.DataFrame:
        """The accepted readings, and what forest surveys amount to."""
        return pl.concat([self.tables["operating"], self.surveyed.readings])

    @property
    def holdings(self) -> Holdings:
        """What attribution of avoided emissions reads."""
        return self.seen[AVOIDED]

    @property
    def reaches_to(self) -> dt.date:
        """The day on which the newest row that counts was booked or reported; without any, the day known at."""
        as_of = data_as_of(self.tables)
        return _beijing_date(as_of) if as_of else self.until

    @property
    def years(self) -> list[Period]:
        """The complete calendar years."""
        return [period for period in self.periods if period.name == str(period.first.year)]

    @property
    def quarters(self) -> list[Period]:
        """The complete quarters."""
        return [period for period in self.periods if "Q" in period.name]


def compute(book: Book, reference: Reference, known_at: dt.datetime) -> Computed:
    """Return every mart of the book as known at the moment."""
    known = _known(book, reference, _beijing_date(known_at))
    groups = (_positions, _months, _attribution, _outcomes, _ranges, _disclosures)
    marts = {name: frame for group in groups for name, frame in group(known).items()}
    marts |= _looked_at(known, marts)
    return Computed(marts, _flags(known, marts), known.holdings, known.parameters, data_as_of(known.tables))


def _flags(known: _Known, marts: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    reference, worked_out = known.reference, known.worked_out
    flags = book_flags(
        known.holdings, readings=known.readings, parameters=known.parameters, scopes=known.scopes,
        gaps=worked_out.gaps, conditions=worked_out.conditions, unspread=known.read.spread.unspread,
        realisation=known.realisation, verdicts=marts["mart.plausibility"],
        credits_issued=marts["mart.issued_credits"], methods=METHODS, kinds=reference.parameter_kinds,
        metrics=reference.metrics, technologies=reference.technologies, surveys=known.surveyed.findings,
        containers={name: method["container"] for name, method in reference.methods.items()},
    )  # fmt: skip
    claims = claim_flags(known.holdings, marts["mart.attributed_reductions"])
    registers = register_flags(known.tables, marts, reference.conversions)
    return pl.concat([flags, registers, claims]).unique().sort(Flag.columns())


def _known(book: Book, reference: Reference, until: dt.date) -> _Known:
    tables = book.tables
    given = book_parameters(reference.parameters, tables["parameters"])
    parameters = with_derived(with_kind_uncertainty(given, reference.parameter_kinds))
    changes = balance_changes(tables["ledger"]).filter(pl.col("value_date") <= until)
    scopes = project_scopes(tables["projects"], reference, parameters)
    strata, projects, units = tables["forest_strata"], tables["projects"], reference.conversions
    surveyed = forest_surveys(strata, projects, reference.metrics, units, until)
    readings = pl.concat([tables["operating"], surveyed.readings])
    months = operating_months(scopes, _first_day(tables) or until, until)
    read = _readings(months, readings, parameters, reference)
    worked_out = project_months(read.months, read.complete, parameters, read.items)
    holdings = _holdings(book, worked_out.months, changes, parameters, reference)
    seen = {container: _seen_as(container, holdings, reference) for container in CONTAINERS}
    periods = _periods(tables, data_as_of(tables))
    realisation = project_realisation(
        tables["projects"], scopes, reference.realisation, reference.realisation_types, reference.methods
    )
    return _Known(
        book, reference, until, parameters, scopes, changes, surveyed, read, worked_out, realisation, seen, periods
    )  # fmt: skip


def _positions(known: _Known) -> dict[str, pl.DataFrame]:
    tables, changes = known.tables, known.changes
    months = loan_months(changes, tables["loans"], known.until) if changes.height else LoanMonth.empty_frame()
    in_yuan = _in_cny(months, known.holdings)
    reconciled, behind = reconcile(tables["control_totals"], changes, tables["loans"])
    return {
        "mart.balance_changes": changes,
        "mart.loan_months": in_yuan,
        "ops.reconciliation": reconciled,
        "ops.reconciliation_loans": behind,
        **register_marts(tables, in_yuan, known.reference, known.reaches_to, known.holdings.fx_max_age_days),
    }


def _months(known: _Known) -> dict[str, pl.DataFrame]:
    containers = {name: method["container"] for name, method in known.reference.methods.items()}
    months = known.worked_out.months
    return {
        "mart.project_months": months_in(AVOIDED, months, containers),
        "mart.removal_months": months_in(REMOVALS, months, containers),
        "mart.own_base_year_months": months_in(OWN_BASE_YEAR, months, containers),
        "mart.parameter_uses": known.worked_out.uses,
        "mart.completeness": completeness(known.read.months, known.read.spread, known.read.items, METHODS),
    }


def _attribution(known: _Known) -> dict[str, pl.DataFrame]:
    transition = known.seen[OWN_BASE_YEAR]
    return {
        **_attribution_marts(known),
        "mart.attributed_annual_reductions": attributed_annual_reductions(known.holdings, known.periods),
        "mart.attributed_removals": attributed_removals(known.seen[REMOVALS], known.periods),
        "mart.attributed_own_base_year_reductions": attributed_own_base_year_reductions(transition, known.periods),
        "mart.financed_emissions": financed_emissions(known.holdings, known.periods, NET_METHODS),
    }


def _outcomes(known: _Known) -> dict[str, pl.DataFrame]:
    operating, years = known.tables["operating"], _numbers(known.years)
    containers = {name: method["container"] for name, method in known.reference.methods.items()}
    return {
        "mart.physical_indicators": physical_indicators(operating, known.parameters, known.reference.metrics),
        "mart.project_outcomes": pl.concat(
            [
                project_outcomes(within(container, book, containers), years, known.realisation, container)
                for container, book in known.seen.items()
            ]
        ).sort("project_id", "calendar_year"),
    }


def _ranges(known: _Known) -> dict[str, pl.DataFrame]:
    worked_out = known.worked_out
    inputs = inputs_of(worked_out.evaluated, worked_out.months, known.read.spread.parts, known.parameters)
    return {
        "mart.figure_uncertainties": _per_container(figure_uncertainties, known.seen, inputs, known.periods),
        "mart.uncertainty_inputs": _per_container(leading_inputs, known.seen, inputs, known.years),
        "mart.monte_carlo_checks": monte_carlo_checks(worked_out.evaluated, inputs, _numbers(known.years)),
    }


def _disclosures(known: _Known) -> dict[str, pl.DataFrame]:
    table, projects = disclosure_crf(known.holdings, known.reference.crf_fields, known.quarters, known.realisation)
    return {"mart.disclosure_crf": table, "mart.disclosure_crf_projects": projects}


def _looked_at(known: _Known, marts: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Return what stands beside the tonnes: plausibility, the green-credit indicators, issued credits."""
    tables, reference, years = known.tables, known.reference, _numbers(known.years)
    computed = marts["mart.physical_indicators"].filter(pl.col("origin") == "computed")
    coal = monthly_readings(computed.with_columns(source=pl.lit(None, pl.String), record_id="metric"))
    yearly = yearly_readings(pl.concat([known.read.spread.parts, coal]), tables["projects"], years)
    figures = Figures(
        projects=tables["projects"], scopes=known.scopes, yearly=yearly, complete=known.read.complete,
        items=known.read.items, outcomes=marts["mart.project_outcomes"],
        annual=marts["mart.attributed_annual_reductions"], parameters=known.parameters,
        strata=tables["forest_strata"], refused=known.book.implausible,
    )  # fmt: skip
    return {
        "mart.plausibility": plausibility_verdicts(figures, reference.plausibility, reference.conversions),
        "mart.green_credit_indicators": green_credit_indicators(known.holdings, years, yearly),
        "mart.issued_credits": issued_credits(tables["operating"], known.holdings),
    }


def _numbers(years: list[Period]) -> list[int]:
    return [year.first.year for year in years]


def _attribution_marts(known: _Known) -> dict[str, pl.DataFrame]:
    """The marts that rest on every basis and profile of every period."""
    reference = known.reference
    attributed = attributed_reductions(known.holdings, known.periods, reference.profiles, known.parameters)
    quality = data_quality(attributed, known.tables["projects"], known.tables["operating"], reference.data_quality)
    return {
        "mart.attributed_reductions": attributed,
        "mart.shares_above_one": shares_above_one(attributed),
        "mart.data_quality": quality,
        "mart.data_quality_totals": data_quality_totals(quality),
    }


def data_as_of(tables: dict[str, pl.DataFrame]) -> dt.datetime | None:
    """Return when the newest row that counts was booked or reported."""
    newest = [tables["ledger"]["booked_at"].max(), tables["operating"]["reported_at"].max()]
    return max((moment for moment in newest if isinstance(moment, dt.datetime)), default=None)


def attributed_reductions(
    book: Holdings, periods: list[Period], profiles: pl.DataFrame, parameters: pl.DataFrame
) -> pl.DataFrame:
    """Return schemas.marts.AttributedReduction: for each period every balance basis and every profile."""
    by_basis = [
        attribute(book, period, basis).with_columns(_named(period), basis=pl.lit(basis))
        for period in periods
        for basis in BASES
        if basis != "disbursed"
    ]
    by_profile = [
        in_own_columns(attribute(book, period, rule), rule).with_columns(_named(period), profile=pl.lit(name))
        for period in periods
        for name, rule in rules_of(profiles).items()
    ]
    rows = pl.concat([AttributedReduction.empty_frame(), *by_basis, *by_profile], how="diagonal_relaxed")
    ordered = book.projects.select("project_id", is_ordered=pl.col("is_mandated_baseline").fill_null(False))
    marked = rows.join(ordered, on="project_id", how="left", maintain_order="left").join(
        small_exposures(profiles, parameters), on="profile", how="left", maintain_order="left"
    )
    in_force = pl.col("period_to_date").is_between("valid_from", "valid_to")
    small = in_force & (pl.col("balance_cny") < pl.col("threshold"))
    return conform(
        marked.with_columns(is_mandated_baseline="is_ordered", is_small_exposure=small.fill_null(False)),
        AttributedReduction,
    )


def attributed_annual_reductions(book: Holdings, periods: list[Period]) -> pl.DataFrame:
    """Return schemas.marts.AttributedAnnualReduction for each period: what newly lent money counts for, per year."""
    parts = [attribute(book, period, "disbursed").with_columns(_named(period)) for period in periods]
    if not parts:
        return AttributedAnnualReduction.empty_frame()
    renamed = pl.concat(parts).rename({
        "balance_cny": "disbursed_cny", "emission_reductions_tco2e": "annual_reductions_tco2e_per_year",
        "attributed_reductions_tco2e": "attributed_annual_reductions_tco2e_per_year",
    })  # fmt: skip
    return conform(renamed, AttributedAnnualReduction)


def _named(period: Period) -> list[pl.Expr]:
    return [
        pl.lit(period.name).alias("period"),
        pl.lit(period.first).alias("period_from_date"),
        pl.lit(period.last).alias("period_to_date"),
    ]


def _beijing_date(moment: dt.datetime) -> dt.date:
    return moment.astimezone(dt.timezone(dt.timedelta(hours=8))).date()


def _readings(months: pl.DataFrame, readings: pl.DataFrame, parameters: pl.DataFrame, reference: Reference) -> Readings:
    spread = spread_readings(readings, parameters, reference.metrics)
    return Readings(
        months, spread, operating_readings(spread.parts, months), reported_items(readings, reference.metrics)
    )


def reported_items(readings: pl.DataFrame, metrics: Mapping[str, Mapping[str, Any]]) -> pl.DataFrame:
    """Return project_id, kind, item, metric of each fuel, species ... that a project has ever reported."""
    itemised = metric_table(metrics).filter(pl.col("item").is_not_null())
    found = readings.join(itemised, left_on="metric", right_on="spelling")
    return found.select("project_id", "kind", "item", "metric").unique().sort("project_id", "kind", "item")


def _first_day(tables: dict[str, pl.DataFrame]) -> dt.date | None:
    days = [tables["ledger"]["value_date"].min(), tables["operating"]["period_start"].min()]
    return min((day for day in days if isinstance(day, dt.date)), default=None)


def _periods(tables: dict[str, pl.DataFrame], as_of: dt.datetime | None) -> list[Period]:
    """The quarters and years between the first day of the book and the newest thing known."""
    first = _first_day(tables)
    return book_periods(first, _beijing_date(as_of)) if first and as_of else []


def _holdings(
    book: Book, months: pl.DataFrame, changes: pl.DataFrame, parameters: pl.DataFrame, reference: Reference
) -> Holdings:
    return Holdings(
        loans=book.tables["loans"], projects=book.tables["projects"], changes=changes, months=months,
        fx=book.tables["fx"], kinds=kinds_in(AVOIDED, _methods(reference)),
        refused_readings=book.refused_readings, fx_max_age_days=max_age_days(parameters),
        first_investments=book.first_investments, facility_fields=facility_fields(reference),
        loan_rates=book.loan_rates,
    )  # fmt: skip


def _per_container(
    ranges: Callable[[Holdings, pl.DataFrame, list[Period]], pl.DataFrame], seen: Mapping[str, Holdings],
    inputs: pl.DataFrame, periods: list[Period],
) -> pl.DataFrame:  # fmt: skip
    """The ranges of each container's figures, one after the other; a container without a project has none."""
    told = {c: ranges(book, inputs, periods if _has_figures(book) else []) for c, book in seen.items()}
    return pl.concat([rows.with_columns(container=pl.lit(c)) for c, rows in told.items()])


def _has_figures(book: Holdings) -> bool:
    kinds = book.projects["method"].replace_strict(book.kinds, return_dtype=pl.String)
    return bool((kinds != "none").any())


def _methods(reference: Reference) -> list[tuple[str, str, str]]:
    return [(name, method["kind"], method["container"]) for name, method in reference.methods.items()]


def _seen_as(container: str, holdings: Holdings, reference: Reference) -> Holdings:
    """The same holdings, of which only the container's methods have figures."""
    return dataclasses.replace(holdings, kinds=kinds_in(container, _methods(reference)))


def _in_cny(months: pl.DataFrame, holdings: Holdings) -> pl.DataFrame:
    """Add closing_balance_cny at the rate of the month's last trading day."""
    days = months.select("currency", date="month_end_date").unique()
    rates = rates_on(days, holdings.fx, holdings.fx_max_age_days).rename({"date": "month_end_date"})
    rated = months.join(rates, on=["currency", "month_end_date"], how="left", maintain_order="left")
    return conform(rated.with_columns(closing_balance_cny=in_cny("closing_balance")), LoanMonth)
