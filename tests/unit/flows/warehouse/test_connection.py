"""What an interruption, a folder without rights and a statement that reaches further become of a connection."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

import duckdb
import pytest

from flows.warehouse.connection import connect
from flows.warehouse.reading import read_existing, read_tables
from schemas.errors import EnvironmentFailure

LONG: Final = """
import sys
from pathlib import Path
from flows.warehouse.connection import connect
from flows.running import interruption
interruption.hear_ctrl_c()
with connect(Path(sys.argv[1]), read_only=False) as connection:
    print("begun", flush=True)
    connection.execute("SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b").fetchall()
"""


@pytest.mark.parametrize("milliseconds", [0, 1, 2, 3])
def test_a_ctrl_c_while_duckdb_works_is_an_interruption_and_no_failure(tmp_path: Path, milliseconds: int) -> None:
    """Of a long query another thread may do the last work, while the main one waits: half of these were not heard."""
    process = subprocess.Popen(
        [sys.executable, "-c", LONG, str(tmp_path / "w.duckdb")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "begun\n"
    time.sleep(milliseconds / 1000)
    printed = interrupted(process)
    assert process.returncode == -signal.SIGINT, printed  # what Python makes of a KeyboardInterrupt that nobody catches
    assert "\nKeyboardInterrupt\n" in printed


def interrupted(process: "subprocess.Popen[str]") -> str:
    """What it says on Ctrl-C, pressed until it ends: a first one may come before DuckDB has begun."""
    for _ in range(5):
        process.send_signal(signal.SIGINT)
        try:
            return process.communicate(timeout=2)[1]
        except subprocess.TimeoutExpired:
            continue
    process.kill()
    return process.communicate()[1]


@pytest.mark.parametrize("put", [Path.mkdir, os.mkfifo])
def test_what_is_not_a_file_is_named_as_that_and_never_waited_for(tmp_path: Path, put: Callable[[Path], None]) -> None:
    path = tmp_path / "w.duckdb"
    put(path)
    with pytest.raises(EnvironmentFailure, match="it is not a file"), connect(path):
        pass


@pytest.mark.parametrize(
    "reaching",
    [
        "SELECT * FROM read_text('{0}')",
        "COPY (SELECT 1) TO '{0}'",
        "ATTACH '{0}' AS other",
        "INSTALL httpfs",
        "SET enable_external_access = true",
    ],
)
def test_no_statement_reaches_another_file(tmp_path: Path, reaching: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret", encoding="utf-8")
    with connect(tmp_path / "w.duckdb", read_only=False) as connection, pytest.raises(duckdb.Error):
        connection.execute(reaching.format(secret))
    assert secret.read_text(encoding="utf-8") == "secret"


def test_a_candidate_that_cannot_be_written_is_named_as_that(tmp_path: Path) -> None:
    (tmp_path / "w.duckdb").mkdir()
    with (
        pytest.raises(EnvironmentFailure, match="the file cannot be written"),
        connect(tmp_path / "w.duckdb", read_only=False),
    ):
        pass


def test_a_view_in_the_place_of_a_table_is_named_and_not_read(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE SCHEMA ops")
        connection.execute("CREATE VIEW ops.runs AS SELECT * FROM range(1000000000000000)")
    with pytest.raises(EnvironmentFailure, match=r"views, which no night writes: ops\.runs"):
        read_tables(path, "ops.runs")
    with pytest.raises(EnvironmentFailure, match=r"ops\.runs"):
        read_existing(path, ["ops.runs"])


def test_a_database_of_sqlite_in_its_place_is_called_one(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "warehouse.duckdb")) as other:
        other.execute("CREATE TABLE loans (loan_id TEXT)")
        other.commit()
    with (
        pytest.raises(EnvironmentFailure, match="it is a SQLite database, which no night writes"),
        connect(tmp_path / "warehouse.duckdb"),
    ):
        pass
