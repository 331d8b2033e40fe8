"""The published file may be an older program's: what it lacks is named, and what it has is not changed."""

from pathlib import Path

import duckdb
import pytest

from flows.warehouse import candidate
from flows.warehouse.reading import read_existing, read_tables
from schemas.errors import EnvironmentFailure


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """A file of a program that did not know where an exchange rate came from."""
    path = tmp_path / "warehouse.duckdb"
    with candidate.building(path):
        pass
    with duckdb.connect(str(path)) as connection:
        connection.execute("ALTER TABLE core.fx DROP COLUMN source")
    return path


def test_a_column_that_an_older_file_lacks_is_named_with_what_to_do(older: Path) -> None:
    with pytest.raises(EnvironmentFailure, match="another version") as refusal:
        read_tables(older, "core.fx")
    assert "core.fx: source" in str(refusal.value)
    assert "greenloan nightly" in str(refusal.value)


def test_what_an_older_file_has_is_read_as_it_is(older: Path) -> None:
    assert "source" not in read_existing(older, ["core.fx"])["core.fx"].columns


def test_a_candidate_that_does_not_come_to_its_end_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "candidate.duckdb"
    with pytest.raises(KeyboardInterrupt), candidate.building(path):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []
