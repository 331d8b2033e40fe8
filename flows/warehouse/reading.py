"""Reads tables of the published file, all of one state."""

from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeAlias, cast

import duckdb
import polars as pl

from flows.warehouse.connection import connect
from schemas.catalog import TABLES, Published
from schemas.contract import conform
from schemas.errors import EnvironmentFailure

Columns: TypeAlias = Mapping[str, list[str]]
"""Table to its columns."""

UNKNOWN_TYPES: Final = "INTERVAL|UNION"
"""Of DuckDB's types those at which Polars ends the process's work; no night writes them."""

UNREADABLE: Final = (EnvironmentFailure, pl.exceptions.PolarsError, ValueError)
"""What a file raises that another program wrote or cut."""

RUNS: Final = "ops.runs"
ALL: Final[Mapping[str, str]] = MappingProxyType({})
NOTHING: Final[Mapping[str, object]] = MappingProxyType({})


def read_tables(path: Path, *names: str) -> Published:
    """Return published tables by name, all of one state of the file."""
    with connect(path) as connection:
        return tables_of(connection, *names)


def read_existing(
    path: Path, names: Collection[str], rows: Mapping[str, str] = ALL, given: Mapping[str, object] = NOTHING
) -> dict[str, pl.DataFrame]:
    """Return those of the tables that the file has, as it has them: an older program may have written it.

    rows: as in `tables_of`; given: what fills the places of its conditions.
    """
    with connect(path) as connection:
        held = columns_of(connection)
        found = [name for name in names if name in held]
        return {name: rows_of(connection, name, rows.get(name, "true"), given, held[name]) for name in found}


def tables_of(connection: duckdb.DuckDBPyConnection, *names: str, rows: Mapping[str, str] = ALL) -> Published:
    """Return tables of the open file by name; rows: of large tables the SQL condition on those that are wanted.

    Raises EnvironmentFailure where the file lacks one of them or a column of one, as that of an older program does.
    """
    held = columns_of(connection)
    if missing := lacking(held, {name: TABLES[name].columns() for name in names}):
        raise _of_another_program("it lacks what this one reads", ", ".join(missing))
    frames = {name: rows_of(connection, name, rows.get(name, "true"), columns=held[name]) for name in names}
    return cast("Published", {name: _typed(name, frame) for name, frame in frames.items()})


def _typed(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    try:
        typed = conform(frame, TABLES[name])
    except pl.exceptions.PolarsError as error:
        reason = str(error).splitlines()[0]
        raise _of_another_program("a table holds other than this one writes", f"{name}: {reason}") from error
    if name == RUNS and typed.height != 1:
        raise _of_another_program(f"it holds {typed.height} runs, where a night writes one", name)
    return typed


def _of_another_program(what: str, where: str) -> EnvironmentFailure:
    return EnvironmentFailure(
        f"the file was published by another version of greenloan, or is damaged: {what}",
        where=where,
        available="what the file has is unchanged, and SQL reads it",
        remedy="run: greenloan nightly, which builds the file anew",
    )


def lacking(held: Columns, wanted: Mapping[str, Collection[str]]) -> list[str]:
    """Return what is not there of the wanted columns: a table (core.fx), or columns of one (core.fx (base, quote))."""
    missing = {name: [one for one in columns if one not in held.get(name, ())] for name, columns in wanted.items()}
    return [f"{name} ({', '.join(columns)})" if name in held else name for name, columns in missing.items() if columns]


def columns_of(connection: duckdb.DuckDBPyConnection) -> Columns:
    """Return the columns of every table that the open file has, but for those of types that cannot be read."""
    rows = connection.execute(
        "SELECT schema_name || '.' || table_name AS name, list(column_name ORDER BY column_index) "
        f"FROM duckdb_columns() WHERE NOT internal AND NOT regexp_matches(data_type, '{UNKNOWN_TYPES}') GROUP BY name"
    ).fetchall()
    return dict(rows)


def rows_of(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    condition: str = "true",
    given: Mapping[str, object] = NOTHING,
    columns: Collection[str] = ("*",),
) -> pl.DataFrame:
    """Return the columns of the table's rows that meet the SQL condition; given: by name what its places hold.

    Polars takes the rows as DuckDB streams them: without pyarrow, whose import takes longer than most tables.
    """
    asked = {place: value for place, value in given.items() if f"${place}" in condition}
    chosen = "*" if "*" in columns else ", ".join(f'"{column}"' for column in columns)
    return pl.DataFrame(connection.sql(f"SELECT {chosen} FROM {name} WHERE {condition}", params=asked or None))
