"""The program that reads what an XLS (BIFF8) says beside its cells' values: number formats, errors, page headers.

calamine gives values alone. Comments and text boxes are not read. What cannot be followed is refused with ValueError:
then the formats are not known. It imports nothing that is slow to load, so that it starts at once (flows.forms.apart).
"""

import json
import re
import struct
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final

from flows.forms.workbooks.cells import BUILT_IN, LONGEST_FORMAT, matters, refuse_spread

MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FREE: Final = 0xFFFFFFFA
"""Numbers from here on name no sector."""

NAME_BYTES: Final = 64
ENTRY_BYTES: Final = 128
ERRORS: Final = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
LOCKED: Final = "the workbook is encrypted"
"""What a workbook with a password is refused with: an XLS, or the compound file in which an XLSX lies then."""

HEADER, FOOTER = 0x14, 0x15
FORMULA, END, DATEMODE, FILEPASS, BOUNDSHEET, MULRK = 0x06, 0x0A, 0x22, 0x2F, 0x85, 0xBD
XF, NUMBER, BOOLERR, RK, FORMAT, BEGIN = 0xE0, 0x203, 0x205, 0x27E, 0x41E, 0x809
LABEL, LABELSST, RSTRING = 0x204, 0xFD, 0xD6
FILLED: Final = frozenset({FORMULA, MULRK, NUMBER, BOOLERR, RK, LABEL, LABELSST, RSTRING})
BIFF8: Final = 0x0600

PRINT_CODE: Final = re.compile(r'&(?:"[^"]*"|K[0-9A-F]{6}|\d+|[A-Z&])')
"""What in a page header is not text: left, middle, right, a font, the page's number."""

Mark = tuple[int, int, str, str]
Margins = dict[str, list[tuple[str, str]]]


def read_marks(content: bytes) -> tuple[dict[str, list[Mark]], bool, Margins]:
    """Return each sheet's marks by its name, whether days count from 1904, and margins (as styles)."""
    try:
        return _marks(_workbook(content))
    except (struct.error, IndexError, KeyError, StopIteration, UnicodeDecodeError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error


def _workbook(content: bytes) -> bytes:
    """Return the stream called Workbook, out of the sectors in which it lies: those of the file, or small ones."""
    if not content.startswith(MAGIC):
        raise ValueError("it is not a compound file")
    size, small = (1 << power for power in struct.unpack_from("<HH", content, 30))
    first, _, cut_off, first_small = struct.unpack_from("<4I", content, 48)
    sectors = [content[at : at + size] for at in range(size, len(content), size)]
    follows = _follows(_tables(content, sectors), sectors)
    entries = list(_entries(b"".join(_chain(first, follows, sectors))))
    if any(name == "EncryptedPackage" for name, _, _ in entries):
        raise ValueError(LOCKED)
    start, length = next((start, length) for name, start, length in entries if name == "Workbook")
    if length < cut_off:
        root = b"".join(_chain(entries[0][1], follows, sectors))
        follows = _numbers(_chain(first_small, follows, sectors))
        sectors = [root[at : at + small] for at in range(0, len(root), small)]
    return b"".join(_chain(start, follows, sectors))[:length]


def _tables(content: bytes, sectors: list[bytes]) -> Iterator[int]:
    """Return the sectors that say which sector follows which: the header names 109, lists elsewhere the others."""
    yield from struct.unpack_from("<109I", content, 76)
    at = struct.unpack_from("<I", content, 68)[0]
    for _ in sectors:
        if at >= FREE:
            return
        *named, at = _numbers([sectors[at]])
        yield from named


def _follows(tables: Iterator[int], sectors: list[bytes]) -> list[int]:
    return _numbers(sectors[at] for at in islice(tables, len(sectors)) if at < FREE)


def _numbers(parts: Iterable[bytes]) -> list[int]:
    return [number for part in parts for number in struct.unpack(f"<{len(part) // 4}I", part)]


def _entries(folder: bytes) -> Iterator[tuple[str, int, int]]:
    """Return name, first sector and length of each stream; the root's own comes first."""
    for at in range(0, len(folder), ENTRY_BYTES):
        length = struct.unpack_from("<H", folder, at + NAME_BYTES)[0]
        yield folder[at : at + max(length - 2, 0)].decode("utf-16-le"), *struct.unpack_from("<II", folder, at + 116)


def _chain(at: int, follows: list[int], sectors: list[bytes]) -> Iterator[bytes]:
    """A ring of sectors ends after as many as there are."""
    for _ in sectors:
        if at >= FREE:
            return
        yield sectors[at]
        at = follows[at]


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Return what lies from an offset up to the end of its part."""
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if kind == END:
            return
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _marks(stream: bytes) -> tuple[dict[str, list[Mark]], bool, Margins]:
    codes, styles, sheets, is_1904 = dict(BUILT_IN), [], [], False
    for kind, data in _records(stream, 0):
        if kind == FILEPASS:
            raise ValueError(LOCKED)
        if kind == BEGIN and struct.unpack_from("<H", data)[0] != BIFF8:
            raise ValueError("it is older than Excel 97")
        if kind == FORMAT:
            codes[struct.unpack_from("<H", data)[0]] = _text(data[2:], wide_count=True)[:LONGEST_FORMAT]
        elif kind == XF:
            styles.append(struct.unpack_from("<H", data, 2)[0])
        elif kind == BOUNDSHEET:
            sheets.append((_text(data[6:], wide_count=False), struct.unpack_from("<I", data)[0]))
        elif kind == DATEMODE:
            is_1904 = data[0] == 1
    if not sheets:
        raise ValueError("it names no sheet")
    for _, at in sheets:
        places = [struct.unpack_from("<HH", data) for kind, data in _records(stream, at) if kind in FILLED]
        refuse_spread([row for row, _ in places], [column for _, column in places], len(places))
    used = [codes.get(number, "") for number in styles]
    formats = [code if matters(code) else "" for code in used]
    marks = {name: [m for r in _records(stream, at) for m in _of_record(*r, formats)] for name, at in sheets}
    return marks, is_1904, {name: list(_page_headers(stream, at)) for name, at in sheets}


def _page_headers(stream: bytes, at: int) -> Iterator[tuple[str, str]]:
    for kind, data in _records(stream, at):
        if kind in {HEADER, FOOTER} and data:
            yield "the page header", PRINT_CODE.sub(" ", _text(data, wide_count=True)).strip()


def _text(data: bytes, *, wide_count: bool) -> str:
    count, flags = struct.unpack_from("<HB" if wide_count else "<BB", data)
    start = 3 if wide_count else 2
    return (
        data[start : start + 2 * count].decode("utf-16-le")
        if flags & 1
        else data[start : start + count].decode("latin-1")
    )


def _of_record(kind: int, data: bytes, formats: list[str]) -> Iterator[Mark]:
    if kind not in {NUMBER, RK, MULRK, FORMULA, BOOLERR}:
        return
    row, column, style = struct.unpack_from("<HHH", data)
    if kind == MULRK:
        for number, at in enumerate(range(4, len(data) - 2, 6)):
            yield from _formatted(row, column + number, struct.unpack_from("<H", data, at)[0], formats)
    elif kind == BOOLERR and data[7]:
        yield row, column, "error", ERRORS.get(data[6], "#?")
    elif kind == FORMULA and data[12:14] == b"\xff\xff":
        if data[6] == 2:
            yield row, column, "error", ERRORS.get(data[8], "#?")
    elif kind != BOOLERR:
        yield from _formatted(row, column, style, formats)


def _formatted(row: int, column: int, style: int, formats: list[str]) -> Iterator[Mark]:
    if style < len(formats) and formats[style]:
        yield row, column, "format", formats[style]


def main() -> None:
    """Read an XLS from standard input; write its marks to standard output as JSON, or raise ValueError."""
    marks: Any = (*read_marks(sys.stdin.buffer.read()), {})
    json.dump(marks, sys.stdout)


if __name__ == "__main__":
    main()
