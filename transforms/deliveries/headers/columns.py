"""Delivered table and column names -> contract names, and the scale of amounts given in 万元, 亿元 or 万吨."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Final

from schemas.deliveries import DELIVERIES, OPTIONAL_COLUMNS, WORKED_OUT_COLUMNS
from schemas.errors import UnreadableDelivery
from transforms.deliveries.text.header_units import parted, scale_of, unit_kind
from transforms.deliveries.text.per_hundred import HUNDRED, MIDDLE_RATE, bare_header
from transforms.ground.aliases import Aliases


@dataclass(frozen=True)
class Header:
    """One delivered header: its contract column, its scale (10,000 of 万元), of how many units an exchange rate is, and

    the unit as the header states it. is_name: the column holds projects' names and not their ids. codes: what words of
    a column of currencies stand for.
    """

    delivered: str
    column: str
    scale: int = 1
    per: int = 1
    unit: str = ""
    is_name: bool = False
    codes: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)


OF_CURRENCIES: Final = frozenset({"currency", "investment_currency", "base", "quote"})
"""Columns of currencies, in any table."""

IDENTITY: Final[dict[str, frozenset[str]]] = {
    "operating": frozenset({"record_id", "reported_at", "version"}),
    "ledger": frozenset({"entry_id", "booked_at"}),
}
"""Columns that a form leaves out together where nobody gives its rows a number: they are derived (deliveries.derived).
"""


def announced_table(stem: str, aliases: Aliases) -> str | None:
    """Return the table that a file's stem names (`ledger`, `台账_2025Q2`, `loans-march`), or None."""
    spellings = {spelling: table for table, names in aliases.tables.items() for spelling in names}
    stem = _plain(stem).lower()
    fitting = [s for s in spellings if stem == s or re.match(rf"{re.escape(s)}[\s_\-.\d(]", stem)]
    return spellings[max(fitting, key=len)] if fitting else None


def is_ignored(sheet: str | None, aliases: Aliases) -> bool:
    """Return whether a sheet of this name is passed over: exactly one of the ignored names, in any case."""
    return sheet is not None and sheet.strip().lower() in aliases.ignored


def read_headers(table: str, delivered: Iterable[str], aliases: Aliases) -> tuple[list[Header], list[str]]:
    """Return the headers known of the table and the ones that are not.

    Raises UnreadableDelivery where a column is missing or announced twice.
    """
    texts = list(delivered)
    known = known_headers(table, texts, aliases)
    known += _names(table, texts, known, aliases)
    found = {header.delivered for header in known}
    unknown = [text for text in texts if text not in found]
    _refuse_repeated(table, known)
    _refuse_missing(table, known, unknown, aliases)
    return known, unknown


def _names(table: str, texts: Iterable[str], known: Iterable[Header], aliases: Aliases) -> list[Header]:
    """Return the header of the projects' names where no column has their ids."""
    if any(header.column == "project_id" for header in known):
        return []
    words = aliases.names.get(table, ())
    named = [text for text in texts if "".join(_plain(text).split()).lower() in words]
    return [Header(named[0], "project_id", is_name=True)] if len(named) == 1 else []


def known_headers(table: str, delivered: Iterable[str], aliases: Aliases) -> list[Header]:
    """Return the headers that name a column of the table, in their order."""
    read = (_read_header(table, text, aliases) for text in delivered)
    return [header for header in read if header]


def nearest(table: str, header: str, aliases: Aliases) -> list[str]:
    """Return up to three names of the table's columns that look like the header."""
    names = [*_wanted(table), *aliases.columns.get(table, {})]
    return difflib.get_close_matches(header.strip(), names, n=3, cutoff=0.4)


def _plain(text: str) -> str:
    """Full-width digits, letters and brackets as ASCII ones."""
    return unicodedata.normalize("NFKC", text).strip()


@cache
def _wanted(table: str) -> list[str]:
    return [name for name in DELIVERIES[table].columns() if name not in WORKED_OUT_COLUMNS]


@lru_cache(maxsize=1024)
def _read_header(table: str, text: str, aliases: Aliases) -> Header | None:
    """Each row that may be the header is read for every table that the sheet may be."""
    header = _plain(text)
    if table == "fx" and (rate := bare_header(header)) and _column(table, rate, aliases) == "rate":
        return Header(text, "rate", 1, HUNDRED)
    read = (_in_unit(table, text, name, unit, aliases) for name, unit in parted(header, aliases.scales))
    return next((known for known in read if known), None)


def _in_unit(table: str, text: str, name: str, unit: str, aliases: Aliases) -> Header | None:
    column = _column(table, name, aliases)
    if column not in _wanted(table):
        return None
    kind = unit_kind(column, DELIVERIES[table].polars_schema()[column])
    scale = scale_of(unit, kind, aliases.scales, aliases.beside) if unit else 1
    codes = aliases.codes if column in OF_CURRENCIES else {}
    return Header(text, column, scale, unit=unit, codes=codes) if scale else None


def _column(table: str, name: str, aliases: Aliases) -> str:
    words = name.split()
    return aliases.columns.get(table, {}).get("".join(words), "_".join(words).lower())


def _refuse_repeated(table: str, known: list[Header]) -> None:
    columns = [header.column for header in known]
    repeated = sorted({column for column in columns if columns.count(column) > 1})
    if repeated:
        raise UnreadableDelivery(
            f"the column {', '.join(repeated)} is there more than once",
            where=f"header of the {table} file",
            available=", ".join(header.delivered for header in known),
            remedy="keep one column of each name and deliver the file again",
        )


def _refuse_missing(table: str, known: list[Header], unknown: list[str], aliases: Aliases) -> None:
    present = {header.column for header in known}
    missing = [name for name in _wanted(table) if name not in present | OPTIONAL_COLUMNS[table]]
    if "rate" in missing and (middle := next((text for text in unknown if _plain(text) in MIDDLE_RATE), None)):
        raise _rate_of_unknown_units(middle)
    if IDENTITY.get(table, frozenset()) <= set(missing):
        missing = [name for name in missing if name not in IDENTITY.get(table, ())]
    if missing:
        raise UnreadableDelivery(
            f"the column {', '.join(missing)} is missing",
            where=f"header of the {table} file",
            available=", ".join(
                [*(header.delivered for header in known), *(_nearest(table, text, aliases) for text in unknown)]
            ),
            remedy=f"add {', '.join(missing)} (empty cells are allowed where the contract allows them)",
        )


def _rate_of_unknown_units(header: str) -> UnreadableDelivery:
    return UnreadableDelivery(
        f"the column rate is missing: {header} does not say of how many units it is",
        where="header of the fx file",
        available=f"{header}: of 100 units in the list of SAFE, of one elsewhere",
        remedy="name the column 汇率(每100单位), or 汇率 where it is the rate of one unit",
    )


def _nearest(table: str, unknown: str, aliases: Aliases) -> str:
    near = ", ".join(nearest(table, unknown, aliases)) or "none"
    return f"{unknown} (unknown; nearest known: {near})"
