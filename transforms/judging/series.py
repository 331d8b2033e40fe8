"""The monthly series of a book: each reading that enters a formula, as a value per day of operation.

Values per day, so that short months do not count. What was spread over months (is_spread) has a level and no shape: the
shape is ours.
"""

from collections.abc import Iterable
from typing import Final

import polars as pl

from schemas.between.activity import CompleteReading, OperatingMonth, TakenMetric
from schemas.between.projects import ReportedItem
from schemas.contract import DataFrame, stacked, unchecked
from schemas.reference import Parameter
from transforms.activity.spreading import seasonal_projects
from transforms.activity.taken import TAKEN, metrics_taken
from transforms.ground.calendar import days_between
from transforms.methods.engine.method import Method

SOLAR: Final = ("solar", "solar_thermal")
WIND: Final = ("wind", "offshore_wind")
POWER: Final = ("electricity_supplied", "electricity_self_used", "electricity_exported")
"""Power of a plant that sun, wind or water drives: its series follows the weather."""

ALL_POWER: Final = "electricity_self_used + electricity_exported"
FLOWING: Final = ("electricity_", "heat_", "steam_", "boiler_", "power_", "recovered_", "product_", "own_")
"""Beginnings of metrics that a meter reads month by month; `*_consumed` of a fuel is another."""

KEY: Final = ["project_id", "metric"]


def monthly_series(
    readings: DataFrame[CompleteReading],
    months: DataFrame[OperatingMonth],
    methods: Iterable[Method],
    items: DataFrame[ReportedItem],
    parameters: DataFrame[Parameter],
) -> pl.DataFrame:
    """Return KEY, month_start_date, number (of the month, in a row), kind, technology, province_code, value, daily,

    is_spread. readings: activity.operating.operating_readings; months: operating_months; items: project_id, kind,
    item, metric.
    """
    taken = _taken(months, methods, items)
    heated = seasonal_projects(readings, parameters)
    scopes = months.select(
        "project_id",
        "month_start_date",
        "method",
        "method_edition",
        "technology",
        "province_code",
        days=days_between(pl.col("operating_from_date"), pl.col("operating_to_date")),
    )
    read = readings.select(*KEY, "month_start_date", "value", "is_spread")
    rows = (
        pl.concat([read, _together(read)])
        .join(scopes, on=["project_id", "month_start_date"])
        .join(taken, on=TAKEN, how="semi")
    )
    number = pl.col("month_start_date").dt.year() * 12 + pl.col("month_start_date").dt.month()
    return rows.with_columns(
        number=number.cast(pl.Int32), daily=pl.col("value") / pl.col("days"), kind=_kind(heated)
    ).sort(*KEY, "number")


def _taken(
    months: DataFrame[OperatingMonth], methods: Iterable[Method], items: DataFrame[ReportedItem]
) -> DataFrame[TakenMetric]:
    """Return what the formulas take, and of a roof the sum of what it makes."""
    roofs = months.filter(pl.col("method") == "rooftop_pv").with_columns(metric=pl.lit(ALL_POWER))
    return stacked([metrics_taken(months, items, methods), unchecked(roofs.select(TAKEN).unique(), TakenMetric)])


def _together(readings: pl.DataFrame) -> pl.DataFrame:
    """What a roof makes: used by the host and exported, where both are read."""
    both = readings.filter(pl.col("metric").is_in(POWER[1:]))
    summed = both.group_by("project_id", "month_start_date").agg(
        pl.col("value").sum(), pl.col("is_spread").any(), count=pl.len()
    )
    whole = summed.filter(pl.col("count") == len(POWER[1:]))
    return whole.select("project_id", "month_start_date", "value", "is_spread", metric=pl.lit(ALL_POWER)).select(
        readings.columns
    )


def _kind(heated: pl.Series) -> pl.Expr:
    """The kind of the series, by which its limits are chosen."""
    is_power = pl.col("metric").is_in([*POWER[:1], ALL_POWER])
    flows = pl.any_horizontal(pl.col("metric").str.starts_with(word) for word in FLOWING)
    is_metered = flows | pl.col("metric").str.ends_with("_consumed")
    return (
        pl.when(is_power & pl.col("technology").is_in(SOLAR))
        .then(pl.lit("solar"))
        .when(is_power & pl.col("technology").is_in(WIND))
        .then(pl.lit("wind"))
        .when(is_power & (pl.col("technology") == "hydro"))
        .then(pl.lit("hydro"))
        .when(is_metered & pl.col("project_id").is_in(heated.implode()))
        .then(pl.lit("space_heating"))
        .when(is_metered)
        .then(pl.lit("process"))
        .otherwise(pl.lit("season"))
    )
