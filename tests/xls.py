"""A maker of XLS workbooks (BIFF8 in a compound file), as no library of ours writes them."""

import struct
from collections.abc import Sequence
from typing import Final

SECTOR: Final = 512
NO_SECTOR, FAT_SECTOR, CHAIN_END = 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFE
ERROR_CODES: Final = {"#DIV/0!": 0x07, "#N/A": 0x2A}
FIRST_FORMAT: Final = 164

XlsCell = str | float | tuple[float, str] | None
"""A text (an error's is an error), a number, a number with its format, or nothing."""


def make_xls(rows: Sequence[Sequence[XlsCell]], sheet: str = "贷款", *, is_1904: bool = False) -> bytes:
    """Return a workbook of one sheet."""
    formats = sorted({cell[1] for row in rows for cell in row if isinstance(cell, tuple)})
    cells = b"".join(
        _cell(r, c, cell, formats) for r, row in enumerate(rows) for c, cell in enumerate(row) if cell is not None
    )
    book = _begin(0x0005) + _record(0x22, struct.pack("<H", is_1904)) + b"".join(
        _record(0x41E, struct.pack("<H", FIRST_FORMAT + n) + _text(code, "<HB")) for n, code in enumerate(formats)
    )  # fmt: skip
    numbers = [0, *range(FIRST_FORMAT, FIRST_FORMAT + len(formats))]
    book += b"".join(_record(0xE0, struct.pack("<HH", 0, number) + bytes(16)) for number in numbers)
    name = _text(sheet, "<BB")
    start = len(book) + len(_record(0x85, bytes(6) + name)) + 4
    book += _record(0x85, struct.pack("<IBB", start, 0, 0) + name) + _record(0x0A, b"")
    return _compound(book + _begin(0x0010) + cells + _record(0x0A, b""))


def _cell(row: int, column: int, cell: XlsCell, formats: Sequence[str]) -> bytes:
    value, style = (cell[0], formats.index(cell[1]) + 1) if isinstance(cell, tuple) else (cell, 0)
    place = struct.pack("<HHH", row, column, style)
    if isinstance(value, str) and value in ERROR_CODES:
        return _record(0x205, place + bytes([ERROR_CODES[value], 1]))
    if isinstance(value, str):
        return _record(0x204, place + _text(value, "<HB"))
    return _record(0x203, place + struct.pack("<d", value))


def _begin(kind: int) -> bytes:
    return _record(0x809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6))


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _text(text: str, layout: str) -> bytes:
    return struct.pack(layout, len(text), 1) + text.encode("utf-16-le")


def _compound(stream: bytes) -> bytes:
    """The stream in sectors 2 and up; sector 0 says which follows which, sector 1 is the folder."""
    stream = stream.ljust(4096, b"\0")
    count = -(-len(stream) // SECTOR)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<9I", 0, 1, 1, 0, 4096, CHAIN_END, 0, CHAIN_END, 0)
    header += struct.pack("<109I", 0, *[NO_SECTOR] * 108)
    chain = [FAT_SECTOR, CHAIN_END, *range(3, count + 2), CHAIN_END]
    fat = struct.pack("<128I", *chain, *[NO_SECTOR] * (128 - len(chain)))
    folder = _entry("Root Entry", 5, 1, CHAIN_END, 0) + _entry("Workbook", 2, NO_SECTOR, 2, len(stream)) + bytes(256)
    return header + fat + folder + stream.ljust(count * SECTOR, b"\0")


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    told = (name + "\0").encode("utf-16-le")
    entry = told.ljust(64, b"\0") + struct.pack("<HBB", len(told), kind, 1)
    entry += struct.pack("<III", NO_SECTOR, NO_SECTOR, child) + bytes(36)
    return entry + struct.pack("<IQ", start, size)
