"""Tables whose columns are months: which columns are months, sums of months, the plant, the reading and its unit."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from schemas.errors import UnreadableDelivery
from transforms.deliveries.headers.columns import known_headers
from transforms.deliveries.sheets.grid import Grid
from transforms.deliveries.text.months import Month, month_of
from transforms.deliveries.text.statements import plain, with_round_brackets
from transforms.ground.aliases import Aliases

CELL: Final = "单元格"
"""Header of the column that says from which cells of the form a reading was taken."""

FEWEST_MONTHS: Final = 2
FIRST_ROWS: Final = 20
MOST_COLUMNS: Final = 1_000


@dataclass(frozen=True)
class Layout:
    """Where a table of months has what, by column; a column that it has not is None.

    months: with the unit of their headers. parts: columns that sum months, with the columns that they sum.
    is_id: the plants are named by project_id.
    """

    header_at: int
    header: list[str]
    months: dict[int, Month]
    month_units: dict[int, str]
    parts: dict[int, frozenset[int]]
    plant: int | None
    is_id: bool
    unit: int | None
    year: int | None

    @property
    def others(self) -> list[int]:
        """Columns of which nothing is known yet."""
        known = {*self.months, *self.parts, self.plant, self.unit, self.year}
        return [at for at, cell in enumerate(self.header) if at not in known and cell]


@dataclass(frozen=True)
class Line:
    """A line of the table: its place, the plant, the reading, the unit and year that it states itself.

    total: the word that makes it a total, or nothing.
    """

    at: int
    line: int
    plant: str
    metric: str
    unit: str
    year: str
    total: str
    cells: Sequence[str]


@dataclass(frozen=True)
class Sheet:
    """A table of months with what is stated of all of it: the year, if any, and words that may be units.

    margin_words: likewise of page headers and text boxes, where the cells state none. notes: where lines without a
    reading and comments are, and what they say.
    """

    grid: Grid
    layout: Layout
    aliases: Aliases
    lines: Sequence[Line]
    year: int | None
    unit_words: Sequence[str]
    margin_words: Sequence[str] = ()
    notes: Sequence[tuple[str, str]] = ()


def words_of(text: str) -> str:
    """Return the text as words are compared: half-width, without blanks, in small letters."""
    return "".join(plain(text).split()).lower()


def cell_of(row: Sequence[str], at: int | None) -> str:
    """Return the text of a row in a column that it may not have."""
    return row[at].strip() if at is not None and at < len(row) else ""


def in_parts(text: str) -> tuple[str, str]:
    """Return a text, without blanks, and the unit in its last brackets: 发电量（万千瓦时）."""
    compact = with_round_brackets("".join(plain(text).split()))
    if compact.endswith(")") and "(" in compact:
        name, _, unit = compact.removesuffix(")").rpartition("(")
        return name, unit.removeprefix("单位").removeprefix(":")
    return compact, ""


def reading_of(text: str, aliases: Aliases) -> tuple[str, str] | None:
    """Return a known reading as it is written, and the unit in its brackets; None where the text is none."""
    whole, parted = "".join(plain(text).split()), in_parts(text)
    return next(((name, unit) for name, unit in ((whole, ""), parted) if name.lower() in aliases.readings), None)


def monthly_layout(grid: Grid, aliases: Aliases) -> Layout | None:
    """Return the layout of a table of months; None where the grid is none.

    Raises UnreadableDelivery where two columns are one month.
    """
    if not aliases.monthly or grid.below is not None:
        return None
    counts = [_months_named(row[:MOST_COLUMNS], aliases) for row in grid.rows[:FIRST_ROWS]]
    at = counts.index(max(counts)) if counts else 0
    if not counts or counts[at] < FEWEST_MONTHS:
        return None
    header = [cell.strip() for cell in grid.rows[at][:MOST_COLUMNS]]
    columns = [known[0].column if (known := known_headers("operating", [cell], aliases)) else "" for cell in header]
    if {"period_start", "value"} & set(columns):
        return None
    months = {place: month for place, cell in enumerate(header) if (month := _month(cell))}
    _refuse_twice(grid, header, months)
    plant = _one(grid, header, [place for place, cell in enumerate(header) if _names_plants(cell, aliases)])
    ids = [place for place, column in enumerate(columns) if column == "project_id"]
    words = aliases.monthly
    return Layout(
        at,
        header,
        months,
        {place: in_parts(header[place])[1] for place in months},
        _parts(header, months, words["parts"]),
        ids[0] if ids else plant,
        bool(ids),
        _column(header, words["unit"]),
        _column(header, words["year"]),
    )


def _months_named(row: Sequence[str], aliases: Aliases) -> int:
    """Return how many months a row names as a header would; none where it may be a row of days and numbers.

    2025-01, 202501 and 2025-01-01 are months beside a header of the plants, or as a run of months.
    """
    months = [(month, cell) for cell in row if (month := _month(cell))]
    if any(_names_plants(cell, aliases) or _is_id(cell, aliases) for cell in row):
        return len(months)
    others = (cell for cell in row if not _month(cell))
    if any(letter.isdigit() for cell in others for letter in cell):
        return 0
    is_worded = all(any(letter.isalpha() for letter in plain(cell)) for _, cell in months)
    return len(months) if is_worded or _is_run([month for month, _ in months]) else 0


def _is_run(months: Sequence[Month]) -> bool:
    numbers = [12 * (month.year or 0) + month.month for month in months]
    return len(numbers) > FEWEST_MONTHS and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _is_id(cell: str, aliases: Aliases) -> bool:
    return any(known.column == "project_id" for known in known_headers("operating", [cell], aliases))


def _month(cell: str) -> Month | None:
    return month_of(in_parts(cell)[0]) or month_of(cell)


def _names_plants(cell: str, aliases: Aliases) -> bool:
    return words_of(cell) in map(words_of, aliases.names.get("operating", ()))


def _column(header: Sequence[str], words: Iterable[str]) -> int | None:
    return next((at for at, cell in enumerate(header) if words_of(cell) in words), None)


def _parts(
    header: Sequence[str], months: Mapping[int, Month], words: Mapping[str, Sequence[int]]
) -> dict[int, frozenset[int]]:
    """A column that sums months of several years sums all that come before it, which only 合计 is known to do."""
    parts = {}
    for at, cell in enumerate(header):
        summed = words.get(in_parts(cell)[0].lower())
        if summed is not None and at not in months:
            parts[at] = frozenset(place for place, month in months.items() if not summed or month.month in summed)
    return parts


def _refuse_twice(grid: Grid, header: Sequence[str], months: Mapping[int, Month]) -> None:
    twice = [month for month, count in Counter(months.values()).items() if count > 1]
    if twice:
        raise UnreadableDelivery(
            "two of its columns are one month",
            where=grid.name,
            available=", ".join(header[at] for at, month in months.items() if month in twice),
            remedy="keep one column a month, or state the year in each header, as in 2025-01",
        )


def _one(grid: Grid, header: Sequence[str], places: Sequence[int]) -> int | None:
    if len(places) > 1:
        raise UnreadableDelivery(
            "two of its columns name the plant",
            where=grid.name,
            available=", ".join(header[at] for at in places),
            remedy="keep the one with the project's name, or add the column project_id (项目编号)",
        )
    return places[0] if places else None
