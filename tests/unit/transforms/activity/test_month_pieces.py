"""A period that cuts a month counts the readings of its days; only a reading that itself crosses the cut is spread."""

from typing import Final

import pytest

from tests.makers import (
    Row,
    attributed,
    book_as_known,
    book_flags,
    make_book,
    make_entry,
    make_parameter,
    make_project,
    make_reading,
    window,
)
from tests.twin import Twin
from transforms.answers.figures import figures
from transforms.attribution.holdings import Holdings

SOLAR: Final = make_project(
    method="grid_renewable",
    realisation_type="Solar",
    commissioning_date="2025-01-01",
    reported_annual_reduction_tco2=None,
)
FACTOR: Final = make_parameter(value="0.5")
JANUARY: Final = make_reading(value="310")
FEBRUARY: Final = make_reading(period_start="2025-02-01", period_end="2025-02-28", value="280")
HALVES: Final = [
    make_reading(period_start="2025-03-01", period_end="2025-03-15", value="100"),
    make_reading(period_start="2025-03-16", period_end="2025-03-31", value="900"),
]


def held(*readings: Row) -> Holdings:
    return book_as_known(make_book([SOLAR], entries=[make_entry()], readings=readings, parameters=[FACTOR])).holdings


def tonnes(holdings: Holdings, first: str, last: str, basis: str = "period_end") -> float | None:
    """Of the project, in the period; the macro must say the same."""
    (row,) = Twin(holdings).check(window(first, last), basis)
    value: float | None = row["emission_reductions_tco2e"]
    return value


def test_a_cut_between_two_readings_takes_each_for_itself() -> None:
    """100 MWh x 0.5 to the 15th of March, 900 x 0.5 after it; by days it would be 1000 x 15/31 x 0.5 = 242 t."""
    book = held(JANUARY, FEBRUARY, *HALVES)
    assert tonnes(book, "2025-03-01", "2025-03-15") == pytest.approx(50.0, rel=1e-12)
    assert tonnes(book, "2025-03-16", "2025-03-31") == pytest.approx(450.0, rel=1e-12)
    assert tonnes(book, "2025-01-01", "2025-03-15", "monthly_matched") == pytest.approx(345.0, rel=1e-12)
    assert tonnes(book, "2025-03-01", "2025-03-31") == pytest.approx(500.0, rel=1e-12)


def test_a_cut_through_a_reading_takes_its_days_and_says_so() -> None:
    """Ten of the fifteen days of 100 MWh, all of February."""
    book = held(JANUARY, FEBRUARY, *HALVES)
    assert tonnes(book, "2025-02-01", "2025-03-10") == pytest.approx(140 + 50 * 10 / 15, rel=1e-12)
    assert flags(book, "2025-02-01", "2025-03-10") == {"spread_reading"}
    assert flags(book, "2025-02-01", "2025-03-15") == set()


def flags(holdings: Holdings, first: str, last: str) -> set[str]:
    answer = figures(holdings, book_flags(), window(first, last), "period_end", "loan")
    return {flag["code"] for flag in answer["flags"] if flag["subject"] == "P1"}


def test_the_half_of_a_month_that_was_read_has_its_figure_without_the_other() -> None:
    book = held(JANUARY, FEBRUARY, HALVES[0])
    assert tonnes(book, "2025-03-01", "2025-03-15") == pytest.approx(50.0, rel=1e-12)
    assert attributed(book, window("2025-03-01", "2025-03-31"))["L1"]["status"] == "blocked_missing_reading"
    assert tonnes(book, "2025-03-01", "2025-03-16") is None


def test_meters_read_on_the_25th_are_whole_between_two_readings() -> None:
    """26 January to 25 February 310 MWh, to 25 March 56: a window of the second reading has 56 x 0.5 and no flag."""
    book = held(
        make_reading(period_end="2025-01-25", value="250"),
        make_reading(period_start="2025-01-26", period_end="2025-02-25", value="310"),
        make_reading(period_start="2025-02-26", period_end="2025-03-25", value="56"),
    )
    assert tonnes(book, "2025-02-26", "2025-03-25") == pytest.approx(28.0, rel=1e-12)
    assert tonnes(book, "2025-01-01", "2025-02-25") == pytest.approx(280.0, rel=1e-12)


def test_adjacent_periods_sum_to_the_whole_wherever_they_are_cut() -> None:
    book = held(JANUARY, FEBRUARY, *HALVES)
    twin = Twin(book)
    for cut in (3, 15, 16, 30):
        parts = [window("2025-02-05", f"2025-03-{cut:02}"), window(f"2025-03-{cut + 1:02}", "2025-03-31")]
        each = [twin.check(period, "period_end")[0]["emission_reductions_tco2e"] for period in parts]
        assert sum(each) == pytest.approx(500 + 140 * 24 / 28, rel=1e-12)
