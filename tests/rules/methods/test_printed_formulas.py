"""A formula has one address: whatever is printed of it is printed from the expression that runs."""

import ast
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final, get_args

import polars as pl
import pytest
from polars import lit

from flows.pages.method_pages import BLOCK, PAGES, page
from flows.published.kinds.selected import methods_of
from reports.house.lines import method_line
from tests.makers import reference
from tests.rules.methods.by_hand.formula_scan import SIGNS
from tests.rules.methods.by_hand.printed_texts import ROOT, shown_files
from tests.rules.methods.editions import METHOD, REVISED, revise
from tests.rules.methods.figures.worked_numbers import worked_in
from transforms.methods.catalog import EDITIONS
from transforms.methods.engine.method import FIRST_EDITION
from transforms.methods.engine.render import Lang
from transforms.methods.printed import method_editions, method_entries

WORDS: Final = reference().sentences
BEFORE_ANY_REVISION: Final = dt.date(1900, 1, 1)
OPERATION: Final = r"[^|;=]*?(?:\s[x×*+/−-]\s|[Σ√]|\b(?:sum of|min\(|max\())"
OF_A_METHOD: Final = re.compile(rf"(?:(?<!\w)(?:{'|'.join(SIGNS)})\s*={OPERATION}|\b(?:ER|BE|PE|LE)\b[^=|;]{{0,30}}?=)")
"""In a docstring, which nobody prints: a line that repeats what a method's formula has. What is printed is scanned by
test_hand_written_formulas.py."""


def equations(text: str, form: re.Pattern[str]) -> list[str]:
    return [line for line in text.splitlines() if form.search(line)]


def docstrings(path: Path) -> Iterator[str]:
    """Every docstring of a module, those of constants too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Expr(value=ast.Constant(value=str(text))):
                yield text


def test_no_docstring_repeats_the_formula_of_a_method() -> None:
    found = {
        str(path.relative_to(ROOT)): copies
        for path in sorted((ROOT / "transforms").rglob("*.py"))
        if (copies := [line for text in docstrings(path) for line in equations(text, OF_A_METHOD)])
    }
    assert found == {}


def test_the_arithmetic_of_an_example_comes_out() -> None:
    """Half of June's 3,600 t and 15 of July's 31 days of 3,800 t; three months of 1,000 MWh at 0.8 t."""
    pages = {path: path.read_text(encoding="utf-8") for path in shown_files() if path.suffix == ".md"}
    worked = [(path, one) for path, text in pages.items() for one in worked_in(BLOCK.sub("", text))]
    assert len(worked) >= 20
    assert [f"{path.name}: {' = '.join(one)}" for path, one in worked if not one.comes_out()] == []


@pytest.mark.parametrize(
    "written", ["3,600 x 15/30 + 3,800 x 15/31 = 3,638.72 t", "1,000 MWh x 0.3 tce/MWh = **301** tce"]
)
def test_arithmetic_that_does_not_come_out_is_found(written: str) -> None:
    assert [one.comes_out() for one in worked_in(written)] == [False]


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
