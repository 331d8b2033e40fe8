"""The program that reads a workbook's sheets as text, through calamine.

It imports nothing of ours, so that it starts within a tenth of a second.
"""

import datetime as dt
import io
import json
import posixpath
import re
import sys
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from typing import Final, NamedTuple
from xml.parsers import expat

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

EXCEL_DIGITS: Final = 15
"""Significant digits that Excel itself keeps; what a float shows beyond them is noise."""

DAMAGED: Final = "the workbook is damaged: "
"""What a refusal begins with that is no fault of the workbook's kind."""

BOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
PARTS_READ: Final = re.compile(
    r"xl/(workbook\.xml|_rels/workbook\.xml\.rels|sharedstrings\.xml|styles\.xml|worksheets/[^/]*\.xml)", re.IGNORECASE
)
KINDS_READ: Final = ("/worksheet", "/sharedStrings", "/styles")
"""How the relations end that name such parts."""

WITHOUT_CELLS: Final = (SheetTypeEnum.ChartSheet, SheetTypeEnum.DialogSheet, SheetTypeEnum.Vba)

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
    if zipfile.is_zipfile(io.BytesIO(content)):
        _refuse_damaged(content)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            return [_sheet(book, sheet) for sheet in book.sheets_metadata]
    except (CalamineError, OSError) as error:
        raise ValueError(str(error)) from error


def _refuse_damaged(content: bytes) -> None:
    """Raise ValueError for a part of an XLSX that is missing or no whole XML: calamine reads what comes before."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name.lower(): name for name in archive.namelist()}
        if not any(name.startswith("xl/") for name in parts) or "xl/workbook.bin" in parts:
            return
        for missing in (part for part in (BOOK, RELATIONS) if part.lower() not in parts):
            raise ValueError(f"{DAMAGED}{missing} is missing")
        for part in filter(PARTS_READ.fullmatch, parts.values()):
            _refuse_torn(part, archive.read(part))
        for target in _targets(archive.read(parts[RELATIONS.lower()])):
            if target.lower() not in parts:
                raise ValueError(f"{DAMAGED}{target} is missing")


def _refuse_torn(part: str, data: bytes) -> None:
    try:
        expat.ParserCreate().Parse(data, True)
    except expat.ExpatError as error:
        raise ValueError(f"{DAMAGED}{part} is no whole XML ({error})") from error


def _targets(relations: bytes) -> Iterator[str]:
    """Return the parts that the workbook names as its sheets, texts and styles."""
    found: list[dict[str, str]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda _, attributes: found.append(attributes)
    parser.Parse(relations, True)
    for one in found:
        if one.get("Type", "").endswith(KINDS_READ) and one.get("TargetMode") != "External":
            yield posixpath.normpath(posixpath.join("/xl", one.get("Target", ""))).lstrip("/")


def _sheet(book: CalamineWorkbook, about: SheetMetadata) -> Sheet:
    if about.typ in WITHOUT_CELLS:
        return Sheet(about.name, [], is_hidden=False, kinds=[], merged=[])
    try:
        sheet = book.get_sheet_by_name(about.name)
    except CalamineError as error:
        raise ValueError(f"{DAMAGED}sheet {about.name} cannot be read ({error})") from error
    cells = sheet.to_python(skip_empty_area=False)
    rows = [[as_text(cell) for cell in row] for row in cells]
    kinds = ["".join(map(_kind, row)) for row in cells]
    return Sheet(about.name, rows, about.visible != SheetVisibleEnum.Visible, kinds, _merged(sheet))


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
