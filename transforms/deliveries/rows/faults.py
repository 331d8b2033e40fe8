"""What the program itself fails on: the table is refused whole, and the rest of the night goes on without it."""

import logging
from typing import Final

import polars as pl

FAULTS: Final = (ArithmeticError, LookupError, StopIteration, TypeError, ValueError, pl.exceptions.PolarsError)
"""What code raises where it met something that nobody thought of."""

REPORT: Final = "send it to those who keep Greenloan, and the table by the contract's columns meanwhile"


def failed_on(source_file: str, error: BaseException) -> str:
    """Return the reason why the table is refused; the trace goes to the log."""
    logging.getLogger(__name__).error("%s", source_file, exc_info=error)
    return f"the program failed on it ({type(error).__name__}: {error}): no fault of the file; {REPORT}"
