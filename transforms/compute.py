"""A bucket of projects with their loans and readings -> every mart. Pure: the flows only deal the buckets out."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from schemas.contract import MONEY_DTYPE, conform
from schemas.marts import BASES, AttributedAnnualReduction, AttributedReduction, LoanMonth
from transforms.attribution import Holdings, attribute
from transforms.book import Book
from transforms.calendar import Period, book_periods
from transforms.containers import (
    AVOIDED,
    OWN_BASE_YEAR,
    REMOVALS,
    attributed_own_base_year_reductions,
    attributed_removals,
    kinds_in,
    months_in,
)
from transforms.deliveries.units import metric_table
from transforms.derived_parameters import with_derived
from transforms.disclosure_crf import disclosure_crf
from transforms.exchange import max_age_days, rates_on
from transforms.flags import book_flags
from transforms.forest_surveys import forest_surveys
from transforms.indicators import physical_indicators
from transforms.methods import METHODS
from transforms.monte_carlo import monte_carlo_checks
from transforms.operating import monthly_readings, operating_months, operating_readings, project_scopes
from transforms.outcomes import financed_emissions, project_outcomes
from transforms.parameters import book_parameters, with_kind_uncertainty
from transforms.positions import balance_changes, loan_months
from transforms.project_months import MonthsOfProjects, project_months
from transforms.reconciliation import reconcile
from transforms.reference import Reference
from transforms.sensitivities import inputs_of
from transforms.uncertainty import figure_uncertainties, leading_inputs


@dataclass(frozen=True)
class Computed:
    """What a book amounts to: mart tables by name, the standing flags, and what attribution needs for any period."""

    marts: dict[str, pl.DataFrame]
    flags: pl.DataFrame
    holdings: Holdings
    parameters: pl.DataFrame
    data_as_of: dt.datetime | None


def compute(book: Book, reference: Reference, known_at: dt.datetime) -> Computed:
    """Return every mart of the book as known at the moment."""
    tables = book.tables
    given = book_parameters(reference.parameters, tables["parameters"])
    parameters = with_derived(with_kind_uncertainty(given, reference.parameter_kinds))
    until, as_of = _beijing_date(known_at), data_as_of(tables)
    changes = balance_changes(tables["ledger"]).filter(pl.col("value_date") <= until)
    with_reservoir = parameters.filter(pl.col("parameter_id") == "power_density")["scope"].to_list()
    scopes = project_scopes(tables["projects"], reference.regions, with_reservoir)
    surveyed = forest_surveys(tables["forest_strata"], tables["projects"], reference.metrics, reference.units, until)
    readings = pl.concat([tables["operating"], surveyed.readings])
    in_operation = operating_months(scopes, _first_day(tables) or until, until)
    worked_out = _months_of_projects(in_operation, readings, parameters, reference)
    holdings = _holdings(book, worked_out.months, changes, parameters, reference)
    removing, transition = (_seen_as(container, holdings, reference) for container in (REMOVALS, OWN_BASE_YEAR))
    containers = {name: method["container"] for name, method in reference.methods.items()}
    periods = _periods(tables, as_of)
    months = loan_months(changes, tables["loans"], until) if changes.height else LoanMonth.empty_frame()
    inputs = inputs_of(worked_out.evaluated, worked_out.months, readings, parameters)
    seen, whole_years = {AVOIDED: holdings, REMOVALS: removing, OWN_BASE_YEAR: transition}, _years(periods)
    table, projects = disclosure_crf(holdings, reference.crf_fields, [p for p in periods if "Q" in p.name])
    reconciled, behind = reconcile(tables["control_totals"], changes, tables["loans"])
    marts = {
        "mart.balance_changes": changes,
        "mart.loan_months": _in_cny(months, holdings),
        "mart.project_months": months_in(AVOIDED, worked_out.months, containers),
        "mart.removal_months": months_in(REMOVALS, worked_out.months, containers),
        "mart.own_base_year_months": months_in(OWN_BASE_YEAR, worked_out.months, containers),
        "mart.attributed_removals": attributed_removals(removing, periods),
        "mart.attributed_own_base_year_reductions": attributed_own_base_year_reductions(transition, periods),
        "mart.parameter_uses": worked_out.uses,
        "mart.physical_indicators": physical_indicators(tables["operating"], parameters, reference.metrics),
        "mart.project_outcomes": project_outcomes(holdings, [p.first.year for p in whole_years]),
        "mart.attributed_reductions": attributed_reductions(holdings, periods),
        "mart.attributed_annual_reductions": attributed_annual_reductions(holdings, periods),
        "mart.financed_emissions": financed_emissions(holdings, periods),
        "mart.figure_uncertainties": _per_container(figure_uncertainties, seen, inputs, periods),
        "mart.uncertainty_inputs": _per_container(leading_inputs, seen, inputs, whole_years),
        "mart.monte_carlo_checks": monte_carlo_checks(
            worked_out.evaluated, inputs, [p.first.year for p in whole_years]
        ),
        "mart.disclosure_crf": table,
        "mart.disclosure_crf_projects": projects,
        "ops.reconciliation": reconciled,
        "ops.reconciliation_loans": behind,
    }
    flags = book_flags(
        holdings, readings=readings, parameters=parameters, scopes=scopes, gaps=worked_out.gaps,
        conditions=worked_out.conditions, methods=METHODS, kinds=reference.parameter_kinds, metrics=reference.metrics,
        surveys=surveyed.findings,
    )  # fmt: skip
    return Computed(marts, flags, holdings, parameters, as_of)


def data_as_of(tables: dict[str, pl.DataFrame]) -> dt.datetime | None:
    """Return when the newest row that counts was booked or reported."""
    newest = [tables["ledger"]["booked_at"].max(), tables["operating"]["reported_at"].max()]
    return max((moment for moment in newest if isinstance(moment, dt.datetime)), default=None)


def attributed_reductions(book: Holdings, periods: list[Period]) -> pl.DataFrame:
    """Return schemas.marts.AttributedReduction for each period and balance basis."""
    parts = [
        attribute(book, period, basis).with_columns(_named(period), basis=pl.lit(basis))
        for period in periods
        for basis in BASES
        if basis != "disbursed"
    ]
    return conform(pl.concat(parts), AttributedReduction) if parts else AttributedReduction.empty_frame()


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


def _months_of_projects(
    months: pl.DataFrame, readings: pl.DataFrame, parameters: pl.DataFrame, reference: Reference
) -> MonthsOfProjects:
    complete = operating_readings(monthly_readings(readings), months)
    return project_months(months, complete, parameters, reported_items(readings, reference.metrics))


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
    )  # fmt: skip


def _years(periods: list[Period]) -> list[Period]:
    return [period for period in periods if period.name == str(period.first.year)]


def _per_container(
    ranges: Callable[[Holdings, pl.DataFrame, list[Period]], pl.DataFrame], seen: Mapping[str, Holdings],
    inputs: pl.DataFrame, periods: list[Period],
) -> pl.DataFrame:  # fmt: skip
    """The ranges of each container's figures, one after the other."""
    return pl.concat([ranges(book, inputs, periods).with_columns(container=pl.lit(c)) for c, book in seen.items()])


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
    fen = pl.col("closing_balance").cast(pl.Float64) * pl.col("rate_to_cny") * 100
    foreign = (fen.round(0, mode="half_away_from_zero").cast(pl.Int64).cast(pl.Decimal(38, 0))
               * pl.lit("0.01").cast(MONEY_DTYPE)).cast(MONEY_DTYPE)  # fmt: skip
    home = pl.col("currency") == "CNY"
    return conform(
        rated.with_columns(closing_balance_cny=pl.when(home).then("closing_balance").otherwise(foreign)), LoanMonth
    )
