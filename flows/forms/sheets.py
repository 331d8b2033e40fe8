"""The program that reads a workbook's sheets as text, through calamine, within the memory that it is given.

It imports nothing of ours, so that it starts within a tenth of a second.
"""

import datetime as dt
import io
import json
import resource
import sys
from typing import Final, NamedTuple

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

EXCEL_DIGITS: Final = 15
"""Significant digits that Excel itself keeps; what a float shows beyond them is noise."""

SECONDS: Final = 120
"""Of processor time; the largest workbook takes a tenth of it."""

Cell = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta


class Sheet(NamedTuple):
    """A sheet's name, its rows as text, and whether it is hidden."""

    name: str
    rows: list[list[str]]
    is_hidden: bool


def read_sheets(content: bytes) -> list[Sheet]:
    """Return every sheet; raise ValueError where there is no readable workbook. A damaged XLS may end the process."""
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            return [_sheet(book, told.name, told.visible) for told in book.sheets_metadata]
    except (CalamineError, OSError) as error:
        raise ValueError(str(error)) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # a parser's panic is no Exception
            raise
        raise ValueError("its parser gave up") from error


def _sheet(book: CalamineWorkbook, name: str, visible: SheetVisibleEnum) -> Sheet:
    try:
        sheet = book.get_sheet_by_name(name)
    except CalamineError:  # charts and dialogs are sheets without cells
        return Sheet(name, [], is_hidden=False)
    rows = [[as_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    _fill_merged(rows, sheet)
    return Sheet(name, rows, visible != SheetVisibleEnum.Visible)


def _fill_merged(rows: list[list[str]], sheet: CalamineSheet) -> None:
    """A merged cell's text belongs to every row that it spans; across columns it stays where it stands."""
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or []:
        for row in range(top + 1, min(bottom, len(rows) - 1) + 1):
            if left < len(rows[row]) and not rows[row][left]:
                rows[row][left] = rows[top][left]


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
    text = f"{value:.{EXCEL_DIGITS}g}"
    return text if "e" not in text else f"{value:.20f}".rstrip("0").rstrip(".")


def main() -> int:
    """Read a workbook from standard input; write its sheets, or why there are none, as JSON to standard output."""
    content = sys.stdin.buffer.read()
    memory = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer: dict[str, object] = {"sheets": read_sheets(content)}
    except ValueError as error:
        answer = {"refusal": str(error)}
    json.dump(answer, sys.stdout)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
