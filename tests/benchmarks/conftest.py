"""The smallest book that has every kind of project, and what the program makes of it."""

import datetime as dt
import shutil
from pathlib import Path
from typing import Final

import pytest

from flows.home.settings import Home
from flows.running.pipeline import land_deliveries, read_book
from tests.benchmarks.generate import BANKS, REGISTER, write_book
from tests.makers import reference
from transforms.deliveries.book.book import Book

SCALE: Final = 0.003
KNOWN_AT: Final = dt.datetime(2026, 2, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="session")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty projects with three hundred loans."""
    folder = tmp_path_factory.mktemp("made_up")
    write_book(folder, SCALE)
    return folder


@pytest.fixture(scope="session")
def read(made_up: Path, tmp_path_factory: pytest.TempPathFactory) -> Book:
    """The book as the program reads it; every other sender delivers Parquet."""
    root = tmp_path_factory.mktemp("home")
    inbox = root / "inbox"
    for number, sender in enumerate((REGISTER, *BANKS)):
        shutil.copytree(made_up / ("parquet" if number % 2 else "csv") / sender, inbox / sender)
    home = Home(root, inbox)
    land_deliveries(home, KNOWN_AT)
    return read_book(home, reference(), KNOWN_AT)
