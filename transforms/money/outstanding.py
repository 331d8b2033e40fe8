"""What is outstanding at a month-end, loan by loan and summed; a balance without an exchange rate blocks its sum."""

import datetime as dt

import polars as pl

from schemas.between.ground import County
from schemas.between.money import LoanBalance
from schemas.contract import MONEY_DTYPE, DataFrame, unchecked
from schemas.marts import LoanMonth

NOTHING = pl.lit(0).cast(MONEY_DTYPE)


def newest_month_end(day: dt.date) -> dt.date:
    """Return the last month-end up to the day: the day itself where it is one."""
    tomorrow = day + dt.timedelta(days=1)
    return tomorrow.replace(day=1) - dt.timedelta(days=1)


def loans_with_a_balance(months: DataFrame[LoanMonth], month_end: dt.date) -> DataFrame[LoanBalance]:
    """Return the balances at the month-end that are not zero."""
    held = months.filter((pl.col("month_end_date") == month_end) & (pl.col("closing_balance") != 0))
    return unchecked(held.select(LoanBalance.columns()), LoanBalance)


def whole_sum(column: str) -> pl.Expr:
    """Return the exact sum, or null where one of the amounts is not known."""
    return pl.when(pl.col(column).null_count() == 0).then(pl.col(column).sum()).cast(MONEY_DTYPE)


def with_outstanding(rows: pl.DataFrame, loans: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """Add loan_count and balance_cny of the loans that share the key; no such loan is a balance of 0, not a gap."""
    summed = loans.group_by(key).agg(loan_count=pl.len().cast(pl.Int64), balance_cny=whole_sum("closing_balance_cny"))
    joined = rows.join(summed, on=key, how="left", maintain_order="left")
    without = pl.col("loan_count").is_null()
    return joined.with_columns(
        pl.col("loan_count").fill_null(0), balance_cny=pl.when(without).then(NOTHING).otherwise("balance_cny")
    )


def with_county_name(rows: pl.DataFrame, counties: DataFrame[County]) -> pl.DataFrame:
    """Add county_name; empty where the code is empty or not on file."""
    names = counties.select("county_code", "county_name")
    return rows.join(names, on="county_code", how="left", maintain_order="left")
