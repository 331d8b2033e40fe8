"""The tables of editions are those of the record, and of what the file before remembers of one that is lost."""

import shutil
from pathlib import Path

import pytest

from flows.published.documents.editions import RECORD, editions_in
from flows.published.documents.sign_offs import sign_offs_in
from flows.published.documents.tables import KEY, NOTHING, EditionTables, _as_held, joined
from schemas.disclosures import EditionEntry
from schemas.words.editions import DAMAGED, FIGURES, MISSING, WHOLE
from schemas.words.editions import FIRST as FIRST_PUBLICATION
from tests.unit.flows.published.documents.test_identity import FIRST, SECOND, THIRD, Press


@pytest.fixture
def press(tmp_path: Path) -> Press:
    press = Press(tmp_path)
    press.night(FIRST)
    press.night(SECOND, "1,012.40")
    return press


def tables(press: Press, before: EditionTables = NOTHING) -> EditionTables:
    return joined(editions_in(press.shelf), sign_offs_in(press.shelf), before, THIRD)


def states(found: EditionTables) -> list[tuple[int, str]]:
    return list(found.editions.select("edition_number", "edition_state").iter_rows())


def test_each_edition_is_a_row_with_its_reason_and_each_figure_one_with_its_number(press: Press) -> None:
    found = tables(press)
    assert found.editions["edition_reason"].to_list() == [FIRST_PUBLICATION, FIGURES]
    assert found.editions["known_at"].to_list() == [FIRST, SECOND]
    printed = found.figures.select("edition_number", "figure_key", "printed_text", "value", "unit").rows()
    assert printed == [(1, "tonnes", "12.30", 12.3, "tCO2e"), (2, "tonnes", "1,012.40", 1012.4, "tCO2e")]


@pytest.mark.parametrize(
    ("text", "value"), [("—", None), ("57.87%", 57.87), ("76,170 – 130,055", None), ("-0.50", -0.5)]
)
def test_a_text_that_is_not_a_number_has_no_value(tmp_path: Path, text: str, value: float | None) -> None:
    press = Press(tmp_path)
    press.night(FIRST, text)
    assert tables(press).figures.select("printed_text", "value").row(0) == (text, value)


def test_a_night_as_known_in_the_past_knows_of_no_later_edition(press: Press) -> None:
    assert states(joined(editions_in(press.shelf), [], tables(press), FIRST)) == [(1, WHOLE)]


def test_an_edition_that_the_record_has_lost_goes_on_as_it_was_night_after_night(press: Press) -> None:
    before = tables(press)
    shutil.rmtree(press.home.disclosures)
    lost = joined([], [], before, THIRD)
    assert states(lost) == [(1, MISSING), (2, MISSING)]
    assert lost.figures.equals(before.figures)
    assert lost.editions.drop("edition_state").equals(before.editions.drop("edition_state"))
    again = joined([], [], lost, THIRD)
    assert again.editions.equals(lost.editions)
    assert again.figures.equals(before.figures)


def test_a_record_that_comes_back_is_whole_again(press: Press, tmp_path: Path) -> None:
    before = tables(press)
    away = press.home.disclosures.rename(tmp_path / "away")
    lost = joined([], [], before, THIRD)
    away.rename(press.home.disclosures)
    assert states(tables(press, lost)) == [(1, WHOLE), (2, WHOLE)]


def test_a_record_that_was_written_over_is_damaged_and_what_was_published_stays(press: Press) -> None:
    before = tables(press)
    record = press.shelf / "edition-1" / RECORD
    text = record.read_text().replace('"12.30"', '"99.99"')
    record.unlink()
    record.write_text(text)
    found = tables(press, before)
    assert states(found) == [(1, DAMAGED), (2, WHOLE)]
    assert found.figures.equals(before.figures)


def test_an_edition_that_nothing_remembers_is_a_row_without_what_it_was(press: Press) -> None:
    shutil.rmtree(press.shelf / "edition-1")
    found = tables(press)
    assert states(found) == [(1, MISSING), (2, WHOLE)]
    assert found.editions.drop(KEY)["pdf_digest"].null_count() == 1


@pytest.mark.parametrize("lacking", ["edition_number", "document_name"])
def test_a_table_that_lacks_what_names_an_edition_is_remembered_as_none(press: Press, lacking: str) -> None:
    held = tables(press).editions
    assert _as_held(held.drop(lacking), EditionEntry).is_empty()
    later = _as_held(held.drop("is_accepted_by_hand"), EditionEntry)
    assert later["is_accepted_by_hand"].null_count() == later.height == 2
