"""Rows of a large text as columns: what may be no row of the table is looked at as a list, the rest stays columns."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import reduce
from itertools import chain
from typing import Final, NamedTuple

import polars as pl

from schemas.between.deliveries import LineOfText, SentRow
from schemas.contract import DataFrame, stacked, unchecked
from schemas.errors import UnreadableDelivery
from transforms.deliveries.sheets.grid import Grid
from transforms.deliveries.sheets.ids import KEPT_DIGITS, is_id, rounded_ids
from transforms.deliveries.sheets.marks import Column, Place
from transforms.deliveries.tables.bodies import TOTALS
from transforms.deliveries.text.currencies import code_of
from transforms.deliveries.text.statements import plain
from transforms.ground.aliases import Aliases
from transforms.ground.flag_rows import Notice

LINE: Final = "line"
MOST_LOOKED_AT: Final = 100_000
"""Rows of a large text that are looked at one by one."""

MOST_UNITS: Final = 1_000
"""Different words of one column that are read as what is stated beside the table."""

BLANKS: Final = "".join(filter(str.isspace, map(chr, range(0x3001))))
DIGITS: Final = r"^[\d\p{No}]+$"


class Parted(NamedTuple):
    """Rows that may be no rows of the table, or of another shape, and those that surely are; both in columns."""

    doubtful: DataFrame[LineOfText]
    sure: DataFrame[LineOfText]


def parted(below: DataFrame[LineOfText], width: int, head: Iterable[Sequence[str]], aliases: Aliases) -> Parted:
    """Part what may be a total, a remark or misshapen from the rows of a table of that width; empty rows are none.

    head: the header and the row of units, which a form may repeat.
    """
    cells = [name for name in below.columns if name != LINE]
    filled = below.filter(pl.any_horizontal(_is_filled(name) for name in cells))
    if len(cells) < width:
        return Parted(filled, filled.clear())
    surplus = [_is_filled(name) for name in cells[width:]]
    words = [_without_blanks(word) for word in (*TOTALS, *aliases.beside["remark_labels"])]
    first = pl.coalesce(pl.when(_is_filled(name)).then(pl.col(name)) for name in cells)
    speaks = first.str.normalize("NFKC").str.replace_all(r"\s", "").str.contains_any(words, ascii_case_insensitive=True)
    repeats = [_repeats(row) for row in head if any(cell.strip() for cell in row)]
    is_doubtful = reduce(pl.Expr.or_, [*surplus, *repeats], speaks)
    sure = filled.filter(~is_doubtful).select(*cells[:width], LINE)
    return Parted(filled.filter(is_doubtful), unchecked(sure, LineOfText))


def _is_filled(name: str) -> pl.Expr:
    return pl.col(name).str.strip_chars(BLANKS) != ""


def _repeats(row: Sequence[str]) -> pl.Expr:
    at, text = next((at, cell.strip()) for at, cell in enumerate(row) if cell.strip())
    return pl.col(str(at)).str.strip_chars(BLANKS) == text


def _without_blanks(word: str) -> str:
    return "".join(plain(word).split())


def with_rows(grid: Grid, rows: DataFrame[LineOfText]) -> Grid:
    """Return the grid with these rows among its lists, in the order of their lines."""
    if rows.height > MOST_LOOKED_AT:
        raise UnreadableDelivery(
            f"{rows.height:,} of its rows have not as many fields as its header, or are totals and remarks",
            where=grid.name,
            available=f"at most {MOST_LOOKED_AT:,} such rows in a large text",
            remedy="export the table alone, with as many fields in each row as in its header",
        )
    numbered = zip(rows[LINE], rows.drop(LINE).iter_rows(), strict=True)
    lines = sorted([*zip(grid.lines, grid.rows, strict=True), *((line, list(cells)) for line, cells in numbered)])
    return replace(grid, rows=[cells for _, cells in lines], lines=[line for line, _ in lines], below=None)


def words_of(sure: DataFrame[LineOfText], at: int) -> list[str]:
    """Return the different cells of a column."""
    return sure[str(at)].unique(maintain_order=True).head(MOST_UNITS).to_list()


def contradicting(
    sure: DataFrame[LineOfText], column: Column, named: Collection[str], default: str, name: str
) -> Iterator[tuple[Place, Sequence[str]]]:
    """Yield the rows whose currency is none of those named beside the table (deliveries.sheets.marks)."""
    meant = [cell for cell in words_of(sure, column.at) if (code_of(cell, column.codes) or default) in {*named, ""}]
    rows = sure.filter(~pl.col(str(column.at)).is_in(meant))
    if rows.height > MOST_LOOKED_AT:
        raise UnreadableDelivery(
            f"{rows.height:,} of its rows are not in {', '.join(named)}, as is stated beside the table",
            where=name,
            available=f"at most {MOST_LOOKED_AT:,} such rows in a large text",
            remedy="state the currency in each row alone",
        )
    for *cells, line in rows.iter_rows():
        yield Place(-1, line), cells


def with_sure(rows: DataFrame[SentRow], sure: DataFrame[LineOfText]) -> DataFrame[SentRow]:
    """Return the rows that were lists and those that were columns, in the order of their lines."""
    renamed = sure.rename(dict(zip(sure.columns, rows.columns, strict=True)))
    cells = stacked([rows, unchecked(renamed, SentRow)])
    return cells if cells["source_row"].is_sorted() else cells.sort("source_row")


def long_ids(cells: DataFrame[SentRow], columns: Sequence[Column]) -> Iterator[Notice]:
    """Yield the notices of deliveries.sheets.ids.shortened_ids for texts, which keep the zeros in front."""
    for column in (column for column in columns if is_id(column.name)):
        texts = cells.select("source_row", text=pl.nth(column.at).str.strip_chars(BLANKS))
        long = texts.filter(pl.col("text").str.len_chars() > KEPT_DIGITS, pl.col("text").str.contains(DIGITS))
        tails = long["text"].str.slice(KEPT_DIGITS)
        if long.height and (tails.str.strip_chars("0") == "").all():
            longest = long.filter(tails.str.len_chars() == tails.str.len_chars().max())
            yield from rounded_ids(column, chain(long.head(1).iter_rows(), longest.head(1).iter_rows()))
