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


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('valid_from = "next spring"', "'next spring' is not a day"),
        ('valid_from = "2027-01-01"', "'2027-01-01' is not a day"),
        ("valid_from = 2027-01-01T00:00:00", "'2027-01-01 00:00:00' is not a day"),
        ("valid_from = 2027", "'2027' is not a day"),
        ("title_zh = 2027", "'2027' is not a text"),
    ],
)
def test_what_about_toml_says_of_an_edition_is_named_where_it_cannot_be_read(
    line: str, fault: str, tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "led_lighting"
    own = shutil.copytree(FOLDERS[name], tmp_path / name)
    about = (own / "about.toml").read_text(encoding="utf-8")
    (own / "about.toml").write_text(f"{about}\n[editions.2027]\n{line}\n", encoding="utf-8")
    monkeypatch.setitem(FOLDERS, name, own)
    with pytest.raises(ContradictoryReference) as refused:
        read_reference(folder)
    assert refused.value.what == fault
    assert refused.value.where == f"{own / 'about.toml'}, [editions.2027], {line.partition(' ')[0]}"
