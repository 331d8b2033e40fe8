"""Merged cells: a name or id belongs to every row that it spans; an amount belongs to all of them together, once."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from transforms.deliveries.sheets.grid import Grid
from transforms.deliveries.sheets.marks import Column, Mark, Place, is_amount

LETTERS: Final = 26
Span = tuple[int, int, int, int]


def filled(grid: Grid, header_at: int, table: str, columns: Sequence[Column]) -> Grid:
    """Return the grid with merged texts in every row that they span; amounts stay in their cell."""
    spans = [span for span in grid.merged if span[0] > header_at and span[0] < span[2]]
    if not spans:
        return grid
    amounts = {column.at for column in columns if is_amount(table, column)}
    rows, kinds, notes = [list(row) for row in grid.rows], [list(kinds) for kinds in grid.kinds], dict(grid.notes)
    for top, left, bottom, _ in spans:
        if left in amounts or top >= len(rows) or left >= len(rows[top]):
            continue
        for row in range(top + 1, min(bottom, len(rows) - 1) + 1):
            _put(rows[row], left, rows[top][left], "")
            if max(row, top) < len(kinds) and left < len(kinds[top]):
                _put(kinds[row], left, kinds[top][left], " ")
            if (top, left) in notes:
                notes.setdefault((row, left), notes[top, left])
    return replace(grid, rows=rows, kinds=["".join(letters) for letters in kinds], notes=notes)


def _put(cells: list[str], at: int, what: str, nothing: str) -> None:
    cells += [nothing] * (at + 1 - len(cells))
    cells[at] = what if cells[at] == nothing else cells[at]


def span_marks(grid: Grid, table: str, columns: Sequence[Column], rows: Sequence[Place]) -> Iterator[Mark]:
    """Yield the cells of rows that share an amount, or that have one cell for two columns."""
    numbers, lines = [row for row, _ in rows], [line for _, line in rows]
    for span in grid.merged:
        top, left, bottom, right = span
        spanned = lines[bisect_left(numbers, top) : bisect_right(numbers, bottom)]
        read = [column for column in columns if left <= column.at <= right]
        if not read or not spanned or left >= len(grid.rows[top]) or not grid.rows[top][left].strip():
            continue
        for line in spanned:
            if len(read) > 1:
                names = " and ".join(column.name for column in read)
                reason = f"one merged cell {_name(grid, span)} stands for {names}: part it"
                yield line, read[0].name, "merged_columns", reason
            elif is_amount(table, read[0]) and len(spanned) > 1:
                yield line, read[0].name, "merged_amount", _shared(grid, read[0], span, len(spanned))


def _shared(grid: Grid, column: Column, span: Span, count: int) -> str:
    text = grid.rows[span[0]][span[1]].strip()
    return (
        f"{column.name} {text} is written once, in the merged cell {_name(grid, span)}, for {count} rows; "
        "write in each row the amount that is its own"
    )


def _name(grid: Grid, span: Span) -> str:
    """The range as its sender sees it: of a column that is a copy the one that it was copied from."""
    top, left, bottom, right = span
    left, right = grid.copies.get(left, left), grid.copies.get(right, right)
    return f"{cell_name(top, left)}:{cell_name(bottom, right)}"


def cell_name(row: int, column: int) -> str:
    """Return a spreadsheet's name of the cell at a row and column counted from 0: C3 of (2, 2)."""
    return f"{letters_of(column)}{row + 1}"


def letters_of(column: int) -> str:
    """Return a spreadsheet's name of a column counted from 0."""
    text, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, LETTERS)
        text = chr(ord("A") + rest) + text
    return text
