"""Where a spreadsheet would take delivered text for a formula: at a cell's beginning, or where it splits the cell.

What the program writes for senders has apostrophes there (flows.home.inert); they are taken off where a row comes back.
"""

from typing import Final

SIGNS: Final = r"=+\-@＝＋－＠"
_SPLIT: Final = r"[;,|\t\r\n][ \t\r\n　\"]*"

LIVE: Final = rf"{_SPLIT}[{SIGNS}]"
"""A part of a cell that would start a formula."""

PART: Final = rf"({_SPLIT})('*[{SIGNS}])"
"""The same, with the apostrophes that hold it."""

HELD: Final = rf"(?s)^'.*{_SPLIT}'+[{SIGNS}]"
HELD_PART: Final = rf"({_SPLIT})'('*[{SIGNS}])"
"""A cell as the program writes it, and what of a part stays when an apostrophe is taken off."""
