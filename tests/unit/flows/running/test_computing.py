"""A night writes its marts bucket after bucket, and compares them with the file before, as if it were one."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import duckdb
import polars as pl
import pytest

from flows.gates.predecessor import predecessor
from flows.home.settings import Home, home
from flows.running import night as nights
from flows.running.computing import write_marts
from flows.warehouse import candidate
from schemas.catalog import frames_of
from tests.makers import (
    KNOWN_AT,
    Row,
    make_book,
    make_entry,
    make_loan,
    make_parameter,
    make_project,
    make_reading,
    reference,
    run_table,
)
from transforms.computation.dealing import buckets_of
from transforms.deliveries.book.book import Book

NEXT_NIGHT: Final = KNOWN_AT + dt.timedelta(days=1)
SOLAR: Final = {"method": "grid_renewable", "realisation_type": "Solar", "reported_annual_reduction_tco2": None}
FACTORS: Final = [
    make_parameter(scope=project, parameter_id=name, value=value)
    for project in ("P1", "P2", "P3")
    for name, value in (("grid_cm_ef", "0.8"), ("reservoir_ef", "0"))
]
NAMES: Final = ("P1", "P2", "P3")


def readings(**values: str) -> list[Row]:
    return [make_reading(project_id=name, value=value) for name, value in values.items()]


def book(loans: Sequence[Row], projects: Sequence[str] = NAMES, **values: str) -> Book:
    """Plants with a reading of January 2025 each, MWh, and 500 yuan lent to each loan."""
    entries = [make_entry(loan_id=loan["loan_id"]) for loan in loans]
    described = [make_project(project_id=name, **SOLAR) for name in projects]
    factors = [row for row in FACTORS if row["scope"] in projects]
    return make_book(described, loans, entries, readings=readings(**values), parameters=factors)


BEFORE: Final = book([make_loan(loan_id=f"L{name}", project_id=name) for name in NAMES], P1="100", P2="200", P3="300")
CORRECTED: Final = book(
    [make_loan(loan_id="LP1", project_id="P1"), make_loan(loan_id="LP2", project_id="P1")],
    ("P1", "P2"),
    P1="110",
    P2="200",
)
"""P1 read more, the loan of P2 is one of P1 now, P3 is gone with its loan."""


def night(place: Home, known: Book, known_at: dt.datetime) -> dict[str, pl.DataFrame]:
    """Publish a book as a night would, without its gates; return what is restated and every flag."""
    with candidate.building(place.candidate) as made:
        written = write_marts(known, reference(), known_at, made, predecessor(place, known_at))
        made.add("ops.runs", run_table(known_at))
        made.add("ops.restatements", written.restated)
        made.add("core.parameters", written.facts.parameters)
        for name, rows in frames_of(known.tables).items():
            if name != "parameters":
                made.add(f"core.{name}", rows)
    candidate.publish(place.candidate, place.warehouse)
    return {"restated": written.restated, "flags": written.flags.unique().sort(written.flags.columns)}


def two_nights(place: Home) -> dict[str, pl.DataFrame]:
    night(place, BEFORE, KNOWN_AT)
    return night(place, CORRECTED, NEXT_NIGHT)


@pytest.fixture
def in_one(tmp_path: Path) -> dict[str, pl.DataFrame]:
    return two_nights(home(tmp_path / "one"))


def test_what_moved_since_the_file_before_is_the_same_one_project_at_a_time(
    in_one: dict[str, pl.DataFrame], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(nights, "buckets_of", lambda known, but: buckets_of(known, 1, but))
    one_by_one = two_nights(home(tmp_path / "each"))
    assert "worked out 2 of 2 sets of projects" in capsys.readouterr().err
    order = ["subject", "lender", "period", "basis", "profile", "unit"]
    assert one_by_one["restated"].sort(order).equals(in_one["restated"].sort(order))
    assert one_by_one["flags"].equals(in_one["flags"])


def test_each_figure_that_moved_is_restated_with_its_cause(in_one: dict[str, pl.DataFrame]) -> None:
    """P1 read 110 MWh in place of 100, at 0.8 t; P2 is as it was; P3 is gone."""
    months = in_one["restated"].filter(pl.col("lender").is_null()).sort("subject")
    assert months.select("subject", "before", "after").rows() == [("P1", 80.0, 88.0), ("P3", 240.0, None)]


def test_what_was_restated_before_is_carried(tmp_path: Path) -> None:
    place = home(tmp_path)
    first = two_nights(place)["restated"]
    again = night(place, CORRECTED, NEXT_NIGHT + dt.timedelta(days=1))["restated"]
    assert again.equals(first)


def test_what_an_older_program_restated_is_carried_with_the_words_that_it_had(tmp_path: Path) -> None:
    place = home(tmp_path)
    first = two_nights(place)["restated"]
    with duckdb.connect(str(place.warehouse)) as connection:
        connection.execute("ALTER TABLE ops.restatements DROP COLUMN cause_zh")
    again = night(place, CORRECTED, NEXT_NIGHT + dt.timedelta(days=1))["restated"]
    assert again.equals(first.with_columns(cause_zh="cause"))


def test_a_file_that_cannot_be_read_any_more_is_compared_with_nothing_and_says_why(tmp_path: Path) -> None:
    place = home(tmp_path)
    night(place, BEFORE, KNOWN_AT)
    before = predecessor(place, NEXT_NIGHT)
    place.warehouse.write_bytes(b"cut")
    with candidate.building(place.candidate) as made:
        written = write_marts(CORRECTED, reference(), NEXT_NIGHT, made, before)
    assert written.problem
    assert "compared with none before it" in written.problem
    assert written.restated.is_empty()
