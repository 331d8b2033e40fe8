"""A bucket of projects with their loans and readings -> every mart. Pure: the flows only deal the buckets out."""

import datetime as dt
from dataclasses import dataclass

import polars as pl

from schemas.contract import conform
from schemas.marts import BASES, AttributedAnnualReduction, AttributedReduction, LoanMonth
from transforms.attribution import Holdings, attribute
from transforms.book import Book
from transforms.calendar import Period, book_periods
from transforms.deliveries.units import metric_table
from transforms.derived_parameters import with_derived
from transforms.disclosure_crf import disclosure_crf
from transforms.exchange import in_cny, max_age_days, rates_on
from transforms.flags import book_flags, register_flags
from transforms.indicators import physical_indicators
from transforms.methods import METHODS
from transforms.operating import monthly_readings, operating_months, operating_readings, project_scopes
from transforms.outcomes import financed_emissions, project_outcomes
from transforms.parameters import book_parameters
from transforms.positions import balance_changes, loan_months
from transforms.project_months import MonthsOfProjects, project_months
from transforms.reconciliation import reconcile
from transforms.reference import Reference
from transforms.register_marts import register_marts


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
    worked_out = _months_of_projects(tables, scopes, parameters, reference, until)
    holdings = _holdings(book, worked_out.months, changes, parameters, reference)
    periods = _periods(tables, as_of)
    months = _loan_months(changes, holdings, until)
    registers = register_marts(tables, months, reference, _beijing_date(as_of or known_at), holdings.fx_max_age_days)
    table, projects = disclosure_crf(holdings, reference.crf_fields, [p for p in periods if "Q" in p.name])
    reconciled, behind = reconcile(tables["control_totals"], changes, tables["loans"])
    marts = {
        "mart.balance_changes": changes,
        "mart.loan_months": months,
        "mart.project_months": worked_out.months,
        "mart.parameter_uses": worked_out.uses,
        "mart.physical_indicators": physical_indicators(tables["operating"], parameters, reference.metrics),
        "mart.project_outcomes": project_outcomes(holdings, [p.first.year for p in periods if "Q" not in p.name]),
        "mart.attributed_reductions": attributed_reductions(holdings, periods),
        "mart.attributed_annual_reductions": attributed_annual_reductions(holdings, periods),
        "mart.financed_emissions": financed_emissions(holdings, periods),
        "mart.disclosure_crf": table,
        "mart.disclosure_crf_projects": projects,
        "ops.reconciliation": reconciled,
        "ops.reconciliation_loans": behind,
        **registers,
    }
    flags = book_flags(
        holdings, readings=tables["operating"], parameters=parameters, scopes=scopes, gaps=worked_out.gaps,
        methods=METHODS, kinds=reference.parameter_kinds, metrics=reference.metrics,
    )  # fmt: skip
    flags = pl.concat([flags, register_flags(tables, registers, reference.conversions)])
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
    tables: dict[str, pl.DataFrame],
    scopes: pl.DataFrame,
    parameters: pl.DataFrame,
    reference: Reference,
    until: dt.date,
) -> MonthsOfProjects:
    readings = tables["operating"]
    first = _first_day(tables) or until
    months = operating_months(scopes, first, until)
    complete = operating_readings(monthly_readings(readings), months)
    burned = metric_table(reference.metrics).filter(pl.col("fuel").is_not_null())
    fuels = readings.join(burned, left_on="metric", right_on="spelling").select("project_id", "fuel", "metric").unique()
    return project_months(months, complete, parameters, fuels)


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


def _loan_months(changes: pl.DataFrame, holdings: Holdings, until: dt.date) -> pl.DataFrame:
    """Return schemas.marts.LoanMonth; closing_balance_cny is at the rate of the month's last trading day."""
    if changes.is_empty():
        return LoanMonth.empty_frame()
    months = loan_months(changes, holdings.loans, until)
    days = months.select("currency", date="month_end_date").unique()
    rates = rates_on(days, holdings.fx, holdings.fx_max_age_days).rename({"date": "month_end_date"})
    rated = months.join(rates, on=["currency", "month_end_date"], how="left", maintain_order="left")
    return conform(rated.with_columns(closing_balance_cny=in_cny("closing_balance")), LoanMonth)
