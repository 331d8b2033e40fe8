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
