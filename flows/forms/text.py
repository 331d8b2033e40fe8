"""CSV as banks export it: UTF-8 with or without BOM, GB18030, UTF-16; comma, semicolon or tab."""

import csv
import io
from typing import Final

from flows.forms.encodings import decoded
from schemas.errors import UnreadableDelivery
from transforms.deliveries.grid import Grid

DELIMITERS: Final = (",", ";", "\t")
LONGEST_CELL: Final = 100_000
"""Characters; a longer cell is no cell of a ledger but an accident or an attack."""

SAMPLE_LINES: Final = 30


def text_grids(content: bytes, name: str) -> list[Grid]:
    """Return the file's one grid; `lines` are line numbers as a person counts them."""
    text, encoding = decoded(content, name)
    if "\0" in text:
        raise UnreadableDelivery(
            "it holds NUL characters", where=name, available="text", remedy="export the table again"
        )
    csv.field_size_limit(LONGEST_CELL)
    delimiter = delimiter_of(text)
    # strict: a quote that is never closed would swallow the rows that follow it
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows, lines, line = [], [], 1
    try:
        for fields in reader:
            rows.append(fields)
            lines.append(line)
            line = reader.line_num + 1
    except csv.Error as error:
        is_open = "unexpected end" in str(error)
        raise UnreadableDelivery(
            f"line {reader.line_num}: {'a quotation mark before it is never closed' if is_open else error}",
            where=name,
            available=f"text separated by '{delimiter}' with quotes, cells of at most {LONGEST_CELL:,} characters",
            remedy="export the table again",
        ) from error
    is_unended = len(rows) > 1 and not text.endswith(("\n", "\r"))
    return [Grid(name, rows, lines, encoding=encoding, delimiter=delimiter, is_unended=is_unended)]


def delimiter_of(text: str) -> str:
    """Return the delimiter that parts the first lines into the most columns, alike in most of them."""
    sample = "".join(text.splitlines(keepends=True)[:SAMPLE_LINES])

    def score(delimiter: str) -> tuple[int, int]:
        try:
            widths = [len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter) if row]
        except csv.Error:
            return 0, 0
        common = max(set(widths), key=lambda width: (widths.count(width), width), default=0)
        return (widths.count(common) if common > 1 else 0), common

    best: str = max(DELIMITERS, key=score)
    return best
