"""The moment up to which a run knows, as people write it."""

import datetime as dt
from typing import Final

BEIJING: Final = dt.timezone(dt.timedelta(hours=8))
END_OF_DAY: Final = dt.timedelta(hours=23, minutes=59, seconds=59)


def moment_of(text: str) -> dt.datetime:
    """Return the moment in UTC: without a zone Beijing time, a day alone its end, today as far as it has passed.

    Raises ValueError, worded for who wrote it, for a text that names none, or one to come.
    """
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"'{text}' is not a moment; write it as 2025-06-30T18:00:00+08:00") from error
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    try:
        known = in_utc(moment)
    except OverflowError as error:
        raise ValueError(f"'{text}' lies outside the calendar; name a moment up to now") from error
    if known > now:
        raise ValueError(f"'{text}' is in the future; name a moment up to now")
    return min(now, known + END_OF_DAY) if _is_day(text) else known


def in_utc(moment: dt.datetime) -> dt.datetime:
    """Return the same moment in UTC; without a zone it is Beijing time."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)).astimezone(dt.UTC)


def _is_day(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True
