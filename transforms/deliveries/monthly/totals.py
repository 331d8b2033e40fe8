"""The sums of a table of months, checked: 合计 and quarters beside the months, total lines below the plants' lines."""

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from transforms.deliveries.headers.monthly_layout import Line, Sheet, words_of
from transforms.deliveries.text.statements import plain
from transforms.ground.flag_rows import Notice, notice

NUMBER: Final = re.compile(r"^[+-]?(?:[0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.[0-9]*)?$")
GRAND: Final = frozenset({"合计", "总计", "total", "grandtotal"})
"""Totals of every line above; 小计 or 风电合计 is one of the lines since the total before it."""

MOST_DECIMALS: Final = 6
"""A spreadsheet's sums are off by less, in binary."""


def exact(text: str) -> Decimal | None:
    """Return the number that a text is, or None."""
    number = plain(text)
    return Decimal(number.replace(",", "")) if NUMBER.match(number) else None


def differing_sums(sheet: Sheet) -> list[Notice]:
    """Return a notice of each sum of the sender's that is not the sum of its parts, as precisely as it is stated.

    A cell without a number is not a part; of a line above a subtotal only what comes after the one before.
    """
    across = (notice for line in sheet.lines for notice in _across(sheet, line))
    return [*across, *(notice for line in sheet.lines if line.total for notice in _down(sheet, line))]


def _across(sheet: Sheet, line: Line) -> Iterator[Notice]:
    for at, months in sheet.layout.parts.items():
        yield from _difference(sheet, line, at, (_number(line, month) for month in sorted(months)))


def _down(sheet: Sheet, total: Line) -> Iterator[Notice]:
    if total.total.endswith("累计") and total.total != "累计":
        return  # 本年累计 sums months, and not the lines above
    since = 0
    if total.total not in GRAND:
        since = max((line.at for line in sheet.lines if line.total and _above(line, total)), default=0)
    parts = [line for line in sheet.lines if not line.total and since < line.at < total.at and _is_same(line, total)]
    for at in sheet.layout.months:
        yield from _difference(sheet, total, at, [_number(line, at) for line in parts])


def _above(line: Line, total: Line) -> bool:
    return line.at < total.at and _is_same(line, total)


def _is_same(line: Line, total: Line) -> bool:
    return (words_of(line.metric), line.year) == (words_of(total.metric), total.year)


def _number(line: Line, at: int) -> Decimal | None:
    return exact(line.cells[at]) if at < len(line.cells) else None


def _difference(sheet: Sheet, line: Line, at: int, parts: Iterable[Decimal | None]) -> Iterator[Notice]:
    stated, numbers = _number(line, at), [part for part in parts if part is not None]
    if stated is None or not numbers:
        return
    summed = sum(numbers, Decimal(0))
    decimals = min(MOST_DECIMALS, -int(stated.as_tuple().exponent))
    difference = round(stated - summed, max(decimals, 0))
    if difference:
        yield _notice(sheet, line, sheet.layout.header[at], (stated, summed, difference))


def _notice(sheet: Sheet, line: Line, header: str, sums: Sequence[Decimal]) -> Notice:
    name = f"{sheet.grid.name}#{sheet.grid.sheet}" if sheet.grid.sheet else sheet.grid.name
    stated, summed, difference = (format(number, "f") for number in sums)
    of = " ".join(word for word in (line.plant or line.total, line.metric) if word)
    return notice(
        "total_row_differs",
        wording="sum_of_parts_differs",
        name=name,
        line=line.line,
        of=of,
        header=header,
        stated=stated,
        summed=summed,
        difference=difference,
    )
