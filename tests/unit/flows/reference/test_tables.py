"""The reference tables as they are on disk become one `Reference`, read once for as long as they do not change."""

import shutil
from pathlib import Path

import pytest

from flows.home.settings import REFERENCE
from flows.reference.methods import FOLDERS
from flows.reference.tables import flag_sentences, read_reference, reference_files
from schemas.errors import ContradictoryReference
from tests.makers import reference


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(REFERENCE, tmp_path / "reference")
    return tmp_path / "reference"


def test_files_that_did_not_change_are_read_once_and_changed_ones_again(folder: Path) -> None:
    before = read_reference(folder)
    assert read_reference(folder) is before
    gates = folder / "gates.toml"
    gates.write_text(gates.read_text(encoding="utf-8").replace("rows = 3", "rows = 4", 1), encoding="utf-8")
    after = read_reference(folder)
    assert after is not before
    assert (before.gates == after.gates, before.metrics == after.metrics) == (False, True)


def test_a_table_that_is_gone_stops_the_run_and_is_named(folder: Path) -> None:
    (folder / "regions.csv").unlink()
    with pytest.raises(ContradictoryReference, match=r"regions\.csv"):
        read_reference(folder)


def test_the_mark_of_utf_8_that_a_spreadsheet_writes_changes_nothing(folder: Path) -> None:
    units = folder / "units.toml"
    units.write_bytes(b"\xef\xbb\xbf" + units.read_bytes())
    assert read_reference(folder).units == reference().units


def test_the_files_of_a_snapshot_are_the_tables_by_name() -> None:
    names = [path.name for path in reference_files()]
    assert names == sorted(names)
    assert {"parameters.csv", "flags.toml"} <= set(names)


def test_a_value_has_the_uncertainty_of_its_kind_where_it_states_none() -> None:
    kinds = reference().parameter_kinds
    row = reference().parameters.filter(parameter_id="wood_density").row(0, named=True)
    assert row["relative_uncertainty_pct"] == pytest.approx(kinds["wood_density"]["relative_uncertainty_pct"])


def test_an_answer_from_the_published_file_has_the_same_sentences() -> None:
    assert flag_sentences() == reference().flags


def test_a_method_has_the_title_of_its_folder() -> None:
    assert set(FOLDERS) < set(reference().methods)
    assert reference().methods["bamboo"]["title_zh"]
