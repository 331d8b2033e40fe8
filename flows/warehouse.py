"""The only module that uses DuckDB: builds the candidate beside the published file, comments it, swaps it in."""

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from string import Template
from typing import Final, cast

import duckdb
import polars as pl

from flows.home.ownership import READABLE
from flows.running.interruption import ended_by_ctrl_c
from schemas.bases import BASES
from schemas.catalog import TABLES, Published, frames_of
from schemas.contract import conform, validated
from schemas.errors import EnvironmentFailure
from transforms.attribution.shares import TOLERANCE
from transforms.attribution.statuses import (
    OF_A_PERIOD,
    OF_A_PROMISE,
    OF_A_SHARE,
    OF_THE_PROJECT,
    WITH_A_FIGURE,
    WITHOUT_TONNES,
    as_case,
)

MACRO: Final = Path(__file__).with_name("attributed.sql")
MONTH_PARTS_COMMENT: Final = "What of each project's months lies within two days: mart.month_parts(DATE, DATE)."
REDUCTIONS_COMMENT: Final = (
    "Each project's reduction within two days, and its status: mart.project_reductions(DATE, DATE)."
)
MACRO_COMMENT: Final = (
    "Attribution of any period: SELECT * FROM mart.attributed(DATE '2025-01-01', DATE '2025-03-31', 'daily_average'). "
    "Open the file directly: macros resolve names in the current catalog."
)
PROFILE_MACRO_COMMENT: Final = (
    "Attribution of any period under a profile of core.profiles: SELECT * FROM mart.attributed_by_profile("
    "DATE '2025-01-01', DATE '2025-12-31', 'pcaf_avoided'). Tonnes of the period and tonnes per year have columns of "
    "their own."
)
LOCKED_DOWN: Final = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "enable_external_access": "false",
}
"""No extension is fetched, and no SQL of ours or of a macro can read or write another file."""

INTERRUPTED: Final = "Query interrupted"
"""What DuckDB makes of a Ctrl-C that comes while it works."""


@contextmanager
def connect(path: Path, *, read_only: bool = True) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the file; close it whatever happens. Nothing else is in its reach, nothing is printed to stdout."""
    if read_only and not path.exists():
        raise EnvironmentFailure(
            "there is no published warehouse yet", where=str(path), available="nothing",
            remedy="run: greenloan nightly",
        )  # fmt: skip
    if read_only and not path.is_file():
        raise _unreadable(path, "it is no file")
    connection = _opened(path, read_only=read_only)
    try:
        connection.execute("SET enable_progress_bar = false")
        connection.execute("SET TimeZone = 'Asia/Shanghai'")
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


def _interrupt(connection: duckdb.DuckDBPyConnection) -> None:
    """End its query even where the last work is another thread's: the main one then waits and hears nothing."""
    with suppress(duckdb.Error):  # it has ended in the meantime
        connection.interrupt()


def _opened(path: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(str(path), read_only=read_only, config=dict(LOCKED_DOWN))
    except duckdb.Error as error:
        raise (_unreadable(path, str(error)) if read_only else _unwritable(path, error)) from error


def _unwritable(path: Path, error: duckdb.Error) -> EnvironmentFailure:
    return EnvironmentFailure(
        f"the file cannot be written: {str(error).splitlines()[0]}", where=str(path),
        available="the file published before, if there is one, is unchanged",
        remedy="see to the room on the disk and to who may write in the folder, and run again",
    )  # fmt: skip


def _unreadable(path: Path, reason: str) -> EnvironmentFailure:
    return EnvironmentFailure(
        f"the file cannot be read: {reason.splitlines()[0]}", where=str(path),
        available="a damaged file, one of another version, or one that a program holds open for writing",
        remedy="close the program that writes it, or run greenloan nightly: it builds the file anew",
    )  # fmt: skip


def build(path: Path, tables: dict[str, pl.DataFrame]) -> None:
    """Write a new file with every table of the catalog, its comments and the macro; replace what a dead run left."""
    discard(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with connect(path, read_only=False) as connection:
        connection.execute("BEGIN")  # one write to the disk, not one a table and comment
        for schema in sorted({name.split(".")[0] for name in TABLES}):
            connection.execute(f"CREATE SCHEMA {schema}")
        for name in TABLES:
            write_table(connection, name, tables[name])
        connection.execute(attribution_macros())
        connection.execute(f"COMMENT ON MACRO TABLE mart.month_parts IS {_quoted(MONTH_PARTS_COMMENT)}")
        connection.execute(f"COMMENT ON MACRO TABLE mart.project_reductions IS {_quoted(REDUCTIONS_COMMENT)}")
        connection.execute(f"COMMENT ON MACRO TABLE mart.attributed IS {_quoted(MACRO_COMMENT)}")
        connection.execute(f"COMMENT ON MACRO TABLE mart.attributed_by_profile IS {_quoted(PROFILE_MACRO_COMMENT)}")
        connection.execute("COMMIT")
        connection.execute("CHECKPOINT")


def attribution_macros() -> str:
    """Return the SQL of the macros, with what transforms/attribution alone says in the places of its $names."""
    return Template(MACRO.read_text(encoding="utf-8")).substitute(
        status_of_a_period=as_case(OF_A_PERIOD, "'blocked_missing_reading'"),
        status_of_a_promise=as_case(OF_A_PROMISE, "'blocked_missing_parameter'"),
        status_of_a_share=as_case(OF_A_SHARE, OF_THE_PROJECT),
        with_a_figure=_listed(WITH_A_FIGURE), without_tonnes=_listed(WITHOUT_TONNES),
        tolerance=f"{TOLERANCE:g}", bases=", ".join(BASES),
    )  # fmt: skip


def _listed(words: Collection[str]) -> str:
    return ", ".join(_quoted(word) for word in words)


def write_table(connection: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> None:
    """Write one table of the catalog, checked against its contract, with every comment."""
    contract = TABLES[name]
    connection.register("incoming", validated(frame, contract).to_arrow())
    connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM incoming")
    connection.unregister("incoming")
    comments = [f"COMMENT ON TABLE {name} IS {_quoted(contract.sentence())}"]
    for column, text in contract.describe().items():
        comments.append(f'COMMENT ON COLUMN {name}."{column}" IS {_quoted(text)}')
    connection.execute("; ".join(comments))


def replace_table(path: Path, name: str, frame: pl.DataFrame) -> None:
    """Write one table of an unpublished candidate anew."""
    with connect(path, read_only=False) as connection:
        write_table(connection, name, frame)
        connection.execute("CHECKPOINT")


def read_tables(path: Path, *names: str) -> Published:
    """Return published tables by name, all of one state of the file."""
    with connect(path) as connection:
        frames: dict[str, pl.DataFrame] = {name: connection.sql(f"SELECT * FROM {name}").pl() for name in names}
    return cast("Published", {name: conform(frame, TABLES[name]) for name, frame in frames.items()})


def read_existing(path: Path, names: Collection[str]) -> dict[str, pl.DataFrame]:
    """Return those of the tables that the file has, as it has them: an older program may have written it."""
    with connect(path) as connection:
        there = connection.sql("SELECT table_schema || '.' || table_name FROM information_schema.tables").fetchall()
        held = {name for (name,) in there}
        return {name: connection.sql(f"SELECT * FROM {name}").pl() for name in names if name in held}


def read_table(path: Path, name: str) -> pl.DataFrame:
    """Return one published table."""
    return frames_of(read_tables(path, name))[name]


def attributed(path: Path, first: str, last: str, basis: str) -> pl.DataFrame:
    """Return the macro's figures of a period."""
    with connect(path) as connection:
        rows: pl.DataFrame = connection.sql("SELECT * FROM mart.attributed(?, ?, ?)", params=[first, last, basis]).pl()
    return rows


def publish(candidate: Path, live: Path) -> None:
    """Swap the candidate in. A reader that holds the old file keeps it; a crash leaves one or the other, whole."""
    if candidate.with_name(candidate.name + ".wal").exists():
        raise EnvironmentFailure(
            "the candidate was not closed", where=str(candidate), available="a write-ahead log", remedy="run again"
        )
    _sync(candidate)
    candidate.chmod(READABLE)
    candidate.replace(live)
    _sync(live.parent)


def discard(path: Path) -> None:
    """Remove a half-built candidate."""
    for leftover in (path, path.with_name(path.name + ".wal")):
        leftover.unlink(missing_ok=True)


def move_aside(path: Path) -> Path | None:
    """Move a folder that lies where a file belongs out of the way, and return where it is now; a file may stay."""
    if path.is_symlink() or not path.is_dir():
        return None
    aside = next(free for n in count(1) if not os.path.lexists(free := path.with_name(f"{path.name}.{n}.aside")))
    return path.rename(aside)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
