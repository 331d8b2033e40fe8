"""The program that marks cells of an XLSX: a fill, and the reason as a comment; everything else stays as it is.

Standard input is a line of JSON, the marks as lists of sheet, row, columns (both from 1) and text, then the workbook.
It imports nothing of ours. Macros and links to other files are not carried over.
"""

import io
import json
import sys
import warnings
from typing import Final

from openpyxl import load_workbook  # type: ignore[import-untyped]
from openpyxl.cell.cell import MergedCell  # type: ignore[import-untyped]
from openpyxl.comments import Comment  # type: ignore[import-untyped]
from openpyxl.styles import PatternFill  # type: ignore[import-untyped]
from openpyxl.worksheet.worksheet import Worksheet  # type: ignore[import-untyped]

FILL: Final = PatternFill("solid", fgColor="FFFFC7CE")
WIDTH, HEIGHT = 360, 140
"""Of a comment, in points: a reason of some lines can be read without pulling at it."""

Mark = tuple[str, int, list[int], str]


def marked(content: bytes, marks: list[Mark]) -> bytes:
    """Return the workbook with its marks; raise ValueError where it cannot be opened."""
    try:
        book = load_workbook(io.BytesIO(content), keep_links=False)
        for name, row, columns, text in marks:
            _mark(book[name], row, columns, text)
        out = io.BytesIO()
        book.save(out)
    except Exception as error:  # whatever its library fails on is not marked
        raise ValueError(f"{type(error).__name__}: {error}") from error
    return out.getvalue()


def _mark(sheet: Worksheet, row: int, columns: list[int], text: str) -> None:
    cells = [_written(sheet, row, column) for column in columns]
    for cell in cells:
        cell.fill = FILL
    first = cells[0]
    before = f"\n\n{first.comment.text}" if first.comment else ""
    first.comment = Comment(text + before, "greenloan", height=HEIGHT, width=WIDTH)


def _written(sheet: Worksheet, row: int, column: int):  # type: ignore[no-untyped-def]  # noqa: ANN202 - openpyxl has no types
    """The cell, or that in whose merged range it lies."""
    cell = sheet.cell(row, column)
    if not isinstance(cell, MergedCell):
        return cell
    around = next(area for area in sheet.merged_cells.ranges if cell.coordinate in area)
    return sheet.cell(around.min_row, around.min_col)


def main() -> None:
    """Read from standard input, write the marked workbook to standard output."""
    warnings.simplefilter("ignore")  # what openpyxl does not know, it says on its own
    head, _, content = sys.stdin.buffer.read().partition(b"\n")
    sys.stdout.buffer.write(marked(content, json.loads(head)))


if __name__ == "__main__":
    main()
