"""A link of a page leads to a file of this repository."""

import re
from pathlib import Path
from typing import Final

import pytest

from flows.home.settings import CHECKOUT
from flows.pages.method_pages import PAGES
from flows.reference.methods import FOLDERS

LINK: Final = re.compile(r"\]\((?!https?://|mailto:)([^)#\s]+)(?:#[^)\s]*)?\)")
PROSE: Final = {folder / "page.md": PAGES for folder in FOLDERS.values()}
"""The prose of a method's page, and the folder of the page that is written from it."""


def pages() -> list[Path]:
    return [*sorted(CHECKOUT.glob("*.md")), *sorted((CHECKOUT / "docs").rglob("*.md")), *PROSE]


@pytest.mark.parametrize("path", pages(), ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_every_link_of_a_page_leads_somewhere(path: Path) -> None:
    links = LINK.findall(path.read_text(encoding="utf-8"))
    folder = PROSE.get(path, path.parent)
    assert [link for link in links if not (folder / link).exists()] == []


def test_a_link_into_the_repository_is_found_and_one_that_leads_out_of_it_is_not() -> None:
    text = "[there](methods/solar.md#use), [away](https://a.b/c.md), [here](#below)"
    assert LINK.findall(text) == ["methods/solar.md"]
