"""Which table a sheet is: by its name, else by its columns (docs/adr/0028-content-decides.md)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from schemas.deliveries import DELIVERIES
from schemas.errors import UnreadableDelivery
from transforms.deliveries.headers.columns import read_headers
from transforms.deliveries.headers.monthly_layout import Layout, monthly_layout
from transforms.deliveries.lists import LOANS, PROJECTS, REPAYMENTS, ListLayout, list_layout
from transforms.deliveries.sheets.grid import Grid
from transforms.deliveries.tables.split import header_row, table_of
from transforms.ground.aliases import Aliases

MONTHLY: Final = "operating"
"""The table of which a sheet with months for columns is one."""

FEWEST_COLUMNS: Final = 4
"""Fewer known columns are not evidence of a table."""


@dataclass(frozen=True)
class Recognised:
    """The table that a sheet is, what showed it where its name did not, the layout of a form, and why it is refused."""

    table: str | None
    by: str | None = None
    layout: Layout | None = None
    refusal: str | None = None
    listed: ListLayout | None = None


LISTS: Final = {
    None: {LOANS, REPAYMENTS, PROJECTS},
    "ledger": {LOANS, REPAYMENTS},
    "loans": {LOANS},
    "projects": {PROJECTS},
}
"""What a sheet may be that is a list, by the table that its name announces: 台账 is either."""

TABLE_OF: Final = {LOANS: "loans", REPAYMENTS: "ledger", PROJECTS: "projects"}


def recognised(grids: Sequence[Grid], aliases: Aliases) -> list[tuple[Grid, Recognised]]:
    """Return each sheet of a file with its table; None where neither its name nor its columns show it.

    Columns decide nothing where another sheet of the file is that table by its name, or would be by its columns too:
    it may be a copy.
    """
    visible = [grid for grid in grids if not grid.is_hidden]
    is_alone = len(visible) == 1
    named = [table_of(grid, PurePosixPath(grid.name).stem, aliases, is_alone=is_alone) for grid in grids]
    found = [_of_sheet(grid, table, aliases) for grid, table in zip(grids, named, strict=True)]
    times = Counter(
        (grid.name, one.table) for grid, one in zip(grids, found, strict=True) if not one.layout and not one.listed
    )
    return [
        (grid, Recognised(None) if one.by and not one.layout and times[grid.name, one.table] > 1 else one)
        for grid, one in zip(grids, found, strict=True)
    ]


def _of_sheet(grid: Grid, named: str | None, aliases: Aliases) -> Recognised:
    if grid.refusal or (grid.is_hidden and named is None):
        return Recognised(named)
    try:
        layout = monthly_layout(grid, aliases) if named in {None, MONTHLY} else None
    except UnreadableDelivery as error:
        return Recognised(MONTHLY, refusal=str(error))
    if layout:
        return Recognised(MONTHLY, layout=layout)
    is_whole = named is not None and bool(_columns_of(grid, named, aliases))
    listed = None if is_whole or named not in LISTS else list_layout(grid, aliases)
    if listed and listed.kind in LISTS[named]:
        return Recognised(TABLE_OF[listed.kind], listed=listed)
    if named:
        return Recognised(named)
    return _by_columns(grid, aliases)


def _by_columns(grid: Grid, aliases: Aliases) -> Recognised:
    """The one table that has all its columns there and the most of them."""
    fitting = {table: columns for table in DELIVERIES if (columns := _columns_of(grid, table, aliases))}
    most = max(map(len, fitting.values()), default=0)
    best = [table for table, columns in fitting.items() if len(columns) == most]
    if len(best) != 1 or most < FEWEST_COLUMNS:
        return Recognised(None)
    return Recognised(best[0], "columns " + ", ".join(fitting[best[0]]))


def _columns_of(grid: Grid, table: str, aliases: Aliases) -> list[str]:
    if not grid.rows:
        return []
    header = [cell.strip() for cell in grid.rows[header_row(grid, table, aliases)] if cell.strip()]
    try:
        return [known.delivered for known in read_headers(table, header, aliases)[0]]
    except UnreadableDelivery:
        return []
