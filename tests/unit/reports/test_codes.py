"""The code of a printed number follows from what the number is, and is typed without mistakes."""

import pytest

from reports.codes import LETTERS, Column, RowCodes, as_code, code_of, refuse_shared, row_code
from schemas.errors import EnvironmentFailure

PROJECT = ("crf", "2025Q4", "*", "project", "P-PY-PV")


def test_the_code_of_a_row_is_for_good() -> None:
    """A code that was ever printed is looked up years later: whoever changes how it is made breaks this promise."""
    assert row_code(*PROJECT) == "CJW-TPF-HC7"


def test_report_period_lender_and_every_name_are_part_of_what_a_row_is() -> None:
    others = [row_code(*PROJECT[:at], "another", *PROJECT[at + 1 :]) for at in range(len(PROJECT))]
    assert len({row_code(*PROJECT), *others}) == len(PROJECT) + 1


def test_names_are_not_run_together() -> None:
    assert row_code("a", "bc") != row_code("ab", "c")


def test_a_second_row_of_the_same_names_has_a_code_of_its_own() -> None:
    codes = RowCodes("crf", "2025Q4", "*")
    assert (codes("factor", "grid_ef"), codes("factor", "grid_ef")) == (
        row_code("crf", "2025Q4", "*", "factor", "grid_ef"),
        row_code("crf", "2025Q4", "*", "factor", "grid_ef", "#2"),
    )


def test_no_two_letters_look_alike() -> None:
    assert len(set(LETTERS)) == len(LETTERS) == 20
    for alike in ("0OQ", "1IL", "2Z", "5S", "6G", "8B", "UV"):
        assert not set(alike) & set(LETTERS)


TYPED = ["CJW-TPF-HC7-D", "cjwtpfhc7d", " CJW TPF HC7 D ", "ＣＪＷ－ＴＰＦ－ＨＣ７－Ｄ", "cjw–tpf–hc7–d"]


@pytest.mark.parametrize("typed", TYPED)
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert as_code(typed) == code_of("CJW-TPF-HC7", Column("D", "%"))


@pytest.mark.parametrize("typed", ["", "CJW-TPF-HC7", "CJW-TPF-HC0-D", "CJW-TPF-HC7-DD"])
def test_anything_else_is_not_taken_for_a_code(typed: str) -> None:
    assert as_code(typed) is None


def test_two_numbers_under_one_code_are_refused_and_one_number_twice_is_not() -> None:
    refuse_shared([("CJW-TPF-HC7-D", "a share"), ("CJW-TPF-HC7-D", "a share"), ("CJW-TPF-HC7-E", "tonnes")])
    with pytest.raises(EnvironmentFailure, match="CJW-TPF-HC7-D would be that of two printed numbers"):
        refuse_shared([("CJW-TPF-HC7-D", "a share"), ("CJW-TPF-HC7-D", "tonnes")])
