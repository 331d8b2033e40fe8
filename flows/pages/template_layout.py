"""What the delivery templates show: sheets, columns, meanings, drop-downs and example rows; no disk, no clock.

Columns, types and allowed values follow from the contracts and the reference tables, words and examples from
data/templates/deliveries.toml.
"""

import datetime as dt
import math
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from schemas.deliveries import (
    DELIVERIES,
    EVENT_EFFECTS,
    INVESTMENT_BASES,
    LIBRARY_STATUSES,
    LOAN_TYPES,
    MESSAGES,
    OPTIONAL_COLUMNS,
    READING_SOURCES,
    WORKED_OUT_COLUMNS,
)
from schemas.registers.delivered import ACCOUNTING_BASES, ACQUISITION_TYPES, RESOURCE_CLASSES, RIGHT_TYPES, STATED_AS
from transforms.ground.aliases import chinese_of
from transforms.ground.reference import Reference
from transforms.ground.units import unit_table

FEW: Final = 8
"""Values that may be listed in a cell."""

Cell = str | int | float | dt.date | dt.datetime
Kinds = Mapping[str, Mapping[str, Any]]
"""Metrics or parameters, each with its unit."""


@dataclass(frozen=True)
class Kind:
    """How a column's cells look: Excel's number format, the column's width in characters."""

    number_format: str
    width: int
    align: str = "left"


KINDS: Final[dict[type[pl.DataType], Kind]] = {
    pl.String: Kind("@", 24),
    pl.Boolean: Kind("@", 22),
    pl.Date: Kind("yyyy-mm-dd", 21),
    pl.Datetime: Kind("yyyy-mm-dd hh:mm:ss", 22),
    pl.Decimal: Kind("#,##0.00", 22, "right"),
    pl.Float64: Kind("General", 20, "right"),
    pl.Int64: Kind("0", 14, "right"),
}
"""A column's polars type to the look of its cells; text keeps the leading zeros of ids."""


@dataclass(frozen=True)
class Choices:
    """A drop-down's values; a closed list refuses any other value, an open one only offers."""

    values: tuple[str, ...]
    is_closed: bool = True


@dataclass(frozen=True)
class Column:
    """One column of a sheet: contract name, the header that is read, its meaning, cells, drop-down and example."""

    name: str
    header: str
    meaning: str
    need: str
    is_required: bool
    kind: Kind
    type_words: str
    choices: Choices | None
    allowed: str
    example: Cell | None

    @property
    def rest(self) -> str:
        """The text under the English name above the header."""
        return f"\n{self.meaning}\n{self.type_words} · {self.need}{self.allowed}"

    @property
    def lines(self) -> int:
        """Lines that name and meaning take in the column's width."""
        texts = (self.name + self.rest).split("\n")
        return sum(math.ceil(_width(text) / (self.kind.width - 2)) for text in texts)


@dataclass(frozen=True)
class Sheet:
    """One table's sheet."""

    name: str
    title: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Layout:
    """The whole workbook: the page of notes as rows of cells (one cell alone is a heading), and the sheets."""

    notes_name: str
    notes: tuple[tuple[str, ...], ...]
    sheets: tuple[Sheet, ...]
    example_mark: str
    example_comment: str
    not_in_list: str
    lists_name: str

    @property
    def lists(self) -> tuple[Choices, ...]:
        """Every drop-down once, in the order of first use."""
        used = (column.choices for sheet in self.sheets for column in sheet.columns if column.choices)
        return tuple(dict.fromkeys(used))


def layout(reference: Reference, words: Mapping[str, Any]) -> Layout:
    """Return the workbook's layout; no disk, no clock."""
    kinds = {name: kind for name, kind in reference.parameter_kinds.items() if name not in words["settings"]}
    offered = _choices(reference, kinds, words["currencies"], words["cells"]["yes_and_no"])
    return Layout(
        notes_name=next(iter(reference.aliases.ignored)),
        notes=tuple(_notes(reference, kinds, words["notes"])),
        sheets=tuple(_sheet(table, reference, words[table], words["cells"], offered) for table in DELIVERIES),
        example_mark=words["example_mark"],
        example_comment=words["example_comment"],
        not_in_list=words["not_in_list"],
        lists_name=words["cells"]["lists"],
    )


def _choices(
    reference: Reference, kinds: Kinds, currencies: Iterable[str], yes_and_no: Iterable[str]
) -> dict[str, Choices]:
    """Return `table.column` to what the program accepts there (closed) or knows (open)."""
    money, message = Choices(tuple(currencies), is_closed=False), Choices(tuple(MESSAGES))
    truth = Choices(tuple(yes_and_no))
    return {
        "projects.method": Choices(tuple(reference.methods)),
        "projects.province_or_country": Choices(tuple(reference.regions["province_zh"]), is_closed=False),
        "projects.investment_currency": money,
        "projects.capacity_unit": Choices(_spellings(reference, ["MW"]), is_closed=False),
        "projects.investment_basis": Choices(tuple(INVESTMENT_BASES)),
        "projects.is_mandated_baseline": truth,
        "projects.library_status": Choices(tuple(LIBRARY_STATUSES)),
        "loans.currency": money,
        "loans.loan_type": Choices(tuple(LOAN_TYPES)),
        "loans.crf_field": Choices(tuple(reference.crf_fields["name_zh"])),
        "ledger.event": Choices(tuple(EVENT_EFFECTS)),
        "ledger.currency": money,
        "ledger.message": message,
        "operating.metric": Choices(tuple(reference.metrics), is_closed=False),
        "operating.unit": Choices(_units_of(reference, reference.metrics), is_closed=False),
        "operating.source": Choices(tuple(READING_SOURCES)),
        "operating.message": message,
        "parameters.parameter_id": Choices(tuple(kinds), is_closed=False),
        "parameters.unit": Choices(_units_of(reference, kinds), is_closed=False),
        "control_totals.currency": money,
        "control_totals.is_complete": truth,
        "products.right_type": Choices(tuple(RIGHT_TYPES)),
        "guarantors.currency": money,
        "forest_rights.acquisition_type": Choices(tuple(ACQUISITION_TYPES)),
        "forest_rights.area_unit": Choices(_spellings(reference, ["mu"]), is_closed=False),
        "natural_resources.resource_class": Choices(tuple(RESOURCE_CLASSES), is_closed=False),
        "natural_resources.unit": Choices(_spellings(reference, ["mu", "m3"]), is_closed=False),
        "ecological_product_values.accounting_basis": Choices(tuple(ACCOUNTING_BASES)),
        "published_statistics.stated_as": Choices(tuple(STATED_AS)),
        "fx.base": money,
        "fx.quote": money,
    }


def _units_of(reference: Reference, measured: Kinds) -> tuple[str, ...]:
    """Every spelling of a unit in which one of the metrics or parameters may be stated, its own unit's first."""
    return _spellings(reference, list(dict.fromkeys(thing["unit"] for thing in measured.values())))


def _spellings(reference: Reference, canonical: list[str]) -> tuple[str, ...]:
    table = unit_table(reference.units)
    known = {_plain(spelling): spelling for spelling in reference.units["spellings"]}
    spelled = (table.filter(pl.col("canonical_unit") == unit)["spelling"].to_list() for unit in canonical)
    ranked = sorted({known[text] for texts in spelled for text in texts}, key=list(known.values()).index)
    return tuple(dict.fromkeys([*(unit for unit in canonical if unit in ranked), *ranked]))


def _plain(spelling: str) -> str:
    """As ground.units compares spellings."""
    return "".join(unicodedata.normalize("NFKC", spelling).split()).lower()


def _sheet(
    table: str,
    reference: Reference,
    words: Mapping[str, Any],
    of_cells: Mapping[str, Any],
    offered: Mapping[str, Choices],
) -> Sheet:
    contract, name = DELIVERIES[table], chinese_of(reference.aliases.tables[table])
    headers = reference.aliases.columns[table]
    schema, types = contract.to_schema().columns, contract.polars_schema()
    columns = []
    for column, definition in contract.describe().items():
        if column in WORKED_OUT_COLUMNS:
            continue
        need = _need(column, table, schema[column].nullable, words.get("needed_unless_deleted", ()))
        meaning, choices = words["meanings"].get(column, definition), offered.get(f"{table}.{column}")
        columns.append(
            Column(
                name=column,
                header=chinese_of(alias for alias, known in headers.items() if known == column),
                meaning=meaning,
                need=of_cells[need],
                is_required=need.startswith("required"),
                kind=KINDS[types[column].base_type()],
                type_words=of_cells["types"][types[column].base_type().__name__],
                choices=choices,
                allowed=_allowed(choices, meaning, of_cells),
                example=words["example"].get(column),
            )
        )
    return Sheet(name, f"{name} {table} · {words['sentence_zh']}{words['sentence_en']}", tuple(columns))


def _need(column: str, table: str, is_nullable: bool, unless_deleted: Collection[str]) -> str:
    """Return by which name the words have it whether a cell must be filled in."""
    if column in OPTIONAL_COLUMNS[table]:
        return "optional"
    if column in unless_deleted:
        return "required_unless_deleted"
    return "may_be_empty" if is_nullable else "required"


def _allowed(choices: Choices | None, meaning: str, words: Mapping[str, Any]) -> str:
    """Return the values of a short closed list, where the meaning does not list them."""
    if choices is None:
        return ""
    is_listed = all(value in meaning for value in choices.values)
    if is_listed or not choices.is_closed or len(choices.values) > FEW:
        return str(words["see_list"])
    return str(words["allowed"]) + " | ".join(choices.values)


def _notes(reference: Reference, kinds: Kinds, words: Mapping[str, Any]) -> Iterable[tuple[str, ...]]:
    yield (words["title"],)
    yield from (tuple(line) for line in words["lines"])
    yield (words["methods"],)
    yield from ((m["title_zh"], m["title_en"], name) for name, m in reference.methods.items())
    yield (words["metrics"],)
    for name, metric in reference.metrics.items():
        yield chinese_of(metric["aliases"]), metric["description"], name, metric["unit"]
    yield (words["parameters"],)
    yield from (("", kind["description"], name, kind["unit"]) for name, kind in kinds.items())


def lines_of(cells: Iterable[str], widths: Iterable[int]) -> int:
    """Return how many lines a row's cells take at most in columns of these widths."""
    return max(math.ceil(_width(text) / (width - 2)) for text, width in zip(cells, widths, strict=False) if text)


def _width(text: str) -> int:
    """Columns that a text takes: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
