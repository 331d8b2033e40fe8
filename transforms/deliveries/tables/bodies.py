"""What lies under a header, sorted: rows of the table, lines of another shape, total rows, remarks."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Final

from schemas.errors import UnreadableDelivery
from transforms.deliveries.sheets.grid import Grid
from transforms.deliveries.sheets.marks import Place
from transforms.deliveries.text.statements import plain, remark_test
from transforms.ground.aliases import Aliases

SURPLUS: Final = "(field "
"""How the name of a field begins that has no header."""

TOTALS: Final = frozenset({"合计", "总计", "小计", "汇总", "累计", "共计", "total", "subtotal", "sum", "grandtotal"})

_PERIOD: Final = (
    r"(?:(?:19|20)\d\d年?)?(?:度|\d{1,2}月份?|第?[一二三四]季度|上半年|下半年)?"
    r"|本[年月季期]度?|当[年月期]|全[年部]|截至.{1,12}"
)
_TOTAL_OF: Final = re.compile(
    rf"(?:{_PERIOD})(?:合计|小计|总计|累计|共计)|[^\d]{{1,12}}(?:合计|小计|总计|subtotal)", re.IGNORECASE
)
"""2025年合计, 本年累计, 东湖支行小计."""

MOST_MISSHAPEN_CHARACTERS: Final = 32 << 20
"""Of lines as sent, under the names of their headers: a sign in a line may come to thousands."""


@dataclass
class Body:
    """What lies under a header, sorted: rows of the table with their places, and everything else by its line."""

    rows: list[list[str]] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    misshapen: list[dict[str, object]] = field(default_factory=list)
    totals: list[tuple[int, list[str]]] = field(default_factory=list)
    remarks: list[tuple[str, str]] = field(default_factory=list)


def body_of(grid: Grid, start: int, head: Sequence[Sequence[str]], naming: Sequence[int], aliases: Aliases) -> Body:
    """Return the rows from `start` on, each where it belongs.

    head: the header and the row of units, which a form repeats on each page.
    """
    body, is_remark = Body(), remark_test(aliases.beside)
    header, repeated, room = head[0], [_texts(row) for row in head], MOST_MISSHAPEN_CHARACTERS
    for at in range(start, len(grid.rows)):
        row, line = grid.rows[at], grid.lines[at]
        texts = _texts(row)
        if not texts or texts in repeated:
            continue
        fields = _shaped(row, len(header), grid)
        if is_remark(row):
            body.remarks += [(line_of(grid, at), cell) for cell in row if cell.strip()]
        elif fields is None:
            body.misshapen.append(_misshapen(line, row, header))
            room -= len(str(body.misshapen[-1]["row_text"]))
            _refuse_shapeless(grid, body, room)
        elif is_total(fields, naming):
            body.totals.append((line, fields))
        else:
            body.rows.append(fields)
            body.places.append(Place(at, line))
    return body


def _refuse_shapeless(grid: Grid, body: Body, room: int) -> None:
    if room < 0:
        raise UnreadableDelivery(
            f"{len(body.misshapen):,} rows and more have another number of fields than its header, the first is line "
            f"{body.misshapen[0]['source_row']}",
            where=grid.name,
            available=f"{MOST_MISSHAPEN_CHARACTERS >> 20} MiB of such rows",
            remedy="export the table again, with a field for each header",
        )


def _texts(row: Sequence[str]) -> list[str]:
    """A row's texts without blanks around them and without the empty cells behind."""
    texts = [cell.strip() for cell in row]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def line_of(grid: Grid, at: int) -> str:
    """Return how a person speaks of a row's line."""
    return f"line {grid.lines[at]}" if at < len(grid.lines) else ""


def _shaped(row: Sequence[str], width: int, grid: Grid) -> list[str] | None:
    """The row's fields if there are as many as headers; empty ones beyond the header do not count."""
    fields = list(row)
    if grid.is_padded:
        fields += [""] * (width - len(fields))
    extra = fields[width:]
    if len(fields) < width or any(cell.strip() for cell in extra):
        return None
    return fields[:width]


def says_total(text: str) -> bool:
    """Return whether a text is what a total row is called: 合计, 2025年合计, 本年累计, 东湖支行小计."""
    label = "".join(plain(text).split()).rstrip(":").lower()
    return label in TOTALS or _TOTAL_OF.fullmatch(label) is not None


def is_total(fields: Sequence[str], naming: Sequence[int]) -> bool:
    """A total row's first word says so, and it does not go on like a row: a project may be called Total."""
    first = next((at for at, cell in enumerate(fields) if cell.strip()), 0)
    if not fields or not says_total(fields[first]):
        return False
    is_named = bool(naming) and all(fields[at].strip() and at != first for at in naming)
    return not (is_named and any(letter.isalpha() for cell in fields[first + 1 :] for letter in cell))


def _misshapen(line: int, row: Sequence[str], header: Sequence[str]) -> dict[str, object]:
    """A line as sent, under the headers: null where a field is missing, surplus fields by their number."""
    reason = f"{len(row)} fields under {len(header)} headers"
    names = [*names_of(header), *(f"{SURPLUS}{at})" for at in range(len(header) + 1, len(row) + 1))]
    sent = dict(zip_longest(names, row))
    return {"source_row": line, "row_text": json.dumps(sent, ensure_ascii=False), "reason": reason}


def names_of(header: Sequence[str]) -> list[str]:
    """Return the header with a name for each column that has none."""
    return [cell or f"(column {at})" for at, cell in enumerate(header, start=1)]
