"""A sentence for a reader is data in both languages: code names it and gives the facts, and puts no English together.

What refuses a sender's row is English where the cell is read (docs/adr/0037); what an error says is for its reader.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.rules.test_architecture import CHECKOUT, modules

ENGLISH: Final = re.compile(r"[a-z]{2,} [a-z]{2,}|[}\]][:,]? (?!mu\b|tce\b)[a-z]{2,}|^[:,]? ?[a-z]{2,} $")
"""Two words side by side, a word behind a place that is not a unit, or one to be put before or behind another text."""

READERS: Final = ("transforms/deliveries/", "transforms/ground/refusals.py", "transforms/ground/units.py")
OF_LANGUAGES: Final = ("transforms/methods/engine/render.py", "transforms/methods/engine/method.py")
"""Printers of SQL and Python, and docstrings that are made."""

ALLOWED: Final = {
    ("transforms/activity/completeness.py", " or "): "the name of a group of readings, a key; one_of in sentences.toml",
    ("transforms/flags/missing_readings.py", " or "): "the same",
    ("transforms/flags/missing_readings.py", "every "): "the name of all readings of a kind, a key; every_...",
    ("transforms/answers/state.py", " by "): "measure_reductions",
    ("transforms/answers/figures.py", "basis disbursed"): "what a note is about, as an option of the command line",
    ("transforms/answers/figures.py", "profile "): "what a note is about, as an option of the command line",
    ("transforms/answers/state.py", "rows of "): "the name of a sum, a key; measure_rows in sentences.toml",
    ("transforms/answers/state.py", "balance at the end of "): "measure_balance",
    ("transforms/answers/state.py", "attributed reductions of "): "measure_reductions",
    ("transforms/factors/derived_parameters.py", "derived from "): "locator_derived",
    ("transforms/projects/outputs.py", "one lamp"): "in the English reason of a refused row",
    ("transforms/projects/outputs.py", "check the unit"): "in the English reason of a refused row",
    ("transforms/uncertainty/sensitivities.py", "reported figure"): "a code word: where an input is from",
}
"""Module and text: why it may be, or the sentence that has it in both languages."""


def english_in(source: str) -> Iterator[str]:
    """English that code holds; docstrings, what is written below a constant and what is raised are none of it."""
    tree = ast.parse(source)
    aside = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    aside |= {id(part) for node in ast.walk(tree) if isinstance(node, ast.Raise) for part in ast.walk(node)}
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in aside
        if is_text and ENGLISH.search(node.value):
            yield node.value


def held() -> set[tuple[str, str]]:
    paths = {path.relative_to(CHECKOUT).as_posix(): path for path in modules("transforms")}
    own = {name: path for name, path in paths.items() if not name.startswith((*READERS, *OF_LANGUAGES))}
    return {(name, text) for name, path in own.items() for text in english_in(Path(path).read_text(encoding="utf-8"))}


def test_no_code_puts_english_together() -> None:
    assert held() == set(ALLOWED)


@pytest.mark.parametrize(
    ("source", "is_found"),
    [
        ('figure = pl.lit("total investment")', True),
        ('name = pl.format("{}: the project\'s own annual figure", "project_id")', True),
        ('name = pl.format("{} [{}] from {}", "parameter_id", "scope", "valid_from")', True),
        ('locator = "derived from " + pl.col("locator")', True),
        ('measure = f"rows of {name}"', True),
        ('numbers = pl.format("{} MWh / {} MW", "value", "capacity")', False),
        ('column = "month_start_date"', False),
        ('"""What is written beside it."""', False),
        ('raise ValueError(f"there is no profile {name}")', False),
    ],
)
def test_the_rule_finds_sentences_and_no_units_names_or_errors(source: str, is_found: bool) -> None:
    assert bool(list(english_in(source))) == is_found
