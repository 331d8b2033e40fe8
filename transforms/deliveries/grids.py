"""Grids of text -> one table's cells: the header found under title rows, total rows set apart, ragged lines named."""

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

import polars as pl

from schemas.errors import UnreadableDelivery
from transforms.deliveries.headers import Aliases, announced_table, known_headers

MISSHAPEN: Final = {"source_row": pl.Int64, "row_text": pl.String, "reason": pl.String}
TITLE_ROWS: Final = 20
"""How far down the header may stand."""

MOST_COLUMNS: Final = 1_000
"""A header with more is no table's."""

SURPLUS: Final = "(field "
"""How the name of a field begins that has no header."""

NAMING: Final = {
    "projects": ["project_id"], "loans": ["loan_id"], "ledger": ["entry_id", "loan_id"],
    "operating": ["record_id", "project_id"], "parameters": ["parameter_id", "scope"], "fx": ["date", "base"],
    "forest_strata": ["project_id", "stratum"], "control_totals": ["lender", "date"],
    "products": ["product_code", "lender"], "guarantors": ["guarantor", "date"], "forest_rights": ["acquisition_id"],
    "natural_resources": ["county_code", "resource_class"],
    "ecological_product_values": ["county_code", "accounting_basis"],
    "published_statistics": ["statistic", "area_code"],
}  # fmt: skip
"""What a row of each table must name, which a total row does not."""

TOTALS: Final = frozenset({"合计", "总计", "小计", "汇总", "累计", "total", "subtotal", "sum", "grandtotal"})


@dataclass(frozen=True)
class Grid:
    """A sheet or file as text; `lines` numbers its rows as a person counts them.

    is_padded: short rows are filled up by the form itself, so that their length says nothing.
    is_unended: its last line has no end, as in a file that was cut off.
    refusal: why this member of an archive cannot be read.
    """

    name: str
    rows: list[list[str]]
    lines: list[int]
    sheet: str | None = None
    is_hidden: bool = False
    is_padded: bool = False
    encoding: str = "utf-8-sig"
    delimiter: str = ","
    is_unended: bool = False
    refusal: str | None = None


@dataclass(frozen=True)
class Cells:
    """One table out of a grid: cells by delivered header with source_row; lines of another shape; total rows."""

    header: list[str]
    cells: pl.DataFrame
    misshapen: pl.DataFrame
    totals: pl.DataFrame


def table_of(grid: Grid, stem: str, aliases: Aliases, *, is_alone: bool) -> str | None:
    """Return the table that the sheet's name announces, else (a file's only sheet) the file's name."""
    named = announced_table(grid.sheet, aliases) if grid.sheet else None
    return named or (announced_table(stem, aliases) if is_alone or not grid.sheet else None)


def split_grid(grid: Grid, table: str, aliases: Aliases) -> Cells:
    """Return the grid's table; raise UnreadableDelivery where it is empty or two columns have one header."""
    at = _header_row(grid, table, aliases)
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
            f"its header has {len(header):,} columns", where=grid.name, available=f"at most {MOST_COLUMNS:,} columns",
            remedy="deliver the table alone, without what stands beside it",
        )  # fmt: skip
    _refuse_same(header, grid.name)
    naming = _naming_columns(header, table, aliases)
    rows: list[list[str]] = []
    lines: list[int] = []
    misshapen, totals = [], []
    for line, row in zip(grid.lines[at + 1 :], grid.rows[at + 1 :], strict=True):
        if not any(cell.strip() for cell in row):
            continue
        fields = _shaped(row, len(header), grid)
        if fields is None:
            misshapen.append(_misshapen(line, row, header))
        elif _is_total(fields, naming):
            totals.append((line, fields))
        else:
            rows.append(fields)
            lines.append(line)
    return Cells(
        header, _frame(header, rows, lines), pl.DataFrame(misshapen, schema=MISSHAPEN), _totals(header, totals)
    )


def _header_row(grid: Grid, table: str, aliases: Aliases) -> int:
    """The row among the first ones in which the most cells are headers of the table."""
    told = ([cell for cell in row[:MOST_COLUMNS] if cell.strip()] for row in grid.rows[:TITLE_ROWS])
    known = [len(known_headers(table, row, aliases)) for row in told]
    best = max(known, default=0)
    if best:
        return known.index(best)
    return next((at for at, row in enumerate(grid.rows[:TITLE_ROWS]) if any(cell.strip() for cell in row)), 0)


def _plain(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell).strip()


def _trimmed(row: list[str]) -> list[str]:
    width = next((at for at in range(len(row), 0, -1) if row[at - 1]), 0)
    return row[:width]


def _shaped(row: Sequence[str], width: int, grid: Grid) -> list[str] | None:
    """The row's fields if there are as many as headers; empty ones beyond the header do not count."""
    fields = list(row)
    if grid.is_padded:
        fields += [""] * (width - len(fields))
    extra = fields[width:]
    if len(fields) < width or any(cell.strip() for cell in extra):
        return None
    return fields[:width]


def _naming_columns(header: Sequence[str], table: str, aliases: Aliases) -> list[int]:
    names = {known.delivered for known in known_headers(table, header, aliases) if known.column in NAMING[table]}
    return [at for at, cell in enumerate(header) if cell in names]


def _is_total(fields: Sequence[str], naming: Sequence[int]) -> bool:
    """A total row's first word says so, and it does not go on like a row: a project may be called Total."""
    first = next((at for at, cell in enumerate(fields) if cell.strip()), 0)
    if _plain(fields[first]).replace(" ", "").rstrip(":").lower() not in TOTALS:
        return False
    is_named = bool(naming) and all(fields[at].strip() and at != first for at in naming)
    return not (is_named and any(letter.isalpha() for cell in fields[first + 1 :] for letter in cell))


def _misshapen(line: int, row: Sequence[str], header: Sequence[str]) -> dict[str, object]:
    """A line as sent, under the headers: null where a field is missing, surplus fields by their number."""
    reason = f"{len(row)} fields under {len(header)} headers"
    names = [*_names(header), *(f"{SURPLUS}{at})" for at in range(len(header) + 1, len(row) + 1))]
    sent = dict(zip_longest(names, row))
    return {"source_row": line, "row_text": json.dumps(sent, ensure_ascii=False), "reason": reason}


def _names(header: Sequence[str]) -> list[str]:
    return [cell or f"(column {at})" for at, cell in enumerate(header, start=1)]


def _refuse_same(header: list[str], name: str) -> None:
    named = [_plain(cell) for cell in header if cell]
    if len(set(named)) < len(named):
        raise UnreadableDelivery(
            "two columns have the same header", where=name, available=", ".join(named), remedy="keep one of them"
        )


def _frame(header: list[str], rows: list[list[str]], lines: list[int]) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(_names(header), pl.String), orient="row")
    return frame.with_columns(source_row=pl.Series(lines, dtype=pl.Int64))


def _totals(header: list[str], totals: list[tuple[int, list[str]]]) -> pl.DataFrame:
    return _frame(header, [fields for _, fields in totals], [line for line, _ in totals])
