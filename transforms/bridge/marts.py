"""The bridges that every night publishes: between the newest two complete quarters, and between two nights."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl
from polars import col, lit

from schemas.between.bridge import TouchedQuarter
from schemas.contract import INSTANT_DTYPE, DataFrame, conform, stacked
from schemas.marts import AttributedReduction, BridgeNight, BridgeQuarter
from transforms.attribution.profiles import PLAIN
from transforms.bridge.bridge import bridge
from transforms.bridge.state import State

BASIS: Final = "monthly_matched"
"""On this one each month's tonnes are shared out by the balances of that month."""
RULE: Final = PLAIN[BASIS]
ATTRIBUTED: Final = "mart.attributed_reductions"
LOOKED_AT: Final = ["basis", "period", "period_to_date", "project_id", "loan_id", "attributed_reductions_tco2e"]
TOLERANCE: Final = 1e-9
"""Figures that differ by less than this part of themselves differ by rounding only."""


def bridge_quarters(quarters: Sequence[State]) -> DataFrame[BridgeQuarter]:
    """Return schemas.marts.BridgeQuarter of two quarters of one book; nothing of fewer."""
    if len(quarters) <= 1:
        return BridgeQuarter.empty_frame()
    before, after = quarters
    named = {"basis": lit(BASIS), "from_period": lit(before.period.name), "to_period": lit(after.period.name)}
    return conform(bridge(before, after).with_columns(**named), BridgeQuarter)


def touched_quarters(
    before: Mapping[str, pl.DataFrame], after: Mapping[str, pl.DataFrame], until: dt.date
) -> DataFrame[TouchedQuarter]:
    """Return the projects' quarters, over by the day, of which a loan may claim other tonnes than before.

    before and after: tables of figures by name; the older one may lack what is looked at, which is then nothing.
    """
    held = [tables.get(ATTRIBUTED, AttributedReduction.empty_frame()) for tables in (before, after)]
    if not all(set(LOOKED_AT) <= set(rows.columns) for rows in held):
        return TouchedQuarter.empty_frame()
    key = ["period", "project_id", "loan_id"]
    old, new = (_quarters(rows, until).select(*key, "attributed_reductions_tco2e") for rows in held)
    if old.equals(new):
        return TouchedQuarter.empty_frame()
    both = old.join(new, on=key, how="full", coalesce=True, suffix="_after")
    was, now = col("attributed_reductions_tco2e"), col("attributed_reductions_tco2e_after")
    is_moved = (now - was).abs() > TOLERANCE * pl.max_horizontal(was.abs(), now.abs())
    moved = both.filter(is_moved.fill_null(was.is_null() != now.is_null()))
    return conform(moved.select("project_id", "period").unique(), TouchedQuarter).sort("period", "project_id")


def _quarters(rows: pl.DataFrame, until: dt.date) -> pl.DataFrame:
    is_quarter = col("period").str.contains("Q", literal=True) & (col("period_to_date") <= until)
    return rows.filter((col("basis") == BASIS).fill_null(False) & is_quarter)


def bridge_nights(
    before: State, after: State, known_before_at: dt.datetime, since: dt.datetime
) -> DataFrame[BridgeNight]:
    """Return schemas.marts.BridgeNight of a quarter as two nights know it."""
    key = ["project_id", "lender", "cause", "parameter_id"]
    summed = bridge(before, after).group_by(key).agg(col("difference_tco2e").sum())
    moments = {"known_before_at": known_before_at, "since": since}
    named = summed.with_columns(
        period=lit(after.period.name),
        basis=lit(BASIS),
        **{name: lit(moment).cast(INSTANT_DTYPE) for name, moment in moments.items()},
    )
    return conform(named, BridgeNight).sort(key)


def stacked_nights(parts: Sequence[DataFrame[BridgeNight]]) -> DataFrame[BridgeNight]:
    """Return the parts of several quarters and sets of projects, by quarter and project."""
    return stacked([BridgeNight.empty_frame(), *parts]).sort("period", "project_id", "lender", maintain_order=True)
