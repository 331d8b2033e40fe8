"""A large table waits on the disk until its rows are accepted; it stays what it is, and leaves nothing behind."""

from dataclasses import replace
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from flows.forms import set_aside as place
from flows.forms.set_aside import set_aside
from tests.makers import land, make_entry
from transforms.deliveries.rows.assembly import Landed


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Landed:
    monkeypatch.setattr(place, "MANY_CELLS", 10)
    return land("ledger", [make_entry(entry_id=f"E{n}", amount=str(n)) for n in range(1, 30)])


def test_a_large_table_is_the_same_in_a_file_that_has_no_name_any_more(read: Landed, tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    aside = set_aside(read, tmp_path)
    assert read.raw
    assert aside.raw
    assert aside.raw.cells is not read.raw.cells
    assert_frame_equal(aside.raw.cells, read.raw.cells)
    assert replace(aside, raw=None) == replace(read, raw=None)
    assert list((tmp_path / "files").iterdir()) == []


def test_where_no_file_can_be_written_it_stays_in_memory(read: Landed, tmp_path: Path) -> None:
    assert set_aside(read, tmp_path / "gone") is read


def test_a_small_table_stays_where_it_is(read: Landed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert set_aside(read, tmp_path) is read
