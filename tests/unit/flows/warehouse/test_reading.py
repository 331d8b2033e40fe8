"""The published file may be an older program's: what it lacks is named, and what it has is not changed."""

import shutil
from pathlib import Path

import duckdb
import pytest

from flows.published.status import LATEST, OF_STATUS
from flows.warehouse import candidate
from flows.warehouse.connection import connect
from flows.warehouse.reading import read_existing, read_tables, tables_of
from schemas.catalog import TABLES
from schemas.errors import EnvironmentFailure
from tests.makers import KNOWN_AT, run_table


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published file whose tables are empty but for its run."""
    path = tmp_path_factory.mktemp("published") / "warehouse.duckdb"
    with candidate.building(path) as made:
        made.add("ops.runs", run_table(KNOWN_AT))
    return path


@pytest.fixture
def whole(published: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(published, tmp_path / "warehouse.duckdb"))


@pytest.fixture
def older(whole: Path) -> Path:
    """A file of a program that did not know where an exchange rate came from."""
    damaged(whole, "ALTER TABLE core.fx DROP COLUMN source")
    return whole


def damaged(path: Path, statements: str) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute(statements)


def test_a_column_that_an_older_file_lacks_is_named_with_what_to_do(older: Path) -> None:
    with pytest.raises(EnvironmentFailure, match="another version") as refusal:
        read_tables(older, "core.fx")
    assert "core.fx (source)" in str(refusal.value)
    assert "greenloan nightly" in str(refusal.value)


@pytest.mark.parametrize("table", sorted(TABLES))
def test_a_table_that_a_file_lacks_is_named_before_any_is_read(whole: Path, table: str) -> None:
    damaged(whole, f"DROP TABLE {table}")
    with pytest.raises(EnvironmentFailure, match="it lacks what this one reads") as refusal:
        read_tables(whole, *TABLES)
    assert refusal.value.where == table


def test_a_condition_on_rows_is_not_asked_of_a_file_that_lacks_its_columns(whole: Path) -> None:
    damaged(whole, "ALTER TABLE mart.attributed_reductions DROP COLUMN basis")
    with connect(whole) as connection, pytest.raises(EnvironmentFailure, match="it lacks") as refusal:
        tables_of(connection, *OF_STATUS, rows={"mart.attributed_reductions": LATEST})
    assert refusal.value.where == "mart.attributed_reductions (basis)"


@pytest.mark.parametrize(
    ("damage", "where"),
    [
        ("ALTER TABLE core.fx ALTER COLUMN date TYPE VARCHAR; INSERT INTO core.fx (date) VALUES ('spring')", "core.fx"),
        ("DELETE FROM ops.runs", "ops.runs"),
    ],
)
def test_what_no_night_writes_is_named_in_the_words_of_the_house(whole: Path, damage: str, where: str) -> None:
    damaged(whole, damage)
    with pytest.raises(EnvironmentFailure, match="another version of greenloan, or is damaged") as refusal:
        read_tables(whole, "core.fx", "ops.runs")
    assert refusal.value.where.startswith(where)
    assert "greenloan nightly" in refusal.value.remedy


@pytest.mark.parametrize("kind", ["INTERVAL", "UNION(a INTEGER, b VARCHAR)", "INTERVAL[]"])
def test_a_column_of_a_type_that_no_night_writes_is_not_read_and_ends_nothing(whole: Path, kind: str) -> None:
    damaged(whole, f"ALTER TABLE ops.runs ADD COLUMN of_an_analyst {kind}")
    assert read_tables(whole, "ops.runs")["ops.runs"].equals(run_table(KNOWN_AT))
    damaged(whole, f"ALTER TABLE ops.runs DROP COLUMN run_id; ALTER TABLE ops.runs ADD COLUMN run_id {kind}")
    with pytest.raises(EnvironmentFailure, match="it lacks what this one reads") as refusal:
        read_tables(whole, "ops.runs")
    assert refusal.value.where == "ops.runs (run_id)"


def test_what_an_older_file_has_is_read_as_it_is(older: Path) -> None:
    assert "source" not in read_existing(older, ["core.fx"])["core.fx"].columns


def test_a_candidate_that_does_not_come_to_its_end_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "candidate.duckdb"
    with pytest.raises(KeyboardInterrupt), candidate.building(path):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []
