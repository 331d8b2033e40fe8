"""Physical indicators: carried through untouched; and the standard coal that power plants did not burn.

Equation   saved coal = EG x supply coal rate of thermal power    [tce]
Source     the regulator's green-credit guidance: net supplied electricity x the national supply coal rate
"""

from collections.abc import Mapping
from typing import Any

import polars as pl

from schemas.contract import DataFrame, conform, unchecked
from schemas.deliveries import OperatingRecord
from schemas.marts import PhysicalIndicator
from schemas.reference import Parameter
from transforms.factors.parameters import values_in_force
from transforms.methods.shared.standard_coal import STANDARD_COAL, SUPPLY_COAL_RATE


def physical_indicators(
    readings: DataFrame[OperatingRecord], parameters: DataFrame[Parameter], metrics: Mapping[str, Mapping[str, Any]]
) -> DataFrame[PhysicalIndicator]:
    """Return schemas.marts.PhysicalIndicator: readings whose metric no formula takes, and saved standard coal."""
    taken = [name for name, metric in metrics.items() if not metric.get("indicator")]
    carried = readings.filter(~pl.col("metric").is_in(taken)).with_columns(origin=pl.lit("delivered"))
    both = pl.concat([conform(carried, PhysicalIndicator), _saved_coal(readings, parameters)])
    return unchecked(both.sort("project_id", "metric", "period_start"), PhysicalIndicator)


def _saved_coal(readings: pl.DataFrame, parameters: DataFrame[Parameter]) -> pl.DataFrame:
    """Blank (no row) where no supply coal rate is on file for the reading's period."""
    supplied = readings.filter(pl.col("metric") == "electricity_supplied")
    grid = supplied.select(
        "project_id",
        "period_start",
        "period_end",
        electricity_supplied_mwh="value",
        operating_from_date="period_start",
        operating_to_date="period_end",
    )
    values = values_in_force(grid, SUPPLY_COAL_RATE, parameters)
    rows = values.with_columns(
        metric=pl.lit("saved_standard_coal"), value=STANDARD_COAL, unit=pl.lit("tce"), origin=pl.lit("computed")
    )
    return conform(rows.drop_nulls("value"), PhysicalIndicator)
