"""Sums of the book by year that a candidate is compared by with the file published before it."""

import polars as pl

from schemas.between.sums import AttributedSum, ClosingSum
from schemas.contract import DataFrame, conform
from schemas.marts import AttributedReduction, LoanMonth


def closing_sums(months: DataFrame[LoanMonth]) -> DataFrame[ClosingSum]:
    """Return the closing balances by year end; a year in which a rate is missing has no sum."""
    december = months.filter(pl.col("month_end_date").dt.month() == 12)
    ends = december.group_by(calendar_year=pl.col("month_end_date").dt.year()).agg(whole_cny())
    return conform(ends, ClosingSum)


def attributed_sums(attributed: DataFrame[AttributedReduction]) -> DataFrame[AttributedSum]:
    """Return the tonnes attributed in each year on each basis."""
    of_years = attributed.filter((pl.col("period").str.len_chars() == len("2025")) & pl.col("basis").is_not_null())
    return conform(of_years.group_by("period", "basis").agg(pl.col("attributed_reductions_tco2e").sum()), AttributedSum)


def whole_cny() -> pl.Expr:
    """Return the sum of closing_balance_cny, null where one is not known."""
    cny = pl.col("closing_balance_cny")
    return pl.when(cny.null_count() == 0).then(cny.sum())
