"""The tables that are read as CSV: their columns, what each cell must hold, and rows about one thing."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from flows.reference.checks.consequences import Fault, Misnamed, at_entry, row_name
from flows.reference.checks.names.provinces import misnamed_province
from flows.reference.checks.read import Row
from flows.reference.checks.written.days import iso_day
from flows.reference.checks.written.entries import nearest, plain_number
from flows.reference.checks.written.signs import BAR, PARTING, meant, strange_cells, unparted
from schemas.reference import EVIDENCE, PARAMETER_STATUSES, REALISATION_SCOPES
from transforms.ground.bounds import LIMITS, NO_LIMIT

RESTORE: Final = "restore it from the program's version"
QUANTILES: Final = ("p10_ratio", "p25_ratio", "median_ratio", "p75_ratio", "p90_ratio")


@dataclass(frozen=True)
class Table:
    """What a reference table must have: columns, which of them are never empty, numbers, and what a row is about.

    words: the columns that hold one of a few words, and which; counts: those that hold a whole number from 1 on; codes:
    those that follow a pattern; limits: numbers, or the word that there is none; fits: the columns whose cells do not
    go with the others of their row, and what is wrong with each.

    A table with valid_from and valid_to holds one row a key and day.
    """

    key: tuple[str, ...]
    filled: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    counts: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    codes: Mapping[str, str] = field(default_factory=dict)
    is_dated: bool = False
    fits: Callable[[Mapping[str, str]], Iterable[tuple[str, str]]] = lambda _: ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that must be there."""
        return (*dict.fromkeys([*self.key, *self.filled, *self.numbers, *self.others, *self.dates]),)

    @property
    def texts(self) -> dict[str, bool]:
        """The columns of texts, and whether each holds a code: letters of ASCII alone, as others cite it."""
        no_texts = {*self.numbers, *self.counts, *self.dates}
        return {column: column not in FREE_TEXTS for column in self.columns if column not in no_texts}

    @property
    def dates(self) -> tuple[str, ...]:
        """The columns of days."""
        return ("valid_from", "valid_to") if self.is_dated else ()


ALIASES: Final = "aliases"
FREE_TEXTS: Final = frozenset(
    ("province_zh", "province_en", "name_zh", "name_en", "county_name", "aliases", "locator", "description", "remark")
)
"""Columns that hold words for people, in whichever letters; all others hold codes, numbers or days."""

TABLES: Final[dict[str, Table]] = {
    "parameters.csv": Table(
        key=("parameter_id", "scope"),
        filled=("parameter_id", "scope", "value", "unit", "source_id", "locator", "status", "description"),
        numbers=("value", "relative_uncertainty_pct"),
        is_dated=True,
        words={"status": PARAMETER_STATUSES},
    ),
    "regions.csv": Table(
        key=("province_code",),
        filled=("province_code", "province_zh", "province_en"),
        others=("grid_region", "aliases"),
        codes={"province_code": "CN-[A-Z]{2}"},
        is_dated=True,
        fits=misnamed_province,
    ),
    "crf_fields.csv": Table(
        key=("crf_field",), filled=("crf_field", "name_zh", "name_en", "source_id"), others=("aliases",), is_dated=True
    ),
    "counties.csv": Table(key=("county_code",), filled=("county_code", "county_name"), codes={"county_code": r"\d{6}"}),
    "realisation.csv": Table(
        key=("realisation_type", "realisation_subtype", "realisation_scope"),
        filled=(
            "realisation_type",
            "realisation_scope",
            "realisation_projects_count",
            *QUANTILES,
            "source_id",
            "locator",
        ),
        numbers=QUANTILES,
        counts=("realisation_projects_count",),
        words={"realisation_scope": REALISATION_SCOPES},
    ),
    "bounds.csv": Table(
        key=("bound_id",),
        filled=("bound_id", "check_id", "method_or_scope", "unit", "evidence", "source", "remark"),
        numbers=LIMITS,
        limits=LIMITS,
        others=("condition",),
        words={"evidence": EVIDENCE},
    ),
}
"""The tables that are read as CSV, by file."""


def table_rows(name: str, text: str) -> tuple[list[Row], list[Fault]]:
    """Return the rows of a table, none where they have not all their columns, and what is wrong with them."""
    table = TABLES[name]
    try:
        header, rows, ragged = _rows(name, text)
    except csv.Error as error:
        return [], [f"{name}: it cannot be read: {error}; save it as CSV in UTF-8"]
    missing = [column for column in table.columns if column not in header]
    if missing:
        found = ", ".join(header)
        return [], [f"{name}: the column {', '.join(missing)} is missing; columns found: {found}; add it"]
    twice = [column for column in dict.fromkeys(header) if header.count(column) > 1]
    if twice:
        return [], [f"{name}: the column {', '.join(twice)} is there twice; keep one"]
    if not rows and not ragged:
        return [], [f"{name}: no row lies under its columns; {RESTORE}"]
    unknown = [f"{name}: {_unknown_column(column, table)}" for column in header if column not in table.columns]
    spoilt = {row.line: _spoilt(row, table) for row in rows}
    own = [
        at_entry(name, column, row.cells, f"{name}, row {row.line}, column {column}: {what}")
        for row in rows
        for column, what in spoilt[row.line].items()
    ]
    plain = [Row(row.line, _plain_cells(row.cells, table)) for row in rows]
    named = [row for row in plain if not spoilt[row.line].keys() & {*table.key}]
    return plain, [*unknown, *ragged, *own, *_repeated(name, named, table)]


def _plain_cells(cells: Mapping[str, str], table: Table) -> dict[str, str]:
    """The cells as they were meant: what is strange in a text is a fault by itself."""
    texts = {column: meant(cells[column], is_code=is_code) for column, is_code in table.texts.items()}
    return {**cells, **texts}


def _unknown_column(column: str, table: Table) -> str:
    known = ", ".join(table.columns)
    named = (
        f"the column '{column}' is not known{nearest(column, {*table.columns})}" if column else "a column has no name"
    )
    return f"{named}; take it away; its columns are {known}"


def _rows(name: str, text: str) -> tuple[list[str], list[Row], list[Fault]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header = next(reader, [])
    rows: list[Row] = []
    ragged: list[Fault] = []
    empty: list[int] = []
    line = reader.line_num + 1
    for fields in reader:
        if fields and not any(field.strip() for field in fields):
            empty.append(line)
        elif len(fields) == len(header):
            rows.append(Row(line, dict(zip(header, fields, strict=True))))
        elif fields:
            words = f"{len(fields)} fields under {len(header)} columns"
            fault = f"{name}, row {line}: {words}; quote a cell that holds a comma"
            ragged += [Misnamed(name, entry, fault) for entry in _likely_names(name, fields)]
        line = reader.line_num + 1
    if empty:
        lines = ", ".join(map(str, empty))
        where = f"{name}, rows {lines}"
        ragged.append(f"{where}: nothing but commas, as a spreadsheet leaves them; take the lines away")
    return header, rows, ragged


def _likely_names(name: str, fields: Sequence[str]) -> list[str]:
    """The names by which a row may be looked for whose cells have moved."""
    if name == "parameters.csv":
        return [row_name(fields[0], field) for field in (*fields[1:4], "")]
    return [field for field in fields if field.strip()] or [name]


def _spoilt(row: Row, table: Table) -> dict[str, str]:
    """Return the columns of a row that are at fault, and the first fault of each."""
    spoilt = dict(strange_cells(row.cells, table.texts))
    if parted := unparted(row.cells.get(ALIASES, ""), PARTING, f"write {BAR} between two of them"):
        spoilt.setdefault(ALIASES, parted)
    for column, what in (*_cell_faults(row.cells, table), *table.fits(row.cells)):
        spoilt.setdefault(column, what)
    return spoilt


def _cell_faults(cells: Mapping[str, str], table: Table) -> Iterator[tuple[str, str]]:
    """Return the columns of a row whose cells are at fault, and what is wrong with each."""
    for column in (*table.filled, *table.dates):
        if not cells[column].strip():
            yield column, "empty; fill it in"
    yield from _word_faults(cells, table)
    for column in table.limits:
        if not cells[column]:
            yield column, f"empty; write the limit, or {NO_LIMIT} where there is none"
    for column in (one for one in table.numbers if one not in table.limits or cells[one] != NO_LIMIT):
        is_empty = column in table.filled and not cells[column].strip()
        if cells[column] and plain_number(cells[column]) is None and not is_empty:
            yield column, f"'{cells[column]}' is not a number; write it bare"
    days = [iso_day(cells[column]) for column in table.dates]
    for column, day in zip(table.dates, days, strict=True):
        if day is None and cells[column].strip():
            yield column, f"'{cells[column]}' is not a date; write it as 2025-06-30"
    if len(days) > 1 and days[0] and days[1] and days[1] < days[0]:
        yield "valid_to", f"'{days[1]}' lies before valid_from '{days[0]}'; swap or correct them"


def _word_faults(cells: Mapping[str, str], table: Table) -> Iterator[tuple[str, str]]:
    for column in table.counts:
        if cells[column].strip() and not re.fullmatch(r"[1-9]\d*", cells[column], re.ASCII):
            yield column, f"'{cells[column]}' is not a whole number from 1 on; write it as 12"
    for column, pattern in table.codes.items():
        if cells[column].strip() and not re.fullmatch(pattern, cells[column].strip(), re.ASCII):
            yield column, f"'{cells[column]}' is not a code of the form {pattern}; correct it"
    for column, known in table.words.items():
        if cells[column].strip() and cells[column].strip() not in known:
            yield column, f"'{cells[column]}' is none of {', '.join(known)}; write one of them"


def _repeated(name: str, rows: Iterable[Row], table: Table) -> Iterator[Fault]:
    """Rows about one thing: the same row again, or days that overlap."""
    about: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        if all(iso_day(row.cells[column]) for column in table.dates):
            about.setdefault(tuple(row.cells[column] for column in table.key), []).append(row)
    for key, same in about.items():
        named = ", ".join(part for part in key if part)
        empty = next((column for column in table.key if not same[0].cells[column].strip()), "")
        for before, row in pairwise(sorted(same, key=lambda one: (_first(one, table), one.line))):
            where = f"{name}, rows {before.line} and {row.line}, column {table.key[0]}: '{named}'"
            if not table.is_dated:
                yield at_entry(name, empty, row.cells, f"{where} is there twice; keep one")
            elif _overlap(before, row):
                text = f"{where} has two rows for the same days; end one the day before the other begins"
                yield at_entry(name, table.key[-1], row.cells, text)


def _first(row: Row, table: Table) -> str:
    return row.cells["valid_from"] if table.is_dated else ""


def _overlap(before: Row, row: Row) -> bool:
    ends, begins = iso_day(before.cells["valid_to"]), iso_day(row.cells["valid_from"])
    return ends is not None and begins is not None and begins <= ends
