"""Opens the published file or its candidate: with nothing else in reach, and heard by Ctrl-C."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import duckdb

from flows.running.interruption import ended_by_ctrl_c
from schemas.errors import EnvironmentFailure

CLOSED: Final = {"enable_external_access": "false"}
LOCKED_DOWN: Final = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false", **CLOSED}
"""No extension is fetched, and no SQL of ours or of a macro can read or write another file."""

BESIDE: Final = "published_before"
QUOTE: Final = "'"

SHOWN: Final = 5
SQLITE: Final = b"SQLite format 3\0"

INTERRUPTED: Final = "Query interrupted"
"""What DuckDB makes of a Ctrl-C that comes while it works."""


@contextmanager
def connect(path: Path, *, read_only: bool = True, beside: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the file; close it whatever happens. Nothing else is in its reach, nothing is printed to stdout.

    beside: a file whose tables are read as those of BESIDE.
    """
    if read_only and not os.path.lexists(path):
        raise EnvironmentFailure(
            "there is no published warehouse yet",
            where=str(path),
            available="nothing",
            remedy="run: greenloan nightly",
        )
    if read_only and not path.is_file():
        is_link_to_nothing = path.is_symlink() and not path.exists()
        raise _unreadable(path, "it is a link that leads nowhere" if is_link_to_nothing else "it is not a file")
    if read_only and _is_of_sqlite(path):
        raise _unreadable(path, "it is a SQLite database, which no night writes")
    connection = _opened(path, read_only=read_only) if beside is None else _opened_beside(path, beside)
    try:
        connection.execute("SET enable_progress_bar = false")
        connection.execute("SET TimeZone = 'Asia/Shanghai'")
        if read_only:
            _refuse_views(connection, path)
        with ended_by_ctrl_c(lambda: _interrupt(connection)):
            yield connection
    except duckdb.Error as error:
        if not read_only:
            raise
        raise _unreadable(path, str(error)) from error
    except RuntimeError as error:
        if str(error) != INTERRUPTED:
            raise
        raise KeyboardInterrupt from error
    finally:
        connection.close()


def _is_of_sqlite(path: Path) -> bool:
    """DuckDB would ask for an extension that reads it."""
    with suppress(OSError), path.open("rb") as file:
        return file.read(len(SQLITE)) == SQLITE
    return False


def _refuse_views(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """A table is as large as its file; a view in its place may have no end."""
    views = connection.execute("SELECT schema_name || '.' || view_name FROM duckdb_views() WHERE NOT internal")
    if names := sorted(name for (name,) in views.fetchall()):
        raise EnvironmentFailure(
            f"the file holds views, which no night writes: {', '.join(names[:SHOWN])}",
            where=str(path),
            available="files of tables and macros alone",
            remedy="find out who wrote there, and run greenloan nightly: it builds the file anew",
        )


def _interrupt(connection: duckdb.DuckDBPyConnection) -> None:
    """End its query even where the last work is another thread's: the main one then waits and hears nothing."""
    with suppress(duckdb.Error):  # it has ended in the meantime
        connection.interrupt()


def _opened_beside(path: Path, beside: Path) -> duckdb.DuckDBPyConnection:
    """Open the file for writing, and the other for reading; from then on the two are all that is in reach."""
    try:
        connection = duckdb.connect(str(path), config={name: LOCKED_DOWN[name] for name in LOCKED_DOWN.keys() - CLOSED})
        connection.execute(f"ATTACH '{str(beside).replace(QUOTE, 2 * QUOTE)}' AS {BESIDE} (READ_ONLY)")
        for name, value in CLOSED.items():
            connection.execute(f"SET {name} = {value}")
    except duckdb.Error as error:
        raise _unwritable(path, error) from error
    return connection


def _opened(path: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(str(path), read_only=read_only, config=dict(LOCKED_DOWN))
    except duckdb.Error as error:
        raise (_unreadable(path, str(error)) if read_only else _unwritable(path, error)) from error


def _unwritable(path: Path, error: duckdb.Error) -> EnvironmentFailure:
    return EnvironmentFailure(
        f"the file cannot be written: {str(error).splitlines()[0]}",
        where=str(path),
        available="the file published before, if there is one, is unchanged",
        remedy="see to the room on the disk and to who may write in the folder, and run again",
    )


def _unreadable(path: Path, reason: str) -> EnvironmentFailure:
    return EnvironmentFailure(
        f"the file cannot be read: {reason.splitlines()[0]}",
        where=str(path),
        available="a damaged file, one of another version, or one that a program holds open for writing",
        remedy="close the program that writes it, or run greenloan nightly: it builds the file anew",
    )
