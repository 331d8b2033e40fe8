"""What is installed is what was tested: libraries pinned and hashed, and of ours every file that the code opens."""

import re
import tomllib
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
ROOMS: Final = ("flows", "transforms", "schemas", "reports")
LOCKS: Final = [ROOT / "requirements.lock", ROOT / "requirements-spark.lock"]
PINNED: Final = re.compile(r"^[a-z0-9][a-z0-9._-]*(\[[a-z0-9,_-]+\])?==[^\s;]+( ; .+)? \\$")
HASH: Final = re.compile(r"^--hash=sha256:[0-9a-f]{64}( \\)?$")


def requirements() -> list[list[str]]:
    """Each requirement's lines, comments left out."""
    return [requirement for lock in LOCKS for requirement in requirements_of(lock)]


def requirements_of(lock: Path) -> list[list[str]]:
    lines = [
        line
        for line in lock.read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.strip().startswith("#")
    ]
    grouped: list[list[str]] = []
    for line in lines:
        if line.startswith(" "):
            grouped[-1].append(line.strip())
        else:
            grouped.append([line])
    return grouped


PYPROJECT: Final = ROOT / "pyproject.toml"
BUILDS: Final = frozenset({"setuptools"})
"""What builds the project needs no upper bound: it makes no figure."""


LISTS: Final = {"dependencies": r"\ndependencies = \[\n", "spark": r"\nspark = \[\n"}
"""What is installed everywhere, and what where Spark works out a night's projects: how each list begins."""


def dependencies() -> dict[str, tuple[str, str]]:
    """Each dependency's bounds and what is written beside it, by its name."""
    text = PYPROJECT.read_text(encoding="utf-8")
    listed = "\n".join(re.split(begins, text)[1].partition("\n]")[0] for begins in LISTS.values())
    lines = re.findall(r'^ +"([a-z-]+)(?:\[\w+\])?([^"]*)",\s*(?:# *(.*))?$', listed, re.MULTILINE)
    return {name: (bounds, beside) for name, bounds, beside in lines}


def test_each_dependency_is_read_from_the_lists() -> None:
    project = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]
    stated = [*project["dependencies"], *project["optional-dependencies"]["spark"]]
    assert [re.match(r"[a-z-]+", one)[0] for one in stated] == list(dependencies())  # type: ignore[index]


def test_what_both_locks_pin_they_pin_to_one_version() -> None:
    pinned = [{lines[0].split()[0] for lines in requirements_of(lock)} for lock in LOCKS]
    names = [{line.partition("==")[0] for line in lines} for lines in pinned]
    shared = names[0] & names[1]
    assert {line for line in pinned[1] if line.partition("==")[0] in shared} <= pinned[0]
    assert "pyspark" in names[1] - names[0]


def test_a_dependency_of_the_program_has_an_upper_bound() -> None:
    assert {name for name, (bounds, _) in dependencies().items() if not re.search("==|<", bounds)} == BUILDS


def test_beside_an_upper_bound_is_what_it_is_for_and_why_no_other_version() -> None:
    assert [
        name for name, (bounds, beside) in dependencies().items() if re.search("==|<", bounds) and ": " not in beside
    ] == []


def test_the_locks_name_no_address() -> None:
    assert not any("://" in lock.read_text(encoding="utf-8") for lock in LOCKS)


def test_every_requirement_is_pinned_to_one_version() -> None:
    assert [lines[0] for lines in requirements() if not PINNED.match(lines[0])] == []


def test_every_requirement_has_its_hashes() -> None:
    for first, *hashes in requirements():
        assert hashes, first
        assert all(HASH.match(line) for line in hashes), first


def files_beside_modules(room: str) -> set[str]:
    """The SQL, the style of charts, templates, texts and cases of the methods: the code opens them beside itself."""
    written = ROOT / "reports" / "published"  # a run writes its documents there
    kept = (path for path in (ROOT / room).rglob("*") if written not in path.parents)
    found = (path for path in kept if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(ROOT / room).as_posix() for path in found if path.suffix != ".py"}


def packed(room: str) -> set[str]:
    """What the patterns of the build take along."""
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    patterns = build["package-data"].get(room, [])
    return {path.relative_to(ROOT / room).as_posix() for pattern in patterns for path in (ROOT / room).glob(pattern)}


@pytest.mark.parametrize("room", ROOMS)
def test_every_file_beside_the_modules_is_packed_with_them(room: str) -> None:
    assert files_beside_modules(room) - packed(room) == set()


def test_the_macro_the_style_and_the_templates_are_among_them() -> None:
    assert packed("flows") >= {"warehouse/attributed.sql"}
    assert packed("reports") >= {"house/house.mplstyle", "house/layout.typ", "crf/template.typ"}
    assert packed("transforms") >= {
        f"methods/heat/fuel_switch/{name}" for name in ("about.toml", "cases.toml", "page.md")
    }
