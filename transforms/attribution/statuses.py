"""Why a figure has the status that it has: the reasons in their order, the most fundamental first.

Each reason is a column that says whether it holds. Polars and the SQL macro of the published file take from here the
order, the figure that comes with a reason and the statuses of months that a project's reasons rest on.
"""

from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

import polars as pl

from schemas.words.statuses import LACKS_DENOMINATOR, LACKS_PARAMETER, LACKS_READING, OF_BLOCKED_MONTHS
from transforms.ground.cases import first_case
from transforms.methods.engine.render import sql
from transforms.methods.engine.tree import read_back

OF_THE_PROJECT: Final = "er_status"
"""The column of the project's own status."""

OF_THE_MONTHS: Final = {
    "lacks_reading": (LACKS_READING,),
    "lacks_any": OF_BLOCKED_MONTHS,
    "is_outside": ("refused",),
    "is_withheld": ("withheld_implausible",),
}
"""What is true of a project in a period where a month of it has one of the statuses."""


FACTS_OF_A_PERIOD: Final = {
    "is_complete_report": pl.col("is_complete") & pl.col("is_reported"),
    "lacks_parameter_only": pl.col("lacks_any") & ~pl.col("lacks_reading"),
}
FACTS_OF_A_PROMISE: Final = {
    "is_idle": pl.col("is_operating_only") & ~pl.col("has_begun"),
    "has_promise": pl.col("promise_tco2e").is_not_null(),
    "takes_formula": pl.col("is_formula_instead") & pl.col("promise_tco2e").is_null() & pl.col("ran_a_year"),
}
FACTS_OF_A_SHARE: Final = {
    "is_working_capital": ~pl.col("is_project_finance"),
    "lacks_denominator": ~pl.col("has_investment"),
    "lacks_share": pl.col("ratio").is_null(),
}
"""Reasons that follow from other columns; Polars computes them and the SQL macro prints them."""


class Reason(NamedTuple):
    """Where the column is true, the figure has the status (None: its project's) and is the column `figure`, or none."""

    column: str
    status: str | None
    figure: str | None = None


class Reasons(NamedTuple):
    """The reasons in their order; where none holds the status is `otherwise`, or (None) its project's."""

    order: tuple[Reason, ...]
    otherwise: str | None


OF_A_PERIOD: Final = Reasons(
    (
        Reason("has_no_formula", "not_estimated"),
        Reason("is_not_running", "under_construction"),
        Reason("is_complete_report", "reported", "part_tco2e"),
        Reason("is_complete", "measured", "part_tco2e"),
        Reason("is_outside", "refused"),
        Reason("is_withheld", "withheld_implausible"),
        Reason("lacks_parameter_only", LACKS_PARAMETER),
    ),
    otherwise=LACKS_READING,
)
"""Of a project in a period."""

OF_A_PROMISE: Final = Reasons(
    (
        Reason("has_no_formula", "not_estimated"),
        Reason("is_idle", "under_construction"),
        Reason("is_impossible", "withheld_implausible"),
        Reason("has_promise", "promised", "promise_tco2e"),
        Reason("takes_formula", None, "formula_tco2e"),
    ),
    otherwise=LACKS_PARAMETER,
)
"""Of a project's annual figure."""

OF_A_SHARE: Final = Reasons(
    (
        Reason("is_working_capital", "not_estimated"),
        Reason("is_overdrawn", "refused"),
        Reason("has_no_tonnes", None),
        Reason("lacks_denominator", LACKS_DENOMINATOR),
        Reason("lacks_share", LACKS_PARAMETER),
    ),
    otherwise=None,
)
"""Of a loan's share."""


def first_status(reasons: Reasons) -> pl.Expr:
    """Return the status of the first reason whose column is true."""
    return _first(reasons, {one: _status(one.status) for one in reasons.order}, _status(reasons.otherwise))


def first_figure(reasons: Reasons) -> pl.Expr:
    """Return the figure of the first reason whose column is true; null where it has none."""
    figures = {one: pl.col(one.figure) if one.figure else pl.lit(None, pl.Float64) for one in reasons.order}
    return _first(reasons, figures, pl.lit(None, pl.Float64))


def _first(reasons: Reasons, values: Mapping[Reason, pl.Expr], otherwise: pl.Expr) -> pl.Expr:
    return first_case(((pl.col(reason.column), values[reason]) for reason in reasons.order), otherwise)


def _status(status: str | None) -> pl.Expr:
    return pl.col(OF_THE_PROJECT) if status is None else pl.lit(status)


def months_facts() -> dict[str, pl.Expr]:
    """Return what is true of a group of months, by name."""
    return {name: pl.col("status").is_in(statuses).any() for name, statuses in OF_THE_MONTHS.items()}


def status_case(reasons: Reasons) -> str:
    """Return `first_status` as a CASE of SQL."""
    return _case(reasons, {one: _word(one.status) for one in reasons.order}, _word(reasons.otherwise))


def figure_case(reasons: Reasons) -> str:
    """Return `first_figure` as a CASE of SQL."""
    return _case(reasons, {one: one.figure or "NULL" for one in reasons.order}, "NULL")


def _case(reasons: Reasons, values: Mapping[Reason, str], otherwise: str) -> str:
    whens = [f"WHEN {one.column} THEN {values[one]}" for one in reasons.order]
    return " ".join(["CASE", *whens, f"ELSE {otherwise} END"])


def _word(status: str | None) -> str:
    return OF_THE_PROJECT if status is None else f"'{status}'"


def months_columns() -> str:
    """Return `months_facts` as columns of a SELECT of SQL."""
    return ", ".join(f"bool_or(status IN ({listed(words)})) AS {name}" for name, words in OF_THE_MONTHS.items())


def columns_of(facts: Mapping[str, pl.Expr]) -> str:
    """Return facts as columns of a SELECT of SQL."""
    return ", ".join(f"{sql(read_back(fact))} AS {name}" for name, fact in facts.items())


def listed(statuses: Collection[str]) -> str:
    """Return statuses as a list of SQL."""
    return ", ".join(_word(status) for status in statuses)
