"""A published file that cannot be read keeps no night from its end: it is compared with nothing, and says why."""

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from flows.gates.predecessor import predecessor
from flows.home.settings import Home, home
from flows.landing.anchors import anchors_of
from flows.published.status import answer_status
from flows.warehouse import candidate
from tests.makers import run_table

NOW = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published file whose tables are empty but for its run."""
    path = tmp_path_factory.mktemp("published") / "warehouse.duckdb"
    with candidate.building(path) as made:
        made.add("ops.runs", run_table(NOW))
    return path


@pytest.fixture
def place(published: Path, tmp_path: Path) -> Home:
    """A home with a copy of the published file."""
    place = home(tmp_path)
    place.warehouse.parent.mkdir(parents=True)
    shutil.copy(published, place.warehouse)
    return place


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def no_duckdb(path: Path) -> None:
    path.write_bytes(b"this is not a DuckDB file" * 1000)


def of_another_program(path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("DROP TABLE ops.runs")


def of_no_moment(path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("ALTER TABLE ops.runs ALTER known_at DROP NOT NULL; UPDATE ops.runs SET known_at = NULL")


def with_other_columns(path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE OR REPLACE TABLE ops.deliveries AS SELECT 1 AS number")
        connection.execute("DELETE FROM ops.runs")


def link_to_nothing(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.with_name("another_disk.duckdb"))


def link_to_itself(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


DAMAGES = {
    one.__name__: one
    for one in (cut, no_duckdb, of_no_moment, of_another_program, with_other_columns, link_to_nothing, link_to_itself)
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_file_that_cannot_be_read_is_compared_with_nothing_and_says_why(
    place: Home, damage: Callable[[Path], None]
) -> None:
    assert predecessor(place, NOW).moment == NOW
    damage(place.warehouse)
    before = predecessor(place, NOW)
    assert before.moment is None
    assert before.problem
    assert "compared with none before it" in before.problem
    assert not any(anchors_of(place))  # nothing that could be missed


@pytest.mark.parametrize("damage", [cut, no_duckdb, link_to_nothing, link_to_itself])
def test_a_file_that_cannot_be_opened_carries_nothing_on_and_says_so(
    place: Home, damage: Callable[[Path], None]
) -> None:
    damage(place.warehouse)
    before = predecessor(place, NOW)
    assert before.restated.is_empty()
    assert before.problem
    assert before.problem.endswith("and what it restated is not carried on")


@pytest.mark.parametrize(
    "damage",
    ["DROP TABLE ops.state_totals"]
    + [f"ALTER TABLE ops.state_totals DROP COLUMN {name}" for name in ("measure", "candidate_value", "unit")],
)
def test_volumes_and_sums_that_a_file_lacks_are_compared_with_none_and_its_figures_all_the_same(
    place: Home, damage: str
) -> None:
    with duckdb.connect(str(place.warehouse)) as connection:
        connection.execute(damage)
    before = predecessor(place, NOW)
    assert (before.moment, before.totalled_at) == (NOW, None)
    (gap,) = before.gaps
    assert gap.startswith("it lacks ops.state_totals")
    assert gap.endswith("volumes and sums were compared with none before them")


def test_a_whole_file_lacks_nothing(place: Home) -> None:
    before = predecessor(place, NOW)
    assert (before.gaps, before.problem, before.totalled_at) == ([], None, NOW)


def test_a_file_that_a_program_holds_open_for_writing_is_left_alone(place: Home) -> None:
    holder = duckdb.connect(str(place.warehouse))
    try:
        assert predecessor(place, NOW).problem
    finally:
        holder.close()


@pytest.mark.parametrize("damage", [no_duckdb, link_to_nothing, link_to_itself])
def test_status_names_a_file_that_cannot_be_read(place: Home, damage: Callable[[Path], None]) -> None:
    damage(place.warehouse)
    (need, *_) = answer_status(place, NOW)["needs_a_person"]
    assert str(place.warehouse) in need
    assert "greenloan nightly" in need
