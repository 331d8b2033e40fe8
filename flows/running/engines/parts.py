"""A book, or a part of one, as tables by name and back: what travels to an executor."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

import polars as pl

from schemas.catalog import frames_of
from transforms.computation.whole import Addends
from transforms.deliveries.book.book import Book
from transforms.deliveries.book.releases import Released
from transforms.uncertainty.ranges import Contributions

OF_FILES: Final = frozenset({"rejected", "deliveries", "flags"})
"""What a book holds about the files that it was read from: no bucket is worked out from it, and it travels empty."""

GROUPS: Final = ("tables", "released")
"""The fields of a book that hold several tables; every other is one."""


def tables_of(book: Book) -> dict[str, pl.DataFrame]:
    """Return every table of a book by name, those of a group as tables.loans."""
    others = {one.name: getattr(book, one.name) for one in fields(book) if one.name not in GROUPS}
    return {
        **{f"tables.{name}": rows for name, rows in frames_of(book.tables).items()},
        **{f"released.{name}": rows for name, rows in book.released._asdict().items()},
        **{name: rows.clear() if name in OF_FILES else rows for name, rows in others.items()},
    }


def own_tables(part: Book, book: Book) -> dict[str, pl.DataFrame]:
    """Return the tables of a part that are not those of the whole book: what dealing has cut."""
    whole = tables_of(book)
    return {name: rows for name, rows in tables_of(part).items() if rows is not whole[name] and name not in OF_FILES}


def book_of(tables: Mapping[str, pl.DataFrame]) -> Book:
    """Return the book that the tables make."""

    def under(group: str) -> dict[str, Any]:
        return {name.partition(".")[2]: rows for name, rows in tables.items() if name.startswith(f"{group}.")}

    others: dict[str, Any] = {name: rows for name, rows in tables.items() if "." not in name}
    accepted: Any = under("tables")
    return Book(tables=accepted, released=Released(**under("released")), **others)


ADDENDS: Final = "addends."
"""What the names of tables begin with that sums are added up from, beside those of marts."""


def tables_of_addends(addends: Addends) -> dict[str, pl.DataFrame]:
    """Return what sums are added up from as tables by name."""
    others = {name: rows for name, rows in addends._asdict().items() if name != "contributed"}
    return {f"{ADDENDS}{name}": rows for name, rows in (others | addends.contributed._asdict()).items()}


def addends_of(tables: Mapping[str, pl.DataFrame]) -> Addends:
    """Return what the tables make; those of other names are passed over."""
    own: dict[str, Any] = {
        name.removeprefix(ADDENDS): rows for name, rows in tables.items() if name.startswith(ADDENDS)
    }
    return Addends(own["figures"], Contributions(own["rows"], own["names"]), own["lent"], own["years"])
