"""Days, months and the periods of the book; all dates are inclusive."""

import datetime as dt

import polars as pl
import pytest

from tests.makers import day
from transforms.ground.calendar import book_periods, days_between, days_in_year, quarter, year


@pytest.mark.parametrize(
    ("number", "first", "last", "days"),
    [(1, "2024-01-01", "2024-03-31", 91), (2, "2024-04-01", "2024-06-30", 91), (4, "2024-10-01", "2024-12-31", 92)],
)
def test_a_quarter_has_its_first_and_last_day(number: int, first: str, last: str, days: int) -> None:
    period = quarter(2024, number)
    assert (period.name, period.first, period.last, period.days) == (f"2024Q{number}", day(first), day(last), days)


def test_a_year_has_365_or_366_days() -> None:
    assert [year(number).days for number in (2023, 2024, 2100)] == [365, 366, 365]


def test_the_periods_of_a_book_have_begun_and_ended() -> None:
    names = [period.name for period in book_periods(day("2024-11-15"), day("2025-06-30"))]
    assert names == ["2024Q4", "2025Q1", "2025Q2", "2024H2", "2025H1", "2024"]


def test_a_quarter_that_lacks_its_last_day_is_not_over() -> None:
    assert [p.name for p in book_periods(day("2025-04-01"), day("2025-06-29"))] == []


def test_both_ends_of_a_span_count_and_spans_that_do_not_meet_have_no_days() -> None:
    spans = pl.DataFrame(
        {"first": [dt.date(2024, 2, 28)] * 3, "last": [dt.date(2024, 3, 1), dt.date(2024, 2, 28), dt.date(2024, 2, 1)]}
    )
    assert spans.select(days_between(pl.col("first"), pl.col("last"))).to_series().to_list() == [3, 1, 0]


def test_a_leap_year_has_366_days() -> None:
    dates = pl.DataFrame({"date": [dt.date(2024, 5, 1), dt.date(2025, 5, 1)]})
    assert dates.select(days_in_year(pl.col("date"))).to_series().to_list() == [366, 365]
