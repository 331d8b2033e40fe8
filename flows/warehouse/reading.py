"""Reads tables of the published file, all of one state."""

from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, cast

import duckdb
import polars as pl

from flows.warehouse.connection import connect
from schemas.catalog import TABLES, Published
from schemas.contract import conform
from schemas.errors import EnvironmentFailure

ALL: Final[Mapping[str, str]] = MappingProxyType({})
NOTHING: Final[Mapping[str, object]] = MappingProxyType({})


def read_tables(path: Path, *names: str) -> Published:
    """Return published tables by name, all of one state of the file."""
    with connect(path) as connection:
        return tables_of(connection, *names)


def read_existing(
    path: Path, names: Collection[str], rows: Mapping[str, str] = ALL, given: Mapping[str, object] = NOTHING
) -> dict[str, pl.DataFrame]:
    """Return those of the tables that the file has, as it has them: an older program may have written it."""
    with connect(path) as connection:
        return existing_of(connection, names, rows, given)


def tables_of(connection: duckdb.DuckDBPyConnection, *names: str, rows: Mapping[str, str] = ALL) -> Published:
    """Return tables of the open file by name; rows: of large tables the SQL condition on those that are wanted."""
    frames = {name: rows_of(connection, name, rows.get(name, "true")) for name in names}
    return cast("Published", {name: of_this_program(name, frame) for name, frame in frames.items()})


def of_this_program(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Return the table by its contract; raise EnvironmentFailure where an older program's file lacks columns."""
    contract = TABLES[name]
    if missing := [column for column in contract.columns() if column not in frame.columns]:
        raise EnvironmentFailure(
            "the file was published by another version of greenloan: a table lacks columns that this one reads",
            where=f"{name}: {', '.join(missing)}",
            available="what the older file has is unchanged, and SQL reads it",
            remedy="run: greenloan nightly, which builds the file anew",
        )
    return conform(frame, contract)


def existing_of(
    connection: duckdb.DuckDBPyConnection,
    names: Collection[str],
    rows: Mapping[str, str] = ALL,
    given: Mapping[str, object] = NOTHING,
) -> dict[str, pl.DataFrame]:
    """Return those of the tables that the open file has, as it has them; rows: as in `tables_of`, with what is given

    for the places of each condition.
    """
    there = connection.execute("SELECT table_schema || '.' || table_name FROM information_schema.tables").fetchall()
    held = {name for (name,) in there}
    return {
        name: rows_of(connection, name, rows[name], given) if name in rows else rows_of(connection, name)
        for name in names
        if name in held
    }


def rows_of(
    connection: duckdb.DuckDBPyConnection, name: str, condition: str = "true", given: Mapping[str, object] = NOTHING
) -> pl.DataFrame:
    """Return the table's rows that meet the SQL condition; given: by name what its places hold.

    Polars takes the rows as DuckDB streams them: without pyarrow, whose import takes longer than most tables.
    """
    asked = {place: value for place, value in given.items() if f"${place}" in condition}
    return pl.DataFrame(connection.sql(f"SELECT * FROM {name} WHERE {condition}", params=asked or None))
