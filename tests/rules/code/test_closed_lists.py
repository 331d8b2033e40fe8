"""A closed list of code words is written once, in `schemas`: whoever needs some of the words takes them from there.

A second list keeps its words when the first gains one, and no test of either sees it.
"""

import ast
import importlib
import pkgutil
import re
from collections.abc import Collection, Iterator
from typing import Final, NamedTuple

import pytest

import schemas
from schemas.columns import DESCRIPTIONS
from schemas.words.statuses import STATUSES
from tests.rules.test_architecture import CHECKOUT, ROOMS, modules

BETWEEN_WORDS: Final = re.compile(r"[\s,;|/]+")
CASES_IN_SQL: Final = re.compile(r"\bWHEN\s+'(\w+)'", re.IGNORECASE)
COMPARED_IN_SQL: Final = re.compile(r"([\w.\"]+)\s*(?:=|<>|!=)\s*'(\w+)'")
IN_SQL: Final = re.compile(r"\bIN\s*\(\s*('\w+'(?:\s*,\s*'\w+')+)\s*\)", re.IGNORECASE)
Words = tuple[str, ...]

ALLOWED: Final = {
    ("flows/published/documents/crf.py", ("facility", "portfolio")): "a level and a subject, of two columns",
    ("transforms/receipts/crf.py", ("facility", "portfolio")): "the same",
    ("transforms/uncertainty/ranges.py", ("lender", "portfolio")): "each lender's part and their sum, of one rule",
    ("transforms/uncertainty/ranges.py", ("facility_lender", "facility")): "the same under the facility's rule",
    ("transforms/outcomes/promised_expected_measured.py", ("reported", "measured")): "each by a condition of its own",
    ("flows/gates/judged.py", ("promised", "measured")): "each by a condition of its own",
    ("flows/warehouse/attributed.sql", ("measured_in_period", "promised_annual")): "each fills its own columns",
}
"""Module and words that another list has by chance, and why it is not a copy."""


class Written(NamedTuple):
    """Two or more words side by side in code: where, and which."""

    module: str
    line: int
    words: Words


def lists_in(module: str, source: str) -> Iterator[Written]:
    """The lists that name two words or more, in whatever form."""
    tree = ast.parse(source)
    chains = [node for node in ast.walk(tree) if is_chain(node)]
    nested = {id(one) for node in chains for one in ast.iter_child_nodes(node) if is_chain(one)}
    for node in ast.walk(tree):
        for words in side_by_side(node) if id(node) not in nested else ():
            if len(words) > 1:
                yield Written(module, node.lineno, words)  # type: ignore[attr-defined]
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from lists_in_sql(module, node.value, node.lineno)


def side_by_side(node: ast.AST) -> Iterator[Words]:
    """The words of a list or call, with their ranks, of the cases of a match, of `x == "a" or x == "b"`, of a text."""
    match node:
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts) | ast.Call(args=parts):
            yield texts_of(parts)
        case ast.Dict(keys=keys, values=values) if all(is_rank(one) for one in values):
            yield texts_of([key for key in keys if key])
        case ast.Match(cases=cases):
            yield texts_of([one.value for case in cases for one in ast.walk(case.pattern) if is_value(one)])  # type: ignore[attr-defined]
        case ast.Constant(value=str(text)):
            yield tuple(filter(None, BETWEEN_WORDS.split(text)))
        case _ if is_chain(node):
            compared = [one for one in ast.walk(node) if isinstance(one, ast.Compare)]
            for left in {ast.unparse(one.left) for one in compared}:
                yield texts_of([part for one in compared if ast.unparse(one.left) == left for part in one.comparators])


def is_rank(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) in {int, float}


def is_value(node: ast.AST) -> bool:
    return isinstance(node, ast.MatchValue)


def is_chain(node: ast.AST) -> bool:
    """True of conditions that are joined, of Python and of Polars."""
    return isinstance(node, ast.BoolOp) or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr | ast.BitAnd))


def texts_of(parts: Collection[ast.expr]) -> Words:
    return tuple(one.value for one in parts if isinstance(one, ast.Constant) and isinstance(one.value, str))


def lists_in_sql(module: str, text: str, line: int = 1) -> Iterator[Written]:
    """The words of IN (...), of the cases of one CASE, and those that one column is compared with."""
    for found in IN_SQL.finditer(text):
        yield Written(module, line + text[: found.start()].count("\n"), tuple(re.findall(r"'(\w+)'", found[1])))
    compared: dict[str, list[str]] = {}
    for column, word in COMPARED_IN_SQL.findall(text):
        compared.setdefault(column, []).append(word)
    for words in (*compared.values(), CASES_IN_SQL.findall(text)):
        if len(set(words)) > 1:
            yield Written(module, line, tuple(dict.fromkeys(words)))


def is_closed(value: object) -> bool:
    return isinstance(value, list | tuple) and len(value) > 1 and all(isinstance(one, str) for one in value)


def closed_lists() -> dict[str, frozenset[str]]:
    """Every list of words that a module of `schemas` names, and those that a column's contract alone has."""
    found: dict[str, frozenset[str]] = {}
    for info in pkgutil.walk_packages(schemas.__path__, "schemas."):
        held = vars(importlib.import_module(info.name))
        found |= {f"{info.name}.{name}": frozenset(value) for name, value in held.items() if is_closed(value)}
    for path in modules("schemas"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "isin" and isinstance(node.value, ast.List):
                found[f"{path.name}:{node.value.lineno}"] = frozenset(ast.literal_eval(node.value))
    return found


def copies(written: Iterator[Written], closed: Collection[frozenset[str]]) -> list[Written]:
    return [one for one in written if any(closed_list >= set(one.words) for closed_list in closed)]


def written_in_code() -> Iterator[Written]:
    for path in modules(*ROOMS):
        name = path.relative_to(CHECKOUT).as_posix()
        yield from lists_in(name, path.read_text(encoding="utf-8"))
    for path in sorted(CHECKOUT.glob("flows/**/*.sql")):
        yield from lists_in_sql(path.relative_to(CHECKOUT).as_posix(), path.read_text(encoding="utf-8"))


CLOSED: Final = closed_lists()


def test_no_list_of_code_words_is_written_a_second_time() -> None:
    found = [one for one in copies(written_in_code(), CLOSED.values()) if not one.module.startswith("schemas/")]
    assert {(one.module, one.words) for one in found} == set(ALLOWED), found


def test_no_list_of_schemas_is_written_as_part_of_another() -> None:
    """Names of columns aside: a key of two columns is not a list of code words."""
    codes = frozenset().union(*CLOSED.values()) - set(DESCRIPTIONS)
    own = [one for one in written_in_code() if one.module.startswith("schemas/") and codes >= set(one.words)]
    twice = [(one, other) for one in own for other in own if one != other and set(one.words) <= set(other.words)]
    assert twice == []


@pytest.mark.parametrize(
    "source",
    [
        'FIGURES: Final = ["measured", "reported"]',
        'rows.filter(pl.col("status").is_in(("promised", "measured")))',
        'ASKED = {"refused", "withheld_implausible"}',
        'ASKED = (*OTHERS, "refused", "under_construction")',
        'ASKED = "refused under_construction".split()',
        "GATE = \"SELECT * FROM mart WHERE status IN ('measured', 'reported')\"",
        "GATE = f\"SELECT {column} FROM mart WHERE status NOT IN ('measured','refused') AND x\"",
        "GATE = \"SELECT CASE status WHEN 'measured' THEN 1 WHEN 'reported' THEN 2 END\"",
        "GATE = \"SELECT * FROM mart WHERE a.status = 'measured' OR a.status = 'reported'\"",
        'ORDER = {"measured": 1, "reported": 2}',
        'ASKED = one_of("refused", "withheld_implausible")',
        'ASKED = "refused|withheld_implausible".split("|")',
        'asked = status == "refused" or status == "withheld_implausible"',
        'rows.filter((pl.col("status") == "refused") | (pl.col("status") == "withheld_implausible"))',
        'match status:\n    case "measured" | "reported":\n        f()',
        'match status:\n    case "measured":\n        f()\n    case "reported":\n        g()',
    ],
)
def test_a_copy_is_found_in_each_form(source: str) -> None:
    assert copies(lists_in("m.py", source), [frozenset(STATUSES)])


@pytest.mark.parametrize(
    "source",
    [
        'FIGURE = "measured"',
        'KEY = ["status", "measured"]',
        'is_open = status == "measured" and kind == "reported"',
        'NAMES = {"measured": "computed", "reported": "delivered"}',
        "GATE = \"SELECT * FROM mart WHERE status = 'measured'\"",
    ],
)
def test_one_word_other_words_and_a_name_for_each_word_are_not_copies(source: str) -> None:
    assert not copies(lists_in("m.py", source), [frozenset(STATUSES)])
