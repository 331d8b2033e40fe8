"""Where a refused row lies in its sender's own file: the cell that is wrong, or the whole line."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from transforms.deliveries.headers.columns import known_headers
from transforms.deliveries.headers.monthly_layout import CELL
from transforms.ground.aliases import Aliases

ADDRESS: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})\b")
"""What the cell of a reading under a month begins with, behind which is what was written there."""

LETTERS: Final = 26


class Place(NamedTuple):
    """A line, and its columns from 1: that of the cell that is wrong, or of a whole line all that have text.

    address: the cell as a spreadsheet names it, None of a whole line; header: that of its column, None under a month;
    written: of a reading under a month its cell with what is there, and what was taken off it.
    """

    line: int
    columns: list[int]
    address: str | None = None
    header: str | None = None
    written: str | None = None


def letters(column: int) -> str:
    """Return a column's letters: 1 is A, 27 is AA."""
    rest, last = divmod(column - 1, LETTERS)
    return (letters(rest) if rest else "") + chr(ord("A") + last)


def place_of(row: Mapping[str, Any], aliases: Aliases) -> Place:
    """Return the place of a refused row (schemas.runs.RejectedRow) that has a line."""
    cells: dict[str, str | None] = json.loads(row["row_text"] or "{}")
    line = int(row["source_row"])
    written = cells.get(CELL) or ""
    if named := ADDRESS.match(written):
        return Place(int(named[2]), [_number(named[1])], named[0], written=written)
    names = list(cells)
    header = _header(row, cells, aliases)
    if header is not None:
        column = names.index(header) + 1
        return Place(line, [column], f"{letters(column)}{line}", header)
    filled = [at for at, name in enumerate(names, start=1) if (cells[name] or "").strip()]
    return Place(line, filled or [1])


def _header(row: Mapping[str, Any], cells: Mapping[str, str | None], aliases: Aliases) -> str | None:
    """The header that names the column; where none does, that of the only cell with the value."""
    known = known_headers(row["table"], cells, aliases)
    named = [one.delivered for one in known if row["column"] and one.column == row["column"]]
    if len(named) == 1:
        return named[0]
    same = [name for name, cell in cells.items() if row["value"] and (cell or "").strip() == row["value"].strip()]
    return same[0] if len(same) == 1 else None


def _number(name: str) -> int:
    number = 0
    for letter in name:
        number = number * LETTERS + ord(letter) - ord("A") + 1
    return number
