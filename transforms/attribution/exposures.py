"""The money that each basis counts of a loan, and the denominator that it is set against, in one currency."""

from functools import lru_cache

import polars as pl

from schemas.contract import MONEY_DTYPE, DataFrame
from schemas.marts import BalanceChange
from transforms.attribution.denominators import denominators
from transforms.attribution.holdings import REMEMBERED, Holdings
from transforms.attribution.profiles import Rule
from transforms.ground.calendar import Periods, days_between, period_table
from transforms.money.exchange import rates_on
from transforms.money.facility import eligible_changes
from transforms.money.positions import fen


def exposures(holdings: Holdings, periods: Periods, rule: Rule) -> pl.DataFrame:
    """Return per period and loan the money that the basis counts, in fen of the loan's currency,

    and whether it was overdrawn by then.
    """
    known, overdrawn = _known_changes(holdings, periods)
    first, last = pl.col("period_from_date"), pl.col("period_to_date")
    counting = eligible_changes(known, holdings.loans, holdings.facility_fields) if rule.loans == "facility" else known
    is_booked = pl.col("value_date") <= last
    moved = pl.when(is_booked).then(fen("balance_change_amount")).otherwise(0)
    changes = counting.with_columns(fen=moved, lent_fen=fen("disbursed_amount"))
    since = pl.max_horizontal("value_date", first)
    month_ends = pl.col("fen") * _months_to(last, since), _months_to(last, first)
    counted, mean_of = {
        "period_end": (pl.col("fen"), pl.lit(1)),
        "daily_average": (pl.col("fen") * days_between(since, last), pl.col("period_days")),
        "month_end_average": month_ends,
        "monthly_matched": month_ends,
        "disbursed": (pl.col("lent_fen").filter(pl.col("flow_date") >= first), pl.lit(1)),
    }[rule.basis]
    before = pl.col("fen").filter(pl.col("value_date") < first).sum()
    active = ((pl.col("value_date") >= first) & is_booked).any() | (before != 0)
    summed = changes.group_by("period", "loan_id").agg(
        counted_fen=counted.sum(),
        lent_so_far_fen=pl.col("lent_fen").sum().cast(pl.Float64),
        is_active=active,
    )
    parties = holdings.loans.select("loan_id", "project_id", "lender", "currency", "loan_type", "guaranteed_amount")
    dated = without_scalars(summed.join(period_table(periods).select("period", mean_of=mean_of), on="period"))
    exposed = dated.with_columns(exposure_fen=pl.col("counted_fen") / pl.col("mean_of"))
    rows = parties.join(exposed, on="loan_id").join(overdrawn, on=["period", "loan_id"], how="left")
    if rule.basis == "disbursed":  # refinancing moves a loan, it lends nothing new to the project
        new = pl.col("loan_type") != "refinance"
        rows = rows.with_columns(pl.when(new).then(pl.col("exposure_fen", "lent_so_far_fen")).otherwise(0.0))
        rows = _disbursed_in_cny(rows, changes, holdings)
    return rows


@lru_cache(maxsize=REMEMBERED)
def _known_changes(holdings: Holdings, periods: Periods) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The changes that concern each period, and the loans overdrawn by its last day.

    A balance knows what was booked by then; money lent is known without what was reversed, even later.
    """
    table = period_table(periods)
    begun = pl.when(pl.col("disbursed_amount") != 0).then("flow_date").otherwise("value_date")
    known = holdings.changes.join(table, how="cross").filter(begun <= pl.col("period_to_date"))
    overdrawn = (
        _overdrawn(holdings).join(table, how="cross").filter(pl.col("overdrawn_date") <= pl.col("period_to_date"))
    )
    return known, overdrawn.select("period", "loan_id", is_overdrawn=pl.lit(True))


@lru_cache(maxsize=REMEMBERED)
def _overdrawn(holdings: Holdings) -> pl.DataFrame:
    """The same for every period, and as long to find as a large ledger is."""
    return overdrawn_loans(holdings.changes)


@lru_cache(maxsize=REMEMBERED)
def _rates_at(holdings: Holdings, periods: Periods) -> pl.DataFrame:
    """The rate of every currency that the book names at each period's end."""
    named = [
        holdings.loans["currency"],
        holdings.projects["investment_currency"],
        holdings.first_investments["first_investment_currency"],
        holdings.balance_sheets["investment_currency"],
    ]
    currencies = pl.concat([series.rename("currency") for series in named]).drop_nulls().unique().sort().to_frame()
    days = currencies.join(period_table(periods).select("period", date="period_to_date"), how="cross")
    rated = rates_on(days, holdings.fx, holdings.fx_max_age_days)
    return rated.select("period", "currency", "rate_to_cny", "rate_date")


def overdrawn_loans(changes: DataFrame[BalanceChange]) -> pl.DataFrame:
    """Return loan_id and overdrawn_date, the first day on which the loan's closing balance is below zero."""
    daily = changes.group_by("loan_id", "value_date").agg(moved=fen("balance_change_amount").sum())
    closing = daily.sort("loan_id", "value_date").with_columns(pl.col("moved").cum_sum().over("loan_id"))
    return closing.filter(pl.col("moved") < 0).group_by("loan_id").agg(overdrawn_date=pl.col("value_date").min())


def _disbursed_in_cny(rows: pl.DataFrame, changes: pl.DataFrame, holdings: Holdings) -> pl.DataFrame:
    """Add lent_fen_cny and lent_so_far_fen_cny: flows count at their day's rate; a missing rate leaves none."""
    lent = changes.filter(pl.col("lent_fen") != 0).select(
        "period", "period_from_date", "loan_id", "currency", "lent_fen", date="flow_date"
    )
    rated = rates_on(lent, holdings.fx, holdings.fx_max_age_days).with_columns(
        in_cny=pl.col("lent_fen") * pl.col("rate_to_cny")
    )
    inside = pl.col("date") >= pl.col("period_from_date")
    summed = rated.group_by("period", "loan_id").agg(
        lent_fen_cny=_complete_sum(pl.col("in_cny").filter(inside)),
        lent_so_far_fen_cny=_complete_sum(pl.col("in_cny")),
        flow_rate_date=pl.col("rate_date").filter(inside).max(),
    )
    joined = rows.join(summed, on=["period", "loan_id"], how="left")
    return joined.with_columns(
        lent_fen_cny=pl.when(pl.col("exposure_fen") == 0).then(0.0).otherwise("lent_fen_cny"),
        lent_so_far_fen_cny=pl.when(pl.col("lent_so_far_fen") == 0).then(0.0).otherwise("lent_so_far_fen_cny"),
    )


def _complete_sum(amounts: pl.Expr) -> pl.Expr:
    return pl.when(amounts.null_count() == 0).then(amounts.sum())


def without_scalars(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows, each column a value a row: by a lone value polars divides through its reciprocal, less exactly,

    and a period alone would differ in the last digit from the same period among others.
    """
    return pl.DataFrame(rows.get_columns())


def _months_to(last: pl.Expr, since: pl.Expr) -> pl.Expr:
    """Months whose last day is on or after `since`, up to that of `last`, which closes its month."""
    return (
        (last.dt.year() - since.dt.year()) * 12 + last.dt.month().cast(pl.Int32) - since.dt.month().cast(pl.Int32) + 1
    )


def with_denominator(holdings: Holdings, exposures: pl.DataFrame, periods: Periods, rule: Rule) -> pl.DataFrame:
    """Add investment_fen in the loan's currency, balance_cny, and whether a denominator or a rate is missing."""
    stated = denominators(holdings, periods, rule.denominator)
    rates = _rates_at(holdings, periods)
    invested = rates.select(
        "period", investment_currency="currency", investment_rate="rate_to_cny", investment_rate_date="rate_date"
    )
    rows = (
        exposures.join(stated, on=["period", "project_id"], how="left")
        .join(invested, on=["period", "investment_currency"], how="left")
        .join(rates, on=["period", "currency"], how="left")
    )
    rows = without_scalars(rows)
    has_investment = pl.col("invested_fen") > 0
    same = pl.col("currency") == pl.col("investment_currency")
    rate = pl.col("rate_to_cny")
    converted = pl.col("invested_fen") * pl.col("investment_rate") / rate
    is_flow = "lent_fen_cny" in rows.columns
    in_cny = pl.col("lent_fen_cny") if is_flow else _nothing_or("exposure_fen", pl.col("exposure_fen") * rate)
    so_far_in_cny = pl.col("lent_so_far_fen_cny") if is_flow else pl.lit(None, pl.Float64)
    own_rate_date = pl.col("flow_rate_date") if is_flow else pl.col("rate_date")
    return rows.with_columns(
        has_investment=has_investment.fill_null(False),
        investment_fen=pl.when(has_investment).then(pl.when(same).then("invested_fen").otherwise(converted)),
        balance_cny=_cny(in_cny),
        guaranteed_cny=_cny(fen("guaranteed_amount").cast(pl.Float64) * rate),
        exchange_rate_date=pl.coalesce(own_rate_date, pl.when(~same).then("investment_rate_date")),
        exposure_fen=pl.when(same).then("exposure_fen").otherwise(_nothing_or("exposure_fen", in_cny / rate)),
        lent_so_far_fen=pl.when(same)
        .then("lent_so_far_fen")
        .otherwise(_nothing_or("lent_so_far_fen", so_far_in_cny / rate)),
    )


def _nothing_or(column: str, converted: pl.Expr) -> pl.Expr:
    """Nothing is nothing in every currency, whether or not there is a rate."""
    return pl.when(pl.col(column) == 0).then(0.0).otherwise(converted)


def _cny(fen_value: pl.Expr) -> pl.Expr:
    whole = fen_value.round(0, mode="half_away_from_zero").cast(pl.Int64).cast(pl.Decimal(38, 0))
    return (whole * pl.lit("0.01").cast(MONEY_DTYPE)).cast(MONEY_DTYPE)
