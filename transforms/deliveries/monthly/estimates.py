"""Readings of a table of months that a remark, a comment or a header calls an estimate or a plan: no measurements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from transforms.deliveries.headers.monthly_layout import Line, Sheet, cell_of
from transforms.deliveries.headers.plans import estimated
from transforms.deliveries.monthly.doubts import REMARKS
from transforms.deliveries.monthly.stated import is_unit
from transforms.deliveries.sheets.spans import cell_name


@dataclass(frozen=True)
class Estimates:
    """What calls cells estimates or plans: of whole columns by column, of single cells by cell."""

    columns: Mapping[int, str]
    cells: Mapping[str, str]


def estimates_of(sheet: Sheet) -> Estimates:
    """Return what lines without a reading and comments say; a comment on a reading says it of that one."""
    layout = sheet.layout
    months = {at: month.month for at, month in layout.months.items()}
    readings = {cell_name(line.line - 1, at) for line in sheet.lines for at in layout.months} if sheet.notes else set()
    columns: dict[int, str] = {}
    cells: dict[str, str] = {}
    for where, text in sheet.notes:
        cell = where.removeprefix("the comment on ")
        if cell in readings and estimated(text, months):
            cells.setdefault(cell, f"{where}: '{text}'")
        elif cell not in readings:
            columns = {**dict.fromkeys(estimated(text, months), f"{where}: '{text}'"), **columns}
    return Estimates(columns, cells)


def by_remark(sheet: Sheet, lines: Sequence[Line]) -> dict[int, str]:
    """Return which columns the remarks of lines call estimates or plans, and the words."""
    layout = sheet.layout
    months = {at: month.month for at, month in layout.months.items()}
    remarks: dict[int, str] = {}
    for line in lines:
        for place in (place for place in layout.others if REMARKS.search(layout.header[place])):
            text = cell_of(line.cells, place)
            remarks |= dict.fromkeys(estimated(text, months), f"{cell_name(line.line - 1, place)}: '{text}'")
    return remarks


def not_measured(remark: str | None) -> tuple[str, str, str] | None:
    """Return why a cell is refused that is not a measurement."""
    if remark is None:
        return None
    return "not_measured", "value", f"{remark}; a reading is what was measured: send it once it is, without these words"


def header_says(sheet: Sheet, at: int) -> str | None:
    """Return what a month's header says beside the month that is not a unit: 12月(预估)."""
    word = sheet.layout.month_units[at]
    return f"header {sheet.layout.header[at]}" if word and not is_unit(word, sheet.aliases) else None
