"""What a person signed moves beyond the threshold on a person's word only; until then the signed state remains."""

import datetime as dt
import shutil
from pathlib import Path
from typing import Final

import pytest

from flows.published.documents.editions import editions_in
from flows.published.documents.restating import Rule, Waiting, waiting_documents
from flows.published.documents.sign_offs import sign_offs_in
from flows.published.documents.signing import Word, sign_off
from flows.published.documents.tables import NOTHING, joined
from reports.documents import PrintedFigure
from reports.editions import beyond
from schemas.words.editions import FIGURES, WHOLE, WORDS
from schemas.words.editions import FIRST as FIRST_PUBLICATION
from tests.unit.flows.published.documents.test_identity import FIRST, ISSUE, SECOND, THIRD, Press

SIGNED: Final = "100.00"
ACCEPTED: Final = Rule(0.05, is_accepted=True)


@pytest.fixture
def press(tmp_path: Path) -> Press:
    """A document of 100 t was published and signed."""
    press = Press(tmp_path / "home")
    press.night(FIRST, SIGNED)
    _sign(press, tmp_path)
    return press


def _sign(press: Press, tmp_path: Path) -> None:
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"signed")
    sign_off(press.home, "crf", ISSUE, Word(None, "王芳", None), scan)


def _waiting(press: Press) -> list[str]:
    return sorted(path.name for path in press.home.waiting.rglob("*") if path.is_file())


@pytest.mark.parametrize(("tonnes", "waits"), [("105.00", False), ("95.00", False), ("105.01", True), ("94.99", True)])
def test_a_signed_figure_may_move_by_the_threshold_and_beyond_it_waits(press: Press, tonnes: str, waits: bool) -> None:
    written = press.night(SECOND, tonnes)
    assert (written.waits is not None) is waits
    assert len(press.editions) == (1 if waits else 2)


def test_what_nobody_signed_moves_as_far_as_it_likes(tmp_path: Path) -> None:
    press = Press(tmp_path)
    press.night(FIRST, SIGNED)
    press.night(SECOND, "1,000.00")
    assert [reason for reason, _ in press.editions] == [FIRST_PUBLICATION, FIGURES]


def test_while_it_waits_the_last_edition_remains_published_and_the_draft_lies_apart_with_its_record(
    press: Press,
) -> None:
    before = press.text
    written = press.night(SECOND, "120.00")
    assert press.text == before
    assert written.paths == [press.home.reports / "crf" / "2025Q4" / name for name in _names(press)]
    assert _waiting(press) == ["crf_2025Q4_all-lenders_zh.json", "crf_2025Q4_all-lenders_zh.pdf"]
    (waits,) = waiting_documents(press.home)
    assert (waits.signed_number, waits.threshold, waits.changes_count) == (1, "5.00%", 1)
    assert (waits.label, waits.before, waits.after) == ("tonnes avoided", "100.00", "120.00")


def _names(press: Press) -> list[str]:
    (found,) = editions_in(press.shelf)
    assert found.edition is not None
    return list(found.edition.files)


def test_the_same_document_is_printed_once_while_it_waits(press: Press) -> None:
    press.night(SECOND, "120.00")
    printed = press.times
    press.night(THIRD, "120.00")
    assert press.times == printed
    press.night(THIRD, "121.00")
    assert press.times == printed + 1


def test_a_persons_word_issues_it_and_is_recorded_in_the_edition(press: Press) -> None:
    press.night(SECOND, "120.00")
    press.rule = ACCEPTED
    press.night(THIRD, "120.00")
    newest = editions_in(press.shelf)[-1]
    assert newest.edition is not None
    assert (newest.edition.reason, newest.edition.is_accepted_by_hand, newest.state) == (FIGURES, True, WHOLE)
    assert _waiting(press) == []


def test_a_word_that_nothing_needed_is_not_recorded(press: Press) -> None:
    press.rule = ACCEPTED
    press.night(SECOND, "101.00")
    newest = editions_in(press.shelf)[-1].edition
    assert newest is not None
    assert not newest.is_accepted_by_hand


def test_small_steps_are_measured_from_what_was_signed(press: Press) -> None:
    assert press.night(SECOND, "104.00").waits is None
    assert press.night(THIRD, "108.00").waits is not None


def test_once_the_new_figures_are_signed_these_are_what_counts(press: Press, tmp_path: Path) -> None:
    press.rule = ACCEPTED
    press.night(SECOND, "120.00")
    _sign(press, tmp_path)
    press.rule = Rule(0.05)
    assert press.night(THIRD, "121.00").waits is None


def test_figures_that_come_back_wait_no_more(press: Press) -> None:
    press.night(SECOND, "120.00")
    assert press.night(THIRD, SIGNED).waits is None
    assert _waiting(press) == []


def test_another_word_waits_for_nobody(press: Press) -> None:
    assert press.night(SECOND, SIGNED, word="reduced").waits is None
    assert press.editions[-1][0] == WORDS


def test_a_published_file_that_was_lost_comes_back_while_a_restatement_waits(press: Press) -> None:
    before = press.text
    (press.home.reports / "crf" / "2025Q4" / "crf_2025Q4_all-lenders_zh.pdf").unlink()
    press.night(SECOND, "120.00")
    assert press.text == before


def test_a_record_that_cannot_be_read_is_written_anew(press: Press) -> None:
    press.night(SECOND, "120.00")
    record = press.home.waiting / "crf" / "2025Q4" / "crf_2025Q4_all-lenders_zh.json"
    record.write_text("{", encoding="utf-8")
    assert waiting_documents(press.home) == []
    press.night(THIRD, "120.00")
    assert isinstance(waiting_documents(press.home)[0], Waiting)


def _figure(printed: str, unit: str = "tCO2e", key: str = "project/P1/measured") -> PrintedFigure:
    return PrintedFigure(key, "measured", printed, unit)


@pytest.mark.parametrize(
    ("before", "after", "is_beyond"),
    [
        (_figure("100.00"), _figure("—"), True),
        (_figure("—"), _figure("100.00"), False),
        (_figure("0.00"), _figure("0.01"), True),
        (_figure("-100.00"), _figure("-106.00"), True),
        (_figure("1,000.00", "10,000 CNY"), _figure("1,060.00", "10,000 CNY"), True),
        (_figure("50.00%", "%"), _figure("90.00%", "%"), False),
        (_figure("3", ""), _figure("9", ""), False),
        (_figure("10.00", key="range/upper"), _figure("90.00", key="range/upper"), False),
        (_figure("10.00", key="range/figure"), _figure("90.00", key="range/figure"), True),
        (_figure("-1.00", key="project/P1/gap"), _figure("-9.00", key="project/P1/gap"), False),
    ],
)
def test_tonnes_and_money_are_judged_by_what_they_were(
    before: PrintedFigure, after: PrintedFigure, is_beyond: bool
) -> None:
    assert bool(beyond([before], [after], 0.05)) is is_beyond


def test_a_project_that_is_listed_no_more_is_lost_and_a_new_one_is_not_judged() -> None:
    one, other = _figure("100.00"), _figure("100.00", key="project/P2/measured")
    assert [change.after for change in beyond([one], [other], 0.05)] == ["—"]


def test_who_signs_the_document_in_one_language_signs_its_figures_in_the_other(press: Press) -> None:
    press.issue = ISSUE._replace(lang="en")
    assert press.night(SECOND, "120.00").waits is not None
    english = press.home.disclosures / "crf" / "2025Q4" / "crf_2025Q4_all-lenders_en"
    assert list(english.glob("edition-*")) == []


@pytest.mark.parametrize("lost", ["sign-off-1", "edition-1", "."])
def test_what_the_record_has_lost_counts_as_the_published_file_remembers_it(press: Press, lost: str) -> None:
    latest = dt.datetime.max.replace(tzinfo=dt.UTC)
    press.tables = joined(editions_in(press.shelf), sign_offs_in(press.shelf), NOTHING, latest)
    shutil.rmtree((press.shelf / lost).resolve())
    waits = press.night(SECOND, "120.00").waits
    assert waits is not None
    assert (waits.signed_number, waits.before) == (1, "100.00")


def test_what_a_person_let_through_does_not_wait_again_for_another_word(press: Press) -> None:
    press.rule = ACCEPTED
    press.night(SECOND, "120.00")
    press.rule = Rule(0.05)
    assert press.night(THIRD, "120.00", word="reduced").waits is None
    assert press.night(THIRD, "121.00").waits is None
    assert press.night(THIRD, "130.00").waits is not None


def test_the_draft_is_marked_as_one_and_what_is_issued_of_it_is_not(press: Press) -> None:
    press.night(SECOND, "120.00")
    press.rule = ACCEPTED
    press.night(THIRD, "120.00")
    assert press.marked == [False, True, False]
