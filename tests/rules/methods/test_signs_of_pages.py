"""A sign in the prose of a method's page is one that its formula is printed with: a sign renamed leaves none behind."""

import re
from typing import Final

import pytest

from flows.pages.method_pages import BLOCK
from flows.reference.methods import FOLDERS
from tests.rules.methods.by_hand.formula_scan import is_unit
from transforms.factors.derived_parameters import COMBINED_MARGIN, FUEL_EF
from transforms.methods.catalog import EDITIONS
from transforms.methods.engine.lines import lines_of
from transforms.methods.engine.tree import names_of, read_back, symbols_of

CODE: Final = re.compile(r"`[^`]*`|\]\([^)]*\)")
WITH_INDEX: Final = re.compile(r"\b(?:[A-ZΑ-ω][^\W_]*|[a-z])_\w+")
"""`EF_grid`, `η_BL`, `h_ref`; not `steam_heating`."""

SECTION: Final = re.compile(r"^## Equations\n(.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)
LETTER: Final = re.compile(r"(?<![\w'’])[^\W\d_](?![\w'’])")
ARTICLES: Final = frozenset("aA")
TABLE: Final = re.compile(r"^\| sign \|.*\n\|[-| ]+\|\n((?:\|.*\n)+)", re.MULTILINE)
DERIVED: Final = {
    one.sign for tree in map(read_back, (FUEL_EF, COMBINED_MARGIN)) for one in (*names_of(tree), *symbols_of(tree))
}
OF_OTHERS: Final = {("waste_heat_recovery", "PE_EL"): "the sign in the text of ACM0012"}


def signs_of(name: str) -> set[str]:
    """The signs of a method's formula in all of its editions, and those of factors that follow from others."""
    lines = [line for (method, _), edition in EDITIONS.items() if method == name for line in lines_of(edition)]
    return DERIVED | {line.sign for line in lines} | {one.sign for line in lines for one in symbols_of(line.body)}


def strange_signs(name: str, page: str) -> set[str]:
    """What looks like a sign in the prose and is none of the method's: with an index, a letter, a cell of a table."""
    prose, signs = BLOCK.sub("", page), signs_of(name)
    bare = CODE.sub(" ", prose)
    found = {sign for sign in WITH_INDEX.findall(bare) if (name, sign) not in OF_OTHERS} - signs
    letters = {one for section in SECTION.findall(bare) for one in LETTER.findall(section) if not is_unit(one)}
    firsts = [row.split("|")[1] for rows in TABLE.findall(prose) for row in rows.splitlines()]
    cells = {cell.strip() for first in firsts for cell in first.split(",")}
    bases = {sign.partition("_")[0] for sign in signs}
    return found | (letters - ARTICLES - signs - bases) | (cells - signs)


@pytest.mark.parametrize("name", FOLDERS)
def test_each_sign_in_prose_is_one_that_the_formula_is_printed_with(name: str) -> None:
    assert strange_signs(name, (FOLDERS[name] / "page.md").read_text(encoding="utf-8")) == set()


@pytest.mark.parametrize(
    ("name", "before", "behind", "strange"),
    [
        ("led_lighting", "E_BL and E_PJ are in MWh", "E_BL and E_NEW are in MWh", "E_NEW"),
        ("led_lighting", "The rebound r is", "The rebound z is", "z"),
        ("steam_heating", "| η_BL |", "| η_old |", "η_old"),
        ("steam_heating", "| F, NCV, EF_fuel |", "| F, NCW, EF_fuel |", "NCW"),
        ("steam_heating", "and h_ref:", "and h_0:", "h_0"),
    ],
)
def test_a_sign_that_the_formula_no_longer_has_is_found(name: str, before: str, behind: str, strange: str) -> None:
    page = (FOLDERS[name] / "page.md").read_text(encoding="utf-8")
    assert before in page
    assert strange_signs(name, page.replace(before, behind)) == {strange}


@pytest.mark.parametrize(("name", "sign"), OF_OTHERS)
def test_a_sign_of_another_text_is_there(name: str, sign: str) -> None:
    assert sign in (FOLDERS[name] / "page.md").read_text(encoding="utf-8")
    assert sign not in signs_of(name)
