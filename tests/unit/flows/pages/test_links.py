"""What a page links or names of this repository is there: files, rooms, and what it says a module holds."""

import re
from pathlib import Path
from typing import Final

import pytest

from flows.home.settings import CHECKOUT
from flows.pages.method_pages import PAGES
from flows.reference.methods import FOLDERS

LINK: Final = re.compile(r"\]\((?!https?://|mailto:)([^)#\s]+)(?:#[^)\s]*)?\)")
NAMED: Final = re.compile(
    r"`((?:transforms|flows|schemas|reports|tests|docs|data/(?:reference|samples|templates))/[\w./-]+)`"
)
"""A path in code; what a run writes (reports/published, data/...) is not of the repository."""
MADE: Final = ("reports/published/", "reports/waiting/")
HELD: Final = re.compile(
    r"`(\w+)`(?: (?:or|and) `(\w+)`)? (?:of|in) `((?:transforms|flows|schemas|reports|tests)/[\w/]+\.py)`"
)
"""`NAME` of `module.py`."""
PROSE: Final = {folder / "page.md": PAGES for folder in FOLDERS.values()}
"""The prose of a method's page, and the folder of the page that is written from it."""


def pages() -> list[Path]:
    return [*sorted(CHECKOUT.glob("*.md")), *sorted((CHECKOUT / "docs").rglob("*.md")), *PROSE]


@pytest.mark.parametrize("path", pages(), ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_every_link_of_a_page_leads_somewhere(path: Path) -> None:
    links = LINK.findall(path.read_text(encoding="utf-8"))
    folder = PROSE.get(path, path.parent)
    assert [link for link in links if not (folder / link).exists()] == []


@pytest.mark.parametrize("path", pages(), ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_every_path_and_name_of_code_on_a_page_is_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8") if path.name != "CHANGELOG.md" else ""  # what was true once
    named = [name for name in NAMED.findall(text) if not name.startswith(MADE)]
    held = [(name, module) for *names, module in HELD.findall(text) for name in names if name]
    assert [name for name in named if not (CHECKOUT / name).exists()] == []
    assert [(name, at) for name, at in held if not re.search(rf"\b{name}\b", (CHECKOUT / at).read_text("utf-8"))] == []


def test_every_room_of_the_code_is_on_the_page_of_the_architecture() -> None:
    page = (CHECKOUT / "docs" / "architecture.md").read_text(encoding="utf-8")
    found = [folder for room in ("flows", "transforms", "schemas", "reports") for folder in (CHECKOUT / room).iterdir()]
    rooms = [folder.name for folder in found if (folder / "__init__.py").exists()]
    assert len(rooms) > 25
    assert [name for name in rooms if not re.search(rf"\b{name}\b", page)] == []


def test_a_path_and_a_name_that_are_not_there_are_found() -> None:
    text = "`facts_of` of `transforms/computation/facts.py`, `A` or `B` of `flows/gone.py`; `data/warehouse.duckdb`"
    assert NAMED.findall(text) == ["transforms/computation/facts.py", "flows/gone.py"]
    assert HELD.findall(text) == [("facts_of", "", "transforms/computation/facts.py"), ("A", "B", "flows/gone.py")]


def test_a_link_into_the_repository_is_found_and_one_that_leads_out_of_it_is_not() -> None:
    text = "[there](methods/solar.md#use), [away](https://a.b/c.md), [here](#below)"
    assert LINK.findall(text) == ["methods/solar.md"]
