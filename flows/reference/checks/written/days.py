"""Days as the reference tables write them."""

import datetime as dt
from typing import Final

from flows.reference.checks.read import Row

ONE_DAY: Final = dt.timedelta(days=1)
Days = tuple[dt.date, dt.date]


def iso_day(text: str) -> dt.date | None:
    """Return a day that is written as 2025-06-30, None for anything else: 2025-6-30 and 20250630 are none."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None


def days_of(row: Row) -> Days | None:
    """Return the first and the last day of a row, None where they are none."""
    first, last = iso_day(row.cells["valid_from"]), iso_day(row.cells["valid_to"])
    return (first, last) if first and last and first <= last else None
