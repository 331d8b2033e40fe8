"""The money that each basis counts of a loan, and the denominator that it is set against, in one currency."""

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import polars as pl

from schemas.contract import MONEY_DTYPE, DataFrame, unchecked
from schemas.marts import BalanceChange, OverdrawnLoan
from schemas.words.bases import MEANINGS
from transforms.attribution.denominators import denominators
from transforms.attribution.holdings import REMEMBERED, Holdings
from transforms.attribution.profiles import Rule
from transforms.attribution.roles import loan_roles
from transforms.ground.calendar import Period, Periods, day_number, month_number, period_table
from transforms.money.balances import SUMS, balances_before
from transforms.money.exchange import HOME_CURRENCY, rates_on
from transforms.money.facility import eligible_changes
from transforms.money.positions import fen

BALANCE, BEFORE = pl.col("balance_fen"), pl.col("balance_fen_before")
FROM_MONTH, MONTH_AFTER = pl.col("from_month"), pl.col("month_after")
FEN_DAYS: Final = (pl.col("day_after") * BALANCE - pl.col("fen_days")) - (
    pl.col("from_day") * BEFORE - pl.col("fen_days_before")
)
FEN_MONTHS: Final = (MONTH_AFTER * BALANCE - pl.col("fen_months")) - (FROM_MONTH * BEFORE - pl.col("fen_months_before"))
"""What was outstanding on every day of a period, and at every month-end of it and on its last day, added up."""

COUNTED: Final[dict[tuple[str, str], pl.Expr]] = {
    ("balance", "none"): BALANCE,
    ("balance", "days"): FEN_DAYS / pl.col("period_days"),
    ("balance", "month_ends"): FEN_MONTHS / (MONTH_AFTER - FROM_MONTH),
    ("lent", "none"): pl.col("lent_fen") - pl.col("lent_fen_before"),
}
"""The money that a basis counts and over what it averages (schemas.words.bases.Basis): from sums up to a period's last

day and before its first one (money.balances). The macro prints these.
"""


def exposures(holdings: Holdings, periods: Periods, rule: Rule) -> pl.DataFrame:
    """Return per period and loan the money that the basis counts, in fen of the loan's currency,

    and whether it was overdrawn by then.
    """
    moved = _moved(holdings, periods, rule.loans == "facility")
    basis = MEANINGS[rule.basis]
    active = (pl.col("entry_count") > pl.col("entry_count_before")) | (pl.col("balance_fen_before") != 0)
    exposed = _numbered(moved).select(
        "period",
        "loan_id",
        exposure_fen=COUNTED[basis.money, basis.averaged_over].cast(pl.Float64),
        lent_so_far_fen=pl.col("lent_fen").cast(pl.Float64),
        is_active=active,
    )
    number = pl.col("loan_id").rank("dense")  # rows are sorted by it: a text takes ten times as long
    parties = holdings.loans.select("loan_id", "guaranteed_amount", loan_number=number)
    roles = loan_roles(holdings.loans).join(parties, on="loan_id", how="left", maintain_order="left")
    rows = roles.join(exposed, on="loan_id").join(
        _overdrawn_by(holdings, periods), on=["period", "loan_id"], how="left"
    )
    if rule.is_flow:
        lent = pl.col("exposure_fen", "lent_so_far_fen")
        rows = rows.with_columns(pl.when("is_new_lending").then(lent).otherwise(0.0))
        abroad = _lent_abroad(holdings, _counting(holdings, rule.loans == "facility"), periods)
        rows = _disbursed_in_cny(rows, moved, abroad)
    return rows


def _numbered(moved: pl.DataFrame) -> pl.DataFrame:
    """Add the numbers of a period's first day and month, and of those after it (ground.calendar)."""
    first, last = pl.col("period_from_date"), pl.col("period_to_date")
    return moved.with_columns(
        from_day=day_number(first),
        day_after=day_number(last) + 1,
        from_month=month_number(first),
        month_after=month_number(last) + 1,
    )


@lru_cache(maxsize=REMEMBERED)
def _moved(holdings: Holdings, periods: Periods, is_facility: bool) -> pl.DataFrame:
    """The sums of each loan with an entry by a period's end: up to that day, and before the first day (_before).

    A balance knows what was booked by then; money lent is known without what was reversed, even later.
    """
    changes = _counting(holdings, is_facility)
    sums = balances_before(changes, {day for period in periods for day in (period.first, _day_after(period))})
    begun = pl.when(pl.col("disbursed_amount") != 0).then("flow_date").otherwise("value_date")
    first_entries = changes.lazy().group_by("loan_id").agg(begun_date=begun.min()).collect(engine="streaming")
    dated = sums.join(first_entries, on="loan_id", how="left", maintain_order="left")
    return without_scalars(pl.concat([_beside((), dated.clear(), dated.clear()), *_each(periods, dated)]))


def _each(periods: Periods, sums: pl.DataFrame) -> Iterator[pl.DataFrame]:
    by_day = {day: of_day for (day,), of_day in sums.partition_by("before_date", as_dict=True).items()}
    for period in periods if by_day else ():
        rows = _beside((period,), by_day[_day_after(period)], by_day[period.first])
        yield rows.filter(pl.col("begun_date") <= pl.col("period_to_date"))


def _beside(periods: Periods, by_end: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """The sums of two days, which list the loans in one order."""
    earlier = before.select(pl.col(SUMS).name.suffix("_before"))
    return period_table(periods).join(by_end.drop("before_date").hstack(earlier), how="cross")


def _day_after(period: Period) -> dt.date:
    return period.last + dt.timedelta(days=1)


def _counting(holdings: Holdings, is_facility: bool) -> DataFrame[BalanceChange]:
    if is_facility:
        return eligible_changes(holdings.changes, holdings.loans, holdings.facility_fields)
    return holdings.changes


@lru_cache(maxsize=REMEMBERED)
def _overdrawn_by(holdings: Holdings, periods: Periods) -> pl.DataFrame:
    """The loans overdrawn by each period's last day."""
    dated = _overdrawn(holdings).join(period_table(periods), how="cross")
    by_then = dated.filter(pl.col("overdrawn_date") <= pl.col("period_to_date"))
    return by_then.select("period", "loan_id", is_overdrawn=pl.lit(True))


@lru_cache(maxsize=REMEMBERED)
def _overdrawn(holdings: Holdings) -> DataFrame[OverdrawnLoan]:
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


def overdrawn_loans(changes: DataFrame[BalanceChange]) -> DataFrame[OverdrawnLoan]:
    """Return the loans whose closing balance is below zero on some day, and the first one."""
    loans = changes.select(pl.col("loan_id").unique().sort()).with_row_index("loan")  # numbers sort faster than texts
    numbered = changes.lazy().join(loans.lazy(), on="loan_id")
    daily = numbered.group_by("loan", "value_date").agg(moved=fen("balance_change_amount").sum())
    closing = daily.sort("loan", "value_date").with_columns(pl.col("moved").cum_sum().over("loan"))
    below = closing.filter(pl.col("moved") < 0).group_by("loan").agg(overdrawn_date=pl.col("value_date").min())
    overdrawn = below.collect(engine="streaming").join(loans, on="loan").select("loan_id", "overdrawn_date")
    return unchecked(overdrawn, OverdrawnLoan)


def _disbursed_in_cny(rows: pl.DataFrame, moved: pl.DataFrame, abroad: pl.DataFrame) -> pl.DataFrame:
    """Add lent_fen_cny, lent_so_far_fen_cny and flow_rate_date: in CNY as it is, else at each flow's day's rate."""
    at_home = moved.join(abroad, on="loan_id", how="anti").select(
        "period",
        "loan_id",
        lent_fen_cny=(pl.col("lent_fen") - pl.col("lent_fen_before")).cast(pl.Float64),
        lent_so_far_fen_cny=pl.col("lent_fen").cast(pl.Float64),
        flow_rate_date=pl.lit(None, pl.Date),
    )
    joined = rows.join(pl.concat([at_home, abroad]), on=["period", "loan_id"], how="left")
    return joined.with_columns(
        lent_fen_cny=pl.when(pl.col("exposure_fen") == 0).then(0.0).otherwise("lent_fen_cny"),
        lent_so_far_fen_cny=pl.when(pl.col("lent_so_far_fen") == 0).then(0.0).otherwise("lent_so_far_fen_cny"),
    )


def _lent_abroad(holdings: Holdings, changes: DataFrame[BalanceChange], periods: Periods) -> pl.DataFrame:
    """What loans in foreign money lent within each period and up to its end, each flow at its day's rate:

    period, loan_id, lent_fen_cny, lent_so_far_fen_cny, flow_rate_date. A missing rate leaves none.
    """
    lent = changes.filter((pl.col("disbursed_amount") != 0) & (pl.col("currency") != HOME_CURRENCY)).select(
        "loan_id", "currency", lent_fen=fen("disbursed_amount"), date="flow_date"
    )
    rated = rates_on(lent, holdings.fx, holdings.fx_max_age_days).with_columns(
        in_cny=pl.col("lent_fen") * pl.col("rate_to_cny")
    )
    known = rated.join(period_table(periods), how="cross").filter(pl.col("date") <= pl.col("period_to_date"))
    inside = pl.col("date") >= pl.col("period_from_date")
    return known.group_by("period", "loan_id").agg(
        lent_fen_cny=_complete_sum(pl.col("in_cny").filter(inside)),
        lent_so_far_fen_cny=_complete_sum(pl.col("in_cny")),
        flow_rate_date=pl.col("rate_date").filter(inside).max(),
    )


def _complete_sum(amounts: pl.Expr) -> pl.Expr:
    return pl.when(amounts.null_count() == 0).then(amounts.sum())


def without_scalars(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows, each column a value a row: by a lone value polars divides through its reciprocal, less exactly,

    and a period alone would differ in the last digit from the same period among others.
    """
    return pl.DataFrame(rows.get_columns())


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
    whole = fen_value.round(0, mode="half_away_from_zero").cast(pl.Int128).cast(pl.Decimal(38, 0))
    return (whole * pl.lit("0.01").cast(MONEY_DTYPE)).cast(MONEY_DTYPE)
