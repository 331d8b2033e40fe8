"""Parquet: flat columns as text, exactly.

The parser lives in a process of its own, because it trusts what a page says of itself: a page of -64 values makes it
ask for more memory than there is and ends its process, with no exception to catch.
"""

import json
from pathlib import Path
from typing import Final

from flows.forms import frames
from flows.forms.frames import LONGEST_CELL_BYTES, MOST_TEXT_BYTES, most_cells
from flows.forms.kept import answered
from schemas.errors import UnreadableDelivery
from transforms.deliveries.sheets.grid import Grid

MAGIC: Final = b"PAR1"
MEMORY_BYTES: Final = 4 << 30
"""What the parser may hold: the largest table with its texts, as packed and as unpacked."""


def parquet_grids(content: bytes, name: str) -> list[Grid]:
    """Return the file's one grid; the header is line 0, so that `lines` count rows from 1."""
    if not content.startswith(MAGIC):
        raise _unreadable(name, "it is not a readable Parquet file: it does not begin as one")
    if not content.endswith(MAGIC):
        raise _unreadable(name, "the file is damaged: it has no end, as if it was cut off on its way")
    try:
        head, *slices = answered(Path(frames.__file__), content, MEMORY_BYTES).splitlines()
    except ValueError as error:
        raise _unreadable(name, f"it is not a readable Parquet file, or a damaged one: {error}") from error
    answer = json.loads(head)
    if "too_large" in answer:
        raise _too_large(name, answer["too_large"], most_cells(len(content)))
    rows: list[list[str]] = [answer["columns"]]
    for columns in slices:
        rows += map(list, zip(*json.loads(columns), strict=True))
    notes = {(row + 1, column): ("rounded", rows[row + 1][column]) for row, column in answer["rounded"]}
    return [Grid(name, rows, list(range(len(rows))), notes=notes)]


def _too_large(name: str, seen: str, most: int) -> UnreadableDelivery:
    return UnreadableDelivery(
        f"the table holds {seen}",
        where=name,
        available=f"at most {most:,} cells in a file of its size, of {LONGEST_CELL_BYTES:,} bytes, "
        f"{MOST_TEXT_BYTES >> 20} MiB together",
        remedy="deliver the table in parts, or as CSV",
    )


def _unreadable(name: str, what: str) -> UnreadableDelivery:
    return UnreadableDelivery(
        what, where=name, available="Parquet with flat columns", remedy="write it anew, or send it again"
    )
