"""What an installed copy has beside its modules: every file of the four rooms, also those that no import names."""

import tomllib
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
ROOMS: Final = ("flows", "transforms", "schemas", "reports")


def files_beside_modules(room: str) -> set[str]:
    """The SQL, the style of charts, templates, texts and cases of the methods: the code opens them beside itself."""
    found = (path for path in (ROOT / room).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
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
    assert packed("reports") >= {"house.mplstyle", "crf/template.typ"}
    assert packed("transforms") >= {
        f"methods/heat/fuel_switch/{name}" for name in ("about.toml", "cases.toml", "page.md")
    }
