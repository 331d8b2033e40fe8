"""A bucket of projects with their loans and readings -> every mart. Pure: the flows only deal the buckets out."""

import datetime as dt
from dataclasses import dataclass

import polars as pl

from schemas.contract import MONEY_DTYPE, conform
from schemas.marts import BASES, AttributedAnnualReduction, AttributedReduction, LoanMonth
from schemas.runs import Flag
from transforms.attribution import Holdings, attribute
from transforms.book import Book
from transforms.calendar import Period, book_periods
from transforms.claims import claim_flags, shares_above_one
from transforms.data_quality import data_quality, data_quality_totals
from transforms.deliveries.units import metric_table
from transforms.derived_parameters import with_derived
from transforms.disclosure_crf import disclosure_crf
from transforms.exchange import max_age_days, rates_on
from transforms.flags import book_flags
from transforms.indicators import physical_indicators
from transforms.methods import METHODS
from transforms.operating import monthly_readings, operating_months, operating_readings, project_scopes
from transforms.outcomes import financed_emissions, project_outcomes
from transforms.parameters import book_parameters
from transforms.positions import balance_changes, loan_months
from transforms.profiles import in_own_columns, rules_of, small_exposures
from transforms.project_months import MonthsOfProjects, project_months
from transforms.reconciliation import reconcile
from transforms.reference import Reference, facility_fields


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
    months = loan_months(changes, tables["loans"], until) if changes.height else LoanMonth.empty_frame()
    table, projects = disclosure_crf(holdings, reference.crf_fields, [p for p in periods if p.kind == "quarter"])
    reconciled, behind = reconcile(tables["control_totals"], changes, tables["loans"])
    marts = {
        "mart.balance_changes": changes,
        "mart.loan_months": _in_cny(months, holdings),
        "mart.project_months": worked_out.months,
        "mart.parameter_uses": worked_out.uses,
        "mart.physical_indicators": physical_indicators(tables["operating"], parameters, reference.metrics),
        "mart.project_outcomes": project_outcomes(holdings, [p.first.year for p in periods if p.kind == "year"]),
        **_attribution_marts(holdings, periods, tables["operating"], parameters, reference),
        "mart.attributed_annual_reductions": attributed_annual_reductions(holdings, periods),
        "mart.financed_emissions": financed_emissions(holdings, periods),
        "mart.disclosure_crf": table,
        "mart.disclosure_crf_projects": projects,
        "ops.reconciliation": reconciled,
        "ops.reconciliation_loans": behind,
    }
    flags = book_flags(
        holdings, readings=tables["operating"], parameters=parameters, scopes=scopes, gaps=worked_out.gaps,
        methods=METHODS, kinds=reference.parameter_kinds, metrics=reference.metrics,
    )  # fmt: skip
    flags = pl.concat([flags, claim_flags(holdings, marts["mart.attributed_reductions"])]).sort(Flag.columns())
    return Computed(marts, flags, holdings, parameters, as_of)


def _attribution_marts(
    book: Holdings, periods: list[Period], readings: pl.DataFrame, parameters: pl.DataFrame, reference: Reference
) -> dict[str, pl.DataFrame]:
    """The marts that rest on every basis and profile of every period."""
    attributed = attributed_reductions(book, periods, reference.profiles, parameters)
    quality = data_quality(attributed, book.projects, readings, reference.data_quality)
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
        first_investments=book.first_investments, facility_fields=facility_fields(reference),
        loan_rates=book.loan_rates,
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
