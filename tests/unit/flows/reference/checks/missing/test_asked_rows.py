"""Rows that the program asks for by name."""

from pathlib import Path

import pytest

from tests.unit.flows.reference.checks.edits import edited, faults_in


@pytest.mark.parametrize("file", ["realisation.csv", "crf_fields.csv"])
def test_each_row_that_is_gone_is_one_error(folder: Path, file: str) -> None:
    path = folder / file
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    for at in range(1, len(lines)):
        path.write_text("".join([*lines[:at], *lines[at + 1 :]]), encoding="utf-8")
        faults = faults_in(folder)
        assert len(faults) == 1, (lines[at], faults)
        assert file in faults[0]


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        (
            "realisation.csv",
            "Wind,,all",
            "Wnd,,all",
            "row 2, column realisation_type: 'Wnd' is not in realisation_types",
        ),
        ("realisation.csv", "Solar,Solar PV", "Solar,Solr PV", "column realisation_subtype: 'Solr PV' is not in"),
        (
            "crf_fields.csv",
            "green_upgrade",
            "green_upgrad",
            "no row of green_upgrade, and the program asks for it (found: ",
        ),
    ],
    ids=["a type", "a subtype", "a field"],
)
def test_a_row_under_another_name_is_one_error(folder: Path, file: str, old: str, new: str, words: str) -> None:
    edited(old, new, file)(folder)
    (fault,) = faults_in(folder)
    assert words in fault


def test_a_field_that_a_bank_adds_is_free(folder: Path) -> None:
    row = "green_trade,绿色贸易,Green trade,2026-01-15,2099-12-31,,pboc_crf_2026\n"
    path = folder / "crf_fields.csv"
    path.write_text(path.read_text(encoding="utf-8") + row, encoding="utf-8")
    assert faults_in(folder) == []
