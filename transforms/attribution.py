"""What part of a project's reduction each loan may claim, on each basis, over any period.

    attributed = ER x balance / total investment

Where all known lenders' shares of one project pass 1 they are scaled to sum to 1; raw and scaled are both kept. On the
basis `disbursed` that sum is taken over everything lent up to the period's end, so that a narrower window can never
claim more than a wider one that ends on the same day.
"""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import polars as pl

from schemas.contract import MONEY_DTYPE
from transforms.calendar import Period, days_between
from transforms.denominators import denominators
from transforms.exchange import dated_rates_at, rates_on
from transforms.facility import eligible_changes, facility_loans
from transforms.positions import fen
from transforms.profiles import PLAIN, Rule

BLOCKING_MONTHS: Final = ["blocked_missing_reading", "blocked_missing_parameter"]
REMEMBERED: Final = 4
"""What every rule needs of a period is worked out once for all the rules of it; a book is its own key."""

TOLERANCE: Final = 1e-12
"""Shares that pass 1 by less than this pass it by rounding only."""


@dataclass(frozen=True, eq=False)
class Holdings:
    """What attribution reads. loans and projects follow their contracts; changes: BalanceChange; months: ProjectMonth.

    kinds: method -> formula, reported or none; refused_readings: project_id, first_date, last_date;
    first_investments: FirstInvestment; facility_fields: crf_field, valid_from, valid_to; loan_rates: LoanRate.
    """

    loans: pl.DataFrame
    projects: pl.DataFrame
    changes: pl.DataFrame
    months: pl.DataFrame
    fx: pl.DataFrame
    kinds: dict[str, str]
    refused_readings: pl.DataFrame
    fx_max_age_days: int
    first_investments: pl.DataFrame
    facility_fields: pl.DataFrame
    loan_rates: pl.DataFrame


def attribute(book: Holdings, period: Period, by: str | Rule) -> pl.DataFrame:
    """Return a row a loan that had a balance or an entry in the period, by a plain basis or a profile's rule:

    loan_id, project_id, lender, balance_cny, emission_reductions_tco2e, attribution_factor_raw_ratio,
    attribution_factor_ratio, attributed_reductions_tco2e, status, denominator, exchange_rate_date, guaranteed_cny.
    Where the rule takes the promised annual reduction (as on the basis `disbursed`), tonnes are per year.
    """
    rule = PLAIN[by] if isinstance(by, str) else by
    exposed = _with_denominator(book, _exposures(book, period, rule), period, rule)
    joined = exposed.join(reductions(book, period, rule), on="project_id", how="left", maintain_order="left")
    shared = _shares(joined, rule.basis).filter("is_active")
    if rule.loans == "facility":
        shared = shared.join(facility_loans(book.loans), on="loan_id", how="semi", maintain_order="left")
    rows = _monthly_matched(book, shared, period) if rule.basis == "monthly_matched" else _proportional(shared)
    return _with_status(rows).sort("loan_id").select(
        "loan_id", "project_id", "lender", "balance_cny", "emission_reductions_tco2e",
        "attribution_factor_raw_ratio", "attribution_factor_ratio", "attributed_reductions_tco2e", "status",
        "denominator", "exchange_rate_date", "guaranteed_cny",
    )  # fmt: skip


def loan_shares(book: Holdings, period: Period, basis: str) -> pl.DataFrame:
    """Return each active loan's share whatever becomes of the tonnes: loan_id, project_id, lender, ratio (scaled),

    counts (False: working capital, or overdrawn) and has_investment.
    """
    rule = PLAIN[basis]
    rows = _shares(_with_denominator(book, _exposures(book, period, rule), period, rule), basis).filter("is_active")
    return rows.select("loan_id", "project_id", "lender", "ratio", "counts", "has_investment")


def reductions(book: Holdings, period: Period, rule: Rule) -> pl.DataFrame:
    """Return each project's reduction as the rule takes it: project_id, emission_reductions_tco2e, er_status."""
    rows = promised_reductions(book) if rule.is_annual else period_reductions(book, period)
    known = book.projects.select("project_id", "commissioning_date", "is_mandated_baseline")
    told = rows.join(known, on="project_id", how="left", maintain_order="left")
    begun = (pl.col("commissioning_date") <= period.last).fill_null(False)
    if rule.is_annual and rule.is_operating_only:
        idle = ~begun & (pl.col("er_status") != "not_estimated")
        told = told.with_columns(
            er_status=pl.when(idle).then(pl.lit("under_construction")).otherwise("er_status"),
            emission_reductions_tco2e=pl.when(~idle).then("emission_reductions_tco2e"),
        )
    if rule.mandated_baseline == "zero":  # what must end anyway is avoided by the rule, not by the loan
        avoided = pl.col("emission_reductions_tco2e")
        ordered = pl.col("is_mandated_baseline").fill_null(False) & (avoided > 0)
        told = told.with_columns(emission_reductions_tco2e=pl.when(ordered).then(0.0).otherwise(avoided))
    return told.select("project_id", "er_status", "emission_reductions_tco2e")


@lru_cache(maxsize=REMEMBERED)
def period_reductions(book: Holdings, period: Period) -> pl.DataFrame:
    """Return each project's ER over the period and its status: project_id, emission_reductions_tco2e, er_status.

    Every day of operation in the period must be covered; a partly covered month counts by its days.
    """
    parts = month_parts(book.months, period)
    missing = pl.col("status").is_in(BLOCKING_MONTHS)
    summed = parts.group_by("project_id").agg(
        pl.col("part_tco2e").sum(),
        covered_days=pl.col("part_days").filter(pl.col("part_tco2e").is_not_null()).sum(),
        lacks_reading=(pl.col("status") == BLOCKING_MONTHS[0]).any(), lacks_any=missing.any(),
        is_outside=(pl.col("status") == "refused").any(),
    )  # fmt: skip
    refused = book.refused_readings.filter(
        (pl.col("first_date") <= period.last) & (pl.col("last_date") >= period.first)
    ).select("project_id", has_refused=pl.lit(True)).unique()  # fmt: skip
    rows = book.projects.select("project_id", "method", "commissioning_date").join(
        summed, on="project_id", how="left", maintain_order="left"
    ).join(refused, on="project_id", how="left", maintain_order="left")  # fmt: skip
    needed = days_between(pl.max_horizontal("commissioning_date", pl.lit(period.first)), pl.lit(period.last))
    kind = pl.col("method").replace_strict(book.kinds, return_dtype=pl.String)
    status = (
        pl.when(kind == "none").then(pl.lit("not_estimated"))
        .when(pl.col("commissioning_date").is_null() | (needed == 0)).then(pl.lit("under_construction"))
        .when(needed == pl.col("covered_days")).then(
            pl.when(kind == "reported").then(pl.lit("reported")).otherwise(pl.lit("measured")))
        .when(pl.col("has_refused") | pl.col("is_outside")).then(pl.lit("refused"))
        .when(pl.col("lacks_any") & ~pl.col("lacks_reading")).then(pl.lit("blocked_missing_parameter"))
        .otherwise(pl.lit("blocked_missing_reading"))
    )  # fmt: skip
    has_figure = pl.col("er_status").is_in(["measured", "reported"])
    return rows.with_columns(er_status=status).select(
        "project_id", "er_status", emission_reductions_tco2e=pl.when(has_figure).then("part_tco2e")
    )


def month_parts(months: pl.DataFrame, period: Period) -> pl.DataFrame:
    """Return the project months that meet the period, with part_days, part_tco2e (the ER of the days inside it)

    and part_project_tco2e (the PE likewise).
    """
    first = pl.max_horizontal("operating_from_date", pl.lit(period.first))
    last = pl.min_horizontal("operating_to_date", pl.lit(period.last))
    whole = days_between(pl.col("operating_from_date"), pl.col("operating_to_date"))
    parts = months.with_columns(part_days=days_between(first, last), whole_days=whole)
    reduction = pl.col("emission_reductions_tco2e")
    is_whole = pl.col("part_days") == pl.col("whole_days")
    return parts.filter(pl.col("part_days") > 0).with_columns(
        part_tco2e=pl.when(is_whole).then(reduction).otherwise(
            reduction * (pl.col("part_days") / pl.col("whole_days"))
        ),
        part_project_tco2e=pl.col("project_emissions_tco2e") * (pl.col("part_days") / pl.col("whole_days")),
    ).sort("project_id", "month_start_date")  # fmt: skip


def promised_reductions(book: Holdings) -> pl.DataFrame:
    """Return each project's promised annual reduction: project_id, emission_reductions_tco2e (per year), er_status."""
    kind = pl.col("method").replace_strict(book.kinds, return_dtype=pl.String)
    promise = pl.col("reported_annual_reduction_tco2")
    status = (
        pl.when(kind == "none").then(pl.lit("not_estimated"))
        .when(promise.is_null()).then(pl.lit("blocked_missing_parameter"))
        .otherwise(pl.lit("promised"))
    )  # fmt: skip
    return book.projects.with_columns(er_status=status).select(
        "project_id", "er_status", emission_reductions_tco2e=pl.when(pl.col("er_status") == "promised").then(promise)
    )


def _exposures(book: Holdings, period: Period, rule: Rule) -> pl.DataFrame:
    """Return per loan the money that the basis counts, in fen of the loan's currency, and whether it was overdrawn."""
    known, overdrawn = _known_changes(book, period.last)
    counting = eligible_changes(known, book.loans, book.facility_fields) if rule.loans == "facility" else known
    changes = counting.with_columns(fen=fen("balance_change_amount"), lent_fen=fen("disbursed_amount"))
    since = pl.max_horizontal("value_date", pl.lit(period.first))
    counted = {
        "period_end": pl.col("fen").sum(),
        "daily_average": (pl.col("fen") * days_between(since, pl.lit(period.last))).sum() / period.days,
        "month_end_average": (pl.col("fen") * _month_ends(since, period.last)).sum() / _month_count(period),
        "monthly_matched": (pl.col("fen") * _month_ends(since, period.last)).sum() / _month_count(period),
        "disbursed": pl.col("lent_fen").filter(pl.col("flow_date") >= period.first).sum(),
    }[rule.basis]
    before = pl.col("fen").filter(pl.col("value_date") < period.first).sum()
    active = (pl.col("value_date") >= period.first).any() | (before != 0)
    exposures = changes.group_by("loan_id").agg(
        exposure_fen=counted.cast(pl.Float64),
        lent_so_far_fen=pl.col("lent_fen").sum().cast(pl.Float64),
        is_active=active,
    )
    parties = book.loans.select("loan_id", "project_id", "lender", "currency", "loan_type", "guaranteed_amount")
    rows = parties.join(exposures, on="loan_id").join(overdrawn, on="loan_id", how="left")
    if rule.basis == "disbursed":  # refinancing moves a loan, it lends nothing new to the project
        new = pl.col("loan_type") != "refinance"
        rows = rows.with_columns(pl.when(new).then(pl.col("exposure_fen", "lent_so_far_fen")).otherwise(0.0))
        rows = _disbursed_in_cny(rows, changes, book, period)
    return rows


@lru_cache(maxsize=REMEMBERED)
def _known_changes(book: Holdings, last: dt.date) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The changes up to the day, and the loans overdrawn by then."""
    known = book.changes.filter(pl.col("value_date") <= last)
    return known, overdrawn_loans(known)


@lru_cache(maxsize=REMEMBERED)
def _rates_at(book: Holdings, last: dt.date) -> pl.DataFrame:
    named = [
        book.loans["currency"], book.projects["investment_currency"],
        book.first_investments["first_investment_currency"],
    ]  # fmt: skip
    currencies = pl.concat([series.rename("currency") for series in named])
    return dated_rates_at(last, currencies, book.fx, book.fx_max_age_days)


def overdrawn_loans(changes: pl.DataFrame) -> pl.DataFrame:
    """Return loan_id and is_overdrawn for loans whose closing balance falls below zero on some day."""
    daily = changes.group_by("loan_id", "value_date").agg(moved=fen("balance_change_amount").sum())
    closing = daily.sort("loan_id", "value_date").with_columns(pl.col("moved").cum_sum().over("loan_id"))
    return closing.filter(pl.col("moved") < 0).select("loan_id", is_overdrawn=pl.lit(True)).unique()


def _disbursed_in_cny(rows: pl.DataFrame, changes: pl.DataFrame, book: Holdings, period: Period) -> pl.DataFrame:
    """Add lent_fen_cny and lent_so_far_fen_cny: flows count at their day's rate; a missing rate leaves none."""
    lent = changes.filter(pl.col("lent_fen") != 0).select("loan_id", "currency", "lent_fen", date="flow_date")
    rated = rates_on(lent, book.fx, book.fx_max_age_days).with_columns(
        in_cny=pl.col("lent_fen") * pl.col("rate_to_cny")
    )
    inside = pl.col("date") >= period.first
    summed = rated.group_by("loan_id").agg(
        lent_fen_cny=_complete_sum(pl.col("in_cny").filter(inside)),
        lent_so_far_fen_cny=_complete_sum(pl.col("in_cny")),
        flow_rate_date=pl.col("rate_date").filter(inside).max(),
    )
    joined = rows.join(summed, on="loan_id", how="left")
    return joined.with_columns(
        lent_fen_cny=pl.when(pl.col("exposure_fen") == 0).then(0.0).otherwise("lent_fen_cny"),
        lent_so_far_fen_cny=pl.when(pl.col("lent_so_far_fen") == 0).then(0.0).otherwise("lent_so_far_fen_cny"),
    )


def _complete_sum(amounts: pl.Expr) -> pl.Expr:
    return pl.when(amounts.null_count() == 0).then(amounts.sum())


def _month_ends(since: pl.Expr, last: dt.date) -> pl.Expr:
    """Months whose last day inside the period is on or after `since`; the period's end closes its last month."""
    end = pl.lit(last)
    return (end.dt.year() - since.dt.year()) * 12 + end.dt.month().cast(pl.Int32) - since.dt.month().cast(pl.Int32) + 1


def _month_count(period: Period) -> int:
    return (period.last.year - period.first.year) * 12 + period.last.month - period.first.month + 1


def _with_denominator(book: Holdings, exposures: pl.DataFrame, period: Period, rule: Rule) -> pl.DataFrame:
    """Add investment_fen in the loan's currency, balance_cny, and whether a denominator or a rate is missing."""
    stated = denominators(book.projects, book.first_investments, rule.denominator)
    rates = _rates_at(book, period.last)
    invested = stated.join(
        rates.select(investment_currency="currency", investment_rate="rate_to_cny", investment_rate_date="rate_date"),
        on="investment_currency", how="left",
    )  # fmt: skip
    rows = exposures.join(invested, on="project_id", how="left").join(rates, on="currency", how="left")
    has_investment = pl.col("invested_fen") > 0
    same = pl.col("currency") == pl.col("investment_currency")
    converted = pl.col("invested_fen") * pl.col("investment_rate") / pl.col("rate_to_cny")
    is_flow = "lent_fen_cny" in rows.columns
    in_cny = pl.col("lent_fen_cny") if is_flow else pl.col("exposure_fen") * pl.col("rate_to_cny")
    so_far_in_cny = pl.col("lent_so_far_fen_cny") if is_flow else pl.lit(None, pl.Float64)
    own_rate_date = pl.col("flow_rate_date") if is_flow else pl.col("rate_date")
    return rows.with_columns(
        has_investment=has_investment.fill_null(False),
        investment_fen=pl.when(has_investment).then(pl.when(same).then("invested_fen").otherwise(converted)),
        balance_cny=_cny(in_cny),
        guaranteed_cny=_cny(fen("guaranteed_amount").cast(pl.Float64) * pl.col("rate_to_cny")),
        exchange_rate_date=pl.coalesce(own_rate_date, pl.when(~same).then("investment_rate_date")),
        exposure_fen=pl.when(same).then("exposure_fen").otherwise(in_cny / pl.col("rate_to_cny")),
        lent_so_far_fen=pl.when(same).then("lent_so_far_fen").otherwise(so_far_in_cny / pl.col("rate_to_cny")),
    )


def _cny(fen_value: pl.Expr) -> pl.Expr:
    whole = fen_value.round(0, mode="half_away_from_zero").cast(pl.Int64).cast(pl.Decimal(38, 0))
    return (whole * pl.lit("0.01").cast(MONEY_DTYPE)).cast(MONEY_DTYPE)


def _shares(rows: pl.DataFrame, basis: str) -> pl.DataFrame:
    """Add raw_ratio and ratio: exposure over investment, scaled where the project's lenders together pass 1."""
    counts = (pl.col("loan_type") != "working_capital") & ~pl.col("is_overdrawn").fill_null(False)
    raw = pl.when(counts).then(pl.col("exposure_fen") / pl.col("investment_fen"))
    so_far = pl.when(counts).then(pl.col("lent_so_far_fen") / pl.col("investment_fen"))
    claimed = so_far if basis == "disbursed" else raw
    return rows.with_columns(counts=counts, raw_ratio=raw, claimed_ratio=claimed).with_columns(
        ratio=_scaled("raw_ratio", "claimed_ratio", "project_id")
    )


def _scaled(raw: str, claimed: str, over: str | list[str]) -> pl.Expr:
    together = pl.col(claimed).sum().over(over)
    return pl.when(together > 1 + TOLERANCE).then(pl.col(raw) / together).otherwise(pl.col(raw))


def _proportional(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(
        attribution_factor_raw_ratio="raw_ratio", attribution_factor_ratio="ratio",
        attributed_reductions_tco2e=pl.col("emission_reductions_tco2e") * pl.col("ratio"),
    )  # fmt: skip


def _monthly_matched(book: Holdings, rows: pl.DataFrame, period: Period) -> pl.DataFrame:
    """Sum over months of that month's ER x month-end balance / investment; the factor is what that makes of the ER."""
    months = _month_end_shares(book, rows, period)
    parts = month_parts(book.months, period).select("project_id", "month_start_date", "part_tco2e")
    matched = months.join(parts, on=["project_id", "month_start_date"], how="left").sort("loan_id", "month_start_date")
    summed = matched.group_by("loan_id", maintain_order=True).agg(
        raw_tco2e=(pl.col("part_tco2e") * pl.col("raw_ratio")).sum(),
        attributed=(pl.col("part_tco2e") * pl.col("ratio")).sum(),
    )
    reduction = pl.col("emission_reductions_tco2e")
    divisor = pl.when(reduction != 0).then(reduction)
    known = reduction.is_not_null() & pl.col("ratio").is_not_null()
    return rows.join(summed, on="loan_id", how="left").with_columns(
        attributed_reductions_tco2e=pl.when(known).then("attributed"),
        attribution_factor_ratio=pl.when(known).then(pl.col("attributed") / divisor),
        attribution_factor_raw_ratio=pl.when(known).then(pl.col("raw_tco2e") / divisor),
    )


def _month_end_shares(book: Holdings, rows: pl.DataFrame, period: Period) -> pl.DataFrame:
    """Return loan_id, project_id, month_start_date, raw_ratio and ratio (scaled within each month)."""
    starts = pl.date_range(period.first.replace(day=1), period.last, interval="1mo", eager=True)
    months = pl.DataFrame({"month_start_date": starts}).with_columns(
        closing_date=pl.min_horizontal(pl.col("month_start_date").dt.month_end(), pl.lit(period.last))
    )
    grid = rows.select("loan_id", "project_id", "investment_fen", "counts").join(months, how="cross")
    changes = book.changes.select("loan_id", "value_date", fen=fen("balance_change_amount")).sort("value_date")
    running = changes.with_columns(balance_fen=pl.col("fen").cum_sum().over("loan_id"))
    closing = grid.sort("closing_date").join_asof(
        running.select("loan_id", "balance_fen", closing_date="value_date"), on="closing_date", by="loan_id",
        strategy="backward", check_sortedness=False,
    )  # fmt: skip
    balance = pl.col("balance_fen").fill_null(0)  # before its first entry a loan's balance is nothing
    raw = pl.when("counts").then(balance / pl.col("investment_fen"))
    return closing.with_columns(raw_ratio=raw).with_columns(
        ratio=_scaled("raw_ratio", "raw_ratio", ["project_id", "month_start_date"])
    )


def _with_status(rows: pl.DataFrame) -> pl.DataFrame:
    """One status a row, the most fundamental reason first; without a figure there is no factor and no tonne."""
    kept = pl.col("er_status").is_in(["not_estimated", "under_construction"])
    status = (
        pl.when(pl.col("loan_type") == "working_capital").then(pl.lit("not_estimated"))
        .when(pl.col("is_overdrawn").fill_null(False)).then(pl.lit("refused"))
        .when(kept).then("er_status")
        .when(~pl.col("has_investment")).then(pl.lit("blocked_no_denominator"))
        .when(pl.col("raw_ratio").is_null()).then(pl.lit("blocked_missing_parameter"))
        .otherwise("er_status")
    )  # fmt: skip
    figures = pl.col("status").is_in(["measured", "reported", "promised"])
    shown = ["attribution_factor_raw_ratio", "attribution_factor_ratio", "attributed_reductions_tco2e"]
    return rows.with_columns(status=status).with_columns(pl.when(figures).then(pl.col(shown)))
