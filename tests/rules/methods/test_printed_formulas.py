"""A formula has one address: whatever is printed of it is printed from the expression that runs."""

import ast
import datetime as dt
import math
import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Final, get_args

import polars as pl
import pytest
from polars import lit

from flows.pages.method_pages import BLOCK, PAGES, page
from flows.published.crf import methods_of
from reports.crf.lines import method_line
from tests.makers import reference
from tests.rules.methods.editions import METHOD, REVISED, revise
from transforms.factors.derived_parameters import COMBINED_MARGIN, FUEL_EF
from transforms.methods.catalog import EDITIONS
from transforms.methods.engine.lines import lines_of
from transforms.methods.engine.method import FIRST_EDITION
from transforms.methods.engine.render import Lang
from transforms.methods.engine.tree import names_of, read_back
from transforms.methods.printed import method_editions, method_entries

WORDS: Final = reference().sentences
BEFORE_ANY_REVISION: Final = dt.date(1900, 1, 1)
ROOT: Final = PAGES.parents[1]
DERIVED: Final = {one.sign for factor in (FUEL_EF, COMBINED_MARGIN) for one in names_of(read_back(factor))}
SIGNS: Final = DERIVED | {line.sign for method in EDITIONS.values() for line in lines_of(method)}
OPERATION: Final = r"[^|;=]*?(?:\s[x×*+/−-]\s|[Σ√]|\b(?:sum of|min\(|max\())"
OF_A_METHOD: Final = re.compile(rf"(?:(?<!\w)(?:{'|'.join(SIGNS)})\s*={OPERATION}|\b(?:ER|BE|PE|LE)\b[^=|;]{{0,30}}?=)")
OF_ANYTHING: Final = re.compile(rf"={OPERATION}|{OF_A_METHOD.pattern}")
OF_A_SHARE: Final = re.compile(r"[x×][^|;.；。\n]*[/÷] ?(?:total investment|项目总投资|denominator)")
DEFINITIONS: Final = {
    "docs/attribution.md": "attributed = ER x balance / total investment",  # its tables: test_attribution_page.py
    "docs/uncertainty.md": "[ER(x (1 + h)) - ER(x (1 - h))] / 2h,  h = 0.00001",  # test_sensitivities.py
}
"""What a page defines itself, and the tests that work it out."""

OTHER_TEXTS: Final = ("docs/*.md", "*.md", "data/reference/*.toml", "data/templates/*.toml", "reports/*/*.typ")
WORKED: Final = re.compile(r"\b(?:ER|BE|PE|LE)\s*=\s*([\d,.][\d,.\sx+/]*?)\s*=\s*([\d,.]+)\s*t\b")
"""Arithmetic of an example on a page: numbers alone, and what they come to."""


def by_hand(written: str) -> str:
    """A page without what its generator writes."""
    return BLOCK.sub("", written)


def equations(text: str, form: re.Pattern[str]) -> list[str]:
    return [line for line in text.splitlines() if form.search(line)]


def docstrings(path: Path) -> Iterator[str]:
    """Every docstring of a module, those of constants too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Expr(value=ast.Constant(value=str(text))):
                yield text


@pytest.mark.parametrize("path", sorted(PAGES.glob("*.md")), ids=lambda path: path.stem)
def test_no_equation_of_a_page_is_written_by_hand(path: Path) -> None:
    assert equations(by_hand(path.read_text(encoding="utf-8")), OF_ANYTHING) == []


def test_no_docstring_repeats_the_formula_of_a_method() -> None:
    found = {
        str(path.relative_to(ROOT)): copies
        for path in sorted((ROOT / "transforms").rglob("*.py"))
        if (copies := [line for text in docstrings(path) for line in equations(text, OF_A_METHOD)])
    }
    assert found == {}


def test_no_text_of_a_method_repeats_its_formula() -> None:
    for name, entry in reference().methods.items():
        for key, value in entry.items():
            assert equations(f"{key} = {value}".partition("=")[2], OF_ANYTHING) == [], f"{name}.{key}"


def texts_beside_the_methods() -> list[Path]:
    found = {path for pattern in OTHER_TEXTS for path in ROOT.glob(pattern)}
    return sorted(found - {ROOT / "CHANGELOG.md"})  # what was true once


@pytest.mark.parametrize("path", texts_beside_the_methods(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_other_page_table_or_template_repeats_a_formula_or_a_share(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    defined = DEFINITIONS.get(str(path.relative_to(ROOT)), "")
    assert defined in text
    text = WORKED.sub("", text.replace(defined, ""))
    assert equations(text, OF_A_METHOD) + equations(text, OF_A_SHARE) == []


def comes_to(numbers: str) -> float:
    """Return a sum of products of numbers and fractions, as `3,600 x 15/30 + 3,800 x 15/31`."""
    products = ([float(Fraction(one)) for one in term.split("x")] for term in numbers.replace(",", "").split("+"))
    return sum(math.prod(product) for product in products)


def test_the_arithmetic_of_an_example_comes_out() -> None:
    """Half of June's 3,600 t and 15 of July's 31 days of 3,800 t; three months of 1,000 MWh at 0.8 t."""
    worked = [
        found for path in texts_beside_the_methods() for found in WORKED.findall(path.read_text(encoding="utf-8"))
    ]
    assert len(worked) >= 2
    for numbers, result in worked:
        assert comes_to(numbers) == pytest.approx(float(result.replace(",", "")), abs=0.005), numbers


@pytest.mark.parametrize(
    "copy",
    [
        "BE = Q / eta x EF_fuel      [tCO2]",
        "LE = 0",
        "PE = -removals",
        "ER of a month = R x days",
        "a  = H / (H + P)",
        "EF_CM = w_OM x OM + w_BM x BM",
        "BE = 0.65 t",
        "Q = heat + steam",
    ],
)
def test_an_equation_by_hand_is_found_however_it_is_spaced(copy: str) -> None:
    assert equations(f"words before\n  {copy}\n", OF_A_METHOD)


@pytest.mark.parametrize(
    "copy", ["the promise x money newly lent / total investment", "减排量 × 新投放金额 / 项目总投资"]
)
def test_a_share_by_hand_is_found_in_either_language(copy: str) -> None:
    assert equations(copy, OF_A_SHARE)


def test_a_value_that_a_project_states_is_not_an_equation() -> None:
    stated = "`machine_is_electric` = 0 refuses the project; k = 2.46, and `source = estimate`"
    assert equations(stated, OF_ANYTHING) == []


def printed(name: str, edition: str) -> dict[str, str]:
    """Every printed copy of the formula of an edition, by its place."""
    editions = method_editions(reference().methods, WORDS).filter(method=name, method_edition=edition)
    (dated,) = editions.to_dicts()
    entries = method_entries(reference().methods, dated["valid_from"] or BEFORE_ANY_REVISION, WORDS)
    row = entries.row(by_predicate=pl.col("method") == name, named=True)
    projects = pl.DataFrame({"method": [name]})
    lines = {
        f"disclosure {lang}": method_line(note, lang).formula
        for lang in get_args(Lang)
        for note in methods_of(entries, editions, projects, lang)
    }
    return {
        "page": page(PAGES / f"{name}.md", reference()),
        "core.methods": row["formula"],
        "core.methods zh": row["formula_zh"],
        "core.method_editions": dated["formula"],
        "core.method_editions zh": dated["formula_zh"],
        **lines,
    }


def change(monkeypatch: pytest.MonkeyPatch, key: tuple[str, str], term: str) -> None:
    """Make the term of an edition nine times what it was, and find every printed copy changed."""
    before = printed(*key)
    monkeypatch.setitem(EDITIONS, key, replace(EDITIONS[key], **{term: getattr(EDITIONS[key], term) * lit(9.0)}))
    after = printed(*key)
    sign = {"baseline": "BE", "project": "PE"}[term]
    for where, text in after.items():
        assert text != before[where], f"{where} has a copy of its own"
        assert re.search(rf"{sign} = [^;\n]*9", text), where


@pytest.mark.parametrize("key", [key for key in EDITIONS if key[0] in {"steam_heating", "led_lighting"}], ids=" ".join)
@pytest.mark.parametrize("term", ["baseline", "project"])
def test_a_term_that_changes_changes_every_printed_copy(
    key: tuple[str, str], term: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(monkeypatch, key, term)


@pytest.mark.parametrize("edition", [FIRST_EDITION, REVISED])
def test_a_term_of_either_edition_that_changes_changes_its_printed_copies(
    edition: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    revise(monkeypatch)
    change(monkeypatch, (METHOD, edition), "project")
