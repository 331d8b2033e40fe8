"""A flag is a code, its subject, and one sentence about it in both languages."""

from typing import Final

import polars as pl

COLUMNS: Final = ["code", "subject", "message", "message_zh"]


def flags(
    rows: pl.DataFrame, code: str, subject: str, message: pl.Expr | str, message_zh: pl.Expr | str
) -> pl.DataFrame:
    """Return a flag a row (COLUMNS): the code, the value of column `subject`, one sentence in each language."""
    words = [pl.lit(text) if isinstance(text, str) else text for text in (message, message_zh)]
    return rows.select(code=pl.lit(code), subject=pl.col(subject), message=words[0], message_zh=words[1])
