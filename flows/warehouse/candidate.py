"""Builds the candidate beside the published file, and swaps it in."""

import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from flows.home.ownership import READABLE
from flows.home.writing import sync
from flows.warehouse import taken_over
from flows.warehouse.connection import BESIDE, connect
from flows.warehouse.macros import COMMENTS, attribution_macros, quoted
from flows.warehouse.reading import rows_of
from schemas.catalog import TABLES
from schemas.contract import validated
from schemas.errors import EnvironmentFailure

ROWS_AT_ONCE: Final = 500_000
"""DuckDB takes a copy in Arrow's form: of a slice, not of a ledger."""

WRITTEN_IN: Final = "512MiB"
"""What DuckDB may hold of the rows of a candidate before they are on the disk."""


class Building:
    """A candidate that is being written: rows are added to its tables as they are worked out."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def add(self, name: str, rows: pl.DataFrame) -> None:
        """Add rows to a table of the catalog, checked against its contract."""
        _insert(self._connection, name, rows)

    def rows(self, name: str, condition: str, given: Mapping[str, object]) -> pl.DataFrame:
        """Return the rows written so far that meet the condition (warehouse.reading.rows_of)."""
        return rows_of(self._connection, name, condition, given)

    def take_over(self, names: Collection[str], taken: Mapping[str, pl.DataFrame]) -> None:
        """Add to each table the rows that are taken over of the file beside; taken: warehouse.taken_over.taken."""
        for place, rows in taken.items():
            self._connection.execute(f"DROP TABLE IF EXISTS {place}")
            self._connection.execute(f"CREATE TEMP TABLE {place} ({_columns(rows)})")
            self._connection.from_arrow(rows).insert_into(place)
        for name in sorted(names):
            self._connection.execute(f"INSERT INTO {name} BY NAME {taken_over.rows_of(name)}")

    def rows_before(
        self, name: str, columns: Collection[str], condition: str, given: Mapping[str, object]
    ) -> pl.DataFrame:
        """Return rows of a table of the file beside."""
        return rows_of(self._connection, f"{BESIDE}.{name}", condition, given, columns)


@contextmanager
def building(path: Path, beside: Path | None = None) -> Iterator[Building]:
    """Write a new file with every table of the catalog, its comments and the macro; replace what a dead run left.

    A large book need not lie in memory: DuckDB writes rows to the disk as they come. What does not come to its end
    leaves no file. beside: a file from which rows are taken over.
    """
    discard(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with connect(path, read_only=False, beside=beside) as connection:
            connection.execute(f"SET memory_limit = '{WRITTEN_IN}'")
            connection.execute("BEGIN")  # one write to the disk, not one a table and comment
            for schema in sorted({name.split(".")[0] for name in TABLES}):
                connection.execute(f"CREATE SCHEMA {schema}")
            for name in TABLES:
                _create(connection, name)
            yield Building(connection)
            connection.execute(attribution_macros())
            for macro, text in COMMENTS.items():
                connection.execute(f"COMMENT ON MACRO TABLE mart.{macro} IS {quoted(text)}")
            connection.execute("COMMIT")
            connection.execute("CHECKPOINT")
    except BaseException:
        discard(path)
        raise


def _columns(rows: pl.DataFrame) -> str:
    return ", ".join(f"{name} {'DATE' if dtype == pl.Date else 'VARCHAR'}" for name, dtype in rows.schema.items())


def _create(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Create a table of the catalog without rows, with every comment."""
    contract = TABLES[name]
    connection.execute(f"DROP TABLE IF EXISTS {name}")
    connection.from_arrow(contract.empty_frame()).create(name)
    comments = [f"COMMENT ON TABLE {name} IS {quoted(contract.sentence())}"]
    for column, text in contract.describe().items():
        comments.append(f'COMMENT ON COLUMN {name}."{column}" IS {quoted(text)}')
    connection.execute("; ".join(comments))


def _insert(connection: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> None:
    if frame.is_empty():
        return
    for rows in validated(frame, TABLES[name]).iter_slices(ROWS_AT_ONCE):
        connection.from_arrow(rows).insert_into(name)  # a view of them would keep them until the transaction ends


def replace_table(path: Path, name: str, frame: pl.DataFrame) -> None:
    """Write one table of an unpublished candidate anew."""
    with connect(path, read_only=False) as connection:
        _create(connection, name)
        _insert(connection, name, frame)
        connection.execute("CHECKPOINT")


def republish(live: Path, candidate: Path, tables: Mapping[str, pl.DataFrame]) -> None:
    """Publish the live file anew with other rows in these tables; until it is swapped in, the file before is there."""
    discard(candidate)
    shutil.copyfile(live, candidate)
    for name, rows in tables.items():
        replace_table(candidate, name, rows)
    publish(candidate, live)


def publish(candidate: Path, live: Path) -> Path | None:
    """Swap the candidate in. A reader that holds the old file keeps it; a crash leaves one or the other, whole.

    A log beside the old file, which only another program can have written, is of no use to the new one, and DuckDB
    opens no file beside the log of another: it is moved out of the way; returns where it is now.
    """
    if candidate.with_name(candidate.name + ".wal").exists():
        raise EnvironmentFailure(
            "the candidate was not closed", where=str(candidate), available="a write-ahead log", remedy="run again"
        )
    sync(candidate)
    candidate.chmod(READABLE)
    log = live.with_name(live.name + ".wal")
    aside = log.rename(_free_name(log)) if os.path.lexists(log) else None
    candidate.replace(live)
    sync(live.parent)
    return aside


def discard(path: Path) -> None:
    """Remove a half-built candidate."""
    for leftover in (path, path.with_name(path.name + ".wal")):
        leftover.unlink(missing_ok=True)


def move_aside(path: Path) -> Path | None:
    """Move a folder that lies where a file belongs out of the way, and return where it is now; a file may stay."""
    if path.is_symlink() or not path.is_dir():
        return None
    return path.rename(_free_name(path))


def _free_name(path: Path) -> Path:
    return next(free for n in count(1) if not os.path.lexists(free := path.with_name(f"{path.name}.{n}.aside")))
