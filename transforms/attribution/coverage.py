"""Which part of the money has a figure."""

import polars as pl


def coverage_ratio(amount: pl.Expr, has_figure: pl.Expr) -> pl.Expr:
    """Return the part of the amounts whose rows have a figure, 0 to 1.

    Null where there is no money, or where an amount is unknown or below zero: a loan from which more was repaid than
    lent has no amount that could be set beside the others.
    """
    money = amount.cast(pl.Float64)
    is_known = (money.null_count() == 0) & (money.min() >= 0) & (money.sum() > 0)
    return money.filter(has_figure).sum() / pl.when(is_known).then(money.sum())
