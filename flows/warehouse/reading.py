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

ALL: Final[Mapping[str, str]] = MappingProxyType({})


def read_tables(path: Path, *names: str) -> Published:
    """Return published tables by name, all of one state of the file."""
    with connect(path) as connection:
        return tables_of(connection, *names)


def read_existing(path: Path, names: Collection[str]) -> dict[str, pl.DataFrame]:
    """Return those of the tables that the file has, as it has them: an older program may have written it."""
    with connect(path) as connection:
        return existing_of(connection, names)


def tables_of(connection: duckdb.DuckDBPyConnection, *names: str, rows: Mapping[str, str] = ALL) -> Published:
    """Return tables of the open file by name; rows: of large tables the SQL condition on those that are wanted."""
    frames = {name: _frame(connection, name, rows.get(name, "true")) for name in names}
    return cast("Published", {name: conform(frame, TABLES[name]) for name, frame in frames.items()})


def existing_of(connection: duckdb.DuckDBPyConnection, names: Collection[str]) -> dict[str, pl.DataFrame]:
    """Return those of the tables that the open file has, as it has them."""
    there = connection.execute("SELECT table_schema || '.' || table_name FROM information_schema.tables").fetchall()
    held = {name for (name,) in there}
    return {name: _frame(connection, name) for name in names if name in held}


def _frame(connection: duckdb.DuckDBPyConnection, name: str, condition: str = "true") -> pl.DataFrame:
    """Polars takes the rows as DuckDB streams them: without pyarrow, whose import takes longer than most tables."""
    return pl.DataFrame(connection.sql(f"SELECT * FROM {name} WHERE {condition}"))
