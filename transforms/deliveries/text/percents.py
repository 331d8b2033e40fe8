"""Per cent and per mille in a cell: 3.50% is 3.5 in a column of per cent, and 85% beside the unit ratio is 0.85."""

from typing import Final

import polars as pl

from transforms.deliveries.text.cells import read_cell
from transforms.deliveries.text.folding import folded

PERCENT: Final = "%"
PER_MILLE: Final = "‰"
RATIOS: Final = ("ratio", "1", "-")
"""Spellings of the unit in which the whole is 1 (data/reference/units.toml)."""

TEN, HUNDRED = 10, 100
"""Per mille in a per cent; per cent in the whole."""


def read_pct(text: pl.Expr) -> pl.Expr:
    """Return per cent: of 3.5, 3.50% and 35‰ alike 3.5; null where the cell is not a number."""
    plain = folded(text).str.strip_chars()
    number = _number(plain.str.strip_chars_end(PERCENT + PER_MILLE).str.strip_chars())
    one_sign = plain.str.count_matches(f"[{PERCENT}{PER_MILLE}]") <= 1
    value = pl.when(plain.str.ends_with(PER_MILLE)).then(number / TEN).otherwise(number)
    return pl.when(one_sign).then(value)


def read_value(text: pl.Expr, unit: pl.Expr) -> pl.Expr:
    """Return a number in its row's unit; 85% is 85 of the unit % and 0.85 of a ratio, and nothing of any other unit."""
    plain, stated_unit = (folded(stated_unit).str.strip_chars() for stated_unit in (text, unit))
    per_cent = _number(plain.str.strip_suffix(PERCENT).str.strip_chars())
    share = (
        pl.when(stated_unit == PERCENT)
        .then(per_cent)
        .when(stated_unit.str.to_lowercase().is_in(RATIOS))
        .then(per_cent / HUNDRED)
    )
    return pl.when(plain.str.ends_with(PERCENT)).then(share).otherwise(_number(plain))


def _number(text: pl.Expr) -> pl.Expr:
    return read_cell(text, pl.Float64())
