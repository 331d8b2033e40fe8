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

IN_SQL: Final = re.compile(r"\bIN\s*\(\s*('\w+'(?:\s*,\s*'\w+')+)\s*\)", re.IGNORECASE)
Words = frozenset[str]

ALLOWED: Final = {
    ("flows/published/crf.py", ("facility", "portfolio")): "a level and a subject, of two columns",
}
"""Module and words that another list has by chance, and why it is not a copy."""


class Written(NamedTuple):
    """Two or more words side by side in code: where, and which."""

    module: str
    line: int
    words: tuple[str, ...]


def lists_in(module: str, source: str) -> Iterator[Written]:
    """The lists, tuples and sets that name two words or more, texts of words alone, and the lists of SQL in texts."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            constants = [one.value for one in node.elts if isinstance(one, ast.Constant)]
            words = tuple(one for one in constants if isinstance(one, str))
            if len(words) > 1:
                yield Written(module, node.lineno, words)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from lists_in_sql(module, node.value, node.lineno)
            if len(node.value.split()) > 1:
                yield Written(module, node.lineno, tuple(node.value.split()))


def lists_in_sql(module: str, text: str, line: int = 1) -> Iterator[Written]:
    for found in IN_SQL.finditer(text):
        yield Written(module, line + text[: found.start()].count("\n"), tuple(re.findall(r"'(\w+)'", found[1])))


def is_closed(value: object) -> bool:
    return isinstance(value, list | tuple) and len(value) > 1 and all(isinstance(one, str) for one in value)


def closed_lists() -> dict[str, Words]:
    """Every list of words that a module of `schemas` names, and those that a column's contract alone has."""
    found = {}
    for info in pkgutil.walk_packages(schemas.__path__, "schemas."):
        held = vars(importlib.import_module(info.name))
        found |= {f"{info.name}.{name}": frozenset(value) for name, value in held.items() if is_closed(value)}
    for path in modules("schemas"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "isin" and isinstance(node.value, ast.List):
                found[f"{path.name}:{node.value.lineno}"] = frozenset(ast.literal_eval(node.value))
    return found


def copies(written: Iterator[Written], closed: Collection[Words]) -> list[Written]:
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
    ],
)
def test_a_copy_is_found_in_each_form(source: str) -> None:
    assert copies(lists_in("m.py", source), [frozenset(STATUSES)])


@pytest.mark.parametrize(
    "source",
    [
        'FIGURE = "measured"',
        'KEY = ["status", "measured"]',
        'NAMES = {"measured": "computed", "reported": "delivered"}',
        "GATE = \"SELECT * FROM mart WHERE status = 'measured'\"",
    ],
)
def test_one_word_other_words_and_a_name_for_each_word_are_not_copies(source: str) -> None:
    assert not copies(lists_in("m.py", source), [frozenset(STATUSES)])
