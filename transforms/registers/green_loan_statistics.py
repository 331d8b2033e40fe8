"""Green loan balance at each month-end: the book, its lenders and its counties, with growth and league tables.

Equation   growth = balance / balance twelve months earlier - 1
Sums are over the whole book: ranks cannot be added up from parts of it. Published statistics of a city are left out.
"""

import datetime as dt
from typing import Final

import polars as pl

from schemas.between.ground import County
from schemas.between.sums import SummedBalance
from schemas.contract import DataFrame, conform
from schemas.deliveries import Project
from schemas.marts import LoanMonth
from schemas.registers.marts import GreenLoanStatistic
from transforms.money.outstanding import NOTHING, whole_sum, with_county_name
from transforms.money.positions import fen

WHOLE_BOOK, NOT_STATED = "*", "not_stated"
KEY: Final = ["grouping", "member", "month_end_date"]
SIDE: Final = ["grouping", "month_end_date"]


def summed_balances(
    months: DataFrame[LoanMonth], projects: DataFrame[Project], until: dt.date
) -> DataFrame[SummedBalance]:
    """Return the balances of each month-end up to `until` by book, lender and county; they add up.

    `months` are loan months with closing_balance_cny.
    """
    of_county = projects.select("project_id", county=pl.col("county_code").fill_null(NOT_STATED))
    loans = months.filter(pl.col("month_end_date") <= until).join(of_county, on="project_id", how="left")
    return conform(pl.concat(_summed(loans, *by) for by in _groupings()), SummedBalance)


def green_loan_statistics(
    summed: DataFrame[SummedBalance], counties: DataFrame[County]
) -> DataFrame[GreenLoanStatistic]:
    """Return schemas.registers.marts.GreenLoanStatistic of the sums.

    A loan without an exchange rate leaves its sums empty; one overdrawn (flag negative_balance) stays in with its minus
    sign.
    """
    counts = pl.col("loan_count", "unrated_loan_count").sum()
    together = summed.group_by(KEY).agg(counts, balance_cny=whole_sum("balance_cny"))
    ranked = _with_rank(_with_growth(together)).with_columns(
        is_quarter_end=pl.col("month_end_date").dt.month() % 3 == 0,
        county_code=pl.when(pl.col("grouping") == "county").then("member"),
    )
    return conform(with_county_name(ranked, counties), GreenLoanStatistic).sort("month_end_date", "grouping", "member")


def _groupings() -> list[tuple[str, pl.Expr]]:
    return [("book", pl.lit(WHOLE_BOOK)), ("lender", pl.col("lender")), ("county", pl.col("county"))]


def _summed(loans: pl.DataFrame, grouping: str, member: pl.Expr) -> pl.DataFrame:
    """Balance and loans of each member; a balance of 0 needs no exchange rate."""
    is_held = pl.col("closing_balance") != 0
    known = loans.with_columns(cny=pl.when(is_held).then("closing_balance_cny").otherwise(NOTHING), member=member)
    return (
        known.group_by("member", "month_end_date")
        .agg(
            grouping=pl.lit(grouping),
            loan_count=is_held.sum().cast(pl.Int64),
            unrated_loan_count=pl.col("cny").null_count().cast(pl.Int64),
            balance_cny=whole_sum("cny"),
        )
        .select(*KEY, "loan_count", "unrated_loan_count", "balance_cny")
    )


def _with_growth(rows: pl.DataFrame) -> pl.DataFrame:
    """Add the balance twelve months earlier; growth only where there was one."""
    before = rows.select(
        "grouping",
        "member",
        month_end_date=pl.col("month_end_date").dt.offset_by("1y").dt.month_end(),
        year_before_balance_cny="balance_cny",
    )
    joined = rows.join(before, on=KEY, how="left", maintain_order="left")
    then, change = pl.col("year_before_balance_cny"), pl.col("balance_cny") - pl.col("year_before_balance_cny")
    return joined.with_columns(
        balance_growth_ratio=pl.when(then > 0).then(change.cast(pl.Float64) / then.cast(pl.Float64))
    )


def _with_rank(rows: pl.DataFrame) -> pl.DataFrame:
    """Add the place by balance; a league in which one balance is not known has no places, nor has the book."""
    is_league = (pl.col("grouping") != "book") & (pl.col("balance_cny").null_count().over(SIDE) == 0)
    is_member = pl.col("member") != NOT_STATED
    place = pl.when(is_member).then(fen("balance_cny")).rank("min", descending=True).over(SIDE).cast(pl.Int64)
    return rows.with_columns(balance_rank=pl.when(is_league).then(place))
