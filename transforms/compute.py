"""A bucket of projects with their loans and readings -> every mart. Pure: the flows only deal the buckets out."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from schemas.contract import MONEY_DTYPE, conform
from schemas.marts import BASES, AttributedAnnualReduction, AttributedReduction, LoanMonth
from transforms.attribution import Holdings, attribute
from transforms.book import Book
from transforms.calendar import Period, book_periods
from transforms.completeness import completeness
from transforms.credits import issued_credits
from transforms.deliveries.units import metric_table, unit_table
from transforms.derived_parameters import with_derived
from transforms.disclosure_crf import disclosure_crf
from transforms.exchange import max_age_days, rates_on
from transforms.flags import book_flags
from transforms.green_credit import green_credit_indicators
from transforms.indicators import physical_indicators
from transforms.methods import METHODS
from transforms.operating import monthly_readings, operating_months, operating_readings, project_scopes
from transforms.outcomes import financed_emissions, project_outcomes
from transforms.parameters import book_parameters
from transforms.positions import balance_changes, loan_months
from transforms.project_months import MonthsOfProjects, project_months
from transforms.realisation import project_realisation
from transforms.reconciliation import reconcile
from transforms.reference import Reference
from transforms.spreading import Spread, spread_readings
from transforms.verdicts import Figures, plausibility_verdicts
from transforms.yearly import yearly_readings


class Readings(NamedTuple):
    """What became of the readings: their parts by month, the complete months, fuels, completeness, the tonnes."""

    spread: Spread
    complete: pl.DataFrame
    fuels: pl.DataFrame
    completeness: pl.DataFrame
    tonnes: MonthsOfProjects


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
    parameters = with_derived(book_parameters(reference.parameters, tables["parameters"]))
    until, as_of = _beijing_date(known_at), data_as_of(tables)
    changes = balance_changes(tables["ledger"]).filter(pl.col("value_date") <= until)
    with_reservoir = parameters.filter(pl.col("parameter_id") == "power_density")["scope"].to_list()
    scopes = project_scopes(tables["projects"], reference.regions, with_reservoir)
    read = _months_of_projects(tables, scopes, parameters, reference, until)
    holdings = _holdings(book, read.tonnes.months, changes, parameters, reference)
    periods = _periods(tables, as_of)
    months = loan_months(changes, tables["loans"], until) if changes.height else LoanMonth.empty_frame()
    realisation = project_realisation(
        tables["projects"], scopes, reference.realisation, reference.realisation_types, reference.methods
    )
    quarters, years = [p for p in periods if "Q" in p.name], [p.first.year for p in periods if "Q" not in p.name]
    table, projects = disclosure_crf(holdings, reference.crf_fields, quarters, realisation)
    reconciled, behind = reconcile(tables["control_totals"], changes, tables["loans"])
    marts = {
        "mart.balance_changes": changes,
        "mart.loan_months": _in_cny(months, holdings),
        "mart.project_months": read.tonnes.months,
        "mart.completeness": read.completeness,
        "mart.parameter_uses": read.tonnes.uses,
        "mart.physical_indicators": physical_indicators(tables["operating"], parameters, reference.metrics),
        "mart.project_outcomes": project_outcomes(holdings, years, realisation),
        "mart.attributed_reductions": attributed_reductions(holdings, periods),
        "mart.attributed_annual_reductions": attributed_annual_reductions(holdings, periods),
        "mart.financed_emissions": financed_emissions(holdings, periods),
        "mart.disclosure_crf": table,
        "mart.disclosure_crf_projects": projects,
        "ops.reconciliation": reconciled,
        "ops.reconciliation_loans": behind,
    }
    marts.update(_looked_at(book, reference, read, holdings, scopes, parameters, years, marts))
    flags = book_flags(
        holdings, readings=tables["operating"], parameters=parameters, scopes=scopes, gaps=read.tonnes.gaps,
        unspread=read.spread.unspread, realisation=realisation, verdicts=marts["mart.plausibility"],
        credits_issued=marts["mart.issued_credits"],
        methods=METHODS, kinds=reference.parameter_kinds, metrics=reference.metrics,
    )  # fmt: skip
    return Computed(marts, flags, holdings, parameters, as_of)


def _looked_at(  # noqa: PLR0913, PLR0917 - each argument is a table that some check or indicator reads
    book: Book, reference: Reference, read: Readings, holdings: Holdings, scopes: pl.DataFrame,
    parameters: pl.DataFrame, years: list[int], marts: Mapping[str, pl.DataFrame],
) -> dict[str, pl.DataFrame]:  # fmt: skip
    """Return what stands beside the tonnes: plausibility, the green-credit indicators, issued credits."""
    tables = book.tables
    computed = marts["mart.physical_indicators"].filter(pl.col("origin") == "computed")
    coal = monthly_readings(computed.with_columns(source=pl.lit(None, pl.String)))
    yearly = yearly_readings(pl.concat([read.spread.parts, coal]), tables["projects"], years)
    figures = Figures(
        projects=tables["projects"], scopes=scopes, yearly=yearly, complete=read.complete, fuels=read.fuels,
        outcomes=marts["mart.project_outcomes"], annual=marts["mart.attributed_annual_reductions"],
        parameters=parameters, strata=tables["forest_strata"], refused=book.implausible,
    )  # fmt: skip
    return {
        "mart.plausibility": plausibility_verdicts(figures, reference.plausibility, unit_table(reference.units)),
        "mart.green_credit_indicators": green_credit_indicators(holdings, years, yearly),
        "mart.issued_credits": issued_credits(tables["operating"], holdings),
    }


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
    tables: dict[str, pl.DataFrame],
    scopes: pl.DataFrame,
    parameters: pl.DataFrame,
    reference: Reference,
    until: dt.date,
) -> Readings:
    readings = tables["operating"]
    first = _first_day(tables) or until
    months = operating_months(scopes, first, until)
    spread = spread_readings(readings, parameters, reference.metrics)
    complete = operating_readings(spread.parts, months)
    burned = metric_table(reference.metrics).filter(pl.col("fuel").is_not_null())
    fuels = readings.join(burned, left_on="metric", right_on="spelling").select("project_id", "fuel", "metric").unique()
    return Readings(
        spread, complete, fuels, completeness(months, spread, fuels, METHODS),
        project_months(months, complete, parameters, fuels),
    )  # fmt: skip


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
        fx=book.tables["fx"], kinds={name: method["kind"] for name, method in reference.methods.items()},
        refused_readings=book.refused_readings, fx_max_age_days=max_age_days(parameters),
    )  # fmt: skip


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
