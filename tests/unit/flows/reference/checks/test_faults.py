"""Reference tables edited by hand: each slip is named by file, row, column and value, and all of them at once."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.home.settings import REFERENCE
from flows.reference.checks.faults import reference_faults
from flows.reference.checks.guard import guarded
from flows.reference.checks.read import Read
from flows.reference.tables import read_reference
from schemas.errors import ContradictoryReference
from tests.unit.flows.reference.checks.edits import edited, without


def test_a_slip_is_named_before_anything_is_read(folder: Path) -> None:
    edited("0.5568,", "0.55G8,")(folder)
    with pytest.raises(ContradictoryReference) as refused:
        read_reference(folder)
    assert "parameters.csv, row 2, column value: '0.55G8' is not a number" in str(refused.value)


def test_a_row_that_is_there_twice_and_days_that_overlap_are_named(folder: Path) -> None:
    path = folder / "parameters.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([*lines, lines[1], lines[1].replace("2021-01-01", "2021-12-31")]), encoding="utf-8")
    found = reference_faults(folder)
    assert len(found) == 2
    assert all("'grid_ef, CN' has two rows for the same days" in fault for fault in found)


def test_all_faults_are_named_at_once(folder: Path) -> None:
    twice = edited("361100,上饶市\n", "361100,上饶市\n" * 2, "counties.csv")
    for edit in (edited("0.5568,", "0.55G8,"), edited("[sums]", "[sums", "gates.toml"), twice):
        edit(folder)
    assert {fault.partition(",")[0].partition(":")[0] for fault in reference_faults(folder)} == {
        "gates.toml",
        "parameters.csv",
        "counties.csv",
    }


def test_a_list_for_a_text_hides_no_other_fault(folder: Path) -> None:
    edited('kind = "formula"', 'kind = ["formula"]', "methods.toml")(folder)
    edited('unit = "MWh"', 'unit = "MWhh"', "metrics.toml")(folder)
    edited("0.5568,", "0.55G8,")(folder)
    assert {fault.partition(",")[0] for fault in reference_faults(folder)} == {
        "methods.toml",
        "metrics.toml",
        "parameters.csv",
    }


def test_a_check_that_fails_itself_names_the_section_and_keeps_what_it_found() -> None:
    def check(read: Read) -> Iterator[str]:
        for name, section in read.sections("slips.toml"):
            yield f"{name}: {1 / section['factor']}"

    slips = {"halved": {"factor": 2}, "none": {"factor": 0}, "doubled": {"factor": 0.5}}
    found, failed = guarded(Read({"slips.toml": slips}, {}), check)
    assert found == "halved: 0.5"
    assert failed.startswith("slips.toml, [none]: the check failed on it (ZeroDivisionError: division by zero)")


def test_a_year_a_month_a_day_or_nothing_is_a_date_of_publication(folder: Path) -> None:
    for written in ("2024", "2024-04", "2024-02-29", ""):
        shutil.copy(REFERENCE / "sources.toml", folder)
        edited('"2024-04-12"', f'"{written}"', "sources.toml")(folder)
        assert reference_faults(folder) == []


def test_the_set_in_force_needs_its_row_and_the_others_may_go(folder: Path) -> None:
    without("gwp_n2o,all@AR4")(folder)
    assert reference_faults(folder) == []
    without("gwp_n2o,all@AR5")(folder)
    assert [fault for fault in reference_faults(folder) if "gwp_n2o" not in fault] == []
    assert len(reference_faults(folder)) == 1


def test_the_tables_as_they_are_have_no_fault() -> None:
    assert reference_faults(REFERENCE) == []


def test_tables_saved_with_a_mark_of_utf_8_are_read(folder: Path) -> None:
    """As the editor of Windows saves them."""
    for path in folder.iterdir():
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    marked, plain = read_reference(folder), read_reference()
    assert marked.metrics == plain.metrics
    for name in ("parameters", "bounds", "regions", "counties", "realisation", "crf_fields"):
        assert getattr(marked, name).equals(getattr(plain, name)), name


def test_what_no_rule_knows_is_one_error_without_a_trace(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A conversion that is a text where it is a table, and no rule that sees it."""
    monkeypatch.setattr("flows.reference.tables.reference_faults", lambda _: [])
    units = folder / "units.toml"
    units.write_text('kilogram = "?"\n', encoding="utf-8")
    with pytest.raises(ContradictoryReference, match="cannot be used"):
        read_reference(folder)
