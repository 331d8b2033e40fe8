"""Which fuels, species, animals ... each project has ever reported: the items that a method sums over."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from schemas.between.activity import MonthlyPart
from schemas.between.projects import ReportedItem
from schemas.contract import DataFrame, unchecked
from schemas.deliveries import OperatingRecord
from transforms.ground.units import metric_table


def reported_items(
    readings: DataFrame[OperatingRecord | MonthlyPart], metrics: Mapping[str, Mapping[str, Any]]
) -> DataFrame[ReportedItem]:
    """Return project_id, kind, item, metric of each fuel, species ... that a project has ever reported."""
    itemised = metric_table(metrics).filter(pl.col("item").is_not_null())
    found = readings.join(itemised, left_on="metric", right_on="spelling")
    return unchecked(
        found.select("project_id", "kind", "item", "metric").unique().sort("project_id", "kind", "item"), ReportedItem
    )
