"""Where the file that a night writes belongs, something else may lie."""

from dataclasses import asdict
from pathlib import Path

import duckdb
import polars as pl
import pytest

from flows.home.settings import home
from flows.published.needs import sentences
from flows.published.wording import Wording
from flows.running.pipeline import publish_candidate
from flows.running.run_record import RunRecord
from flows.warehouse import candidate


def test_a_folder_in_the_way_is_moved_aside_with_all_that_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    for number in (1, 2):
        path.mkdir()
        (path / "kept.txt").write_text(str(number))
        assert candidate.move_aside(path) == tmp_path / f"w.duckdb.{number}.aside"
    assert [one.read_text() for one in sorted(tmp_path.glob("*/kept.txt"))] == ["1", "2"]


def test_a_file_is_in_nobodys_way(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    assert candidate.move_aside(path) is None
    path.write_bytes(b"x")
    assert candidate.move_aside(path) is None


def table_of(path: Path, value: int) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"CREATE TABLE t AS SELECT {value} AS x")


def test_what_another_program_wrote_beside_the_published_file_is_moved_aside_and_the_new_file_opens(
    tmp_path: Path,
) -> None:
    """A program that is killed while it writes leaves a log; DuckDB opens no file beside the log of another."""
    live, new, log = (tmp_path / name for name in ("w.duckdb", "next.duckdb", "w.duckdb.wal"))
    table_of(live, 1)
    table_of(new, 2)
    analyst = duckdb.connect(str(live))
    analyst.execute("UPDATE t SET x = 3")
    left = log.read_bytes()
    analyst.close()
    log.write_bytes(left)
    aside = candidate.publish(new, live)
    assert aside == tmp_path / "w.duckdb.wal.1.aside"
    assert (log.exists(), aside.read_bytes()) == (False, left)
    with duckdb.connect(str(live), read_only=True) as connection:
        assert connection.sql("FROM t").fetchall() == [(2,)]


def test_what_was_moved_aside_is_named_and_kept_for_status(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place, record = home(tmp_path), RunRecord("r", "t", "t", "i", outcome="published")
    place.warehouse.parent.mkdir()
    table_of(place.candidate, 2)
    place.warehouse.with_name("warehouse.duckdb.wal").write_bytes(b"left by another program")
    publish_candidate(place, record)
    (need,) = sentences(asdict(record), None, Wording("en"))
    assert "warehouse.duckdb.wal.1.aside" in need
    assert capsys.readouterr().err.count("warehouse.duckdb.wal.1.aside") == 1


def test_nothing_is_moved_where_nothing_lies_beside(tmp_path: Path) -> None:
    live, new = tmp_path / "w.duckdb", tmp_path / "next.duckdb"
    table_of(new, 2)
    assert candidate.publish(new, live) is None


def test_a_file_that_is_published_anew_has_the_rows_given_and_readers_keep_the_one_that_they_opened(
    tmp_path: Path,
) -> None:
    live, new = tmp_path / "w.duckdb", tmp_path / "next.duckdb"
    with candidate.building(new):
        pass
    candidate.publish(new, live)
    row = {"measure": "rows of core.loans", "candidate_value": 2.0, "published_value": 1.0, "unit": "rows"}
    with duckdb.connect(str(live), read_only=True) as reader:
        candidate.republish(live, new, {"ops.state_totals": pl.DataFrame([row])})
        assert reader.sql("FROM ops.state_totals").fetchall() == []
    with duckdb.connect(str(live), read_only=True) as connection:
        assert connection.sql("FROM ops.state_totals").fetchall() == [tuple(row.values())]
    assert (live.stat().st_mode & 0o777, new.exists()) == (0o440, False)
