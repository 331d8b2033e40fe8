"""The program that reads a workbook's sheets as text, through calamine.

It imports nothing of ours, so that it starts within a tenth of a second.
"""

import datetime as dt
import io
import json
import sys
from decimal import Decimal
from typing import Final, NamedTuple

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

EXCEL_DIGITS: Final = 15
"""Significant digits that Excel itself keeps; what a float shows beyond them is noise."""

Cell = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta


KINDS: Final = {bool: "b", float: "n", int: "n", str: "t"}
"""What a cell is, in a letter; any other is a day or a time of day: d."""


class Sheet(NamedTuple):
    """A sheet's name, its rows as text, whether it is hidden, a letter for what each cell is, and the merged ranges.

    A range is its first row and column and its last ones, counted from 0.
    """

    name: str
    rows: list[list[str]]
    is_hidden: bool
    kinds: list[str]
    merged: list[tuple[int, int, int, int]]


def read_sheets(content: bytes) -> list[Sheet]:
    """Return every sheet; raise ValueError where there is no readable workbook. A damaged XLS may end the process."""
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            return [_sheet(book, sheet.name, sheet.visible) for sheet in book.sheets_metadata]
    except (CalamineError, OSError) as error:
        raise ValueError(str(error)) from error


def _sheet(book: CalamineWorkbook, name: str, visible: SheetVisibleEnum) -> Sheet:
    try:
        sheet = book.get_sheet_by_name(name)
    except CalamineError:  # charts and dialogs are sheets without cells
        return Sheet(name, [], is_hidden=False, kinds=[], merged=[])
    cells = sheet.to_python(skip_empty_area=False)
    rows = [[as_text(cell) for cell in row] for row in cells]
    kinds = ["".join(map(_kind, row)) for row in cells]
    return Sheet(name, rows, visible != SheetVisibleEnum.Visible, kinds, _merged(sheet))


def _merged(sheet: CalamineSheet) -> list[tuple[int, int, int, int]]:
    ranges = sheet.merged_cell_ranges or []
    return [(top, left, bottom, right) for (top, left), (bottom, right) in ranges if (top, left) != (bottom, right)]


def _kind(cell: Cell) -> str:
    """A whole number of more digits than a spreadsheet keeps is of its own kind: x."""
    if cell == "":
        return " "
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and abs(cell) >= 10**EXCEL_DIGITS:
        return "x"
    return KINDS.get(type(cell), "d")


def as_text(cell: Cell) -> str:
    """Return a cell as a person would type it: whole numbers without a point, dates as 2025-06-30."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return _number(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat()
    if isinstance(cell, (dt.date, dt.time)):
        return cell.isoformat()
    return str(cell)


def _number(value: float) -> str:
    if value == int(value) and abs(value) < 10**EXCEL_DIGITS:
        return str(int(value))
    return format(Decimal(f"{value:.{EXCEL_DIGITS}g}"), "f")  # the digits that a spreadsheet shows, then zeros


def main() -> None:
    """Read a workbook from standard input; write its sheets to standard output as JSON, or raise ValueError."""
    json.dump(read_sheets(sys.stdin.buffer.read()), sys.stdout)


if __name__ == "__main__":
    main()
