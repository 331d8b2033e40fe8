"""A maker of XLS workbooks (BIFF8 in a compound file), as no library of ours writes them."""

import struct
from collections.abc import Sequence
from typing import Final

SECTOR: Final = 512
SMALL_SECTOR: Final = 64
CUT_OFF: Final = 4096
"""Bytes from which on a stream lies in sectors of the file."""

IN_HEADER: Final = 109
"""The number of tables of sectors that the header names."""

NO_SECTOR, CHAIN_END, FAT_SECTOR, LIST_SECTOR = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFC
ERROR_CODES: Final = {"#DIV/0!": 0x07, "#N/A": 0x2A}
FIRST_FORMAT: Final = 164

XlsCell = str | float | tuple[float, str] | None
"""A text (an error's is an error), a number, a number with its format, or nothing."""


def make_xls(
    rows: Sequence[Sequence[XlsCell]],
    sheet: str = "贷款",
    *,
    is_1904: bool = False,
    padding: int = CUT_OFF,
    page_header: str = "",
    is_locked: bool = False,
) -> bytes:
    """Return a workbook of one sheet, its stream filled up to at least `padding` bytes.

    A stream below the cut-off lies in sectors of 64 bytes, one of 7 MB and more needs a list of its tables of sectors.
    """
    formats = sorted({cell[1] for row in rows for cell in row if isinstance(cell, tuple)})
    cells = b"".join(
        _cell(r, c, cell, formats) for r, row in enumerate(rows) for c, cell in enumerate(row) if cell is not None
    )
    book = (
        _begin(0x0005)
        + (_record(0x2F, bytes(54)) if is_locked else b"")
        + _record(0x22, struct.pack("<H", is_1904))
        + b"".join(
            _record(0x41E, struct.pack("<H", FIRST_FORMAT + n) + _text(code, "<HB")) for n, code in enumerate(formats)
        )
    )
    numbers = [0, *range(FIRST_FORMAT, FIRST_FORMAT + len(formats))]
    book += b"".join(_record(0xE0, struct.pack("<HH", 0, number) + bytes(16)) for number in numbers)
    name = _text(sheet, "<BB")
    start = len(book) + len(_record(0x85, bytes(6) + name)) + 4
    book += _record(0x85, struct.pack("<IBB", start, 0, 0) + name) + _record(0x0A, b"")
    cells = (_record(0x14, _text(page_header, "<HB")) if page_header else b"") + cells
    stream = (book + _begin(0x0010) + cells + _record(0x0A, b"")).ljust(padding, b"\0")
    return _compound(stream) if len(stream) >= CUT_OFF else _small_compound(stream)


def make_locked_xlsx() -> bytes:
    """Return what an XLSX with a password is: a compound file with a stream of another name than an XLS has."""
    return _compound(bytes(CUT_OFF), "EncryptedPackage")


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


def _compound(stream: bytes, name: str = "Workbook") -> bytes:
    """The folder, the stream, the tables that say which sector follows which, and where these lie."""
    body = [_folder(CHAIN_END, 0, 1, len(stream), name), *_sectors(stream)]
    return _file(body, [[0], [*range(1, len(body))]], 0, mini=CHAIN_END)


def _small_compound(stream: bytes) -> bytes:
    """As above, the stream in small sectors within the root's own stream (from sector 2 on)."""
    small = -(-len(stream) // SMALL_SECTOR)
    table = struct.pack(f"<{small}I", *range(1, small), CHAIN_END).ljust(SECTOR, b"\xff")
    body = [_folder(2, small * SMALL_SECTOR, 0, len(stream)), table, *_sectors(stream)]
    return _file(body, [[0], [1], [*range(2, len(body))]], 0, mini=1)


def _sectors(content: bytes) -> list[bytes]:
    return [content[at : at + SECTOR].ljust(SECTOR, b"\0") for at in range(0, len(content), SECTOR)]


def _file(body: Sequence[bytes], chains: Sequence[Sequence[int]], folder: int, *, mini: int) -> bytes:
    """The header, the body's sectors, then the tables of sectors and the lists of those that the header cannot hold."""
    tables, lists = _counts(len(body))
    first, listed = len(body), len(body) + tables
    follows = [NO_SECTOR] * (tables * SECTOR // 4)
    for chain in chains:
        for at, then in zip(chain, [*chain[1:], CHAIN_END], strict=True):
            follows[at] = then
    follows[first:listed] = [FAT_SECTOR] * tables
    follows[listed : listed + lists] = [LIST_SECTOR] * lists
    places = [*range(first, listed), *[NO_SECTOR] * IN_HEADER]
    rest = places[IN_HEADER : IN_HEADER + lists * (SECTOR // 4 - 1)]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack(
        "<9I", 0, tables, folder, 0, CUT_OFF, mini, int(mini != CHAIN_END), listed if lists else CHAIN_END, lists
    )
    header += struct.pack(f"<{IN_HEADER}I", *places[:IN_HEADER])
    written = b"".join(
        struct.pack(
            "<128I",
            *[*rest[127 * n : 127 * (n + 1)], *[NO_SECTOR] * 127][:127],
            CHAIN_END if n == lists - 1 else listed + n + 1,
        )
        for n in range(lists)
    )
    return header + b"".join(body) + struct.pack(f"<{len(follows)}I", *follows) + written


def _counts(body: int) -> tuple[int, int]:
    """How many tables of sectors there are, and lists of such tables."""
    tables = lists = 0
    while tables * (SECTOR // 4) < body + tables + lists or lists * (SECTOR // 4 - 1) < tables - IN_HEADER:
        tables += 1
        lists = max(0, -(-(tables - IN_HEADER) // (SECTOR // 4 - 1)))
    return tables, lists


def _folder(root_start: int, root_size: int, start: int, size: int, name: str = "Workbook") -> bytes:
    root, book = _entry("Root Entry", 5, 1, root_start, root_size), _entry(name, 2, NO_SECTOR, start, size)
    return root + book + bytes(2 * 128)


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    label = (name + "\0").encode("utf-16-le")
    entry = label.ljust(64, b"\0") + struct.pack("<HBB", len(label), kind, 1)
    entry += struct.pack("<III", NO_SECTOR, NO_SECTOR, child) + bytes(36)
    return entry + struct.pack("<IQ", start, size)
