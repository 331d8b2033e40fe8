"""Why a figure has the status that it has: the reasons in their order, the most fundamental first.

Each reason is a column that says whether it holds. Polars and the SQL macro of the published file take the order from
here.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import polars as pl

WITH_A_FIGURE: Final = ("measured", "reported", "promised")
"""The statuses that come with a number."""

WITHOUT_TONNES: Final = ("not_estimated", "under_construction")
"""The statuses of a project that a share of it keeps, whatever else is missing."""

OF_THE_PROJECT: Final = "er_status"
"""The column of the project's own status."""


class Reason(NamedTuple):
    """Where the column is true, the figure has the status; None: that of its project."""

    column: str
    status: str | None


OF_A_PERIOD: Final = (
    Reason("has_no_formula", "not_estimated"),
    Reason("is_not_running", "under_construction"),
    Reason("is_complete_report", "reported"),
    Reason("is_complete", "measured"),
    Reason("is_outside", "refused"),
    Reason("is_withheld", "withheld_implausible"),
    Reason("lacks_parameter_only", "blocked_missing_parameter"),
)
"""Of a project in a period; otherwise a reading is missing."""

OF_A_PROMISE: Final = (
    Reason("has_no_formula", "not_estimated"),
    Reason("is_idle", "under_construction"),
    Reason("is_impossible", "withheld_implausible"),
    Reason("has_promise", "promised"),
    Reason("takes_formula", None),
)
"""Of a project's annual figure; otherwise the promise is missing."""

OF_A_SHARE: Final = (
    Reason("is_working_capital", "not_estimated"),
    Reason("is_overdrawn", "refused"),
    Reason("has_no_tonnes", None),
    Reason("lacks_denominator", "blocked_no_denominator"),
    Reason("lacks_share", "blocked_missing_parameter"),
)
"""Of a loan's share; otherwise that of its project."""


def first_reason(reasons: Sequence[Reason], otherwise: pl.Expr) -> pl.Expr:
    """Return the status of the first reason whose column is true."""
    result = otherwise
    for reason in reversed(reasons):
        status = pl.col(OF_THE_PROJECT) if reason.status is None else pl.lit(reason.status)
        result = pl.when(pl.col(reason.column).fill_null(False)).then(status).otherwise(result)
    return result


def as_case(reasons: Sequence[Reason], otherwise: str) -> str:
    """Return the same as a CASE of SQL."""
    status = {one: f"'{one.status}'" if one.status else OF_THE_PROJECT for one in reasons}
    return " ".join(["CASE", *(f"WHEN {one.column} THEN {status[one]}" for one in reasons), f"ELSE {otherwise} END"])
