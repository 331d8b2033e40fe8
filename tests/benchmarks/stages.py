"""A night's computation stage by stage, for what times the stages and what counts their work."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Protocol

from flows.home.settings import Home
from flows.reference.tables import read_reference, reading_names
from flows.running.pipeline import land_deliveries, read_book
from schemas.contract import DataFrame
from schemas.runs import Flag
from transforms.answers.figures import BookFlags, figures
from transforms.computation.compute import GROUPS, flags_of, looked_at, sums_of
from transforms.computation.facts import facts_of
from transforms.computation.prepared import Prepared, prepare
from transforms.computation.whole import compute_whole
from transforms.deliveries.book.book import Book
from transforms.ground.calendar import beijing_date

KNOWN_AT: Final = dt.datetime(2026, 2, 1, tzinfo=dt.UTC)


class Around(Protocol):
    """Runs a stage, and takes note of it."""

    def __call__(self, name: str, stage: Callable[..., Any], *given: Any) -> Any: ...


def read(folder: Path, home: Path) -> Book:
    """Land the folder's files and read them: every row accepted, or refused with its reasons."""
    place = Home(home, folder)
    land_deliveries(place, KNOWN_AT)
    return read_book(place, read_reference(), KNOWN_AT)


def through(folder: Path, home: Path, around: Around) -> None:
    """Go through a night from its files to the flags, and one answer from what it made, each stage by `around`."""
    book = around("acceptance", read, folder, home)
    reference = read_reference()
    facts = around("facts", facts_of, book, reference, beijing_date(KNOWN_AT))
    prepared = around("prepare", prepare, book, reference, facts)
    marts: dict[str, Any] = {}
    for group in GROUPS:
        marts.update(around(group.__name__, group, prepared))
    marts.update(around("looked_at", looked_at, prepared, marts))
    flags = around("flags", flags_of, prepared, marts)
    sums = around("sums", sums_of, prepared, marts)
    around("whole", compute_whole, book, reference, facts, sums)
    around("figures", _by_loan, prepared, flags)


def _by_loan(prepared: Prepared, flags: DataFrame[Flag]) -> dict[str, Any]:
    """What `greenloan figures --by loan` answers of the newest complete year."""
    known = BookFlags(flags, prepared.reference.flags, reading_names())
    return figures(prepared.holdings, known, prepared.facts.years[-1], "daily_average", "loan")
