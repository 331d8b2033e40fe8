"""The program that finds the cells of an XLSX whose value cannot be read, and writes it anew with texts in their place.

calamine refuses a sheet whole for a number that is not one (NaN, 1 000), a kind of cell that it does not know or a text
that is not there, and ends at infinity (1e400). Run where a workbook could not be read; the answer is a line of JSON
with the cells and their texts, and the workbook. It imports nothing that is slow to load, to start
at once (flows.forms.apart).
"""

import html
import io
import json
import math
import posixpath
import re
import sys
import zipfile
from collections.abc import Iterator
from typing import Final
from xml.parsers import expat

from flows.forms.workbooks.cells import column_number

NUMBER: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
INDEX: Final = re.compile(r"\s*[0-9]{1,9}\s*")
"""The number of a text."""

LEAST: Final = -1e14
"""A day before that ends calamine; money and readings are smaller."""

BOOLEANS: Final = frozenset({"", "0", "1", "true", "false", "TRUE", "FALSE"})
ERRORS: Final = frozenset({"", "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA"})
TEXTS: Final = frozenset({"str", "inlineStr", "d"})
STRING: Final = re.compile(rb"<(?:\w+:)?si[\s/>]")
REFERENCE: Final = re.compile(r"\s*([A-Za-z]{1,3})([0-9]{1,7})\s*")
UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
LONGEST: Final = 200
"""Characters that are kept of a value; a number has fewer."""

Unread = tuple[int, int, str]
"""Row and column, counted from 0, and the text of the value."""


def with_texts(content: bytes) -> tuple[dict[str, list[Unread]], bytes]:
    """Return the cells that cannot be read, by sheet, and the workbook in which each of them is a text."""
    found: dict[str, list[Unread]] = {}
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(written, "w") as anew:
        sheets, strings = _parts(archive)
        count = len(STRING.findall(archive.read(strings))) if strings in archive.namelist() else 0
        for info in archive.infolist():
            data = archive.read(info)
            if name := sheets.get(info.filename):
                cells = _Cells(data, count)
                found[name] = cells.unread
                data = cells.rewritten()
            anew.writestr(info.filename, data)
    return {name: cells for name, cells in found.items() if cells}, written.getvalue()


def _parts(archive: zipfile.ZipFile) -> tuple[dict[str, str], str]:
    """Return the name of the sheet that each part holds, and the part of the shared texts."""
    targets = {
        one["Id"]: posixpath.normpath(posixpath.join("/xl", one["Target"])).lstrip("/")
        for one in _elements(archive.read("xl/_rels/workbook.xml.rels"), "Relationship")
    }
    named = [
        (one["name"], next(value for key, value in one.items() if key.endswith(":id")))
        for one in _elements(archive.read("xl/workbook.xml"), "sheet")
    ]
    strings = next((path for path in targets.values() if path.lower().endswith("/sharedstrings.xml")), "")
    return {targets[key]: name for name, key in named if key in targets}, strings


def _elements(xml: bytes, tag: str) -> Iterator[dict[str, str]]:
    found: list[dict[str, str]] = []
    parser = expat.ParserCreate()

    def started(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == tag:
            found.append(attributes)

    parser.StartElementHandler = started
    parser.Parse(xml, True)
    yield from found


class _Cells:
    """Walks over a sheet's cells and keeps those whose value cannot be read, and where they lie in its bytes."""

    def __init__(self, xml: bytes, text_count: int) -> None:
        self.unread: list[Unread] = []
        self._xml, self._text_count = xml, text_count
        self._places: list[tuple[int, int, bytes]] = []
        self._row, self._column, self._begin = -1, -1, 0
        self._cell: dict[str, str] = {}
        self._value: list[str] | None = None
        self._is_in_value = False
        if not xml.startswith(UTF_16):
            self._walk()

    def rewritten(self) -> bytes:
        """Return the sheet with a text in the place of each value that cannot be read."""
        parts, at = [], 0
        for begin, end, text in self._places:
            parts += [self._xml[at:begin], text]
            at = end
        return b"".join([*parts, self._xml[at:]])

    def _walk(self) -> None:
        self._parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._started, self._ended
        parser.CharacterDataHandler = self._added
        parser.Parse(self._xml, True)

    def _started(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if tag == "row":
            stated = attributes.get("r", "").strip()
            self._row, self._column = int(stated) - 1 if stated.isdecimal() else self._row + 1, -1
        elif tag == "c":
            self._column += 1
            if place := REFERENCE.fullmatch(attributes.get("r", "")):
                self._row, self._column = int(place[2]) - 1, column_number(place[1])
            self._cell, self._value, self._begin = attributes, None, self._parser.CurrentByteIndex
        elif tag == "v":
            self._value, self._is_in_value = [], True

    def _added(self, text: str) -> None:
        if self._is_in_value and self._value is not None:
            self._value.append(text)

    def _ended(self, name: str) -> None:
        prefix, _, tag = name.rpartition(":")
        if tag == "v":
            self._is_in_value = False
        if tag != "c" or self._value is None:
            return
        value = "".join(self._value)
        if is_read(self._cell.get("t", "n"), value, self._text_count):
            return
        text = value.strip()[:LONGEST] or "?"
        end = self._xml.index(b">", self._parser.CurrentByteIndex) + 1
        self._places.append((self._begin, end, _as_a_text(f"{prefix}:" if prefix else "", self._cell.get("r"), text)))
        self.unread.append((self._row, self._column, text))


def is_read(kind: str, value: str, text_count: int) -> bool:
    """Return whether calamine reads a cell of the kind with that value; texts are named by their number."""
    if kind == "n":
        return not value or (NUMBER.fullmatch(value) is not None and LEAST < float(value) < math.inf)
    if kind == "s":
        return INDEX.fullmatch(value) is not None and int(value) < text_count
    return kind in TEXTS or value in {"b": BOOLEANS, "e": ERRORS}.get(kind, ())


def _as_a_text(prefix: str, place: str | None, text: str) -> bytes:
    at = f' r="{html.escape(place)}"' if place else ""
    written = f"<{prefix}is><{prefix}t>{html.escape(text)}</{prefix}t></{prefix}is>"
    return f'<{prefix}c{at} t="inlineStr">{written}</{prefix}c>'.encode("ascii", "xmlcharrefreplace")


def main() -> None:
    """Read an XLSX from standard input; write the cells and the workbook to standard output, or raise ValueError."""
    try:
        unread, workbook = with_texts(sys.stdin.buffer.read())
    except (KeyError, StopIteration, expat.ExpatError, zipfile.BadZipFile) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error
    sys.stdout.buffer.write(json.dumps(unread).encode() + b"\n" + workbook)


if __name__ == "__main__":
    main()
