"""Faults put into the sample book's monthly series on purpose: how many are withheld, and how many years wrongly.

The series are disturbed first: weather that a province shares and weather of each plant's own, meters that err, months
of part-time outage. Then every project gets one fault in one of its meters.
`python -m tests.properties.seeded_faults` writes the table for 1,000 faults.
"""

import dataclasses
import datetime as dt
import math
import random
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import polars as pl

from flows.landing import files as landing
from flows.landing.inbox import look
from flows.landing.reading import read_landed
from tests.integration.program import SAMPLE_BOOK
from tests.makers import reference
from transforms.computation.facts import facts_of
from transforms.computation.prepared import Prepared, prepare
from transforms.deliveries.book.book import Book, assemble
from transforms.projects.plant_capacity import capacity_mw

KNOWN: Final = dt.datetime(2026, 7, 1, tzinfo=dt.UTC)
METERS: Final = (
    "electricity_supplied", "electricity_self_used", "electricity_exported", "steam_delivered", "heat_delivered",
    "heat_sent_out", "boiler_steam_heat", "bituminous_coal_consumed", "natural_gas_consumed", "electricity_consumed",
    "product_output", "own_emissions",
)  # fmt: skip
SHARED: Final = {"Solar": 0.07, "Wind": 0.17, "Hydro": 0.30}
OWN: Final = {"Solar": 0.055, "Wind": 0.12, "Hydro": 0.22}
"""Standard deviations of the weather: together 9 % of sun, 21 % of wind, 37 % of water. Other plants: 12 % of heat."""
HEAT, METER, OUTAGE, FULL = 0.12, 0.02, 0.02, 0.97
FEWEST: Final = 12
"""A series of fewer months is left as it is."""

Values = list[float]


class Fault(NamedTuple):
    """A fault and the months that carry it."""

    kind: str
    project_id: str
    metric: str
    months: frozenset[dt.date]


@cache
def sample_book() -> Book:
    """Return the sample book as assembled from its files."""
    folder = Path(tempfile.mkdtemp())
    received, _ = landing.land(look(SAMPLE_BOOK).files, SAMPLE_BOOK, folder, KNOWN)
    return assemble(read_landed(received, folder, reference().aliases), reference(), KNOWN)


def _scaled(factor: float) -> Callable[[Values, random.Random], set[int]]:
    def fault(values: Values, draw: random.Random) -> set[int]:
        month = draw.randrange(len(values))
        values[month] *= factor
        return {month}

    return fault


def _one_unit(values: Values, draw: random.Random) -> set[int]:
    return _scaled(draw.choice([1000, 0.001, 10, 0.1, 3.6, 1 / 3.6]))(values, draw)


def _whole_unit(values: Values, draw: random.Random) -> set[int]:
    factor = draw.choice([1000, 0.001, 10])
    values[:] = [value * factor for value in values]
    return set(range(len(values)))


def _frozen(values: Values, draw: random.Random) -> set[int]:
    first, length = draw.randrange(len(values) - 3), draw.randint(3, 6)
    months = set(range(first, min(first + length, len(values))))
    for month in months:
        values[month] = values[first]
    return months


def _zeros(values: Values, draw: random.Random) -> set[int]:
    first = draw.randrange(len(values) - 3)
    months = set(range(first, first + draw.randint(1, 3)))
    for month in months:
        values[month] = 0.0
    return months


def _register(values: Values, draw: random.Random) -> set[int]:
    start, months = sum(values) * draw.choice([0, 0.5, 3]), range(len(values) - FEWEST, len(values))
    total = start
    for month in months:
        total += values[month]
        values[month] = total
    return set(months)


def _shifted(values: Values, draw: random.Random) -> set[int]:
    first = len(values) - FEWEST
    values[first:] = [values[-1], *values[first:-1]]
    return set(range(first, len(values)))


def _added_to_the_next(values: Values, draw: random.Random) -> set[int]:
    month = draw.randrange(len(values) - 1)
    values[month + 1] += values[month]
    values[month] = float("nan")
    return {month + 1}


def _year_in_december(values: Values, draw: random.Random) -> set[int]:
    values[-1] = sum(values[-FEWEST:])
    return {len(values) - 1}


FAULTS: Final[dict[str, Callable[[Values, random.Random], set[int]]]] = {
    "x10": _scaled(10),
    "x1000": _scaled(1000),
    "/10": _scaled(0.1),
    "/1000": _scaled(0.001),
    "x2": _scaled(2),
    "unit of one reading": _one_unit,
    "unit of the series": _whole_unit,
    "frozen": _frozen,
    "zeros": _zeros,
    "register as amount": _register,
    "shifted a month": _shifted,
    "missing month added to the next": _added_to_the_next,
    "year in December": _year_in_december,
}


def disturbed(book: Book, draw: random.Random) -> pl.DataFrame:
    """Return the readings of the book with the meters' values as other weather would have made them."""
    kinds = dict(book.tables["projects"].select("project_id", "realisation_type").iter_rows())
    most = dict(capacity_mw(book.tables["projects"], reference().conversions).iter_rows())
    weather: dict[object, float] = defaultdict(lambda: draw.gauss(0, 1))
    rows = book.tables["operating"].to_dicts()
    for row in rows:
        if row["metric"] in METERS:
            kind, month = kinds[row["project_id"]] or "", row["period_start"]
            own = weather["own", row["project_id"], month]
            shared, level = SHARED.get(kind, 0.0), OWN.get(kind, HEAT)
            outage = 0.3 + 0.6 * draw.random() if draw.random() < OUTAGE and kind in SHARED else 1.0
            meter = 0.0 if kind in SHARED else METER * draw.gauss(0, 1)
            moved = 1 + shared * weather[kind, month] + level * own + meter
            hours = 24 * ((row["period_end"] - month).days + 1)
            possible = most[row["project_id"]] * hours * FULL if kind in SHARED else math.inf
            row["value"] = min(row["value"] * max(moved, 0.15) * outage, possible)
    return pl.DataFrame(rows, schema=book.tables["operating"].schema)


def with_faults(readings: pl.DataFrame, draw: random.Random) -> tuple[pl.DataFrame, list[Fault]]:
    """Return the readings with one fault in each project that has a series, and the faults."""
    rows = readings.to_dicts()
    series: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for number in sorted(range(len(rows)), key=lambda number: rows[number]["period_start"]):
        if rows[number]["metric"] in METERS:
            series[rows[number]["project_id"]][rows[number]["metric"]].append(number)
    faults = []
    for project_id, by_metric in sorted(series.items()):
        long = sorted(metric for metric, numbers in by_metric.items() if len(numbers) >= FEWEST)
        if long:
            metric, kind = draw.choice(long), draw.choice(sorted(FAULTS))
            numbers = by_metric[metric]
            values = [rows[number]["value"] for number in numbers]
            carried = FAULTS[kind](values, draw)
            for number, value in zip(numbers, values, strict=True):
                rows[number]["value"] = value
            months = frozenset(rows[numbers[place]]["period_start"].replace(day=1) for place in carried)
            faults.append(Fault(kind, project_id, metric, months))
    kept = [row for row in rows if not math.isnan(row["value"])]  # a missing month is not a row
    return pl.DataFrame(kept, schema=readings.schema), faults


def seen(book: Book, readings: pl.DataFrame) -> Prepared:
    """Return the book with these readings, judged."""
    disturbed = dataclasses.replace(book, tables={**book.tables, "operating": readings})
    return prepare(disturbed, reference(), facts_of(disturbed, reference(), KNOWN.date()))


class Tally(NamedTuple):
    """caught and put: faults by kind; wrong: project-years withheld of the clean disturbed book; years: of how many."""

    caught: Counter[str]
    put: Counter[str]
    wrong: int
    years: int

    @property
    def caught_ratio(self) -> float:
        """Faults withheld over faults put in."""
        return self.caught.total() / self.put.total()

    @property
    def wrong_per_100(self) -> float:
        """Project-years withheld wrongly, per 100."""
        return 100 * self.wrong / self.years


def tally(faults: int, seed: int) -> Tally:
    """Put at least this number of faults into books drawn from the seed; count each book without its faults as well."""
    caught: Counter[str] = Counter()
    put: Counter[str] = Counter()
    wrong = years = 0
    draw, book = random.Random(seed), sample_book()  # noqa: S311
    while put.total() < faults:
        readings = disturbed(book, draw)
        faulty, added = with_faults(readings, draw)
        held = set(seen(book, faulty).judged.held.iter_rows())
        for fault in added:
            put[fault.kind] += 1
            caught[fault.kind] += any((fault.project_id, month) in held for month in fault.months)
        metered = readings.filter(pl.col("metric").is_in(METERS)).select("project_id", pl.col("period_start").dt.year())
        years += metered.n_unique()
        accused = seen(book, readings).judged.held.select("project_id", pl.col("month_start_date").dt.year())
        wrong += accused.n_unique()
    return Tally(caught, put, wrong, years)


def printed(found: Tally) -> str:
    """Return the table, a line a kind of fault."""
    lines = [
        f"| {kind} | {found.put[kind]} | {100 * found.caught[kind] / found.put[kind]:.0f} % |"
        for kind in FAULTS
        if found.put[kind]
    ]
    total = f"| all | {found.put.total()} | {100 * found.caught_ratio:.1f} % |"
    wrong = f"wrongly withheld: {found.wrong} of {found.years} project-years, {found.wrong_per_100:.2f} per 100"
    return "\n".join(["| fault | put in | withheld |", "|---|---|---|", *lines, total, "", wrong])


if __name__ == "__main__":
    sys.stdout.write(printed(tally(int(sys.argv[1]) if len(sys.argv) > 1 else 1000, seed=20261129)))
