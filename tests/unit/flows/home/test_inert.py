"""What a spreadsheet would take for a formula leaves the house inert; numbers and plain text as they are."""

import re

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.home.inert import FORMULA_STARTS, PLAIN, inert, printable
from flows.published.answers.figures import as_text
from transforms.deliveries.text.cells import tidy
from transforms.deliveries.text.formulas import LIVE


@pytest.mark.parametrize("cell", ["=1+1", "+86 138", "-2+3", "@SUM(A1)", "\tx", "  =1", "＝1", "＠x", "-inf"])
def test_a_cell_like_a_formula_is_written_behind_an_apostrophe(cell: str) -> None:
    assert inert(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "P-1", "-5.00", "+1,234.5", "1=1", "'=1"])
def test_any_other_cell_stays_as_it_is(cell: str) -> None:
    assert inert(cell) == cell


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        (";=1+1", "';'=1+1"),
        ("a;=1", "'a;'=1"),
        ("a,+86", "'a,'+86"),
        ("a|@x", "'a|'@x"),
        ("\t=1", "'\t'=1"),
        ("a\n-b", "'a\n'-b"),
        ("a; ＝1;-2", "'a; '＝1;'-2"),
        ('a;"=1"', "'a;\"'=1\""),
        ("=1;=2", "'=1;'=2"),
    ],
)
def test_a_formula_behind_what_a_spreadsheet_splits_at_has_an_apostrophe_of_its_own(cell: str, written: str) -> None:
    """`;=1+1` went back as it was: opened with semicolons, it was live."""
    assert inert(cell) == written


def read_back(cell: str) -> str | None:
    return pl.DataFrame({"cell": [cell]}).select(tidy("cell")).item()


@settings(max_examples=500)
@given(st.text(alphabet="a5;,=-＋' \"|\n", max_size=9))
def test_a_cell_that_comes_back_is_read_as_it_was(cell: str) -> None:
    sent = cell.strip()
    assert read_back(inert(sent)) == read_back(sent)


def test_a_lender_like_a_formula_is_inert_in_the_figures_as_csv() -> None:
    answer = {"rows": [{"lender": "＝cmd|' /C calc'!A0", "emission_reductions_tco2e": -1.5, "flags": []}]}
    assert as_text(answer, "csv").splitlines()[1] == "'＝cmd|' /C calc'!A0,-1.5,"


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("\x1b[2Jgone", "\\x1b[2Jgone"),
        ("a\rb", "a\\x0db"),
        ("\x9b31m", "\\x9b31m"),
        ("\x07", "\\x07"),
    ],
)
def test_no_text_moves_the_cursor_of_a_terminal(text: str, printed: str) -> None:
    assert printable(text) == printed


def test_lines_and_every_other_letter_are_printed_as_they_are() -> None:
    assert printable("甲行\n  b*") == "甲行\n  b*"


@given(st.from_regex(PLAIN, fullmatch=True))
def test_what_passes_for_plain_starts_no_formula_wherever_it_is_split(cell: str) -> None:
    assert not cell.lstrip().startswith(FORMULA_STARTS)
    assert not re.search(LIVE, cell)
