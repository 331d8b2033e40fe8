"""What is printed of a bridge adds up, in both languages, and its chart shows every step."""

import re
from typing import Final

import pytest

from reports.bridge.printed import WORDS, Bridge, Moved, Named, Subject
from reports.bridge.waterfall import is_cut, waterfall
from reports.charts.series import Bar
from schemas.words.bases import BALANCE_BASES
from schemas.words.causes import CAUSES

MOVED: Final = [
    Moved("money_lent", "", 21.6),
    Moved("money_repaid", "", -7.6),
    Moved("factor", "grid_ef", -10.0),
    Moved("factor", "fuel_ef", 0.1),
    Moved("corrections", "", 6.3),
]
BOOK: Final = Subject("", 40.0, 50.4, MOVED)
BRIDGE: Final = Bridge(
    Named("2025Q1", "2025Q1"), Named("2025-07-01", "2025Q2"), "period_end", None, (0.5, None), BOOK, [BOOK]
)
NUMBER: Final = re.compile(r"[-+]?[\d,]+\.\d\d")


def numbers_of(text: str) -> list[float]:
    return [float(found.replace(",", "")) for found in NUMBER.findall(text)]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_table_goes_from_one_figure_over_its_causes_to_the_other(lang: str) -> None:
    first, *steps, last = numbers_of(BRIDGE.text(lang).split("\n\n")[1])
    assert (first, last) == (40.0, 50.4)
    assert round(first + sum(steps), 2) == last


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_sentences_have_the_same_numbers_factors_together(lang: str) -> None:
    whole, *causes = [numbers_of(sentence) for sentence in BRIDGE.sentences(lang)[:-1]]
    assert whole == [40.0, 50.4, 10.4]
    assert causes == [[21.6], [-7.6], [-9.9], [6.3]]


def test_a_moment_is_named_with_the_period_that_is_looked_at() -> None:
    assert BRIDGE.sentences("en")[0].startswith("From 2025Q1 to 2025Q2 as of 2025-07-01 the attributed")
    assert BRIDGE.sentences("zh")[0].startswith("从2025Q1到2025-07-01时点的2025Q2，")


def test_an_edition_is_named_by_its_number() -> None:
    edition = Named("crf/2025Q2/crf_2025Q2_all-lenders_zh/2", "2025Q2")
    assert (edition.label("en"), edition.label("zh")) == ("2025Q2, edition 2", "2025Q2第2版")


def test_states_that_are_alike_have_one_sentence() -> None:
    same = Subject("", 40.0, 40.0, [])
    alike = Bridge(BRIDGE.before, BRIDGE.after, None, "pcaf_avoided", (1.0, 1.0), same, [same])
    assert len(alike.sentences("en")) == len(alike.sentences("zh")) == 1


def test_every_cause_and_basis_has_its_words_and_no_other_has() -> None:
    assert list(WORDS["causes"]) == CAUSES
    assert set(WORDS["bases"]) == set(BALANCE_BASES)


def test_the_chart_begins_and_ends_with_the_figures() -> None:
    bars = BRIDGE.bars("en")
    assert [bar.is_total for bar in bars] == [True, False, False, False, False, True]
    assert round(sum(bar.tonnes for bar in bars[:-1]), 2) == bars[-1].tonnes


def test_the_axis_is_cut_where_steps_are_small_beside_the_figures() -> None:
    assert is_cut([Bar("a", 1000.0, True), Bar("b", 5.0), Bar("c", 1005.0, True)])
    assert not is_cut([Bar("a", 10.0, True), Bar("b", 30.0), Bar("c", 40.0, True)])
    assert not is_cut([Bar("a", 10.0, True), Bar("b", -30.0), Bar("c", -20.0, True)])
    assert not is_cut([Bar("a", 0.0, True), Bar("b", 0.0, True)])


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.filterwarnings("error")
def test_the_same_bars_give_the_same_bytes_and_all_glyphs_are_there(lang: str) -> None:
    first, again = (waterfall(BRIDGE.bars(lang), BRIDGE.title(lang, is_cut=False)) for _ in range(2))
    assert first == again
    assert first.startswith(b"\x89PNG")
