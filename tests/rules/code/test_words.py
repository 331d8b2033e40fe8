"""The words that we do not write are not written over a line end or in bold either, which codespell does not read."""

import re
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

import pytest

from tests.rules.test_architecture import CHECKOUT

SETTINGS: Final = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["tool"]["codespell"]
WORD: Final = re.compile(SETTINGS["regex"])
PHRASES: Final = {
    line.partition("->")[0] for line in (CHECKOUT / SETTINGS["dictionary"]).read_text("utf-8").splitlines()
}
READ: Final = re.findall(r"/codespell (.+)", (CHECKOUT / "Makefile").read_text("utf-8"))
ENDINGS: Final = {".py", ".md", ".toml", ".sql", ".typ", ".csv", ".yaml", ""}
BETWEEN_TEXTS: Final = re.compile(r"[\"']\s*\n\s*[rf]?[\"']")
"""One text in two lines of code."""
LINE_END: Final = re.compile(r"[ \t]*\n[ \t]*(?:(?:#|//|--|>)[ \t]*)?(?=\S)")


def unwritten(text: str) -> list[str]:
    """The phrases of the list in a text, as if it was one line and nothing of it bold."""
    line = LINE_END.sub(" ", BETWEEN_TEXTS.sub("", text)).replace("**", "")
    return [found for found in WORD.findall(line) if found.lower() in PHRASES]


def read_by_codespell() -> Iterator[Path]:
    """The files that `make check` gives to codespell."""
    skipped = SETTINGS["skip"].split(",")
    for name in " ".join(READ).split():
        given = CHECKOUT / name
        for path in sorted(given.rglob("*")) if given.is_dir() else [given]:
            at = path.relative_to(CHECKOUT).as_posix()
            is_skipped = any(fnmatch(at, one) or at.startswith(f"{one}/") for one in skipped)
            if path.is_file() and path.suffix in ENDINGS and not is_skipped:
                yield path


def test_no_phrase_that_we_do_not_write_is_written_over_a_line_end() -> None:
    paths = list(read_by_codespell())
    assert len(paths) > 800
    found = {path.relative_to(CHECKOUT).as_posix(): unwritten(path.read_text("utf-8")) for path in paths}
    assert {path: words for path, words in found.items() if words} == {}


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("a quarter is\nno year", True),
        ("    # a quarter is\n    # no year", True),
        ('"a quarter is "\n    f"no year"', True),
        ("-- what goes\n-- before", True),
        ("* a quarter is\n  no year", True),
        ("it is \N{ASTERISK}*no bank's**", True),
        ("there is\nno year", False),
        ("it is no\nlonger there", False),
        ("it is\n\nno year", False),
    ],
)
def test_a_phrase_is_found_over_the_end_of_a_line_of_prose_comment_or_text(text: str, is_found: bool) -> None:
    assert bool(unwritten(text)) == is_found
