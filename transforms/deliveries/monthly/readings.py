"""The readings of a table of months, cell by cell: net of what was drawn; a cell in doubt is refused alone."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import polars as pl

from transforms.deliveries.headers.monthly_layout import Line, Sheet, cell_of, in_parts, reading_of, words_of
from transforms.deliveries.monthly.estimates import Estimates, by_remark, estimates_of, header_says, not_measured
from transforms.deliveries.monthly.stated import unit_of_line
from transforms.deliveries.monthly.totals import exact
from transforms.deliveries.sheets.marks import Column, noted
from transforms.deliveries.sheets.nothing import WORDS
from transforms.deliveries.sheets.spans import cell_name
from transforms.deliveries.text.months import days_of, years_in


class Reading(NamedTuple):
    """One reading, and why it is refused, if it is: rule, column, reason."""

    line: int
    row: list[str]
    refused: tuple[str, str, str] | None = None


def readings_of(sheet: Sheet) -> Iterator[Reading]:
    """Yield every reading of the table; what nothing can be read of is one that is refused."""
    drawn, twice = drawn_lines(sheet), Counter(_key(line) for line in sheet.lines if not line.total)
    estimates = estimates_of(sheet)
    for line in sheet.lines:
        if line.total or line in drawn.values():
            continue
        if twice[_key(line)] > 1:
            lines = f"{twice[_key(line)]} lines of {line.metric} of {line.plant}"
            reason = f"the table has {lines}; send their sum, or one"
            yield _whole(sheet, line, ("conflicting_rows", "metric", reason))
        else:
            yield from _of_line(sheet, line, drawn.get(line), estimates)


def _key(line: Line) -> tuple[str, str, str]:
    return line.plant, in_parts(line.metric)[0].lower(), line.year


def drawn_lines(sheet: Sheet) -> dict[Line, Line]:
    """Return for each line of a gross supply the line of what the same plant drew at the same meter."""
    by_key = {_key(line): line for line in sheet.lines if not line.total}
    pairs = {}
    for (plant, metric, year), line in by_key.items():
        words = sheet.aliases.monthly["net"].get(metric, ())
        found = [by_key[plant, word, year] for word in words if (plant, word, year) in by_key]
        if len(found) == 1:
            pairs[line] = found[0]
    return pairs


def _of_line(sheet: Sheet, line: Line, net_of: Line | None, estimates: Estimates) -> Iterator[Reading]:
    unit = unit_of_line(sheet, line)
    if struck := _struck_name(sheet, line):
        yield _whole(sheet, line, struck)
        return
    if not unit or (net_of and unit_of_line(sheet, net_of, line.metric) != unit):
        yield _whole(sheet, line, _unfit(sheet, line, net_of))
        return
    lines = [line, *([net_of] if net_of else [])]
    remarks = by_remark(sheet, lines)
    for at in sheet.layout.months:
        if words_of(cell_of(line.cells, at)) in {*WORDS, ""}:
            continue
        value, cells, refused = _taken(sheet, line, net_of, at)
        own = [estimates.cells.get(cell_name(one.line - 1, at)) for one in lines]
        doubts = [remarks.get(at), estimates.columns.get(at), *own, header_says(sheet, at)]
        refused = refused or not_measured(next(filter(None, doubts), None))
        days = _days(sheet, line, at)
        if days is None:
            refused = ("year_of_months", "period_start", f"'{line.year}' is not a year; write it as 2025")
        row = [line.plant, _name(sheet, line), *(days or ("", "")), value, unit, cells]
        yield Reading(line.line, row, refused)


def _whole(sheet: Sheet, line: Line, refused: tuple[str, str, str]) -> Reading:
    """A line of which nothing can be read, with the days that it would have been about."""
    filled_ones = [at for at in sheet.layout.months if cell_of(line.cells, at)]
    days = [found for at in filled_ones if (found := _days(sheet, line, at))] or [("", "")]
    cells = f"{cell_name(line.line - 1, filled_ones[0])} ..." if filled_ones else ""
    return Reading(line.line, [line.plant, line.metric, min(days)[0], max(days)[1], "", "", cells], refused)


def _name(sheet: Sheet, line: Line) -> str:
    found = reading_of(line.metric, sheet.aliases)
    return found[0] if found else line.metric


def _days(sheet: Sheet, line: Line, at: int) -> tuple[str, str] | None:
    """Return the first and the last day of a line's month; None where its year cannot be read."""
    own, month = years_in(line.year), sheet.layout.months[at]
    year = (own.pop() if len(own) == 1 else None) if line.year else month.year or sheet.year
    if year is None:
        return None
    first, last = days_of(year, month.month)
    return first.isoformat(), last.isoformat()


def _taken(sheet: Sheet, line: Line, net_of: Line | None, at: int) -> tuple[str, str, tuple[str, str, str] | None]:
    """Return a cell's value, net of what was drawn; the cells that it was taken from; why it is refused."""
    text = cell_of(line.cells, at)
    name = f"{cell_name(line.line - 1, at)} {text}"
    unit = unit_of_line(sheet, line)
    refused = _shown(sheet, line, at, unit) or (_shown(sheet, net_of, at, unit) if net_of else None)
    if net_of is None or refused:
        return text, name, refused
    less = cell_of(net_of.cells, at)
    difference = f"{name} - {cell_name(net_of.line - 1, at)} {less or '(empty)'}"
    supplied, drawn = exact(text), exact(less)
    if supplied is None:
        return text, difference, None
    if drawn is None or drawn < 0:
        reason = (
            f"{line.metric} {text} is taken net of {net_of.metric}, which is '{less}'; send 0 where nothing was drawn"
        )
        return text, difference, ("drawn_power", "value", reason)
    return format(supplied - drawn, "f"), difference, None


def _struck_name(sheet: Sheet, line: Line) -> tuple[str, str, str] | None:
    """Return why a line is refused whose plant or reading is struck through."""
    layout, notes = sheet.layout, sheet.grid.notes
    struck = [
        at
        for at in (layout.plant, *layout.others)
        if at is not None and notes.get((line.at, at), "")[:1] == ("struck",)
    ]
    names = [at for at in struck if cell_of(line.cells, at) in {line.plant, line.metric}]
    if not names:
        return None
    name = f"{cell_name(line.line - 1, names[0])} {cell_of(line.cells, names[0])}"
    return "struck_through", "metric", f"{name} is struck through; delete the line, or take the stroke away"


def _shown(sheet: Sheet, line: Line, at: int, unit: str) -> tuple[str, str, str] | None:
    """Return why a cell is refused for what the form shows of it beside its text."""
    if (line.at, at) in sheet.grid.merged_from:
        reason = "one merged cell stands for several readings; write each reading into its own cell"
        return "merged_amount", "value", reason
    note = sheet.grid.notes.get((line.at, at))
    found = noted(Column(at, "", "value", pl.Float64(), unit), *note) if note else None
    return (found[0], "value", found[1]) if found else None


def _unfit(sheet: Sheet, line: Line, net_of: Line | None) -> tuple[str, str, str]:
    """Return why nothing of a line can be read."""
    if reading_of(line.metric, sheet.aliases) is None:
        finding = (
            f"'{line.metric}' is not a reading that is known of a plant" if line.metric else "the line names no reading"
        )
        return "unknown_reading", "metric", f"{finding}; write it as in the list of metrics, as 上网电量"
    if net_of and unit_of_line(sheet, line):
        return "unit_in_doubt", "unit", f"{line.metric} and {net_of.metric} are in different units; state one for both"
    words = ", ".join(dict.fromkeys(word for word in sheet.unit_words if word))
    return (
        "unit_in_doubt",
        "unit",
        (
            f"no single unit of {line.metric} is stated (beside the table: {words or 'none'}); "
            "state it in the title, as in 单位：万千瓦时, or in a column unit (单位)"
        ),
    )
