"""Days, months and the periods of the book; all dates are inclusive."""

import calendar
import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import polars as pl

from schemas.between.ground import PeriodDays
from schemas.contract import DataFrame, unchecked


class Period(NamedTuple):
    """A named stretch of days, both ends included."""

    name: str
    first: dt.date
    last: dt.date

    @property
    def days(self) -> int:
        """Calendar days in the period."""
        return (self.last - self.first).days + 1

    @property
    def kind(self) -> str:
        """Return quarter, half or year: by the names that this module gives."""
        return {"Q": "quarter", "H": "half"}.get(self.name[4:5], "year")


Periods = tuple[Period, ...]
BEIJING: Final = dt.timezone(dt.timedelta(hours=8))
PERIOD_COLUMNS: Final = ["period", "period_from_date", "period_to_date"]


def beijing_date(moment: dt.datetime) -> dt.date:
    """Return the day in Beijing."""
    return moment.astimezone(BEIJING).date()


def period_table(periods: Sequence[Period]) -> DataFrame[PeriodDays]:
    """Return a row a period."""
    return _period_table(tuple(periods))


@lru_cache(maxsize=64)
def _period_table(periods: Periods) -> DataFrame[PeriodDays]:
    dates = {"period_from_date": pl.Date, "period_to_date": pl.Date}
    rows = pl.DataFrame(list(periods), schema={"period": pl.String, **dates}, orient="row")
    days = days_between(pl.col("period_from_date"), pl.col("period_to_date"))
    return unchecked(rows.with_columns(period_days=days), PeriodDays)


def last_of_month(day: dt.date) -> dt.date:
    """Return the last day of the day's month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def quarter(year: int, number: int) -> Period:
    """Return the calendar quarter, as 2025Q2."""
    first = dt.date(year, 3 * number - 2, 1)
    last_month = 3 * number
    return Period(f"{year}Q{number}", first, dt.date(year, last_month, calendar.monthrange(year, last_month)[1]))


def named_quarter(name: str) -> Period:
    """Return the quarter of a name such as 2025Q2."""
    return quarter(int(name[:4]), int(name[5:]))


def year_to(period: Period) -> Period:
    """Return the twelve months that end with the period, under its name."""
    following = period.last + dt.timedelta(days=1)
    last_of_month = calendar.monthrange(following.year - 1, following.month)[1]
    first = following.replace(year=following.year - 1, day=min(following.day, last_of_month))
    return Period(period.name, first, period.last)


def half(year: int, number: int) -> Period:
    """Return the calendar half, as 2025H1."""
    return Period(f"{year}H{number}", quarter(year, 2 * number - 1).first, quarter(year, 2 * number).last)


def year(number: int) -> Period:
    """Return the calendar year, as 2025."""
    return Period(str(number), dt.date(number, 1, 1), dt.date(number, 12, 31))


def book_periods(first: dt.date, last: dt.date) -> list[Period]:
    """Return every quarter, half and year that has begun by `first` or later and ended by `last`, by kind and time."""
    years = range(first.year, last.year + 1)
    quarters = [quarter(y, n) for y in years for n in (1, 2, 3, 4)]
    halves = [half(y, n) for y in years for n in (1, 2)]
    return [p for p in [*quarters, *halves, *(year(y) for y in years)] if p.last >= first and p.last <= last]


def month_day(text: str, year: int) -> dt.date:
    """Return the day of the year that MM-DD names; the last of the month where the month has no such day."""
    month, day = (int(part) for part in text.split("-"))
    return dt.date(year, month, min(day, calendar.monthrange(year, month)[1]))


def days_between(first: pl.Expr, last: pl.Expr) -> pl.Expr:
    """Return the calendar days from first to last, both included; 0 where they do not meet."""
    days = (last - first).dt.total_days() + 1
    return pl.when(days > 0).then(days).otherwise(0)


def day_number(day: pl.Expr) -> pl.Expr:
    """Return the days since the first of 1970."""
    return day.cast(pl.Int32).cast(pl.Int64)


def month_number(day: pl.Expr) -> pl.Expr:
    """Return the months since the first of year 0."""
    return day.dt.year().cast(pl.Int64) * 12 + day.dt.month() - 1


def days_in_year(day: pl.Expr) -> pl.Expr:
    """Return 365 or 366."""
    return pl.when(day.dt.is_leap_year()).then(366).otherwise(365)
