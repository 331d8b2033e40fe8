"""XLSX and XLS: every sheet, hidden rows kept, formulas by their cached value, each cell as it is shown.

The parser lives in a process of its own, bounded in memory and time, because a few bytes can make it take both: an XLS
whose ring of sectors never ends, an XLSX whose lone cell in the last corner comes with every empty cell before it.
"""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from flows.forms.archive import WORKBOOK, unpacked
from flows.forms.kept import answered
from flows.forms.lines import LONGEST_CELL
from flows.forms.workbooks import cells, records, sheets, styles
from flows.forms.workbooks import unread as unread_cells
from flows.forms.workbooks.formats import currency_of, kind_of, shown
from flows.forms.workbooks.literals import LONGEST, adds_to_days, shown_otherwise
from flows.forms.workbooks.sheets import Sheet
from flows.forms.workbooks.unread import Unread
from schemas.errors import UnreadableDelivery
from transforms.deliveries.sheets.grid import Grid

ZIP_MAGIC: Final = b"PK\x03\x04"
MEMORY_BYTES: Final = 512 << 20
MEMORY_PER_BYTE: Final = 12
"""What the parser may hold: a base, and so much for each byte that the workbook unpacks to."""

PROLOG_WITH_TYPE: Final = re.compile(
    rb"(?:[\xef\xbb\xbf\xfe\xff]|\s|(?><\?.*?\?>)|(?><!--.*?-->))*+<!DOCTYPE", re.DOTALL | re.IGNORECASE
)
"""A document type after what may come before it. Atomic: going back over a million comments would take n^2."""

UTF_16: Final = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")


class Marks(NamedTuple):
    """What is so of cells beside their values, by sheet: row, column, kind, and how it is written.

    is_known: whether formats and errors could be read; days may count from 1904. margins, remarks: by sheet.
    """

    sheets: dict[str, list[styles.Mark]]
    is_1904: bool
    margins: dict[str, list[styles.PlacedText]]
    remarks: dict[str, list[styles.PlacedText]]
    is_known: bool


def workbook_grids(content: bytes, name: str) -> list[Grid]:
    """Return a grid a sheet that holds anything; `lines` are the sheet's own row numbers."""
    try:
        memory = MEMORY_BYTES + MEMORY_PER_BYTE * _unpacked_bytes(content, name)
        marks = _marks(content, memory)
        read, unread = _sheets(content, memory)
    except ValueError as error:
        if str(error).startswith(cells.SPREAD):
            raise _of_cells_far_apart(str(error), name) from error
        if str(error) == records.LOCKED:
            raise _of_a_password(name) from error
        is_damaged = str(error).startswith(sheets.DAMAGED)
        raise UnreadableDelivery(
            str(error) if is_damaged else f"it is not a readable workbook, or a damaged one: {error}",
            where=name,
            available="XLSX or XLS without password",
            remedy=WORKBOOK.remedy,
        ) from error
    for sheet in read:
        _refuse_long(sheet, name)
    return [_grid(name, sheet, _with_unread(marks, sheet.name, unread)) for sheet in read if sheet.rows]


def _sheets(content: bytes, memory: int) -> tuple[list[Sheet], dict[str, list[Unread]]]:
    """Return the sheets and the cells that could not be read; one such cell costs its row, and not the workbook."""
    unread: dict[str, list[Unread]] = {}
    try:
        answer = answered(Path(sheets.__file__), content, memory)
    except ValueError as error:
        if not str(error).startswith(sheets.OF_A_CELL) or not content.startswith(ZIP_MAGIC):
            raise
        unread, workbook = _with_texts(content, memory)
        if not unread:
            raise
        answer = answered(Path(sheets.__file__), workbook, memory)
    return [Sheet(*sheet) for sheet in json.loads(answer)], unread


def _with_texts(content: bytes, memory: int) -> tuple[dict[str, list[Unread]], bytes]:
    try:
        listed, _, workbook = answered(Path(unread_cells.__file__), content, memory).partition(b"\n")
    except ValueError:
        return {}, content
    return json.loads(listed), workbook


def _with_unread(marks: Marks, sheet: str, unread: dict[str, list[Unread]]) -> Marks:
    """What cannot be read is marked as that alone: a format has no say in it."""
    places = {(row, column): text for row, column, text in unread.get(sheet, [])}
    if not places:
        return marks
    others = [mark for mark in marks.sheets.get(sheet, []) if (mark[0], mark[1]) not in places]
    cells = [(row, column, "unread", text) for (row, column), text in places.items()]
    return marks._replace(sheets={**marks.sheets, sheet: others + cells})


def _marks(content: bytes, memory: int) -> Marks:
    """A workbook whose values can be read is not refused for its formats, but for a password or cells far apart."""
    program = styles.__file__ if content.startswith(ZIP_MAGIC) else records.__file__
    try:
        marks, is_1904, margins, remarks = json.loads(answered(Path(program), content, memory))
    except ValueError as error:
        if str(error).startswith(cells.SPREAD) or str(error) == records.LOCKED:
            raise
        return Marks({}, is_1904=False, margins={}, remarks={}, is_known=False)
    return Marks(marks, is_1904, margins, remarks, is_known=True)


def _grid(name: str, sheet: Sheet, marks: Marks) -> Grid:
    notes = _as_shown(sheet.rows, marks.sheets.get(sheet.name, []))
    lines = list(range(1, len(sheet.rows) + 1))
    merged = [(top, left, bottom, right) for top, left, bottom, right in sheet.merged]  # JSON has no tuples
    return Grid(
        name,
        sheet.rows,
        lines,
        sheet.name,
        sheet.is_hidden,
        is_padded=True,
        kinds=sheet.kinds,
        notes=notes,
        merged=merged,
        is_1904=marks.is_1904,
        are_formats_known=marks.is_known,
        margins=_pairs(marks.margins.get(sheet.name, [])) + _pairs(marks.margins.get("", [])),
        remarks=_pairs(marks.remarks.get(sheet.name, [])),
    )


def _pairs(pairs: Iterable[styles.PlacedText]) -> tuple[styles.PlacedText, ...]:
    return tuple((where, text) for where, text in pairs)  # JSON has no tuples


def _as_shown(rows: list[list[str]], marks: Iterable[styles.Mark]) -> dict[tuple[int, int], tuple[str, str]]:
    """Write into the rows what their cells show; return what a cell shows that no text can hold."""
    notes = {}
    for row, column, kind, note in marks:
        if row >= len(rows):
            continue
        cells = rows[row]
        cells += [""] * (column + 1 - len(cells))
        if kind == "format":
            found = _of_format(cells[column], note)
            cells[column] = shown(cells[column], note)
        else:
            found = (kind, note)
            cells[column] = cells[column] or (note if kind != "struck" else "")
        if found:
            notes[row, column] = found
    return notes


def _of_format(text: str, code: str) -> tuple[str, str] | None:
    """A format that names a currency shows that one; its words are not a unit beside it."""
    if len(code) > LONGEST:
        return "disguised", f"{text} has a number format of more than {LONGEST} characters"
    if seen := shown_otherwise(text, code):
        return "disguised", f"{text} is shown as {seen} by the number format {code}"
    if adds_to_days(code):
        return "disguised_day", f"{text} is shown with digits that its number format {code} adds"
    does = kind_of(code)
    does = (currency_of(code) or does) if does in {"", "named"} else does
    return (does, code) if does not in {"", "percent", "zeros"} else None


def _unpacked_bytes(content: bytes, name: str) -> int:
    """Return what the workbook unpacks to; raise UnreadableDelivery where that or a sheet is too large."""
    if not content.startswith(ZIP_MAGIC):
        return len(content)
    total = 0
    for info, data in unpacked(content, name, WORKBOOK):
        total += len(data)
        if _defines_entities(data):
            raise _of_entities(info.filename, name)
    return total


def _defines_entities(part: bytes) -> bool:
    """No spreadsheet program writes a document type into a part. Entities are dropped: 单位：&u; would be no unit."""
    return PROLOG_WITH_TYPE.match(part.replace(b"\0", b"") if part.startswith(UTF_16) else part) is not None


def _of_entities(part: str, name: str) -> UnreadableDelivery:
    return UnreadableDelivery(
        f"{part} defines entities of its own (<!DOCTYPE ...>)",
        where=name,
        available="workbooks as spreadsheet programs write them",
        remedy="open it in a spreadsheet program and save it again as XLSX",
    )


def _of_a_password(name: str) -> UnreadableDelivery:
    return UnreadableDelivery(
        "the workbook is encrypted: it opens by a password alone",
        where=name,
        available="XLSX or XLS without password",
        remedy="save it without a password and send it again",
    )


def _of_cells_far_apart(reason: str, name: str) -> UnreadableDelivery:
    """A lone cell in a sheet's last corner comes with every empty one before it."""
    return UnreadableDelivery(
        reason,
        where=name,
        available=f"at most {cells.MOST_CELLS:,} cells; of more than {cells.MANY_CELLS:,} one in "
        f"{cells.SPANNED_FOR_EACH} holds something",
        remedy="clear the cells far beyond the table, or deliver it as CSV",
    )


def _refuse_long(sheet: Sheet, name: str) -> None:
    for number, row in enumerate(sheet.rows, start=1):
        if any(len(cell) > LONGEST_CELL for cell in row):
            raise UnreadableDelivery(
                f"sheet {sheet.name}, row {number}: a cell is longer than {LONGEST_CELL:,} characters",
                where=name,
                available=f"cells of at most {LONGEST_CELL:,} characters",
                remedy="clear the cell",
            )
