"""Counts of the house, to lay beside those of another state: make counts.

Whole numbers a reviewer can count again; what they were is in docs/adr/0031-stages.md.
"""

import ast
import re
import statistics
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parents[2]
ROOMS: Final = ("schemas", "transforms", "reports", "flows")
MARK: Final = "# fmt: " + "skip"
LEAST_STATEMENTS: Final = 2
"""Bodies of one statement are alike by chance."""

NAMING: Final = ("data/reference", "docs", "flows", "tests/unit", "transforms")
"""Where a method is named by whoever adds it."""

GENERATED: Final = ("docs/methods", "docs/data_dictionary.md", "docs/adr")


def counts(root: Path) -> dict[str, float]:
    """Return each count by its name."""
    code, tests = sources(root, *ROOMS), sources(root, "tests")
    return {
        "modules": len(code),
        "lines of code": sum(text.count("\n") for text in code.values()),
        "lines of tests": sum(text.count("\n") for text in tests.values()),
        "stages of transforms": len(stages(root)),
        "arrows between stages": len(arrows(code)),
        "functions written twice": len(twins(code)),
        "files to add a method (median)": statistics.median(files_of_methods(root).values()),
        f"statements laid out by hand ({MARK})": sum(text.count(f"{MARK}\n") for text in (code | tests).values()),
    }


def sources(root: Path, *rooms: str) -> dict[Path, str]:
    """Return each module's text by its path from the root."""
    paths = sorted(path for room in rooms for path in (root / room).rglob("*.py"))
    return {path.relative_to(root): path.read_text(encoding="utf-8") for path in paths}


def stages(root: Path) -> list[str]:
    """Return the folders of transforms that are stages."""
    return sorted(path.parent.name for path in (root / "transforms").glob("*/__init__.py"))


def arrows(code: dict[Path, str]) -> set[tuple[str, str]]:
    """Return which stage imports which."""
    found = {
        (path.parts[1], name.split(".")[1])
        for path, text in code.items()
        if path.parts[0] == "transforms" and len(path.parts) > 2
        for name in imported(text)
        if name.startswith("transforms.")
    }
    return {(one, other) for one, other in found if one != other}


def imported(text: str) -> Iterator[str]:
    """The modules that a module imports, inside functions too."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def twins(code: dict[Path, str]) -> dict[str, list[str]]:
    """Return the bodies of two statements or more that several functions have, and where; names of functions aside."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path, text in code.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                if len(body) >= LEAST_STATEMENTS:
                    found[ast.dump(node.args) + "".join(map(ast.dump, body))].append(
                        f"{path}:{node.lineno} {node.name}"
                    )
    return {places[0]: places for places in found.values() if len(places) > 1}


def files_of_methods(root: Path) -> dict[str, int]:
    """Return how many files written by hand name each method: its folder's, tables, pages, checks, unit tests."""
    folders = {path.parent.name: path.parent for path in (root / "transforms/methods").glob("*/*/about.toml")}
    texts = {path: words(path) for path in naming(root)}
    own = {name: sum(1 for path in folder.iterdir() if path.is_file()) for name, folder in folders.items()}
    others = Counter(
        name
        for path, held in texts.items()
        for name, folder in folders.items()
        if name in held and path.parent != folder
    )
    return {name: own[name] + others[name] for name in folders}


def naming(root: Path) -> Iterable[Path]:
    """The files in which whoever adds a method writes."""
    paths = (
        path for room in NAMING for path in (root / room).rglob("*") if path.suffix in {".py", ".toml", ".csv", ".md"}
    )
    return [path for path in paths if not path.relative_to(root).as_posix().startswith(GENERATED)]


def words(path: Path) -> set[str]:
    """Return the words of a file, and the end of its name after `test_`."""
    return {*re.findall(r"\w+", path.read_text(encoding="utf-8")), path.stem.removeprefix("test_")}


def main() -> None:
    """Print the counts, and where a function is written twice."""
    for name, count in counts(CHECKOUT).items():
        sys.stdout.write(f"{count:>7g}  {name}\n")
    for places in twins(sources(CHECKOUT, *ROOMS)).values():
        sys.stdout.write(f"written twice: {', '.join(places)}\n")


if __name__ == "__main__":
    main()
