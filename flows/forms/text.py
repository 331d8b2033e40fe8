"""CSV as banks export it: UTF-8 with or without BOM, GB18030, UTF-16; comma, semicolon or tab.

A small text is read here: what its cells can come to is bounded by its bytes. A larger one is read by a process of its
own, which answers in columns.
"""

import csv
import io
import json
from pathlib import Path
from typing import BinaryIO, Final

import polars as pl

from flows.forms import lines
from flows.forms.apart import answered_apart
from flows.forms.encodings import encoding_for, first_text
from flows.forms.lines import LONGEST_CELL, MOST_CELLS, Lines, Row, read_rows
from schemas.between.deliveries import LineOfText
from schemas.contract import DataFrame, stacked, unchecked
from schemas.errors import UnreadableDelivery
from transforms.deliveries.sheets.grid import Grid

DELIMITERS: Final = (",", ";", "\t")
SAMPLE_LINES: Final = 30
SMALL_BYTES: Final = 1 << 20
"""A hundred bytes of memory for each, where every one of them is a line, do no harm."""

MEMORY_BYTES: Final = 1 << 30
MEMORY_PER_BYTE: Final = 2
"""What the parser of a large text may hold: a base, and the text twice while it comes in."""

SECONDS: Final = 60
SECONDS_PER_MIB: Final = 0.3
"""Of processor time; a plain text takes a tenth of it, one of quoted cells half."""

LINE_ENDS_OF_UTF_16: Final = frozenset({b"\n\0", b"\r\0", b"\0\n", b"\0\r"})


def text_grids(content: bytes, name: str) -> list[Grid]:
    """Return the file's one grid; `lines` are line numbers as a person counts them."""
    encoding = encoding_for(content, name)
    delimiter = delimiter_of(first_text(content, encoding))
    try:
        rows, below = (
            (_small(content, encoding, delimiter), None)
            if len(content) <= SMALL_BYTES
            else _large(content, encoding, delimiter)
        )
    except ValueError as error:
        raise UnreadableDelivery(
            str(error),
            where=name,
            available=f"text separated by '{delimiter}' with quotes, at most {MOST_CELLS:,} cells of at most "
            f"{LONGEST_CELL:,} characters",
            remedy="export the table again",
        ) from error
    is_unended = len(rows) > 1 and not _is_ended(content, encoding)
    return [
        Grid(
            name,
            [fields for _, fields in rows],
            [line for line, _ in rows],
            encoding=encoding,
            delimiter=delimiter,
            is_unended=is_unended,
            below=below,
        )
    ]


def _small(content: bytes, encoding: str, delimiter: str) -> list[Row]:
    text = io.TextIOWrapper(io.BytesIO(content), encoding, newline="")
    return list(read_rows(Lines(text), delimiter))


def _large(content: bytes, encoding: str, delimiter: str) -> tuple[list[Row], DataFrame[LineOfText]]:
    memory = MEMORY_BYTES + MEMORY_PER_BYTE * len(content)
    seconds = SECONDS + int(SECONDS_PER_MIB * (len(content) >> 20))
    with answered_apart(Path(lines.__file__), content, memory, encoding, delimiter, seconds=seconds) as answer:
        return _answered(answer)


def _answered(answer: BinaryIO) -> tuple[list[Row], DataFrame[LineOfText]]:
    rows: list[Row] = []
    columns = []
    for head in iter(answer.readline, b""):
        part = json.loads(head)
        rows += [(line, fields) for line, fields in part["rows"]]
        columns.append(unchecked(pl.read_ipc(io.BytesIO(answer.read(part["bytes"]))), LineOfText))
    return rows, stacked(columns)


def _is_ended(content: bytes, encoding: str) -> bool:
    if encoding.startswith("utf-16"):
        return content[-2:] in LINE_ENDS_OF_UTF_16
    return content.endswith((b"\n", b"\r"))


def delimiter_of(text: str) -> str:
    """Return the delimiter that parts the first lines into the most columns, alike in most of them."""
    sample = "".join(text.splitlines(keepends=True)[:SAMPLE_LINES])
    csv.field_size_limit(LONGEST_CELL)

    def score(delimiter: str) -> tuple[int, int]:
        try:
            widths = [len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter) if row]
        except csv.Error:
            return 0, 0
        common = max(set(widths), key=lambda width: (widths.count(width), width), default=0)
        return (widths.count(common) if common > 1 else 0), common

    best: str = max(DELIMITERS, key=score)
    return best
