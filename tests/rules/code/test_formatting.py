"""The formatter wins: a statement is laid out by hand only where it is a table in code."""

import ast
from pathlib import Path
from typing import Final

import pytest

from tests.rules.test_architecture import ROOMS, modules

MARK: Final = "# fmt: " + "skip"
CELLS: Final = (
    ast.Constant,
    ast.Name,
    ast.Attribute,
    ast.Load,
    ast.Tuple,
    ast.List,
    ast.Set,
    ast.Dict,
    ast.UnaryOp,
    ast.USub,
    ast.Starred,
    ast.JoinedStr,
    ast.FormattedValue,
)
"""What a table's cell is made of: values and names, nothing worked out."""


def is_plain(node: ast.expr) -> bool:
    return all(isinstance(part, CELLS) for part in ast.walk(node))


LEAST_ROWS: Final = 3


def table_in(node: ast.expr) -> bool:
    """Whether the expression is rows of plain cells, or a collection made of such: three rows or more."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) == 1 and not node.keywords:
        node = node.args[0]
    if not isinstance(node, ast.Tuple | ast.List | ast.Set | ast.Dict) or not is_plain(node):
        return False
    cells = node.keys if isinstance(node, ast.Dict) else node.elts
    return len({cell.lineno for cell in cells if cell}) >= LEAST_ROWS


def tables_end(tree: ast.Module) -> set[int]:
    """The last lines of assigned tables, and of the tables of parametrized tests."""
    assigned = [node for node in ast.walk(tree) if isinstance(node, ast.Assign | ast.AnnAssign) and node.value]
    tests = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    decorators = [one for test in tests for one in test.decorator_list if isinstance(one, ast.Call)]
    lines = {node.end_lineno for node in assigned if node.value and table_in(node.value)}
    return {*lines, *(one.end_lineno for one in decorators if any(map(table_in, one.args)))} - {None}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("source", "is_table"),
    [
        ("A = [\n    1, 2,\n    3, 4,\n    5, 6,\n]", True),
        ("A = frozenset({\n    'a', 'b',\n    'c', 'd',\n    'e',\n})", True),
        ("A = {\n    'a': 1, 'b': 2,\n    'c': 3,\n}", False),
        ("A = [\n    1, 2,\n    3, 4,\n]", False),
        ("A = [\n    f(1),\n    f(2),\n    f(3),\n]", False),
    ],
)
def test_a_table_is_three_rows_of_plain_cells(source: str, is_table: bool) -> None:
    assert (source.count("\n") + 1 in tables_end(ast.parse(source))) == is_table


@pytest.mark.parametrize("room", [*ROOMS, "tests"])
def test_only_a_table_in_code_is_laid_out_by_hand(room: str) -> None:
    by_hand: list[tuple[Path, int]] = []
    for path in modules(room):
        text = path.read_text("utf-8")
        marked = {number for number, line in enumerate(text.splitlines(), 1) if line.endswith(MARK)}
        by_hand += [(path, number) for number in sorted(marked - tables_end(ast.parse(text)))]
    assert not by_hand
