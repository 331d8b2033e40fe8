"""A method's page and its code cannot drift: the page's tables are made from what the program runs on."""

import pytest

from flows.method_pages import BLOCK, PAGES, pages
from tests.makers import reference
from transforms.methods import METHODS


def test_every_page_says_what_the_program_runs_on() -> None:
    for path, text in pages(reference()).items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: run make docs"


@pytest.mark.parametrize("name", list(METHODS))
def test_every_method_has_its_formula_parameters_and_conditions_on_a_page(name: str) -> None:
    told = [found[3] for path in PAGES.glob("*.md") for found in BLOCK.finditer(path.read_text(encoding="utf-8"))]
    assert told.count(name) == 1
