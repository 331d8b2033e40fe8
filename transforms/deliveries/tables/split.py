"""Grids of text -> one table's cells: the header found under title rows, total rows set apart, ragged lines named."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import PurePosixPath
from typing import Final

import polars as pl

from schemas.between.deliveries import CellMark, LineOfText, MisshapenLine, SentRow
from schemas.contract import DataFrame, unchecked
from schemas.deliveries import DEFAULTS, DELIVERIES
from schemas.errors import UnreadableDelivery
from transforms.deliveries.headers.beside import Surroundings, Texts, refuse_foreign, refuse_hundreds, understand
from transforms.deliveries.headers.columns import announced_table, known_headers
from transforms.deliveries.headers.plans import is_title_of_plans
from transforms.deliveries.headers.second_headers import refuse_second_headers
from transforms.deliveries.headers.unit_rows import UNIT_HEADERS, first_row, units_row
from transforms.deliveries.sheets.grid import Grid
from transforms.deliveries.sheets.ids import shortened_ids
from transforms.deliveries.sheets.marks import CURRENCIES, Column, Place, cell_marks, currency_marks, mark_table
from transforms.deliveries.sheets.spans import filled, span_marks
from transforms.deliveries.tables.bodies import Body, body_of, is_total, line_of, names_of
from transforms.deliveries.tables.large import contradicting, long_ids, parted, with_rows, with_sure, words_of
from transforms.deliveries.tables.remarked import remark_marks
from transforms.deliveries.text.statements import plain, remark_test
from transforms.ground.aliases import Aliases
from transforms.ground.flag_rows import Notice

TITLE_ROWS: Final = 20
"""How far down the header may be."""

OF_THE_PAST: Final = frozenset({"operating", "ledger"})
"""Tables of what was measured or booked."""

MOST_COLUMNS: Final = 1_000
"""A header with more belongs to no table."""

HEADER_CHARACTERS, COLUMN_CHARACTERS = 1_000, 100
"""How long a header may be, and more for each column: a refused row is sent back under it, however short the row is."""

NAMING: Final = {
    "projects": ["project_id"], "loans": ["loan_id"], "ledger": ["entry_id", "loan_id"],
    "operating": ["record_id", "project_id"], "parameters": ["parameter_id", "scope"], "fx": ["date", "base"],
    "forest_strata": ["project_id", "stratum"], "control_totals": ["lender", "date"],
    "releases": ["project_id", "period"],
    "verified_reductions": ["project_id", "credit_scheme"],
    "products": ["product_code", "lender"], "guarantors": ["guarantor", "date"], "forest_rights": ["acquisition_id"],
    "natural_resources": ["county_code", "resource_class"],
    "ecological_product_values": ["county_code", "accounting_basis"],
    "published_statistics": ["statistic", "area_code"],
}  # fmt: skip
"""What a row of each table must name, which a total row does not."""


@dataclass(frozen=True)
class Cells:
    """One table out of a grid: cells by delivered header; lines of another shape; total rows.

    notices: what was understood of the form.
    """

    header: list[str]
    cells: DataFrame[SentRow]
    misshapen: DataFrame[MisshapenLine]
    totals: DataFrame[SentRow]
    marks: DataFrame[CellMark] = field(default_factory=CellMark.empty_frame)
    notices: Sequence[Notice] = ()


def table_of(grid: Grid, stem: str, aliases: Aliases, *, is_alone: bool) -> str | None:
    """Return the table that the sheet's name announces, else (a file's only sheet) the file's name."""
    named = announced_table(grid.sheet, aliases) if grid.sheet else None
    return named or (announced_table(stem, aliases) if is_alone or not grid.sheet else None)


def split_grid(grid: Grid, table: str, aliases: Aliases, far: Texts = ()) -> Cells:
    """Return the grid's table; raise UnreadableDelivery where it is empty or two columns have one header.

    `far` are texts of the same workbook that belong to no table: pairs of where and what.
    """
    at = header_row(grid, table, aliases)
    header = _header(grid, at)
    columns = _columns(table, header, aliases)
    naming = [column.at for column in columns if column.name in NAMING[table]]
    refuse_second_headers(grid, at, {column.at for column in columns}, naming)
    grid = filled(grid, at, table, columns)
    units_at = units_row(grid, at, naming, aliases)
    units = [] if units_at is None else grid.rows[units_at]
    sure = None
    if grid.below is not None:
        doubtful, sure = parted(grid.below, len(header), [header, units], aliases)
        grid = with_rows(grid, doubtful)
    body = body_of(grid, first_row(grid, at, units_at), [header, units], naming, aliases)
    where = "" if units_at is None else line_of(grid, units_at)
    near = [*_texts_beside(grid, at, header, columns, body, sure), *grid.margins]
    if table in OF_THE_PAST:
        _refuse_plans(grid.name, [*near, *far], aliases)
    amounts, names = _amounts(grid, columns, body), _names(body, naming)
    around = Surroundings(near, far, grid.remarks, units, where, grid.elsewhere, amounts, names)
    understood = understand(grid.name, table, header, around, aliases)
    refuse_foreign(grid.name, table, header, understood.currencies, aliases)
    if table == "fx":
        refuse_hundreds(grid.name, header, around.near, aliases)
    contradicted = _contradicting(sure, table, columns, understood.currencies, grid.name)
    placed = chain(zip(body.places, body.rows, strict=True), contradicted)
    columns = _columns(table, understood.header, aliases)
    marks = chain(
        cell_marks(grid, columns, body.places),
        span_marks(grid, table, columns, body.places),
        currency_marks(table, understood.currencies, placed, columns, grid),
        remark_marks(table, header, columns, body, sure, grid, aliases),
    )
    header = understood.header
    rows = _frame(header, body.rows, [place.line for place in body.places])
    cells = rows if sure is None else with_sure(rows, sure)
    ids = shortened_ids(grid, columns, body.places) if sure is None else long_ids(cells, columns)
    misshapen = unchecked(pl.DataFrame(body.misshapen, schema=MisshapenLine.polars_schema()), MisshapenLine)
    totals = _totals(header, body.totals)
    return Cells(header, cells, misshapen, totals, mark_table(marks), [*understood.notices, *ids])


def _contradicting(
    sure: DataFrame[LineOfText] | None, table: str, columns: Sequence[Column], named: Mapping[str, str], name: str
) -> Iterator[tuple[Place, Sequence[str]]]:
    column = next((column for column in columns if column.name in CURRENCIES), None)
    if sure is None or column is None or not named:
        return iter(())
    return contradicting(sure, column, named, DEFAULTS.get(table, {}).get(column.name, ""), name)


def rows_of(grid: Grid, table: str | None, aliases: Aliases) -> int:
    """Return how many rows a grid has that is refused whole, as a person counts them: without title, totals, remarks.

    A grid without a table of its own has its widest row for a header; a sheet of single cells, as a cover, has no rows.
    """
    widths = [sum(bool(cell.strip()) for cell in row[:MOST_COLUMNS]) for row in grid.rows]
    at = header_row(grid, table, aliases) if table else _widest(widths[:TITLE_ROWS])
    if not widths or not widths[at] or (grid.sheet and widths[at] == 1):
        return 0
    last = (grid.merged and filled(grid, at, table or "", ()).rows) or grid.rows
    doubtful, sure = (None, None) if grid.below is None else parted(grid.below, grid.below.width - 1, (), aliases)
    beyond = () if doubtful is None else (list(cells) for *cells, _ in doubtful.iter_rows())
    is_remark = remark_test(aliases.beside)
    body = (row for row in chain(last[at + 1 :], beyond) if any(cell.strip() for cell in row))
    listed = sum(not is_total(row, ()) and not is_remark(row) for row in body)
    return listed + (0 if sure is None else sure.height)


def _widest(widths: Sequence[int]) -> int:
    return max(range(len(widths)), key=lambda at: (widths[at], -at), default=0)


def _header(grid: Grid, at: int) -> list[str]:
    header = _trimmed([cell.strip() for cell in grid.rows[at]]) if grid.rows else []
    if not any(header):
        raise UnreadableDelivery(
            f"the {'sheet' if grid.sheet else 'file'} is empty: there is nothing in it",
            where=grid.name,
            available="0 rows",
            remedy="deliver it with its header line",
        )
    if len(header) > MOST_COLUMNS:
        raise UnreadableDelivery(
            f"its header has {len(header):,} columns",
            where=grid.name,
            available=f"at most {MOST_COLUMNS:,} columns",
            remedy="deliver the table alone, without the texts beside it",
        )
    most = HEADER_CHARACTERS + COLUMN_CHARACTERS * len(header)
    if sum(map(len, header)) > most:
        raise UnreadableDelivery(
            f"its header has {sum(map(len, header)):,} characters",
            where=grid.name,
            available=f"at most {most:,}",
            remedy="write a short header over each column",
        )
    _refuse_same(header, grid.name)
    return header


def _columns(table: str, header: Sequence[str], aliases: Aliases) -> list[Column]:
    schema = DELIVERIES[table].polars_schema()
    read = ((at, cell, known_headers(table, [cell], aliases)) for at, cell in enumerate(header))
    return [
        Column(at, cell, known[0].column, schema[known[0].column], known[0].unit, known[0].codes)
        for at, cell, known in read
        if known
    ]


def _texts_beside(  # noqa: PLR0913, PLR0917 - all the texts around
    grid: Grid,
    at: int,
    header: Sequence[str],
    columns: Sequence[Column],
    body: Body,
    sure: DataFrame[LineOfText] | None,
) -> Texts:
    """Titles, headers that name no column, remarks, the names of sheet and file, and a column of units of money."""
    known = {column.at for column in columns}
    titles = [(line_of(grid, row), cell) for row in range(at) for cell in grid.rows[row][:MOST_COLUMNS] if cell.strip()]
    others = {place: cell for place, cell in enumerate(header) if place not in known and cell}
    columns_of_units = [place for place, cell in others.items() if plain(cell).lower() in UNIT_HEADERS]
    words = ((place, fields[place]) for fields in body.rows for place in columns_of_units)
    more = ((place, word) for place in columns_of_units if sure is not None for word in words_of(sure, place))
    cells = dict.fromkeys((others[place], word) for place, word in chain(words, more))
    return [
        *titles,
        *((line_of(grid, at), cell) for cell in others.values() if _begins_with_unit(cell)),
        *body.remarks,
        *cells,
        *((f"the name {name}", name) for name in (PurePosixPath(grid.name).stem, grid.sheet) if name),
    ]


def _refuse_plans(name: str, texts: Texts, aliases: Aliases) -> None:
    plans = [f"{where}: {text}" for where, text in texts if is_title_of_plans(text, aliases)]
    if plans:
        raise UnreadableDelivery(
            "it speaks of a plan, and its rows are what was measured or booked",
            where=name,
            available="; ".join(plans),
            remedy="send what was measured or booked alone, under a title and name that do not speak of plans",
        )


def _amounts(grid: Grid, columns: Sequence[Column], body: Body) -> dict[int, str]:
    """Return the first number but 0 in each column, with its line; only where another sheet may state its unit."""
    found: dict[int, str] = {}
    for place, fields in zip(body.places, body.rows, strict=True) if grid.elsewhere else ():
        for at in (column.at for column in columns if column.at not in found):
            if any(sign.isdigit() and sign != "0" for sign in fields[at]):
                found[at] = f"line {place.line}: {fields[at]}"
    return found


def _names(body: Body, naming: Sequence[int]) -> frozenset[str]:
    """Return what names the rows, in words of two characters at least."""
    named = (plain(fields[at]) for fields in body.rows for at in naming)
    return frozenset(name for name in named if len(name) > 1)


def _begins_with_unit(cell: str) -> bool:
    """A header that goes on after a name, as 担保金额 单位：万元, is about its own column."""
    label, colon, _ = plain(cell).lstrip("(").partition(":")
    return bool(colon) and label.strip().lower() in UNIT_HEADERS


def header_row(grid: Grid, table: str, aliases: Aliases) -> int:
    """The row among the first ones in which the most cells are headers of the table."""
    cells_of = ([cell for cell in row[:MOST_COLUMNS] if cell.strip()] for row in grid.rows[:TITLE_ROWS])
    known = [len(known_headers(table, row, aliases)) for row in cells_of]
    best = max(known, default=0)
    if best:
        return known.index(best)
    return next((at for at, row in enumerate(grid.rows[:TITLE_ROWS]) if any(cell.strip() for cell in row)), 0)


def _trimmed(row: list[str]) -> list[str]:
    width = next((at for at in range(len(row), 0, -1) if row[at - 1]), 0)
    return row[:width]


def _refuse_same(header: list[str], name: str) -> None:
    named = [plain(cell) for cell in header if cell]
    if len(set(named)) < len(named):
        raise UnreadableDelivery(
            "two columns have the same header", where=name, available=", ".join(named), remedy="keep one of them"
        )


def _frame(header: list[str], rows: list[list[str]], lines: list[int]) -> DataFrame[SentRow]:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names_of(header), pl.String), orient="row")
    return unchecked(frame.with_columns(source_row=pl.Series(lines, dtype=pl.Int64)), SentRow)


def _totals(header: list[str], totals: list[tuple[int, list[str]]]) -> DataFrame[SentRow]:
    return _frame(header, [fields for _, fields in totals], [line for line, _ in totals])
