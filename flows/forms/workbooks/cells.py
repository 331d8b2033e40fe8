"""What the programs that read workbooks share: where a cell is, and whether its format shows what it holds.

It imports nothing that is slow to load: the programs start at once (flows.forms.apart).
"""

import functools
import re
from collections.abc import Collection
from typing import Final

BUILT_IN: Final = {9: "0%", 10: "0.00%"}
"""Formats that a workbook uses by their number alone and that change what a cell shows (ECMA-376, 18.8.30)."""

PLAIN: Final = re.compile(
    r"(?!0{2,}$)(?:General|@|SNS(?:;S(?:-|\\-|\\?\()SNS(?:\\?\))?S(?:;S(?:N|\"-\"\?*|-)S(?:;S@?S)?)?)?)".replace(
        "N", r"[#?0,]*+(?<=[#?0])(?:\.[#?0]+)?+"
    ).replace("S", r"(?:_.|\* |\[(?:[A-Z][a-z]+|\$[¥￥]?(?:-[0-9A-F]+)?)\]|[ ¥￥])*+")
)
"""Formats of numbers alone, thousands and negative ones as programs offer them: they show what the cell holds."""

CODED: Final = re.compile(r'"[^"]*"?|[\\!_*].|\[[^\]]*\]?|USD|HKD|JPY|CNY|RMB')
"""What of a format is not a code: words, colours, languages, currencies."""

LONGEST_FORMAT: Final = 256
"""Characters that are kept of a format: one more than spreadsheet programs take, so that a longer one is known."""

SPREAD: Final = "a sheet spans "
"""What a refusal begins with that says how far apart a sheet's cells lie."""

MOST_CELLS: Final = 20_000_000
MANY_CELLS: Final = 1_000_000
SPANNED_FOR_EACH: Final = 64
"""Cells that a sheet of many may span for each one that holds anything: every empty one between them is made too."""

DAYS: Final = re.compile("[ymdhs]", re.IGNORECASE)
WITH_DIGIT: Final = re.compile(r'"[^"]*[1-9][^"]*"|[\\!][1-9]')
"""Digits that a format of days writes beside those of the day."""


def refuse_spread(rows: Collection[int], columns: Collection[int], filled: int) -> None:
    """Raise ValueError where the cells that hold something lie so far apart that nobody could read all between."""
    if not filled:
        return
    height, width = (max(places) - min(places) + 1 for places in (rows, columns))
    if height * width > min(MOST_CELLS, max(MANY_CELLS, filled * SPANNED_FOR_EACH)):
        raise ValueError(f"{SPREAD}{height:,} rows x {width:,} columns, whose cells hold {filled:,} values")


def matters(code: str) -> bool:
    """Return whether the format may show another thing than the cell holds.

    One of days has words too, as in 2025年1月, and shows what its cell holds where they have no digit.
    """
    if not code or PLAIN.fullmatch(code):
        return False
    return not DAYS.search(CODED.sub("", code)) or WITH_DIGIT.search(code) is not None


@functools.cache
def column_number(letters: str) -> int:
    """Return the number of a column by its letters: 0 of A, 26 of AA."""
    return functools.reduce(lambda number, letter: number * 26 + ord(letter) - ord("A") + 1, letters.upper(), 0) - 1
