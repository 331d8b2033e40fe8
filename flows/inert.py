"""Text that a spreadsheet would take for a formula, made inert in every CSV that leaves the house.

An apostrophe before it is how spreadsheets themselves keep such text; it is taken off where a row comes back.
"""

import re
from typing import Final

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
SIGNED_NUMBER: Final = re.compile(r"[+-](\d+|\d{1,3}(,\d{3})+)(\.\d*)?([eE][+-]?\d{1,3})?")


def inert(cell: str) -> str:
    """Return the text, behind an apostrophe if it would start a formula; a signed number is none."""
    starts_one = cell.startswith(FORMULA_STARTS) or cell.lstrip().startswith(FORMULA_STARTS)
    return f"'{cell}" if starts_one and not SIGNED_NUMBER.fullmatch(cell) else cell
