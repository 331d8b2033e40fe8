"""Columns that a form leaves to the reader, written into it: what all rows share, and a column under a second name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from transforms.deliveries.sheets.grid import Grid

Text = str | Callable[[Sequence[str]], str]
"""One text for each row, or what a row gives."""


def with_copies(grid: Grid, header_at: int, copies: Mapping[str, int]) -> Grid:
    """Return the grid with columns again under another header, with all that their cells show, total rows included."""
    for header, old in copies.items():
        grid = _copied(grid, header_at, header, old)
    return grid


def _copied(grid: Grid, header_at: int, header: str, old: int) -> Grid:
    new = max(map(len, grid.rows))
    rows = _filled(grid, header_at, [header], lambda row: [row[old] if old < len(row) else ""])
    kinds = [f"{kinds:<{new}}"[:new] + (kinds[old] if old < len(kinds) else " ") for kinds in grid.kinds]
    notes = {**grid.notes, **{(row, new): note for (row, at), note in grid.notes.items() if at == old}}
    merged = [*grid.merged, *((top, new, bottom, new) for top, left, bottom, _ in grid.merged if left == old)]
    copies = {**grid.copies, new: grid.copies.get(old, old)}
    return replace(grid, rows=rows, kinds=kinds, notes=notes, merged=merged, copies=copies)


def with_texts(grid: Grid, header_at: int, texts: Mapping[str, Text], is_row: Callable[[Sequence[str]], bool]) -> Grid:
    """Return the grid with columns of texts in each row that is one of the table."""

    def appended(row: Sequence[str]) -> list[str]:
        return [(text(row) if callable(text) else text) if is_row(row) else "" for text in texts.values()]

    return replace(grid, rows=_filled(grid, header_at, list(texts), appended))


def _filled(
    grid: Grid, header_at: int, headers: list[str], cells: Callable[[Sequence[str]], list[str]]
) -> list[list[str]]:
    """Return the rows with more cells behind the widest; a row of another shape than the header stays as it is."""
    width, shape = max(map(len, grid.rows)), len(grid.rows[header_at])
    rows = []
    for at, row in enumerate(grid.rows):
        more = headers if at == header_at else cells(row)
        is_of_table = at >= header_at and (grid.is_padded or len(row) == shape)
        rows.append([*row, *[""] * (width - len(row)), *more] if is_of_table else row)
    return rows
