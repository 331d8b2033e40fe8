"""Slips of people who edit the reference tables by hand."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeAlias

from flows.home.settings import REFERENCE
from flows.reference.checks.faults import FILES, Written, faults_of, written

Edit: TypeAlias = Callable[[Path], None]
"""What is done to a folder of tables."""


def edited(old: str, new: str, name: str = "parameters.csv") -> Edit:
    def edit(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text, old
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


def without(start: str, name: str = "parameters.csv") -> Edit:
    """Take away the rows that start so."""

    def edit(folder: Path) -> None:
        lines = (folder / name).read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not line.startswith(start)]
        assert len(kept) < len(lines), start
        (folder / name).write_text("".join(kept), encoding="utf-8")

    return edit


def with_column(path: Path, column: str) -> None:
    """Add an empty column at the end of a table."""
    first, *rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([f"{first},{column}", *(f"{row}," for row in rows), ""]), encoding="utf-8")


def faults_in(folder: Path) -> list[str]:
    """Return what reference_faults does; a file that nobody edited was read once for all tests."""
    return faults_of({name: _read(folder / name) for name in FILES})


def _read(path: Path) -> Written:
    content, as_it_is = _as_it_is(path.name)
    return as_it_is if path.exists() and path.read_bytes() == content else written(path)


@cache
def _as_it_is(name: str) -> tuple[bytes, Written]:
    return (REFERENCE / name).read_bytes(), written(REFERENCE / name)
