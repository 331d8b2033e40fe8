"""Full-width signs as the ASCII ones that they are; no other sign is changed.

Unicode's compatibility forms turn ① into 1 and 10² into 102: what only looks like a digit is none.
"""

from typing import Final

import polars as pl

OFFSET: Final = ord("！") - ord("!")
FULL_WIDTH: Final = {chr(sign): chr(sign - OFFSET) for sign in range(ord("！"), ord("～") + 1)}
"""What a Chinese keyboard writes for the printable ASCII signs."""


def folded(text: pl.Expr) -> pl.Expr:
    """Return the text with full-width letters, digits and signs as ASCII ones."""
    return text.map_batches(_folded, return_dtype=pl.String, is_elementwise=True)


def _folded(cells: pl.Series) -> pl.Series:
    """As a function of cells: in an expression the text would stand three times, and nine times where it is folded."""
    if not cells.str.contains("[！-～]").any():
        return cells
    return cells.str.replace_many(list(FULL_WIDTH), list(FULL_WIDTH.values()))
