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
SIDE_BY_SIDE_IN_SQL: Final = re.compile(r"'\w+'(?:(?:\s*,\s*\d+)?\s*\)?\s*,\s*\(?\s*'\w+')+")
"""`IN ('a', 'b')`, `VALUES ('a', 1), ('b', 2)`, `['a', 'b']`."""

BEGINNING_IN_SQL: Final = re.compile(r"\b(?:LIKE\s+|starts_with\([^,]*,\s*)'(\w+)%?'", re.IGNORECASE)
ANY_END: Final = "\0"
"""Behind a word that is the beginning of several."""

LEAST_CASES: Final = 3
"""From three results on the order counts; two are one condition."""

BEGINNINGS: Final = frozenset({"starts_with", "startswith"})
COLLECTIONS: Final = (ast.Set, ast.List, ast.Tuple)
EQUALS: Final = frozenset({"eq", "ne", "eq_missing", "ne_missing"})
Words = tuple[str, ...]

ALLOWED: Final = {
    ("flows/published/kinds/crf.py", ("facility", "portfolio")): "a level and a subject, of two columns",
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
    nested = {id(one) for node in chains for one in links_of(node)}
    for node in ast.walk(tree):
        for words in side_by_side(node) if id(node) not in nested else ():
            if len(set(words)) > 1 or any(word.endswith(ANY_END) for word in words):
                yield Written(module, node.lineno, words)  # type: ignore[attr-defined]
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from lists_in_sql(module, node.value, node.lineno)


def side_by_side(node: ast.AST) -> Iterator[Words]:
    """The words of a list or call, with their ranks, of cases one after another or joined, of a text."""
    match node:
        case ast.Call(func=ast.Attribute(attr=name), args=[ast.Constant(value=str(word))]) if name in BEGINNINGS:
            yield (word + ANY_END,)
        case ast.FunctionDef(body=body):
            yield from by_column([one.test for one in body if isinstance(one, ast.If)])
        case _ if is_chain(node):
            links = [node, *links_of(node)]
            conditions = [one for link in links for one in conditions_of(link)]
            yield from by_column(conditions)
            yield texts_of([word for one in conditions if isinstance(one, COLLECTIONS) for word in one.elts])
            results = tuple(dict.fromkeys(word for link in reversed(links) for word in result_of(link)))
            yield results if len(results) >= LEAST_CASES else ()
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts) | ast.Call(args=parts):
            yield texts_of(parts)
        case ast.Dict(keys=keys, values=values) if all(is_rank(one) for one in values):
            yield texts_of([key for key in keys if key])
        case ast.Match(cases=cases):
            yield texts_of([one.value for case in cases for one in ast.walk(case.pattern) if is_value(one)])  # type: ignore[attr-defined]
        case ast.Constant(value=str(text)):
            yield tuple(filter(None, BETWEEN_WORDS.split(text)))


def is_chain(node: ast.AST) -> bool:
    """True of conditions that are joined or follow one another, of Python and of Polars, and of lists added up."""
    match node:
        case ast.BoolOp() | ast.BinOp(op=ast.BitOr() | ast.BitAnd() | ast.Add()) | ast.If() | ast.IfExp():
            return True
        case ast.Call(func=ast.Attribute(attr="when" | "then" | "otherwise")):
            return True
        case _:
            return False


def links_of(node: ast.AST) -> list[ast.AST]:
    """What a chain goes on with, to its end."""
    match node:
        case ast.If(orelse=[ast.If() as following]) | ast.IfExp(orelse=ast.IfExp() as following):
            return [following, *links_of(following)]
        case ast.Call(func=ast.Attribute(value=before)) if is_chain(before):
            return [before, *links_of(before)]
        case ast.BoolOp() | ast.BinOp():
            return [link for one in ast.iter_child_nodes(node) if is_chain(one) for link in (one, *links_of(one))]
        case _:
            return []


def conditions_of(link: ast.AST) -> list[ast.AST]:
    match link:
        case ast.If(test=condition) | ast.IfExp(test=condition):
            return [condition]
        case ast.Call(func=ast.Attribute(attr="when"), args=conditions):
            return [*conditions]
        case ast.BoolOp() | ast.BinOp():
            return [one for one in ast.iter_child_nodes(link) if not is_chain(one)]
        case _:
            return []


def result_of(link: ast.AST) -> Words:
    """The word that a case of Polars comes to."""
    match link:
        case ast.Call(func=ast.Attribute(attr="then" | "otherwise"), args=[ast.Call(args=words)]):
            return texts_of(words)
        case _:
            return ()


def by_column(conditions: Collection[ast.AST]) -> Iterator[Words]:
    """The words that each column or value is compared with."""
    compared: dict[str, list[ast.expr]] = {}
    for one in (part for condition in conditions for part in ast.walk(condition)):
        match one:
            case ast.Compare(left=left, comparators=words):
                compared.setdefault(ast.unparse(left), []).extend(words)
            case ast.Call(func=ast.Attribute(value=left, attr=name), args=words) if name in EQUALS:
                compared.setdefault(ast.unparse(left), []).extend(words)
    yield from (tuple(dict.fromkeys(texts_of(words))) for words in compared.values())


def is_rank(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) in {int, float}


def is_value(node: ast.AST) -> bool:
    return isinstance(node, ast.MatchValue)


def texts_of(parts: Collection[ast.expr]) -> Words:
    return tuple(one.value for one in parts if isinstance(one, ast.Constant) and isinstance(one.value, str))


def lists_in_sql(module: str, text: str, line: int = 1) -> Iterator[Written]:
    """Words side by side, of the cases of one CASE, those that one column is compared with, and beginnings."""
    for found in SIDE_BY_SIDE_IN_SQL.finditer(text):
        yield Written(module, line + text[: found.start()].count("\n"), tuple(re.findall(r"'(\w+)'", found[0])))
    for beginning in BEGINNING_IN_SQL.findall(text):
        yield Written(module, line, (beginning + ANY_END,))
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
    return [one for one in written if any(names_words(one.words, closed_list) for closed_list in closed)]


def names_words(words: Words, closed: frozenset[str]) -> bool:
    """True of words of the list, and of a beginning that several of them have."""
    beginning = words[0].removesuffix(ANY_END)
    if beginning != words[0]:
        return bool(beginning) and sum(one.startswith(beginning) for one in closed) > 1
    return closed >= set(words)


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
        'ASKED = ["refused"] + ["withheld_implausible"]',
        'ASKED = {"refused"} | {"withheld_implausible"}',
        'match status:\n    case "measured" | "reported":\n        f()',
        'if status == "refused":\n    f()\nelif status == "withheld_implausible":\n    g()',
        'x = 1 if status == "refused" else 2 if status == "withheld_implausible" else 3',
        'def f(status):\n    if status == "refused":\n        return 1\n    if status == "measured":\n        return 2',
        'rows.filter(pl.col("status").eq("refused") | pl.col("status").eq("withheld_implausible"))',
        'pl.when(pl.col("status") == "measured").then(1).when(pl.col("status") == "reported").then(2).otherwise(3)',
        'pl.when("a").then(pl.lit("refused")).when("b").then(pl.lit("measured")).otherwise(pl.lit("reported"))',
        'rows.filter(pl.col("status").str.starts_with("blocked_"))',
        'status.startswith("blocked")',
        "GATE = \"SELECT * FROM mart WHERE status LIKE 'blocked%'\"",
        "GATE = \"SELECT * FROM mart WHERE starts_with(status, 'blocked')\"",
        "GATE = \"SELECT * FROM (VALUES ('measured'), ('reported'))\"",
        "GATE = \"SELECT * FROM (VALUES ('measured', 1), ('reported', 2)) AS t\"",
        "GATE = \"SELECT list_contains(['measured', 'reported'], status)\"",
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
        'x = 1 if status == "refused" else 2 if kind == "measured" else 3',
        'pl.when(pl.col("status") == "measured").then(1).when(pl.col("kind") == "reported").then(2)',
        'rows.filter(pl.col("status").str.starts_with("refused"))',
        'pl.when("a").then(pl.lit("refused")).otherwise(pl.lit("measured"))',
    ],
)
def test_one_word_other_words_and_a_name_for_each_word_are_not_copies(source: str) -> None:
    assert not copies(lists_in("m.py", source), [frozenset(STATUSES)])
