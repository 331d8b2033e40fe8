"""The rooms of the house: what each may touch, and how large a function may grow (who imports whom: make check)."""

import ast
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

CHECKOUT: Final = Path(__file__).resolve().parents[2]
ROOMS: Final = ("schemas", "transforms", "reports", "flows")
TOUCHES_THE_WORLD: Final = {"os", "shutil", "socket", "urllib", "subprocess", "tempfile", "random", "time"}
NO_ONES_ROOM: Final = {"utils.py", "helpers.py", "common.py", "constants.py", "base.py"}
LONGEST_BODY, MEDIAN_BODY = 40, 8
MOST_ENTRIES: Final = 14
CROWDED: Final = {
    "data/reference": "a file a table, whose paths those who keep them know by heart",
    "docs": "a page a question, listed in docs/README.md",
    "docs/adr": "a page a decision",
    "docs/methods": "a page a method",
    "transforms": "a folder a stage (docs/adr/0031-stages.md)",
    "tests/unit/transforms": "the stages again",
}
"""Folders that hold more entries than a newcomer looks through, and why they may."""


def modules(*rooms: str) -> list[Path]:
    return sorted(path for room in rooms for path in (CHECKOUT / room).rglob("*.py"))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> set[str]:
    """Dotted names of everything that the module imports, inside functions too; no import here is relative."""
    names: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def roots(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imported(path)}


def test_the_command_line_speaks_before_heavy_libraries_are_there() -> None:
    """Until its first line a person sees nothing, and an interruption is a trace."""
    heavy = "{'pandas', 'pandera', 'duckdb', 'prefect', 'polars', 'pydantic'}"
    loaded = f"import sys, flows.cli; print(*sorted({heavy} & set(sys.modules)))"
    ended = subprocess.run([sys.executable, "-c", loaded], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == ""


def test_transforms_and_schemas_touch_neither_disk_nor_clock_nor_chance() -> None:
    for path in modules("schemas", "transforms"):
        assert not roots(path) & TOUCHES_THE_WORLD, path
        calls = {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}
        assert not calls & {"now", "today", "utcnow", "open", "read_text", "write_text", "read_csv", "read_parquet"}, (
            path
        )


def test_only_one_room_speaks_duckdb() -> None:
    """Great Expectations reaches it through a process of its own; nobody else imports it."""
    speaking = {path.parent for path in modules(*ROOMS) if "duckdb" in roots(path)}
    assert speaking == {CHECKOUT / "flows" / "warehouse"}


def test_a_method_has_no_number_of_its_own_but_0_and_1() -> None:
    """Every number that was not measured is a row with a source and dates."""
    for path in [*CHECKOUT.glob("transforms/methods/*/*/*.py"), *modules("transforms/methods/shared")]:
        numbers = [
            node.value
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Constant) and type(node.value) in {int, float}
        ]
        assert set(numbers) <= {0, 1}, path


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    assert not [path for path in modules(*ROOMS, "tests") if path.name in NO_ONES_ROOM]


def crowded() -> dict[str, int]:
    """Folders of what people write, with how many entries they hold where those are not seen at a glance."""
    kept = [CHECKOUT / room for room in (*ROOMS, "tests", "docs", "data/reference")]
    made = CHECKOUT / "reports" / "published"  # a run writes its documents there
    below = [path for room in kept for path in room.rglob("*") if made not in path.parents and path != made]
    folders = [*kept, *(path for path in below if path.is_dir() and "__pycache__" not in path.parts)]
    held = {
        folder: [path for path in folder.iterdir() if not path.name.startswith((".", "__pyc"))] for folder in folders
    }
    return {str(at.relative_to(CHECKOUT)): len(paths) for at, paths in held.items() if len(paths) > MOST_ENTRIES}


def test_a_newcomer_looks_through_a_folder_at_a_glance() -> None:
    """Neither more entries than are seen at once, nor an exception that no folder needs any more."""
    assert set(crowded()) == set(CROWDED), crowded()


def rooms_with_modules() -> set[Path]:
    """Folders of modules; a method's is that of its family, which has a file of tests a method."""
    found = {path.parent.relative_to(CHECKOUT) for path in modules(*ROOMS) if path.name != "__init__.py"}
    return {room.parent if (CHECKOUT / room / "about.toml").exists() else room for room in found}


def rooms_with_tests() -> set[Path]:
    tests = CHECKOUT / "tests" / "unit"
    return {path.parent.relative_to(tests) for path in tests.rglob("test_*.py")}


def test_every_room_of_the_code_has_its_tests_at_the_same_path_and_no_test_is_elsewhere() -> None:
    """A newcomer who changes a module finds what holds it; nights, forms of whole banks and rules are beside `unit`."""
    untested = rooms_with_modules() - rooms_with_tests()
    elsewhere = rooms_with_tests() - rooms_with_modules()
    assert (untested, elsewhere) == (set(), set())


def test_data_holds_no_program() -> None:
    assert not list((CHECKOUT / "data").rglob("*.py"))


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Each function's name and the lines of its body, the docstring not counted."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            yield node.name, (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_no_function_body_is_over_40_lines() -> None:
    for path in modules(*ROOMS):
        for name, lines in functions(path):
            assert lines <= LONGEST_BODY, f"{path}: {name} has {lines} lines"


def test_the_median_function_body_is_under_8_lines() -> None:
    assert statistics.median(lines for path in modules(*ROOMS) for _, lines in functions(path)) < MEDIAN_BODY


@pytest.mark.parametrize("room", ROOMS)
def test_every_module_says_its_purpose(room: str) -> None:
    for path in modules(room):
        assert ast.get_docstring(tree(path)), path
