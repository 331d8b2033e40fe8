"""The work of a night's stages grows as the book does: four times the book is four times the rows, never sixteen.

Counted, not timed: the rows that leave each operation of Polars, and the calls of Python functions. What Polars does
inside one operation is not seen here; `make bench OTHER=path` shows the exponent of the CPU seconds as well.
"""

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

import polars as pl
import pytest

from tests.benchmarks.generate import write_book
from tests.benchmarks.stages import through

SCALES: Final = (0.003, 0.006, 0.012)
STEEPEST_ROWS: Final = 3
"""From the second doubling on, a linear stage adds twice as many as from the first, a quadratic one four times."""
STEEPEST_CALLS: Final = 5
FEW_CALLS: Final = 100_000
"""Calls are uneven, where small tables are looked at cell by cell and large ones by distinct value: their sum over four
times the book is at most five times as large, beside a few."""


class Work(NamedTuple):
    rows: int
    calls: int


class Counter:
    """Counts while it is on."""

    def __init__(self) -> None:
        self.rows = self.calls = 0

    def frame(self, collect: Callable[..., Any]) -> Callable[..., Any]:
        """The same function; the rows that it returns are counted."""

        def counted(*args: Any, **named: Any) -> Any:
            made = collect(*args, **named)
            self.rows += made.height if isinstance(made, pl.DataFrame) else 0
            return made

        return counted

    @contextmanager
    def counting(self) -> Iterator[None]:
        def call(_frame: Any, event: str, _arg: Any) -> None:
            self.calls += event == "call"

        with pytest.MonkeyPatch.context() as patch:
            for name in ("collect", "_collect_eager"):
                patch.setattr(pl.LazyFrame, name, self.frame(getattr(pl.LazyFrame, name)))
            before = sys.getprofile()
            sys.setprofile(call)
            try:
                yield
            finally:
                sys.setprofile(before)


def _worked(stage: Callable[..., Any], *given: Any) -> tuple[Any, Work]:
    counter = Counter()
    with counter.counting():
        made = stage(*given)
    return made, Work(counter.rows, counter.calls)


def too_steep(works: list[Work]) -> list[str]:
    """Return what grows faster than the book over three books, each twice as large as the one before."""
    few, more, most = works
    found = []
    if most.rows - more.rows > STEEPEST_ROWS * max(1, more.rows - few.rows):
        found.append(f"rows: {[work.rows for work in works]}")
    if most.calls > STEEPEST_CALLS * few.calls + FEW_CALLS:
        found.append(f"calls: {[work.calls for work in works]}")
    return found


@pytest.mark.proof
def test_no_stage_grows_faster_than_the_book(tmp_path: Path) -> None:
    worked: dict[str, list[Work]] = defaultdict(list)

    def counted(name: str, stage: Callable[..., Any], *given: Any) -> Any:
        made, work = _worked(stage, *given)
        worked[name].append(work)
        return made

    for number, scale in enumerate((SCALES[0], *SCALES)):  # the first one fills what is kept for every book
        folder = tmp_path / str(number)
        write_book(folder, scale, forms=["csv"])
        through(folder / "csv", folder / "home", counted)
    assert {name: found for name, works in worked.items() if (found := too_steep(works[1:]))} == {}


def _each(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.join(rows, on="part", suffix="_other").group_by("key").agg(pl.len())


def _pairs(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.join(rows, how="cross", suffix="_other").filter(pl.col("key") == pl.col("key_other"))


def _walk(rows: pl.DataFrame) -> int:
    def same(one: int, other: int) -> bool:
        return one == other

    keys = rows["key"].to_list()
    return sum(same(one, other) for one in keys for other in keys)


@pytest.mark.parametrize(("stage", "is_steep"), [(_each, False), (_pairs, True), (_walk, True)])
def test_a_cross_join_and_a_walk_over_all_rows_for_each_are_seen(stage: Callable[..., Any], is_steep: bool) -> None:
    books = [pl.DataFrame({"key": range(n)}).with_columns(part=pl.col("key") // 2) for n in (300, 600, 1200)]
    assert bool(too_steep([_worked(stage, book)[1] for book in books])) == is_steep
