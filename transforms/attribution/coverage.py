"""Which part of the money has a figure."""

import polars as pl


def coverage_ratio(amount: pl.Expr, has_figure: pl.Expr) -> pl.Expr:
    """Return the part of the amounts whose rows have a figure, 0 to 1.

    Null where there is no money, or where an amount is unknown or below zero: a loan from which more was repaid than
    lent has no amount that could be set beside the others.
    """
    money = amount.cast(pl.Float64)
    covered = money.filter(has_figure).sum()
    return _ratio(covered, money.sum(), is_known=(money.null_count() == 0) & (money.min() >= 0))


def loan_sums(amount: pl.Expr, has_figure: pl.Expr) -> dict[str, pl.Expr]:
    """Return the columns of schemas.between.sums.LoanSums, which add up over groups of loans that share none."""
    money = amount.cast(pl.Float64)
    return {
        "whole_cny": pl.when(amount.null_count() == 0).then(amount.sum()),
        "covered_cny": money.filter(has_figure).sum(),
        "known_cny": money.sum(),
        "least_cny": money.min(),
    }


def added_loan_sums() -> dict[str, pl.Expr]:
    """Return the same of several groups."""
    outstanding = pl.col("whole_cny")
    return {
        "whole_cny": pl.when(outstanding.null_count() == 0).then(outstanding.sum()),
        "covered_cny": pl.col("covered_cny").sum(),
        "known_cny": pl.col("known_cny").sum(),
        "least_cny": pl.col("least_cny").min(),
    }


def coverage_of_sums() -> pl.Expr:
    """Return `coverage_ratio` of a row of sums."""
    is_known = pl.col("whole_cny").is_not_null() & (pl.col("least_cny") >= 0)
    return _ratio(pl.col("covered_cny"), pl.col("known_cny"), is_known=is_known)


def _ratio(covered: pl.Expr, total: pl.Expr, *, is_known: pl.Expr) -> pl.Expr:
    return covered / pl.when(is_known & (total > 0)).then(total)
