"""The money that each basis counts of a loan, and the denominator that it is set against, in one currency."""

import datetime as dt
from functools import lru_cache

import polars as pl

from schemas.contract import MONEY_DTYPE
from transforms.calendar import Period, days_between
from transforms.denominators import denominators
from transforms.exchange import dated_rates_at, rates_on
from transforms.facility import eligible_changes
from transforms.holdings import REMEMBERED, Holdings
from transforms.positions import fen
from transforms.profiles import Rule


def exposures(book: Holdings, period: Period, rule: Rule) -> pl.DataFrame:
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
    summed = changes.group_by("loan_id").agg(
        exposure_fen=counted.cast(pl.Float64),
        lent_so_far_fen=pl.col("lent_fen").sum().cast(pl.Float64),
        is_active=active,
    )
    parties = book.loans.select("loan_id", "project_id", "lender", "currency", "loan_type", "guaranteed_amount")
    rows = parties.join(summed, on="loan_id").join(overdrawn, on="loan_id", how="left")
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


def with_denominator(book: Holdings, exposures: pl.DataFrame, period: Period, rule: Rule) -> pl.DataFrame:
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
