"""Tables whose columns are months -> one row a reading: plant, reading, first and last day, value, unit, cell.

The year, the unit and, where no column has it, the reading or the plant are stated beside the table. They are never
guessed: one that is stated nowhere, or twice and differently, refuses the table with what was found.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

import polars as pl

from schemas.between.deliveries import CellMark, SentRow
from schemas.contract import DataFrame, unchecked
from transforms.deliveries.headers.beside import Texts
from transforms.deliveries.headers.monthly_layout import CELL, Layout, Line, Sheet, cell_of, reading_of, words_of
from transforms.deliveries.headers.stated_facts import day_of_list
from transforms.deliveries.headers.unit_rows import are_numbers
from transforms.deliveries.monthly.doubts import (
    REMARKS,
    refuse_hidden_units,
    refuse_kinds,
    refuse_other_kinds,
    refuse_second_header,
    refuse_second_table,
)
from transforms.deliveries.monthly.readings import Reading, drawn_lines, readings_of
from transforms.deliveries.monthly.stated import stated_metric, stated_plant, unit_words, year_of
from transforms.deliveries.monthly.totals import differing_sums
from transforms.deliveries.sheets.grid import Grid
from transforms.deliveries.sheets.marks import Column
from transforms.deliveries.sheets.spans import filled
from transforms.deliveries.tables.bodies import line_of, says_total
from transforms.deliveries.text.statements import remark_test
from transforms.ground.aliases import Aliases
from transforms.ground.flag_rows import Notice

LONG: Final = ("指标", "开始日期", "结束日期", "数值", "单位", CELL)
UNIT_AT: Final = 5
OF_READINGS: Final = re.compile(r"项目|指标|类别|口径|电量|热量|汽量|用量|\d月|季度|metric|generation", re.IGNORECASE)
"""Before the months, headers of columns that say of what the lines are."""

TOTAL_ENDS: Final = ("合计", "小计", "总计")


@dataclass
class Unfolded:
    """The readings of a table of months, as text under headers that are read like any other table's.

    marks: readings that are refused, by line and cell. lines: the lines that they were taken from.
    recognised_by: what was read of the form. unread: headers of columns of which nothing was read. as_of: the last day
    of the months that titles or names speak of, if any.
    """

    cells: DataFrame[SentRow]
    marks: DataFrame[CellMark]
    lines: list[int]
    total_row_count: int
    notices: list[Notice]
    recognised_by: str
    unread: list[str]
    as_of: dt.date | None


def unfold(grid: Grid, layout: Layout, aliases: Aliases, far: Texts = ()) -> Unfolded:
    """Return the readings; raise UnreadableDelivery where year, unit, plant or reading leave a doubt.

    far: texts of the same workbook that belong to no table.
    """
    refuse_second_header(grid, layout, layout.header_at + 1)
    value_columns = [Column(at, layout.header[at], "value", pl.Float64()) for at in (*layout.months, *layout.parts)]
    grid = filled(grid, layout.header_at, "operating", value_columns)
    is_remark = remark_test(aliases.beside)
    below = range(layout.header_at + 1, len(grid.rows))
    titles = [(line_of(grid, at), cell) for at in range(layout.header_at) for cell in grid.rows[at] if cell.strip()]
    remarks = [(line_of(grid, at), cell) for at in below if is_remark(grid.rows[at]) for cell in grid.rows[at]]
    names = [(f"the name {name}", name) for name in (grid.sheet, PurePosixPath(grid.name).stem) if name]
    body = [at for at in below if not is_remark(grid.rows[at]) and _is_line(grid.rows[at], layout)]
    refuse_kinds(grid, [*titles, *names], remarks, [*far, *grid.margins], aliases)
    refuse_second_table(grid, layout, body)
    year, stated_year = year_of(grid, layout, [*titles, *names])
    metric_at = _metric_column(layout, [grid.rows[at] for at in body], aliases)
    metric = "" if metric_at is not None else stated_metric(grid, [*titles, *names], aliases)
    plant = "" if layout.plant is not None else stated_plant(grid, titles)
    lines = [_line(grid, layout, at, (metric_at, metric, plant)) for at in body]
    refuse_other_kinds(grid, layout, lines, metric_at)
    words = list(unit_words([*titles, *names, *remarks]))
    notes = [(line_of(grid, at), cell) for at in below if at not in body for cell in grid.rows[at] if cell.strip()]
    sheet = Sheet(grid, layout, aliases, lines, year, words, list(unit_words(grid.margins)), [*notes, *grid.remarks])
    readings = list(readings_of(sheet))
    units = dict.fromkeys(reading.row[UNIT_AT] for reading in readings if reading.row[UNIT_AT])
    refuse_hidden_units(sheet, units)
    net = dict.fromkeys(f"{line.metric} net of {other.metric}" for line, other in drawn_lines(sheet).items())
    recognised = [_columns_text(layout, metric_at), *stated_year, *([f"reading {metric}"] if metric else []), *net]
    return Unfolded(
        _frame(sheet, readings),
        _marks(readings),
        [line.line for line in lines if not line.total],
        sum(bool(line.total) for line in lines),
        differing_sums(sheet),
        "; ".join([*recognised, "unit " + ", ".join(units)]),
        _unread(sheet, metric_at),
        day_of_list([titles, *([name] for name in names)]),
    )


def _columns_text(layout: Layout, metric_at: int | None) -> str:
    months = [layout.header[at] for at in layout.months]
    names = [layout.header[at] for at in (layout.plant, metric_at, layout.unit, layout.year) if at is not None]
    unread = [layout.header[at] for at in layout.others if at != metric_at]
    return f"columns {', '.join(names)}, {months[0]} to {months[-1]}; not read: {', '.join(unread) or 'none'}"


def _unread(sheet: Sheet, metric_at: int | None) -> list[str]:
    """Filled columns that are neither read nor remarks, nor describe the plant; a nameless one by its number."""
    layout = sheet.layout
    known = {*layout.months, *layout.parts, layout.plant, layout.unit, layout.year, metric_at}
    filled_ones = {at for line in sheet.lines for at, cell in enumerate(line.cells) if cell.strip()}
    others = {at: cell_of(layout.header, at) for at in sorted(filled_ones - known)}
    of_readings = {at: name for at, name in others.items() if at > min(layout.months) or OF_READINGS.search(name)}
    return list(
        dict.fromkeys(name or f"(column {at + 1})" for at, name in of_readings.items() if not REMARKS.search(name))
    )


def _is_line(row: Sequence[str], layout: Layout) -> bool:
    """A row with something under a month or a sum, and not the header again, nor the columns' numbers."""
    texts = [cell.strip() for cell in row]
    while texts and not texts[-1]:
        texts.pop()
    is_filled = any(cell_of(row, at) for at in (*layout.months, *layout.parts))
    return is_filled and texts != layout.header[: len(texts)] and not are_numbers(row)


def _line(grid: Grid, layout: Layout, at: int, stated: tuple[int | None, str, str]) -> Line:
    row, (metric_at, metric, plant) = grid.rows[at], stated
    name, first = cell_of(row, layout.plant), next((cell for cell in row if cell.strip()), "")
    words = [words_of(cell).rstrip(":") for cell in (first, name)]
    total = next((word for word in words if says_total(word) or word.endswith(TOTAL_ENDS)), "")
    return Line(
        at,
        grid.lines[at],
        name or plant,
        cell_of(row, metric_at) or metric,
        cell_of(row, layout.unit),
        cell_of(row, layout.year),
        total,
        tuple(row),
    )


def _metric_column(layout: Layout, rows: Sequence[Sequence[str]], aliases: Aliases) -> int | None:
    """Return the column that names readings: the one with the most cells that are one, whatever its header says."""
    known = {at: sum(reading_of(cell_of(row, at), aliases) is not None for row in rows) for at in layout.others}
    best = max(known, key=lambda at: (known[at], -at), default=None)
    return best if best is not None and known[best] else None


def _frame(sheet: Sheet, readings: Sequence[Reading]) -> DataFrame[SentRow]:
    layout = sheet.layout
    plant = "项目编号" if layout.is_id else "项目名称" if layout.plant is None else layout.header[layout.plant]
    rows = [[*reading.row, reading.line] for reading in readings]
    schema = {**dict.fromkeys([plant, *LONG], pl.String), "source_row": pl.Int64}
    return unchecked(pl.DataFrame(rows, schema=schema, orient="row"), SentRow)


def _marks(readings: Sequence[Reading]) -> DataFrame[CellMark]:
    rows = [(r.line, r.refused[1], r.refused[0], r.refused[2], r.row[-1]) for r in readings if r.refused]
    schema = {**CellMark.polars_schema(), "source_cells": pl.String()}
    return unchecked(pl.DataFrame(rows, schema=schema, orient="row"), CellMark)
