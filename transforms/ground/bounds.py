"""The rows of data/reference/bounds.csv: the limits of a check, and how far a value lies beyond them."""

from typing import Final

import polars as pl

from schemas.contract import DataFrame
from schemas.reference import Bound

LIMITS: Final = (
    "impossible_below",
    "implausible_below",
    "questionable_below",
    "questionable_above",
    "implausible_above",
    "impossible_above",
)
"""The limits of a row, the lowest first."""
NO_LIMIT: Final = "none"
"""What bounds.csv says where a row has no such limit: an empty cell is a slip."""


def bounds_of(bounds: DataFrame[Bound], check_id: str) -> DataFrame[Bound]:
    """Return the rows (schemas.reference.Bound) of one check."""
    return bounds.filter(pl.col("check_id") == check_id)
