"""The program that reads a workbook's sheets as text, through calamine.

It imports nothing that is slow to load, so that it starts within a tenth of a second.
"""

import datetime as dt
import io
import json
import posixpath
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator
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

from flows.forms.workbooks.cells import column_number, refuse_spread

EXCEL_DIGITS: Final = 15
"""Significant digits that Excel itself keeps; what a float shows beyond them is noise."""

EXCEL_BEGINS: Final = 1900
"""The year of its day 1; calamine makes a day before it of NaN alone."""

DAMAGED: Final = "the workbook is damaged: "
"""What a refusal begins with that is not a fault of the workbook's kind."""

OF_A_CELL: Final = f"{DAMAGED}a cell of sheet "
"""What a refusal begins with where the parts are whole and a value is not (flows.forms.workbooks.unread)."""

BOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
PARTS_READ: Final = re.compile(
    r"xl/(workbook\.xml|_rels/workbook\.xml\.rels|sharedstrings\.xml|styles\.xml|worksheets/[^/]*\.xml)", re.IGNORECASE
)
KINDS_READ: Final = ("/worksheet", "/sharedStrings", "/styles")
"""How the relations end that name such parts."""

SHEET_PART: Final = re.compile(r"xl/worksheets/[^/]*\.xml", re.IGNORECASE)

ONE_VALUE: Final = rb"<(?:\w+:)?v(?:\s[^<>]*)?>"
IN_PIECES: Final = re.compile(ONE_VALUE + rb"[^<]*<(?!/)")
PIECES: Final = (b"<!", b"<?")
"""What a value in pieces has in it: a section or comment, an instruction."""

NO_TEXT: Final = rb"<(?:\w+:)?c(?![^<>]*\st\s*=\s*[\"'](?:str|inlineStr|d)[\"'])(?:\s[^<>]*)?>\s*"
FORMULA: Final = rb"(?:<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*)?"
WRITTEN_APART: Final = re.compile(NO_TEXT + FORMULA + ONE_VALUE + rb"([^<&]*&[^<]*)<")
"""A number, or the number of a text, with a sign by its number or name: calamine reads what comes before it."""

INDEX: Final = re.compile(r"\s*[0-9]{1,9}\s*")
MISNAMED: Final = "names a text by "
"""How a doubt begins that is about one cell: the row alone is refused."""

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
        names = archive.namelist()
        parts = {_part(name): name for name in names}
        if not any(name.startswith("xl/") for name in parts) or "xl/workbook.bin" in parts:
            return
        if twice := _repeated(part for name in names if PARTS_READ.fullmatch(part := _part(name))):
            raise ValueError(f"{DAMAGED}it holds {twice} twice")
        for missing in (part for part in (BOOK, RELATIONS) if part.lower() not in parts):
            raise ValueError(f"{DAMAGED}{missing} is missing")
        for part in filter(PARTS_READ.fullmatch, parts):
            _refuse_torn(parts[part], archive.read(parts[part]))
        if not _names_a_sheet(archive.read(parts[BOOK])):
            raise ValueError(f"{DAMAGED}{BOOK} names no sheet")
        for target in _targets(archive.read(parts[RELATIONS.lower()])):
            if target.lower() not in parts:
                raise ValueError(f"{DAMAGED}{target} is missing")


def _part(name: str) -> str:
    """Return the name as parsers look for it: in any case, and some write a backslash."""
    return name.replace("\\", "/").lower()


def _refuse_torn(part: str, data: bytes) -> None:
    try:
        doubt = doubtful_value(data) if SHEET_PART.fullmatch(part) else expat.ParserCreate().Parse(data, True) and None
    except expat.ExpatError as error:
        raise ValueError(f"{DAMAGED}{part} is not whole XML ({error})") from error
    if doubt:
        raise ValueError(f"{OF_A_CELL if doubt.startswith(MISNAMED) else DAMAGED}{part} {doubt}")


class _Doubt(Exception):
    """What of a sheet programs read differently."""


class _Cells:
    """Follows a sheet's elements and raises _Doubt where it holds something twice.

    misnamed: what is wrong with the number of a text, of the first such cell.
    """

    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler, self.parser.EndElementHandler = self.start, self.end
        self.kinds = {kind: kind for kind in ("c", "v", "is", "f", "row", "sheetData")}
        self.span = _Span()
        self.tables = 0
        self.rows: set[str] = set()
        self.cells: set[str] = set()
        self.has_value = self.is_in_value = self.is_text = False
        self.index = self.misnamed = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if self.is_in_value:
            raise _Doubt("holds a value in pieces")
        kind = self.kinds.get(name)
        if kind is None and ":" in name:
            kind = self.kinds.get(name.rpartition(":")[2])
        if kind == "c":
            self.has_value, self.is_text = False, attributes.get("t") == "s"
            place = attributes.get("r", "").strip().upper()
            self._once(self.cells, place, "cell")
            self.span.cell(place)
        elif kind in {"v", "is", "f"}:
            self.held(kind)
        elif kind == "row":
            self.cells.clear()
            place = attributes.get("r", "").strip().lstrip("0")
            self._once(self.rows, place, "row")
            self.span.row(place)
        elif kind:
            self.tables += 1
            if self.tables > 1:
                raise _Doubt("holds its rows twice")

    def held(self, kind: str) -> None:
        """A value of the cell begins, or its formula."""
        self.span.holds()
        if kind == "f":
            return
        if self.has_value:
            raise _Doubt("holds a cell with two values")
        self.has_value, self.is_in_value, self.index = True, kind == "v", ""
        if self.is_text:
            self.parser.CharacterDataHandler = self.text

    def text(self, data: str) -> None:
        """A piece of the number of a text."""
        self.index += data

    def end(self, _: str) -> None:
        """An element ends; in a value there is no other."""
        if self.is_in_value:
            self.is_in_value = False
            if self.is_text:
                self.parser.CharacterDataHandler = None
                if not INDEX.fullmatch(self.index):
                    self.misnamed = self.misnamed or f"{MISNAMED}'{self.index[:20]}', which is not a number"

    @staticmethod
    def _once(seen: set[str], place: str, what: str) -> None:
        if place and place in seen:
            raise _Doubt(f"holds {what} {place} twice")
        seen.add(place)


class _Span:
    """The rows and columns from the first to the last cell that holds anything, and how many such cells there are."""

    def __init__(self) -> None:
        self.filled = self.at_row = self.at_column = 0
        self.row_digits = ""
        self.rows: set[int] = set()
        self.columns: set[int] = set()

    def row(self, digits: str) -> None:
        """A row begins; without a number it is the next one."""
        self.at_row, self.at_column = int(digits) if digits.isdecimal() else self.at_row + 1, 0
        self.row_digits = digits

    def cell(self, place: str) -> None:
        """A cell begins; without a place it is the next one. Its own row counts, whatever row it is in."""
        letters = place.rstrip("0123456789")
        if letters and (digits := place[len(letters) :]) != self.row_digits:
            self.row(digits)
        self.at_column = column_number(letters) + 1 if letters else self.at_column + 1

    def holds(self) -> None:
        """The cell holds a value, or a formula."""
        self.filled += 1
        self.rows.add(self.at_row)
        self.columns.add(self.at_column)


def doubtful_value(sheet: bytes) -> str | None:
    """Return what of a sheet's XML programs read differently, None of a plain one: calamine takes one of the readings.

    No program writes such a sheet. Raises ExpatError where it is not whole XML, ValueError where cells lie far apart.
    """
    cells = _Cells()
    try:
        cells.parser.Parse(sheet, True)
    except _Doubt as doubt:
        return str(doubt)
    if not cells.tables:
        return "is not a sheet: it has no rows (sheetData)"
    refuse_spread(cells.span.rows, cells.span.columns, cells.span.filled)
    if any(piece in sheet[len(b"<?xml") :] for piece in PIECES) and IN_PIECES.search(sheet):
        return "holds a value in pieces"
    if b"&" in sheet and (apart := WRITTEN_APART.search(sheet)):
        return f"holds a number with a sign written apart ({apart.group(1).decode('utf-8', 'replace')[:40]})"
    return cells.misnamed or None


def _repeated(names: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


def _targets(relations: bytes) -> Iterator[str]:
    """Return the parts that the workbook names as its sheets, texts and styles."""
    found: list[dict[str, str]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda _, attributes: found.append(attributes)
    parser.Parse(relations, True)
    for one in found:
        if one.get("Type", "").endswith(KINDS_READ) and one.get("TargetMode") != "External":
            yield posixpath.normpath(posixpath.join("/xl", one.get("Target", ""))).lstrip("/")


def _names_a_sheet(book: bytes) -> bool:
    found: list[str] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, _: found.append(name.rpartition(":")[2])
    parser.Parse(book, True)
    return "sheet" in found


def _sheet(book: CalamineWorkbook, about: SheetMetadata) -> Sheet:
    if about.typ in WITHOUT_CELLS:
        return Sheet(about.name, [], is_hidden=False, kinds=[], merged=[])
    try:
        sheet = book.get_sheet_by_name(about.name)
        cells = sheet.to_python(skip_empty_area=False)
    except BaseException as error:  # a panic of calamine is not an Exception
        if isinstance(error, CalamineError) or type(error).__name__ == "PanicException":
            raise ValueError(f"{OF_A_CELL}{about.name} cannot be read ({error})") from error
        raise
    rows = [_texts(about.name, number, row) for number, row in enumerate(cells, start=1)]
    kinds = ["".join(map(_kind, row)) for row in cells]
    return Sheet(about.name, rows, about.visible != SheetVisibleEnum.Visible, kinds, _merged(about.name, sheet, rows))


def _texts(sheet: str, number: int, row: list[Cell]) -> list[str]:
    try:
        return [as_text(cell) for cell in row]
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{OF_A_CELL}{sheet}, in row {number}, is not a number ({error})") from error


def _merged(name: str, sheet: CalamineSheet, rows: list[list[str]]) -> list[tuple[int, int, int, int]]:
    """The merged ranges; what they span is bounded by the sheet, since in a whole one no cell is in two of them."""
    ranges = sheet.merged_cell_ranges or []
    height, width = len(rows), max(map(len, rows), default=0)
    spanned = sum(
        max(0, min(bottom + 1, height) - top) * max(0, min(right + 1, width) - left)
        for (top, left), (bottom, right) in ranges
    )
    if spanned > height * width:
        raise ValueError(f"{DAMAGED}merged cells of sheet {name} lie over each other")
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
        if cell.year < EXCEL_BEGINS:
            raise ValueError("nan, shown as a day")
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
