"""A state: what attributed tonnes of a period were worked out from, by which rule."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from schemas.contract import DataFrame
from schemas.marts import ReadingUse
from schemas.reference import ParameterUse
from transforms.attribution.holdings import Holdings
from transforms.attribution.profiles import Rule
from transforms.ground.calendar import Period

PLACE: Final = "place"
"""The number of a month in its period: months of two periods are aligned by it."""


@dataclass(frozen=True, eq=False)
class State:
    """holdings, readings, factors: of the whole book or of some projects; period: of whole months.

    kinds: of metrics that are items, their kind (item_kinds).
    """

    holdings: Holdings
    readings: DataFrame[ReadingUse]
    factors: DataFrame[ParameterUse]
    period: Period
    rule: Rule
    kinds: Mapping[str, str]

    @property
    def months(self) -> list[Period]:
        """The period's months, by their places."""
        starts = pl.date_range(self.period.first, self.period.last, interval="1mo", eager=True)
        return [Period(str(at), first, _month_end(first)) for at, first in enumerate(starts.to_list())]


def placed(state: State, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of the period's months, with their place in it."""
    places = pl.DataFrame(
        [(month.first, at) for at, month in enumerate(state.months)],
        schema={"month_start_date": pl.Date, PLACE: pl.Int64},
        orient="row",
    )
    return rows.join(places, on="month_start_date", maintain_order="left")


def item_kinds(metrics: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return the kind of each metric that is an item of one (data/reference/metrics.toml)."""
    return {name: metric["kind"] for name, metric in metrics.items() if "kind" in metric}


def _month_end(first: dt.date) -> dt.date:
    return (first.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
