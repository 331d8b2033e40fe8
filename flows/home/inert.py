"""Delivered text made inert for spreadsheets, which would take it for a formula, and for terminals, which obey it.

An apostrophe before a formula is how spreadsheets themselves keep such text; it is taken off where a row comes back.
"""

import re
import unicodedata
from typing import Final

from transforms.deliveries.text.formulas import LIVE, PART

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
PLAIN: Final = re.compile(r"[\w.][\w. /:()-]*")
"""What begins no formula and cannot be split: nearly every cell."""

SIGNED_NUMBER: Final = re.compile(r"[+-](\d+|\d{1,3}(,\d{3})+)(\.\d*)?([eE][+-]?\d{1,3})?")


def inert(cell: str) -> str:
    """Return the text, behind an apostrophe if it would start a formula; a signed number is none.

    Where a spreadsheet may split a cell (at ; , | a tab or a line's end), a part that would start one has its own.
    """
    if PLAIN.fullmatch(cell):
        return cell
    starts_one = cell.startswith(FORMULA_STARTS) or cell.lstrip().startswith(FORMULA_STARTS)
    is_live = starts_one or re.search(LIVE, cell)
    return "'" + re.sub(PART, r"\1'\2", cell) if is_live and not SIGNED_NUMBER.fullmatch(cell) else cell


def printable(text: str) -> str:
    """Return the text for a terminal: lines stay lines, every other control character is written as an escape."""
    return "".join(c if c == "\n" or unicodedata.category(c) != "Cc" else f"\\x{ord(c):02x}" for c in text)
