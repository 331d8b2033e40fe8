"""XLSX and XLS: every sheet, merged cells filled, hidden rows kept, formulas by their cached value.

A plain XLSX is bounded before it is parsed. Everything else, XLS above all, is parsed in a process of its own, bounded
in memory and time: a few damaged bytes of an OLE2 container make the parser follow a ring of sectors until the memory
is full, and it takes its process with it.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

from flows.forms import sheets
from flows.forms.archive import unpacked
from flows.forms.sheets import Sheet, read_sheets
from flows.forms.text import LONGEST_CELL
from schemas.errors import UnreadableDelivery
from transforms.deliveries.grids import Grid

ZIP_MAGIC: Final = b"PK\x03\x04"
OTHER_BOOKS: Final = frozenset({"content.xml", "xl/workbook.bin"})
"""What makes an archive an ODS or XLSB."""

MOST_CELLS: Final = 20_000_000
CELL_REFERENCE: Final = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br=[\"']([A-Z]{1,3})(\d{1,7})[\"']")


def workbook_grids(content: bytes, name: str) -> list[Grid]:
    """Return a grid a sheet that holds anything; `lines` are the sheet's own row numbers."""
    try:
        read = read_sheets(content) if _is_plain_xlsx(content, name) else _confined(content)
    except ValueError as error:
        raise UnreadableDelivery(
            f"it is no readable workbook: {error}",
            where=name,
            available="XLSX or XLS without password",
            remedy="save it again as XLSX",
        ) from error
    for sheet in read:
        _refuse_long(sheet, name)
    return [
        Grid(name, sheet.rows, list(range(1, len(sheet.rows) + 1)), sheet.name, sheet.is_hidden, is_padded=True)
        for sheet in read
        if sheet.rows
    ]


def _is_plain_xlsx(content: bytes, name: str) -> bool:
    """True for an XLSX, once it is known to unpack and to spread to no more than a real one does."""
    if not content.startswith(ZIP_MAGIC):
        return False
    members = set()
    for info, data in unpacked(content, name):  # counts what the workbook unpacks to before anything parses it
        members.add(info.filename.lower())
        if info.filename.lower().endswith(".xml"):
            _refuse_huge(data, name)
    return "xl/workbook.xml" in members and not members & OTHER_BOOKS


def _confined(content: bytes) -> list[Sheet]:
    """Return the sheets as a process of its own reads them; raise ValueError where it does not survive."""
    program = [sys.executable, "-I", str(Path(sheets.__file__))]
    ended = subprocess.run(program, input=content, capture_output=True, check=False)  # noqa: S603 - our own module
    if ended.returncode:
        raise ValueError(f"its parser gave up within {sheets.MEMORY_BYTES >> 20} MiB and {sheets.SECONDS} s")
    answer = json.loads(ended.stdout)
    if "refusal" in answer:
        raise ValueError(answer["refusal"])
    return [Sheet(*sheet) for sheet in answer["sheets"]]


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


def _refuse_long(sheet: Sheet, name: str) -> None:
    for number, row in enumerate(sheet.rows, start=1):
        if any(len(cell) > LONGEST_CELL for cell in row):
            raise UnreadableDelivery(
                f"sheet {sheet.name}, row {number}: a cell is longer than {LONGEST_CELL:,} characters",
                where=name,
                available=f"cells of at most {LONGEST_CELL:,} characters",
                remedy="clear the cell",
            )
