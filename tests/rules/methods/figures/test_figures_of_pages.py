"""A figure in a method's prose is, at its place, what a worked case comes to or what is on file, or has its source."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

import pytest

from flows.pages.method_pages import BLOCK, PAGES
from flows.reference.methods import FOLDERS
from tests.rules.methods.figures.figures_of_pages import ARITHMETIC, Sourced, sources
from tests.rules.methods.figures.worked_numbers import FIGURE_OR_CELL, is_among, next_one, worked_in
from tests.rules.methods.figures.worked_numbers import figures_in as found_in

PROSE: Final = {name: folder / "page.md" for name, folder in FOLDERS.items()} | {
    path.stem: path for path in PAGES.glob("*.md") if path.stem not in FOLDERS
}


def figures_in(text: str) -> list[str]:
    """Every figure of a page, in its tables too."""
    return found_in(text, FIGURE_OR_CELL)


def prose(page: str) -> str:
    """What people write of a page."""
    return BLOCK.sub("", PROSE[page].read_text(encoding="utf-8"))


WITH_FIGURES: Final = sorted(name for name in PROSE if figures_in(prose(name)))


def wrong(text: str, figures: Sequence[Sourced]) -> list[str]:
    """What is not as it should be of the figures of a text, where each has its source."""
    written = figures_in(text)
    if len(written) != len(figures):
        return [f"{len(written)} figures: {', '.join(written)}; {len(figures)} have a source in figures_of_pages.py"]
    return [f"{one} is not {figure.source}" for one, figure in zip(written, figures, strict=True) if one != figure[0]]


def untrue(figures: Sequence[Sourced], text: str) -> list[str]:
    """Which of the figures are not what their source comes to."""
    results = [float(one.result.replace(",", "")) for one in worked_in(text)]  # come out: test_printed_formulas.py
    return [
        f"{figure.written}: {figure.source}"
        for figure in figures
        if (isinstance(figure.source, float) or figure.source == ARITHMETIC)
        and not is_among(figure.written, results if isinstance(figure.source, str) else [figure.source])
    ]


@pytest.mark.parametrize("page", sorted(PROSE))
def test_a_figure_in_prose_is_what_its_source_comes_to(page: str) -> None:
    text, figures = prose(page), sources().get(page, [])
    assert wrong(text, figures) == []
    assert untrue(figures, text) == []


def test_every_source_is_of_a_page() -> None:
    assert set(sources()) <= set(PROSE)


def falsified(page: str) -> Iterator[tuple[int, str, str]]:
    """The prose once for each of its figures, that figure off by one in its last digit."""
    text = prose(page)
    places = [found.start() for found in re.finditer(r"\d[\d.,]*", text)]
    for at, figure in enumerate(figures_in(text)):
        for place in places:
            if text.startswith(figure, place):
                other = text[:place] + next_one(figure) + text[place + len(figure) :]
                if [one for one, own in zip(figures_in(other), figures_in(text), strict=True) if one != own]:
                    yield at, figure, other


@pytest.mark.parametrize("page", WITH_FIGURES)
def test_a_figure_that_is_off_by_one_in_its_last_digit_is_found(page: str) -> None:
    others = list(falsified(page))
    assert {at for at, *_ in others} == set(range(len(sources()[page])))
    assert [figure for _, figure, text in others if not wrong(text, sources()[page])] == []


@pytest.mark.parametrize("page", WITH_FIGURES)
def test_a_false_figure_that_is_listed_with_its_source_is_found_where_a_file_has_it(page: str) -> None:
    """What is published or chosen alone is as it is listed."""
    figures, text = sources()[page], prose(page)
    for at, figure in enumerate(figures):
        listed = [*figures[:at], Sourced(next_one(figure.written), figure.source), *figures[at + 1 :]]
        assert bool(untrue(listed, text)) == (isinstance(figure.source, float) or figure.source == ARITHMETIC), figure


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("with η_BL 0.75 it is 4,117.21 t; with", ["0.75", "4,117.21"]),
        ("saves **998.31** t", ["998.31"]),
        ("33,700 x 0.198356 = **6,684.60**", ["33,700", "0.198356", "6,684.60"]),
        ("of 279,065 t +- 77 % in 2025, 8 % and 120 to 300 million", ["279,065", "77", "8", "120", "300"]),
        ("2,400 +- 1.96 x 123.158, 23 kWh a GJ", ["2,400", "1.96", "123.158", "23"]),
        ("since 2023-11, ADR 0014, `0.5`, [1](adr/0.1.md), 15/30, 16 June, tCO2/MWh", []),
        ("12 million tonnes", ["12"]),
        ("减排 421.58 吨", ["421.58"]),
        ("10 t/h, GB/T 32150, 3 times", []),
        ("| lignite | 11.9 | 28 | 0.96 |", ["11.9", "28", "0.96"]),
        ("version 0.13.2, clauses 7.5.6 to 7.5.7; 0.13.", ["0.13"]),
    ],
)
def test_a_figure_is_found_however_it_is_written(text: str, found: list[str]) -> None:
    assert figures_in(text) == found
