"""A flag is a code, its subject, and one sentence about it in both languages."""

from typing import Final

import polars as pl

from transforms.ground.calendar import Period

DAYS: Final = ["period_from_date", "period_to_date"]
"""The days that a flag is about; empty where it is about all of its subject."""
COLUMNS: Final = ["code", "subject", "message", "message_zh", *DAYS]


def flags(  # noqa: PLR0913, PLR0917 - a flag has this many parts
    rows: pl.DataFrame, code: str, subject: str, message: pl.Expr | str, message_zh: pl.Expr | str,
    days: tuple[str, str] | None = None,
) -> pl.DataFrame:  # fmt: skip
    """Return a flag a row (COLUMNS): the code, the value of column `subject`, one sentence in each language.

    days: the columns of the first and last day that it is about.
    """
    words = [pl.lit(text) if isinstance(text, str) else text for text in (message, message_zh)]
    columns = [pl.col(name) for name in days] if days else [pl.lit(None, pl.Date)] * len(DAYS)
    dated = dict(zip(DAYS, columns, strict=True))
    return rows.select(code=pl.lit(code), subject=pl.col(subject), message=words[0], message_zh=words[1], **dated)


def about(period: Period) -> pl.Expr:
    """Return whether a flag is about the period."""
    first, last = (pl.col(name) for name in DAYS)
    return (first <= period.last).fill_null(True) & (last >= period.first).fill_null(True)
