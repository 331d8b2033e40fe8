"""Sheets with a head in both languages, rows of cells that other cells name, and formulas over them."""

import datetime as dt
import io
import math
import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from importlib import resources
from types import MappingProxyType, TracebackType
from typing import Any, Final, NamedTuple, Self

from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.utility import xl_col_to_name  # type: ignore[import-untyped]
from xlsxwriter.workbook import Workbook  # type: ignore[import-untyped]

from transforms.methods.engine.spreadsheet import UNKNOWN

SHEETS: Final[Mapping[str, Any]] = tomllib.loads(
    resources.files(__package__).joinpath("sheets.toml").read_text("utf-8")
)
"""Of each sheet in both languages its title, what to know of it, and its columns with what they hold."""

NEWER: Final = ("IFNA(", "_xlfn.IFNA(")
"""A function that is newer than the format, and how a file names it."""

FIXED_DAY: Final = dt.datetime(2025, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)
"""The workbook's date of creation: a clock would change its bytes."""

FIRST_DAY: Final = dt.date(1900, 3, 1)
"""The first that every spreadsheet counts alike; an earlier day is a text."""

FIRST_WIDE: Final = 0x2E80
"""The first sign that is two letters wide."""

MOST_ROWS: Final = 1_048_576
HEAD: Final = 5
"""The row of the heads in English; above it the title, what to know, and the heads in Chinese."""

WIDTHS: Final = {"text": 22, "wide": 40, "prose": 80, "flag": 12, "date": 12}
WIDTH: Final = 16
HEAD_SIZE, PROSE_WIDTH, LINE_HEIGHT = 10, 80, 15
NUMBERS: Final = {"date": "yyyy-mm-dd", "money": "#,##0.00", "tonnes": "#,##0.000", "ratio": "0.000000", "count": "0"}
"""How a column is shown by what it holds; what a cell holds has all digits."""

LOOKS: Final[Mapping[str, Mapping[str, object]]] = {
    "given": {"bg_color": "#FFF2CC", "border": 1, "border_color": "#BF9000", "locked": False},
    "formula": {"font_color": "#1F4E78"},
    "stated": {},
}
OPEN_TO_ALL: Final = dict.fromkeys(("select_locked_cells", "sort", "autofilter", "format_columns", "format_rows"), True)


class Formula(NamedTuple):
    """A formula without its `=`."""

    text: str


class Given(NamedTuple):
    """A value that the reader may change; empty where it is for the reader to state."""

    value: float | Decimal | str | None


Heads = Mapping[str, Sequence[str]]
NO_HEADS: Final[Heads] = MappingProxyType({})
Cell = str | float | Decimal | bool | dt.date | Formula | Given | None


class SheetFullError(Exception):
    """A sheet holds no more rows."""


class Book:
    """A workbook as it is written: always the same bytes of the same cells. sheets: the words of its sheets."""

    def __init__(self, sheets: Mapping[str, Any] = SHEETS) -> None:
        self.sheets = sheets
        self._stream = io.BytesIO()
        self._book = Workbook(self._stream, {"in_memory": True})
        self._book.set_properties({"author": "greenloan", "created": FIXED_DAY})
        self._book.set_calc_mode("auto")
        self._looks: dict[tuple[str, str], Format] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            self._book.close()

    @property
    def content(self) -> bytes:
        """The file, once it is closed."""
        return self._stream.getvalue()

    def sheet(self, name: str, more: Heads = NO_HEADS, *, lines: int = 0) -> "Sheet":
        """Return a new sheet of that name in `sheets`; more: columns behind its own; lines: rows above the heads."""
        return Sheet(self, self._book.add_worksheet(name), name, more, HEAD + lines)

    def named(self, name: str, place: str) -> str:
        """Name a place and return its name."""
        self._book.define_name(name, f"={place}")
        return name

    def look(self, look: str, holds: str) -> Format:
        """Return how a cell looks."""
        if (look, holds) not in self._looks:
            shown = {"num_format": NUMBERS.get(holds, "General"), "text_wrap": holds == "prose", "valign": "top"}
            self._looks[look, holds] = self._book.add_format({**LOOKS[look], **shown})
        return self._looks[look, holds]

    def words(self, size: int, *, is_bold: bool, is_wrapped: bool) -> Format:
        """Return how heads, titles and prose look."""
        return self._book.add_format({"bold": is_bold, "font_size": size, "text_wrap": is_wrapped, "valign": "top"})


class Sheet:
    """A sheet with a row of heads; rows are written one after the other and count from 1."""

    def __init__(self, book: Book, page: Any, name: str, more: Heads, head: int) -> None:  # noqa: ANN401 - no types
        self.book, self.page, self.name, self.head = book, page, name, head
        words = book.sheets[name]
        columns = {**words.get("columns", NO_HEADS), **more}
        self.holds: dict[str, str] = {column: holds for column, (_, _, holds) in columns.items()}
        self._places = {column: at for at, column in enumerate(self.holds)}
        self._letters = {column: xl_col_to_name(at) for column, at in self._places.items()}
        title, heads = (book.words(size, is_bold=True, is_wrapped=size == HEAD_SIZE) for size in (14, HEAD_SIZE))
        page.write_string(0, 0, words["title"][0], title)
        page.write_string(1, 0, words["title"][1], title)
        page.write_string(2, 0, "  ".join(words["note"]))
        for at, (chinese, english, holds) in enumerate(columns.values()):
            page.write_string(head - 2, at, chinese, heads)
            page.write_string(head - 1, at, english, heads)
            page.set_column(at, at, WIDTHS.get(holds, WIDTH))
        page.freeze_panes(head, 1)
        page.protect("", OPEN_TO_ALL)
        self.last = head

    @property
    def first(self) -> int:
        """The first row."""
        return self.head + 1

    @property
    def next(self) -> int:
        """The row that is written next."""
        return self.last + 1

    def write(self, **cells: Cell) -> int:
        """Write a row and return its number; a column that is not named is empty, an unknown number is #N/A."""
        if self.last >= MOST_ROWS:
            raise SheetFullError(self.name)
        self.last += 1
        for column, cell in cells.items():
            self._put(self.last - 1, self._places[column], cell, self.holds[column])
        return self.last

    def at(self, column: str, row: int) -> str:
        """Return the place of a cell."""
        return f"{self.name}!${self._letters[column]}${row}"

    def here(self, column: str) -> str:
        """Return the place of a cell of the row that is written next, as formulas of that row name it."""
        return f"${self._letters[column]}{self.next}"

    def span(self, first: str, rows: tuple[int, int], last: str | None = None) -> str:
        """Return the place of all cells from a column to another (or of one) of the rows."""
        return f"{self.at(first, rows[0])}:${self._letters[last or first]}${rows[1]}"

    def note(self, row: int, column: int, text: str, *, is_bold: bool = False) -> None:
        """Write a text beside the table."""
        self.page.write_string(row - 1, column, text, self.book.words(HEAD_SIZE, is_bold=is_bold, is_wrapped=False))

    def prose(self, row: int, *texts: str) -> None:
        """Write texts beside each other, in wide columns."""
        shown = self.book.words(HEAD_SIZE, is_bold=False, is_wrapped=True)
        for at, each in enumerate(texts):
            self.page.set_column(at, at, PROSE_WIDTH)
            self.page.write_string(row - 1, at, each, shown)
        self.page.set_row(row - 1, LINE_HEIGHT * max(map(_lines, texts)))

    def put(self, row: int, column: int, cell: Cell, holds: str) -> str:
        """Write a cell beside the table and return its place."""
        self._put(row - 1, column, cell, holds)
        return f"{self.name}!${xl_col_to_name(column)}${row}"

    def offer(self, row: int, column: int, place: str) -> None:
        """Let the reader choose what a cell holds among those of the place."""
        self.page.data_validation(row - 1, column, row - 1, column, {"validate": "list", "source": f"={place}"})

    def filtered(self) -> None:
        """Let the reader filter the rows by their heads."""
        self.page.autofilter(self.head - 1, 0, self.last - 1, len(self.holds) - 1)

    def _put(self, row: int, column: int, cell: Cell, holds: str) -> None:
        look = "given" if isinstance(cell, Given) else "formula" if isinstance(cell, Formula) else "stated"
        shown = self.book.look(look, holds)
        value = cell.value if isinstance(cell, Given) else cell
        match value:
            case None if isinstance(cell, Given):
                self.page.write_blank(row, column, None, shown)
            case Formula(text=text):
                self.page.write_formula(row, column, f"={text.replace(*NEWER)}", shown, "")
            case bool():
                self.page.write_boolean(row, column, value, shown)
            case str():
                self.page.write_string(row, column, value, shown)
                if holds == "prose":
                    self.page.set_row(row, LINE_HEIGHT * _lines(value))
            case dt.date() if value < FIRST_DAY:
                self.page.write_string(row, column, value.isoformat(), shown)
            case dt.date():
                self.page.write_datetime(row, column, value, shown)
            case None:
                self.page.write_formula(row, column, f"={UNKNOWN}", shown, "")
            case _:
                self.page.write_number(row, column, float(value), shown)


def _lines(prose: str) -> int:
    """How many lines a text fills; a sign beyond Latin is as wide as two letters."""
    width = sum(1 if ord(sign) < FIRST_WIDE else 2 for sign in prose)
    return max(1, math.ceil(width / PROSE_WIDTH))


def call(function: str, *arguments: str | float) -> str:
    """Return a function of its arguments."""
    return f"{function}({','.join(map(str, arguments))})"


def text(value: str) -> str:
    """Return a text as a formula has it."""
    return '"' + value.replace('"', '""') + '"'


def chosen_of(cases: Sequence[tuple[str, str]], otherwise: str) -> str:
    """Return the value of the first condition that holds."""
    nested = otherwise
    for condition, value in reversed(cases):
        nested = call("IF", call("IFNA", condition, "FALSE"), value, nested)
    return nested
