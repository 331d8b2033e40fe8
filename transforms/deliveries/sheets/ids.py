"""Ids that a spreadsheet has made numbers of: what their digits keep, and what they have lost."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from transforms.deliveries.sheets.grid import Grid
from transforms.deliveries.sheets.marks import Column, Place
from transforms.ground.flag_rows import Notice, notice

NAMING: Final = ("_id", "_code", "scope")
"""Endings of the columns that hold ids."""

KEPT_DIGITS: Final = 15
"""Digits that a spreadsheet keeps of a number."""

COUNTED: Final = "999"
"""Numbers up to here are counted from 1, and differ in length by themselves."""


def is_id(column: str) -> bool:
    """Return whether a column holds ids."""
    return column.endswith(NAMING)


def shortened_ids(grid: Grid, columns: Sequence[Column], rows: Sequence[Place]) -> Iterator[Notice]:
    """Yield a notice of each column of ids whose numbers may have lost zeros before them, or digits behind."""
    for column in (column for column in columns if is_id(column.name)):
        cells = ((line, grid.rows[row][column.at].strip(), _kind(grid, row, column.at)) for row, line in rows)
        digits = [(line, text, kind) for line, text, kind in cells if _is_informative(text, kind) and text.isdigit()]
        numbers = [(line, text) for line, text, kind in digits if kind == "n"]
        texts = [(line, text) for line, text, kind in digits if kind in "t "]
        yield from _without_zeros(column, numbers, [text for _, text in texts])
        yield from rounded_ids(column, texts)


def _is_informative(text: str, kind: str) -> bool:
    """Most ids neither are numbers nor begin with a zero nor are that long."""
    return kind == "n" or text[:1] == "0" or len(text) > KEPT_DIGITS


def _kind(grid: Grid, row: int, at: int) -> str:
    kinds = grid.kinds[row] if row < len(grid.kinds) else ""
    return kinds[at] if at < len(kinds) else " "


def _without_zeros(column: Column, numbers: Sequence[tuple[int, str]], texts: Sequence[str]) -> Iterator[Notice]:
    """Numbers of different lengths, or shorter ones beside texts that begin with a zero."""
    zeros = [text for text in texts if text.startswith("0")]
    longest = max((len(text) for text in [*zeros, *(text for _, text in numbers)]), default=0)
    short = next(((line, text) for line, text in numbers if len(text) < longest), None)
    if short and (zeros or longest > len(COUNTED)):
        line, text = short
        yield notice("id_sent_as_number", line=line, column=(column.name, column.header), text=text)


def rounded_ids(column: Column, texts: Iterable[tuple[int, str]]) -> Iterator[Notice]:
    """Every long id ends in zeros from the 16th digit on: a spreadsheet has had them as numbers."""
    long = [(line, text) for line, text in texts if len(text) > KEPT_DIGITS]
    tails = {text[KEPT_DIGITS:] for _, text in long}
    if long and all(tail.strip("0") == "" for tail in tails) and max(map(len, tails)) > 1:
        line, text = long[0]
        yield notice("id_ends_in_zeros", line=line, column=(column.name, column.header), text=text, digits=KEPT_DIGITS)
