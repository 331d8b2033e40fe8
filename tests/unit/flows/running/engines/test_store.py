"""What lies in the shared store is what was written, or it is refused; and nothing of it stays after a night."""

from pathlib import Path
from typing import Final

import polars as pl
import pytest

from flows.running.engines.store import Store, own_folder
from schemas.errors import EnvironmentFailure
from schemas.marts import LoanMonth, ProjectMonth

TABLES: Final[dict[str, pl.DataFrame]] = {
    "mart.loan_months": LoanMonth.empty_frame(),
    "mart.project_months": ProjectMonth.empty_frame(),
    "tables.fx": pl.DataFrame(
        {"rate": ["7.10"], "moment": [1]}, schema={"rate": pl.String, "moment": pl.Int64}
    ).with_columns(pl.col("rate").cast(pl.Decimal(38, 2)), pl.col("moment").cast(pl.Datetime("us", "UTC"))),
}


@pytest.fixture(params=["folder", "object store"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A folder, and what fsspec reaches by an address."""
    return str(tmp_path) if request.param == "folder" else f"memory://{tmp_path.name}"


def test_tables_come_back_with_their_types(url: str) -> None:
    with own_folder(url) as store:
        digest = store.write(store.folder("1"), TABLES)
        read = Store(store.url).read("1", digest)
    assert read.keys() == TABLES.keys()
    assert all(read[name].equals(rows) and read[name].schema == rows.schema for name, rows in TABLES.items())


def cut_short(store: Store) -> None:
    store.write(store.folder("1"), TABLES)
    raise InterruptedError


def test_a_night_leaves_nothing_though_it_is_cut_short(url: str) -> None:
    with pytest.raises(InterruptedError), own_folder(url) as store:
        cut_short(store)
    with pytest.raises(FileNotFoundError):
        store.read("1", "0" * 64)


def test_what_another_has_written_over_a_file_is_refused(tmp_path: Path) -> None:
    with own_folder(str(tmp_path)) as store:
        digest = store.write(store.folder("1"), TABLES)
        for path in tmp_path.glob("*/1/*"):
            path.write_bytes(path.read_bytes() + b" ")
        with pytest.raises(EnvironmentFailure, match="is not what was written there"):
            store.read("1", digest)


def test_the_folder_of_a_night_is_closed_to_others(tmp_path: Path) -> None:
    with own_folder(str(tmp_path)) as store:
        store.folder("1")
        modes = {path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")}
    assert modes == {0o770}


def test_a_task_that_runs_twice_with_another_result_leaves_both(tmp_path: Path) -> None:
    with own_folder(str(tmp_path)) as store:
        first = store.write(store.folder("1"), {"t": pl.DataFrame({"tonnes": [1.0]})})
        second = store.write("1", {"t": pl.DataFrame({"tonnes": [2.0]})})
        assert [store.read("1", one)["t"]["tonnes"].to_list() for one in (first, second)] == [[1.0], [2.0]]


@pytest.mark.parametrize("url", ["/proc/nothing", "nosuchprotocol://bucket"])
def test_a_store_that_cannot_be_used_is_named_with_what_to_do(url: str) -> None:
    with pytest.raises(EnvironmentFailure, match="the shared store cannot be used") as refused, own_folder(url):
        pass
    assert refused.value.where == f"greenloan.toml [spark] store = {url}"
