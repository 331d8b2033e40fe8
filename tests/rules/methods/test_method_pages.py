"""A method's page and its code cannot drift: the page's tables are made from what the program runs on."""

import pytest

from flows.pages.method_pages import BLOCK, PAGES, pages
from tests.makers import reference
from transforms.methods.catalog import METHODS


def test_every_page_says_what_the_program_runs_on() -> None:
    for path, text in pages(reference()).items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: run make docs"


@pytest.mark.parametrize("kind", ["generated", "cases"])
@pytest.mark.parametrize("name", list(METHODS))
def test_every_method_has_its_formula_parameters_conditions_and_worked_cases_on_a_page(name: str, kind: str) -> None:
    written = [path.read_text(encoding="utf-8") for path in PAGES.glob("*.md")]
    blocks = [(found[2], found[3]) for text in written for found in BLOCK.finditer(text)]
    assert blocks.count((kind, name)) == 1
