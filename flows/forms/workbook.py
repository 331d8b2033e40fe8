"""XLSX and XLS through calamine: every sheet, merged cells filled, hidden rows kept, formulas by their cached value."""

import datetime as dt
import io
import re
from typing import Final

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from flows.forms.archive import unpacked
from flows.forms.text import LONGEST_CELL
from schemas.errors import UnreadableDelivery
from transforms.deliveries.grids import Grid

ZIP_MAGIC: Final = b"PK\x03\x04"
MOST_CELLS: Final = 20_000_000
CELL_REFERENCE: Final = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
EXCEL_DIGITS: Final = 15
"""Significant digits that Excel itself keeps; what a float shows beyond them is noise."""

Cell = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta


def workbook_grids(content: bytes, name: str) -> list[Grid]:
    """Return a grid a sheet that holds anything; `lines` are the sheet's own row numbers."""
    if content.startswith(ZIP_MAGIC):
        for info, data in unpacked(content, name):  # counts what the workbook unpacks to before anything parses it
            if info.filename.startswith("xl/worksheets/"):
                _refuse_huge(data, name)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            grids = [_grid(book, sheet.name, sheet.visible, name) for sheet in book.sheets_metadata]
    except (CalamineError, ValueError, OSError) as error:
        raise _unreadable(name, str(error)) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # a parser's panic is no Exception
            raise
        raise _unreadable(name, "its parser gave up") from error
    return [grid for grid in grids if grid.rows]


def _unreadable(name: str, why: str) -> UnreadableDelivery:
    return UnreadableDelivery(
        f"it is no readable workbook: {why}",
        where=name,
        available="XLSX or XLS without password",
        remedy="save it again",
    )


def _grid(book: CalamineWorkbook, sheet_name: str, visible: SheetVisibleEnum, name: str) -> Grid:
    try:
        sheet = book.get_sheet_by_name(sheet_name)
    except CalamineError:  # charts and dialogs are sheets without cells
        return Grid(name, [], [], sheet=sheet_name)
    rows = [[as_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    _fill_merged(rows, sheet)
    _refuse_long(rows, name, sheet_name)
    is_hidden = visible != SheetVisibleEnum.Visible
    return Grid(name, rows, list(range(1, len(rows) + 1)), sheet=sheet_name, is_hidden=is_hidden, is_padded=True)


def _refuse_huge(sheet: bytes, name: str) -> None:
    """A lone cell in a sheet's last corner would make the parser lay out every empty cell before it."""
    corners = [(match[1], int(match[2])) for match in CELL_REFERENCE.finditer(sheet)]
    if not corners:
        return
    rows, columns = [row for _, row in corners], [_column_number(letters) for letters in {c for c, _ in corners}]
    height, width = max(rows) - min(rows) + 1, max(columns) - min(columns) + 1
    if height * width > MOST_CELLS:
        raise UnreadableDelivery(
            f"a sheet spans {height:,} rows x {width:,} columns",
            where=name,
            available=f"at most {MOST_CELLS:,} cells",
            remedy="delete the empty rows and columns beyond the table, or deliver it as CSV",
        )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _refuse_long(rows: list[list[str]], name: str, sheet: str) -> None:
    for number, row in enumerate(rows, start=1):
        if any(len(cell) > LONGEST_CELL for cell in row):
            raise UnreadableDelivery(
                f"sheet {sheet}, row {number}: a cell is longer than {LONGEST_CELL:,} characters",
                where=name,
                available=f"cells of at most {LONGEST_CELL:,} characters",
                remedy="clear the cell",
            )


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
