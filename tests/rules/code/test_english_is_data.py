"""A sentence for a reader is data in both languages: code names it and gives the facts, and puts no English together.

What refuses a sender's row is English where the cell is read (docs/adr/0037); what an error says is for its reader, and
what operators and analysts read in English alone has its rooms.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from schemas import errors
from tests.rules.test_architecture import CHECKOUT, ROOMS, modules

ENGLISH: Final = re.compile(r"[a-z]{2,} [a-z]{2,}|[}\]][:,]? (?!mu\b|tce\b)[a-z]{2,}|^[:,]? ?[a-z]{2,} $")
"""Two words side by side, a word behind a place that is not a unit, or one to be put before or behind another text."""

READERS: Final = ("transforms/deliveries/", "transforms/ground/refusals.py", "transforms/ground/units.py")
OF_LANGUAGES: Final = ("transforms/methods/engine/render.py", "transforms/methods/engine/method.py")
"""Printers of SQL and Python, and docstrings that are made."""

OF_OPERATORS: Final = {
    "flows/cli.py": "help of the command line",
    "flows/forms/": "why a file is refused; its Chinese sentence is a file_... of sentences.toml",
    "flows/landing/": "the same, and faults of the landing",
    "flows/home/": "faults of settings and folders",
    "flows/reference/": "faults of tables, for who edits them; names of rows that the program asks for",
    "flows/running/": "progress, and what a night goes on without: the record of a run",
    "flows/gates/predecessor.py": "the same",
    "flows/warehouse/": "faults of a file; what the macros are, as analysts read it in the catalog",
    "flows/published/evidence/verify.py": "a program of its own in a pack, whose last line a contract words",
    "flows/published/evidence/crate.py": "metadata for machines, in the English of RO-Crate",
    "flows/pages/": "pages of the documentation, which is in English",
    "schemas/columns.py": "the data dictionary, a page of the documentation",
    "schemas/contract.py": "units in the data dictionary",
    "schemas/deliveries.py": "rules of rows; their Chinese sentences are in refusals.toml",
    "schemas/registers/delivered.py": "the same",
    "schemas/errors.py": "how an error is laid out",
}
"""Module or room whose readers read English alone, and who they are."""

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
    ("transforms/receipts/factors.py", "derived from "): "locator_derived",
    ("transforms/receipts/ranges.py", "reported figure"): "a code word: where an input is from",
    ("flows/published/receipts/numbers.py", " codes in mart.receipts, none like it"): "in an error",
    ("flows/published/evidence/graph.py", "return "): "Python",
    (
        "flows/published/evidence/graph.py",
        '"""The formulas of the steps, printed from those that computed the figures; what is unknown is None."""\n',
    ): "Python",
    ("transforms/projects/outputs.py", "one lamp"): "in the English reason of a refused row",
    ("transforms/projects/outputs.py", "check the unit"): "in the English reason of a refused row",
    ("transforms/uncertainty/sensitivities.py", "reported figure"): "a code word: where an input is from",
    ("flows/gates/judged.py", ": expected "): "in an error, of sentences that gates.toml has in both languages",
    (
        "flows/published/answers/figures.py",
        "profile ",
    ): "the heading of the table: names of options",
    ("flows/published/answers/figures.py", "basis "): "the same",
    ("flows/published/answers/figures.py", " to "): "the same",
    ("flows/published/answers/figures.py", ", coverage "): "the same",
    ("flows/published/answers/figures.py", " of the balance"): "the same",
    ("flows/published/answers/figures.py", "no loan had a balance in the period"): "the same, where it has no row",
    ("flows/published/documents/crf.py", "quarters "): "in an error",
    ("flows/published/documents/crf.py", " (* is the whole book)"): "in an error",
    ("flows/published/documents/kinds.py", "Callable[[Published], str | None]"): "a type",
    ("reports/figures.py", "axes fraction"): "a word of matplotlib",
    ("reports/figures.py", "offset points"): "a word of matplotlib",
    ("reports/render.py", "unknown font family"): "a warning of typst that is looked for",
}
"""Module and text: why it may be, or the sentence that has it in both languages."""


SQL: Final = re.compile(r"\b(?:SELECT|FROM|WHERE) ")
FOR_OPERATORS: Final = {"say", *vars(errors)}
"""Who prints progress, and the errors, which may be made in one place and raised in another."""


def is_for_operators(node: ast.AST) -> bool:
    is_named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FOR_OPERATORS
    return is_named or isinstance(node, ast.Raise)


def english_in(source: str) -> Iterator[str]:
    """English that code holds; docstrings, what is below a constant, errors, progress and SQL are none of it."""
    tree = ast.parse(source)
    aside = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    aside |= {id(part) for node in ast.walk(tree) if is_for_operators(node) for part in ast.walk(node)}
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in aside
        if is_text and ENGLISH.search(node.value) and not SQL.search(node.value):
            yield node.value


def held() -> set[tuple[str, str]]:
    paths = {path.relative_to(CHECKOUT).as_posix(): path for path in modules(*ROOMS)}
    own = {name: path for name, path in paths.items() if not name.startswith((*READERS, *OF_LANGUAGES))}
    return {(name, text) for name, path in own.items() for text in english_in(Path(path).read_text(encoding="utf-8"))}


HELD: Final = held()


def test_no_code_puts_english_together() -> None:
    assert {one for one in HELD if not one[0].startswith(tuple(OF_OPERATORS))} == set(ALLOWED)


def test_each_room_of_operators_has_english() -> None:
    assert {room for room in OF_OPERATORS for name, _ in HELD if name.startswith(room)} == set(OF_OPERATORS)


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
        ('say(f"landed {count} new files")', False),
        ('failure = EnvironmentFailure("the disk is full", where="here")', False),
        ('needs.append(f"{path} was passed over: {reason}")', True),
        ('gate = "SELECT status FROM mart.figures WHERE period is null"', False),
    ],
)
def test_the_rule_finds_sentences_and_no_units_names_or_errors(source: str, is_found: bool) -> None:
    assert bool(list(english_in(source))) == is_found
