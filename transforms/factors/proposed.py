"""A value that somebody thinks of giving a factor: the parameter rows as they would be with it."""

import datetime as dt
from typing import Final, NamedTuple

import polars as pl
from polars import col, lit

from schemas.contract import DataFrame, conform, stacked, unchecked
from schemas.reference import Parameter
from transforms.factors.derived_parameters import stated

DAY: Final = dt.timedelta(days=1)
SOURCE: Final = "preview"
"""What a proposed row names as its source; it is written nowhere."""


class Proposed(NamedTuple):
    """A value, in the unit of its kind, of a parameter and scope, from the first to the last day.

    Without days it holds on all days on which the scope has a row; where it has none, on all of which any factor does.
    """

    parameter_id: str
    scope: str
    value: float
    unit: str
    first: dt.date | None = None
    last: dt.date | None = None


def rows_of_place(parameters: DataFrame[Parameter], proposed: Proposed) -> DataFrame[Parameter]:
    """Return the rows that the parameter and scope have today, by day."""
    at = (col("parameter_id") == proposed.parameter_id) & (col("scope") == proposed.scope)
    return parameters.filter(at).sort("valid_from")


def rows_within(parameters: DataFrame[Parameter], proposed: Proposed) -> DataFrame[Parameter]:
    """Return those of them that hold on any of the proposed days."""
    rows = rows_of_place(parameters, proposed)
    begun = lit(True) if proposed.last is None else col("valid_from") <= proposed.last
    return rows.filter(begun & (lit(True) if proposed.first is None else col("valid_to") >= proposed.first))


def with_value(parameters: DataFrame[Parameter], proposed: Proposed) -> DataFrame[Parameter]:
    """Return the rows that are not derived, with the value as a bank would deliver it.

    A row that begins before the first day ends on the day before, one that goes on after the last begins on the next.
    """
    today = rows_of_place(parameters, proposed)
    others = stated(parameters).join(today, on=["parameter_id", "scope"], how="anti", maintain_order="left")
    if today.is_empty():
        return stacked([unchecked(others, Parameter), _new_place(parameters, proposed)])
    parts = [unchecked(others, Parameter), _delivered(rows_within(parameters, proposed), proposed)]
    if proposed.first is not None:
        before = today.filter(col("valid_from") < proposed.first)
        parts.append(_kept(before.with_columns(valid_to=pl.min_horizontal("valid_to", lit(proposed.first - DAY)))))
    if proposed.last is not None:
        after = today.filter(col("valid_to") > proposed.last)
        parts.append(_kept(after.with_columns(valid_from=pl.max_horizontal("valid_from", lit(proposed.last + DAY)))))
    return stacked(parts)


def _delivered(rows: pl.DataFrame, proposed: Proposed) -> DataFrame[Parameter]:
    first, last = proposed.first or dt.date.min, proposed.last or dt.date.max
    valued = rows.with_columns(
        value=lit(proposed.value),
        unit=lit(proposed.unit),
        valid_from=pl.max_horizontal("valid_from", lit(first)),
        valid_to=pl.min_horizontal("valid_to", lit(last)),
        source=lit(SOURCE),
        locator=lit(None, pl.String),
        relative_uncertainty_pct=lit(None, pl.Float64),
        parameter_status=lit("delivered"),
        description=lit(None, pl.String),
    )
    return conform(valued, Parameter)


def _kept(rows: pl.DataFrame) -> DataFrame[Parameter]:
    """What is left of rows; derived ones would be derived no more beside a stated one, so they are stated, too."""
    left = conform(rows, Parameter)
    if not stated(left).is_empty():
        return left
    return unchecked(left.with_columns(parameter_status=lit("delivered"), locator=lit(None, pl.String)), Parameter)


def _new_place(parameters: DataFrame[Parameter], proposed: Proposed) -> DataFrame[Parameter]:
    days = parameters.select(col("valid_from").min(), col("valid_to").max())
    rows = days.with_columns(parameter_id=lit(proposed.parameter_id), scope=lit(proposed.scope))
    return _delivered(rows, proposed)
