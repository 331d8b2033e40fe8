"""What the other sheets of a workbook state of units: amounts without one beside amounts in 万元 are a doubt."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from transforms.deliveries.headers.beside import STATED
from transforms.deliveries.headers.columns import known_headers
from transforms.deliveries.headers.unit_rows import UNIT_HEADERS, units_row
from transforms.deliveries.recognition import Recognised
from transforms.deliveries.sheets.grid import Grid
from transforms.deliveries.sheets.spans import cell_name
from transforms.deliveries.tables.split import header_row
from transforms.deliveries.text.header_units import parted, scale_of
from transforms.deliveries.text.statements import Statement, plain, remark_test, statements
from transforms.ground.aliases import Aliases

FIRST_ROWS: Final = 20
"""Rows of a sheet without a table of its own in which a header or title may be."""

Sheets = Sequence[tuple[Grid, Recognised]]


def with_siblings(sheets: Sheets, aliases: Aliases) -> list[tuple[Grid, Recognised]]:
    """Return the sheets, each with what the others of its workbook state of units that are not yuan or tonnes.

    Tonnes of another table are of something else; money is money wherever it is written.
    """
    stated = [list(_stated(grid, found, aliases)) for grid, found in sheets]
    return [(replace(grid, elsewhere=_elsewhere(at, sheets, stated)), found) for at, (grid, found) in enumerate(sheets)]


def _elsewhere(at: int, sheets: Sheets, stated: Sequence[Sequence[Statement]]) -> tuple[Statement, ...]:
    grid, found = sheets[at]
    return tuple(
        statement
        for place, (other, known) in enumerate(sheets)
        if place != at and other.sheet and other.name == grid.name
        for statement in stated[place]
        if "money" in statement.of or known.table == found.table is not None
    )


def _stated(grid: Grid, found: Recognised, aliases: Aliases) -> Iterator[Statement]:
    """What a sheet states that scales amounts, or leaves their unit in doubt."""
    if grid.sheet is None or grid.below is not None:
        return
    at = _header_at(grid, found, aliases)
    headers = range(min(FIRST_ROWS, len(grid.rows))) if at is None else [at]
    name = [(f"sheet {grid.sheet}, its name", grid.sheet)]
    near = [*name, *_margins(grid)]
    if at is not None:
        near += [*_cells(grid, _around(grid, at, aliases)), *_of_each_row(grid, at, found.table or "", aliases)]
    for statement in statements(near, aliases.beside):
        if statement.of.removeprefix("unclear ") in STATED and (statement.scale != 1 or "unclear" in statement.of):
            yield statement
    for where, text in _cells(grid, headers):
        yield from _of_a_header(where, text, aliases)


def _header_at(grid: Grid, found: Recognised, aliases: Aliases) -> int | None:
    if layout := found.layout or found.listed:
        return layout.header_at
    return header_row(grid, found.table, aliases) if found.table and grid.rows else None


def _around(grid: Grid, at: int, aliases: Aliases) -> list[int]:
    """Titles, the row of units and the remarks below."""
    is_remark = remark_test(aliases.beside)
    units_at = units_row(grid, at, [], aliases)
    below = [row for row in range(at + 1, len(grid.rows)) if row == units_at or is_remark(grid.rows[row])]
    return [*range(at), *below]


def _cells(grid: Grid, rows: Iterable[int], columns: Collection[int] = ()) -> Iterator[tuple[str, str]]:
    for at in rows:
        for column, cell in enumerate(grid.rows[at]):
            if cell.strip() and (not columns or column in columns):
                yield f"sheet {grid.sheet}, cell {cell_name(grid.lines[at] - 1, column)}", cell


def _of_each_row(grid: Grid, at: int, table: str, aliases: Aliases) -> Iterator[tuple[str, str]]:
    """Cells of a column 金额单位 that is none of the table's, each word once."""
    header = enumerate(grid.rows[at])
    places = [place for place, cell in header if plain(cell).lower() in UNIT_HEADERS]
    seen: set[str] = set()
    for place in (place for place in places if table and not known_headers(table, [grid.rows[at][place]], aliases)):
        for where, text in _cells(grid, range(at + 1, len(grid.rows)), [place]):
            if text not in seen:
                yield where, text
            seen.add(text)


def _margins(grid: Grid) -> Iterator[tuple[str, str]]:
    return ((f"sheet {grid.sheet}, {where}", text) for where, text in (*grid.margins, *grid.remarks))


def _of_a_header(where: str, text: str, aliases: Aliases) -> Iterator[Statement]:
    """The unit of one column, as in 余额(万元); neither of a quotient (吨/万元) nor in an amount (5 亿元)."""
    compact = "".join(plain(text).split())
    for name, unit in parted(compact, aliases.scales):
        if not unit or "(" in name or name[-1:].isdigit():
            continue
        for of in STATED:
            scale = scale_of(unit, of, aliases.scales, aliases.beside) if "/" not in unit else None
            if scale not in {None, 1}:
                yield Statement(where, compact, of, scale or 1)
                return
    clear = (found for found in statements([(where, text)], aliases.beside) if found.of in STATED and found.scale != 1)
    yield from (found for found in clear if "/" not in found.text)
