"""What a formula is written with: columns that carry their printed sign, and results that have a name.

The sign is an alias inside the expression, which moves no value: polars reads through it, `tree`
reads it back.
"""

import polars as pl


def symbol(column: str, sign: str) -> pl.Expr:
    """Return the column, printed as the sign: `EF_grid` is EF with the index grid."""
    return pl.col(column).alias(sign)


def named(sign: str, expression: pl.Expr) -> pl.Expr:
    """Return the expression, printed once as `sign = ...` and as the sign wherever it occurs."""
    return expression.alias(sign)
