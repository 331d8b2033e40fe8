"""The rows of data/reference/bounds.csv: the limits of a check, and how far a value lies beyond them."""

from typing import Final

import polars as pl

LIMITS: Final = (
    "impossible_below", "implausible_below", "questionable_below", "questionable_above", "implausible_above",
    "impossible_above",
)  # fmt: skip
"""The limits of a row, the lowest first."""


def bounds_of(bounds: pl.DataFrame, check_id: str) -> pl.DataFrame:
    """Return the rows (schemas.reference.Bound) of one check."""
    return bounds.filter(pl.col("check_id") == check_id)


def out_of_order(bounds: pl.DataFrame) -> list[str]:
    """Return the bound_id of rows of which a limit is lower than one that comes before it."""
    limits = bounds.select("bound_id", pl.concat_list(LIMITS).list.drop_nulls().alias("limits"))
    return limits.filter(pl.col("limits") != pl.col("limits").list.sort())["bound_id"].to_list()
