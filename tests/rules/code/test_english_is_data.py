"""A sentence for a reader is data in both languages: code names it and gives the facts, and puts no English together.

What refuses a sender's row is English where the cell is read (docs/adr/0037); what an error says is for its reader, and
what operators and analysts read in English alone has its rooms.
"""

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from schemas import errors
from schemas.columns import DESCRIPTIONS
from tests.rules.code.test_closed_lists import CLOSED
from tests.rules.test_architecture import CHECKOUT, ROOMS, modules

ENGLISH: Final = re.compile(r"[A-Za-z][a-z]+ [a-z]{2,}|[}\]][:,]? (?!mu\b|tce\b)[a-z]{2,}|^[:,]? ?[a-z]{2,} $")
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
    (
        "transforms/activity/applicability.py",
        "held",
    ): "a code word: a condition that is met, of which nothing is flagged",
    ("transforms/judging/companions.py", "year"): "a code word: what a check looks at",
    (
        "transforms/judging/findings.py",
        "implausible",
    ): "a code word: a level of bounds.csv, by the names of its columns",
    ("transforms/judging/findings.py", "questionable"): "the same",
    ("transforms/judging/levels.py", "boiler"): "a code word: what a check looks at",
    ("transforms/judging/series.py", "process"): "the same",
    ("transforms/judging/series.py", "season"): "the same",
    ("transforms/outcomes/credits.py", "certificate"): "a code word: a kind of delivered row",
    ("transforms/outcomes/credits.py", "credit"): "the same",
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
    ("flows/published/kinds/crf.py", "quarters "): "in an error",
    ("flows/published/kinds/crf.py", " (* is the whole book)"): "in an error",
    ("flows/published/kinds/kinds.py", "Callable[[Published], str | None]"): "a type",
    ("reports/charts/figures.py", "lower left"): "a word of matplotlib",
    ("reports/charts/figures.py", "lower right"): "a word of matplotlib",
    ("reports/render.py", "unknown font family"): "a warning of typst that is looked for",
}
"""Module and text: why it may be, or the sentence that has it in both languages."""


WORD: Final = re.compile(r"[A-Za-z][a-z]+")
"""A word as people read it; a code of several parts has underscores."""

SQL: Final = re.compile(r"\b(?:SELECT|FROM|WHERE) ")
FOR_OPERATORS: Final = {"say", *vars(errors)}
"""Who prints progress, and the errors, which may be made in one place and raised in another."""


PLACE: Final = "{}"
"""What code puts into a text."""


def is_for_operators(node: ast.AST) -> bool:
    is_named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FOR_OPERATORS
    return is_named or isinstance(node, ast.Raise)


def english_in(source: str) -> Iterator[str]:
    """English that code holds; docstrings, what is below a constant, errors, progress and SQL are none of it."""
    tree = ast.parse(source)
    aside = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    aside |= {id(part) for node in ast.walk(tree) if is_for_operators(node) for part in ast.walk(node)}
    for node in (one for one in ast.walk(tree) if id(one) not in aside):
        text = put_together(node)
        if ENGLISH.search(text) and not SQL.search(text):
            aside |= {id(part) for part in ast.walk(node)}
            yield text
        yield from (word for word in filled_in(node) if WORD.fullmatch(word) and word not in CODE_WORDS)


def put_together(node: ast.AST) -> str:
    """The text of a string, and of strings that are added or joined; a place for what is put in."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.BinOp(left=left, op=ast.Add(), right=right) if is_text(left) or is_text(right):
            return put_together(left) + put_together(right)
        case ast.Call(
            func=ast.Attribute(value=ast.Constant(value=str(glue)), attr="join"),
            args=[ast.List() | ast.Tuple() as parts],
        ):
            return glue.join(put_together(part) for part in parts.elts)
        case ast.expr():
            return PLACE
        case _:
            return ""


def is_text(node: ast.expr) -> bool:
    """True of strings, and of what has one to which something is added."""
    return (isinstance(node, ast.Constant) and isinstance(node.value, str)) or (
        isinstance(node, ast.BinOp) and (is_text(node.left) or is_text(node.right))
    )


def filled_in(node: ast.AST) -> Iterator[str]:
    """The texts that a column is filled with."""
    match node:
        case ast.Call(func=ast.Name(id="lit") | ast.Attribute(attr="lit" | "fill_null"), args=[one, *_]):
            yield from texts_of([one])
        case ast.Call(func=ast.Attribute(attr="replace" | "replace_strict"), args=[ast.Dict(values=values), *_]):
            yield from texts_of(values)


def texts_of(nodes: Sequence[ast.expr]) -> list[str]:
    return [one.value for one in nodes if isinstance(one, ast.Constant) and isinstance(one.value, str)]


def named_in(table: Mapping[str, Any]) -> Iterator[str]:
    """Keys of a table, and values that are not what it says in a language."""
    for key, value in table.items():
        yield key
        if isinstance(value, dict):
            yield from named_in(value)
        elif isinstance(value, str) and key not in LANGUAGES:
            yield value


LANGUAGES: Final = {"en", "zh"}
OF_SENDERS: Final = {"headers.toml", "units.toml"}
TABLES: Final = [
    path
    for path in (*CHECKOUT.glob("data/reference/*.toml"), *CHECKOUT.glob("reports/**/*.toml"))
    if path.name not in OF_SENDERS
]
CODE_WORDS: Final = frozenset(
    [name for path in TABLES for name in named_in(tomllib.loads(path.read_text(encoding="utf-8")))]
).union(DESCRIPTIONS, *CLOSED.values())
"""Codes that have a meaning or a name in both languages: of closed lists, columns and reference tables."""


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
        ('status = pl.lit("revoked")', True),
        ('status = pl.when("is_open").then(pl.lit("Open"))', True),
        ('status = pl.col("status").fill_null("unknown")', True),
        ('status = pl.col("status").replace_strict({"refused": "turned"})', True),
        ('status = pl.lit("refused")', False),
        ('status = pl.lit("not_stated")', False),
        ('title = "No" + " figure"', True),
        ('title = "Total" + name + "of loans"', True),
        ('title = " ".join(["No", "figure"])', True),
        ('title = " ".join(["No", name])', False),
        ('path = "mart" + "." + name', False),
        ('gate = "SELECT status FROM mart.figures WHERE period is null"', False),
    ],
)
def test_the_rule_finds_sentences_and_no_units_names_or_errors(source: str, is_found: bool) -> None:
    assert bool(list(english_in(source))) == is_found
