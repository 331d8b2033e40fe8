"""What a spreadsheet says of a cell beside its text, and why the cell is refused for it: `marks`."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

import polars as pl

from schemas.between.deliveries import CellMark
from schemas.contract import DataFrame, unchecked
from schemas.deliveries import DEFAULTS
from transforms.deliveries.sheets.grid import Grid
from transforms.deliveries.text.currencies import code_of
from transforms.deliveries.text.statements import plain

FREE_TEXTS: Final = frozenset({"source", "locator", "description", "reviewing_bodies", "verified_by"})
"""Texts that name nothing: a day may be written in them."""

RATES: Final = frozenset(
    {
        "annual_rate_pct",
        "relative_uncertainty_pct",
        "version",
        "calendar_year",
        "lifetime_years",
        "rate",
        ("parameters", "value"),
    }
)
"""Numbers that hold for each of several rows; any other belongs to one row, or is shared among them."""

WORDS: Final = re.compile(r'"([^"]*)"|[\\!](.)')
"""Words in a number format: in quotes, or sign by sign behind a backslash."""

CHINESE: Final = re.compile("[\u4e00-\u9fff]+")
ALIKE: Final = (
    frozenset({"", "元", "圆", "人民币元", "cny", "yuan"}),
    frozenset({"", "t", "吨", "tco2", "tco2e", "吨二氧化碳"}),
    frozenset({"mwh", "兆瓦时"}),
    frozenset({"kwh", "千瓦时", "度"}),
    frozenset({"万千瓦时", "万kwh", "万度"}),
    frozenset({"gj", "吉焦"}),
    frozenset({"万元", "人民币万元"}),
)
"""Spellings of one unit; nothing is the unit that a column has by itself."""

UNIT: Final = re.compile(
    r"[百千万亿]*(?:元|圆|吨|t|kg|公斤|千克|[kmgt]wh?|[kmgt]j|千瓦时?|兆瓦时?|吉瓦时|度|[千兆吉]焦|百万千焦|立方米|方|n?m[3³]|tce|吨标煤"
    r"|亩|公顷)(?:[/／].*)?",
    re.IGNORECASE,
)
UNIT_OF: Final = {
    "value": "unit",
    "capacity": "capacity_unit",
    "design_annual_value": "design_unit",
    "area": "area_unit",
    "volume": "volume_unit",
    "opening": "unit",
    "additions": "unit",
    "losses": "unit",
    "closing": "unit",
}
"""Numbers whose unit is in a column of its own."""

WITHOUT_VALUE: Final = {
    "error": ("spreadsheet_error", "is {}, an error of the spreadsheet; send the value"),
    "formula": (
        "formula_without_value",
        "is the formula {} without its value; open the workbook, let it calculate and save it again",
    ),
    "unread": ("unreadable_cell", "is {}, which a cell of its kind cannot hold; enter it again"),
    "struck": ("struck_through", "is struck through; delete it, or take the stroke away"),
}
"""Cells that hold nothing that counts: the rule that they break, and why."""

NAMELESS: Final = "#?"
"""An error without its name."""

NUMBERS: Final = (pl.Decimal, pl.Float64, pl.Int64)
CURRENCIES: Final = ("currency", "investment_currency")


class Column(NamedTuple):
    """A column that is read: its position, its header, its name and type in the contract, its header's unit.

    codes: what the words of a column of currencies stand for.
    """

    at: int
    header: str
    name: str
    dtype: pl.DataType
    unit: str = ""
    codes: Mapping[str, str] = MappingProxyType({})


class Place(NamedTuple):
    """A row of the table: its place in the grid and its line."""

    at: int
    line: int


Mark = tuple[int, str, str, str]
"""A row of CellMark: source_row, column, rule, reason."""


def words_of_format(code: str) -> str:
    """Return the words that a number format shows beside the number: MWh of 0.00"MWh"."""
    quoted = "".join(quoted or escaped for quoted, escaped in WORDS.findall(code))
    return quoted + "".join(CHINESE.findall(WORDS.sub("", code)))


def mark_table(marks: Iterable[Mark]) -> DataFrame[CellMark]:
    """Return the marks as a table, one a cell."""
    table = unchecked(pl.DataFrame(list(marks), schema=CellMark.polars_schema(), orient="row"), CellMark)
    return table.unique(["source_row", "column"], keep="first", maintain_order=True)


def is_amount(table: str, column: Column) -> bool:
    """Return whether a number of the column belongs to its row alone."""
    return column.dtype.base_type() in NUMBERS and not {column.name, (table, column.name)} & RATES


def cell_marks(grid: Grid, columns: Sequence[Column], rows: Sequence[Place]) -> Iterator[Mark]:
    """Yield the cells that show something that their text does not say."""
    lines = dict(rows)
    by_place = {column.at: column for column in columns}
    named = {column.name: column.at for column in columns}
    for (row, at), (kind, note) in grid.notes.items():
        if (
            row in lines
            and at in by_place
            and (found := noted(_in_its_unit(grid, by_place[at], row, named), kind, note))
        ):
            yield lines[row], by_place[at].name, *found
    if grid.kinds:
        yield from _lettered_marks(grid, columns, rows)


def _in_its_unit(grid: Grid, column: Column, row: int, named: Mapping[str, int]) -> Column:
    """The column with the unit that the row states of it."""
    unit_at = named.get(UNIT_OF.get(column.name, ""))
    cells = grid.rows[row]
    return column if unit_at is None or unit_at >= len(cells) else column._replace(unit=plain(cells[unit_at]))


def _lettered_marks(grid: Grid, columns: Sequence[Column], rows: Sequence[Place]) -> Iterator[Mark]:
    doubtful = grid.is_1904 or not grid.are_formats_known
    looked_at = [(column, letters) for column in columns if (letters := _letters_of(column, doubtful=doubtful))]
    for row, line in rows:
        kinds = grid.kinds[row] if row < len(grid.kinds) else ""
        for column, letters in looked_at:
            letter = kinds[column.at] if column.at < len(kinds) else " "
            if letter in letters and (found := _lettered(grid, column, letter, grid.rows[row][column.at])):
                yield line, column.name, *found


def _letters_of(column: Column, *, doubtful: bool) -> str:
    """Return what a cell of the column had better not be."""
    if column.dtype == pl.String:
        return "" if column.name in FREE_TEXTS else "xd"
    return "n" if doubtful else ""


def noted(column: Column, kind: str, note: str) -> tuple[str, str] | None:
    """Return the rule and the reason by which a cell is refused for a note of its form, or None."""
    name, is_number = column.name, column.dtype.base_type() in NUMBERS
    if kind in WITHOUT_VALUE:
        return _without_value(name, kind, note)
    if kind.isupper():
        return None  # a currency: currency_marks
    if kind in NOTED_BY_COLUMN:
        return NOTED_BY_COLUMN[kind](column, note)
    if (
        not is_number
        or (kind == "scaled" and column.unit == "" and not _has_words(note))
        or _says_the_same(column, kind, note)
    ):
        return None
    return "number_format", (
        f"{name} is shown by the number format {note}, so that its unit is in doubt; format the cell as 0.00"
    )


def _without_value(name: str, kind: str, note: str) -> tuple[str, str]:
    rule, words = WITHOUT_VALUE[kind]
    if note == NAMELESS:
        return rule, f"{name} is an error of the spreadsheet without a name; send the value"
    return rule, f"{name} {words.format(note)}"


def _disguised(column: Column, note: str) -> tuple[str, str] | None:
    """A number or id of which a reader of the sheet sees another."""
    if column.dtype.base_type() not in NUMBERS and (column.dtype != pl.String or column.name in FREE_TEXTS):
        return None
    return "number_format", f"{column.name} {note}; write it plainly, in a cell formatted as 0.00"


def _says_the_same(column: Column, kind: str, note: str) -> bool:
    """Return whether a format's words are the unit in which the cell is read, or no unit at all."""
    word, unit = ("".join(plain(text).split()).lower() for text in (words_of_format(note), column.unit))
    if kind == "named":
        has_unit = (
            column.name in UNIT_OF
            or column.dtype.base_type() == pl.Decimal
            or column.name.endswith(("_tco2", "_tco2e"))
        )
        if not has_unit or not UNIT.fullmatch(word) or (column.name in UNIT_OF and not unit):
            return True
    is_alike = bool(word) and (word == unit or any({word, unit} <= units for units in ALIKE))
    return kind in {"worded", "named"} and is_alike


def _rounded(column: Column, shown: str) -> tuple[str, str] | None:
    """A binary number that large does not distinguish one fen from the next; money must."""
    if column.dtype.base_type() != pl.Decimal:
        return None
    return "rounded_money", (
        f"{column.name} {shown} is a binary number in which a fen may be lost; write the column as decimal or as text"
    )


def _disguised_day(column: Column, note: str) -> tuple[str, str] | None:
    if column.dtype.base_type() not in {pl.Date, pl.Datetime}:
        return None
    return "number_format", f"{column.name} {note}; write it plainly, in a cell formatted as yyyy-mm-dd"


NOTED_BY_COLUMN: Final = {"rounded": _rounded, "disguised": _disguised, "disguised_day": _disguised_day}
"""Notes that refuse cells of some columns alone."""


def _has_words(code: str) -> bool:
    return any(scale in code for scale in "十拾百佰千仟万萬亿億‰‱")


def _lettered(grid: Grid, column: Column, letter: str, text: str) -> tuple[str, str] | None:
    name = column.name
    if letter == "x":
        return "lost_digits", (
            f"{name} {text} is a number of more than 15 digits, of which a spreadsheet keeps 15; "
            "format the column as text and enter it again"
        )
    if letter == "d":
        return "date_for_text", (
            f"{name} {text} is a date cell: a spreadsheet makes dates of texts like 1-2; "
            "format the column as text and enter it again"
        )
    if grid.is_1904 and column.dtype.base_type() in {pl.Date, pl.Datetime} and plain(text).partition(".")[0].isdigit():
        return _of_1904(name, text)
    if not grid.are_formats_known and name.endswith("_pct") and text.startswith("0.") and float(text):
        return "number_format", (
            f"{name} {text} may be shown in per cent, and the formats of this workbook cannot be read; save it as XLSX"
        )
    return None


def _of_1904(name: str, text: str) -> tuple[str, str] | None:
    if len(text.partition(".")[0]) > len("45838"):
        return None  # 20250630 is written out
    return "day_number_of_1904", (
        f"{name} {text} is a day number in a workbook that counts days from 1904; format the cell as a date"
    )


def currency_marks(
    table: str,
    named: Mapping[str, str],
    rows: Iterable[tuple[Place, Sequence[str]]],
    columns: Sequence[Column],
    grid: Grid,
) -> Iterator[Mark]:
    """Yield the rows whose currency is none of those stated beside the table, or not that of an amount's own format."""
    column = next((column for column in columns if column.name in CURRENCIES), None)
    beside = ", ".join(f"{code} ({where})" for code, where in named.items())
    shown = _currencies_shown(grid, columns)
    for place, fields in rows:
        code = code_of(fields[column.at], column.codes) if column else "CNY"
        code = code or (DEFAULTS.get(table, {}).get(column.name, "") if column else "")
        if code and column and named and code not in named:
            yield place.line, column.name, "currency_beside_table", f"{column.name} {code} contradicts {beside}"
        for amount, other in shown.get(place.at, ()):
            if code and other != code:
                reason = f"{amount} is shown in {other} by its number format, and the row is in {code}"
                yield place.line, amount, "currency_of_format", reason


def _currencies_shown(grid: Grid, columns: Sequence[Column]) -> dict[int, list[tuple[str, str]]]:
    """Return by row the amounts of money whose number format shows a currency."""
    money = {column.at: column.name for column in columns if column.dtype.base_type() == pl.Decimal}
    shown: dict[int, list[tuple[str, str]]] = {}
    for (row, at), (kind, _) in grid.notes.items():
        if kind.isupper() and at in money:
            shown.setdefault(row, []).append((money[at], kind))
    return shown
