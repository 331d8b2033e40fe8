"""Space heating across months: by the heat that the months took, never by days alone.

    part of a month = reading x weight of the month / weight of the reading's period

Weight   fuel and electricity: heat metered at the users (heat_delivered, else steam_delivered), else degree days;
         heat and steam: heating-degree days. Days count only inside a month, for a reading that meets part of it.
Source   the heating season is not a constant load: a day of January and a day of April burn different amounts
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import polars as pl

from schemas.between.activity import CompleteReading, MonthlyPart
from schemas.contract import DataFrame, stacked, unchecked
from schemas.deliveries import OperatingRecord
from schemas.reference import Parameter
from transforms.activity.operating import cut_by_months, monthly_readings
from transforms.ground.calendar import days_between

DEGREE_DAYS: Final = "heating_degree_days"
HEAT_METRICS: Final = ("heat_delivered", "steam_delivered")
WEIGHTS: Final = (*HEAT_METRICS, DEGREE_DAYS)
FUEL_KINDS: Final = ("fuel", "baseline_fuel")
SWITCH: Final = "is_space_heating"
PART: Final = ["reading", "month_start_date"]


class Spread(NamedTuple):
    """parts: activity.operating.monthly_readings of every reading that could be spread.

    unspread: the parts (by days, their value is not to be used) of the readings that could not.
    """

    parts: DataFrame[MonthlyPart]
    unspread: DataFrame[MonthlyPart]


def spread_readings(
    readings: DataFrame[OperatingRecord], parameters: DataFrame[Parameter], metrics: Mapping[str, Mapping[str, Any]]
) -> Spread:
    """Return the months' parts of each reading (operating records as accepted); totals stay exact.

    Readings of space heating that cross months follow heat or degree days; where neither covers every day of the
    reading's period, it stays unspread and its months have no value. All others are spread by days.
    """
    crosses = pl.col("period_start").dt.month_start() != pl.col("period_end").dt.month_start()
    is_heating = pl.col("project_id").is_in(seasonal_projects(readings, parameters).implode()) & pl.col("metric").is_in(
        following_metrics(metrics)
    )
    seasonal = readings.filter(is_heating & crosses).with_row_index("reading")
    plain = monthly_readings(readings.filter(~(is_heating & crosses)))
    if seasonal.is_empty():
        return Spread(plain, MonthlyPart.empty_frame())
    weighed = _weighed(cut_by_months(seasonal), readings)
    parts = unchecked(weighed.select(plain.columns), MonthlyPart)
    is_spread = pl.col("spread_by").is_not_null()
    return Spread(stacked([plain, parts.filter(is_spread)]), parts.filter(~is_spread))


def seasonal_projects(
    readings: DataFrame[OperatingRecord | CompleteReading], parameters: DataFrame[Parameter]
) -> pl.Series:
    """Return the projects that heat space: they deliver heating-degree days, or say is_space_heating = 1."""
    switched = parameters.filter((pl.col("parameter_id") == SWITCH) & (pl.col("value") == 1))["scope"]
    delivered = readings.filter(pl.col("metric") == DEGREE_DAYS)["project_id"]
    return pl.concat([delivered, switched.alias("project_id")]).unique().sort()


def following_metrics(metrics: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return the metrics that follow the season: heat, every fuel, and what else heating_degree_days names."""
    others = metrics[DEGREE_DAYS]["seasonal_metrics"]
    return [*heat_and_fuel(metrics), *(name for name in others if name not in HEAT_METRICS)]


def heat_and_fuel(metrics: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return the metrics that are nothing where nothing is heated: every fuel, and heat."""
    return [*(name for name, metric in metrics.items() if metric.get("kind") in FUEL_KINDS), *HEAT_METRICS]


def _weighed(parts: pl.DataFrame, readings: pl.DataFrame) -> pl.DataFrame:
    """Give each part its value by the first weight that covers all the reading's days and is not nothing.

    spread_by names the weight; it is null where there is none.
    """
    wanted = parts
    is_heat = pl.col("metric").is_in(HEAT_METRICS)
    for weight in WEIGHTS:
        open_to = wanted if weight == DEGREE_DAYS else wanted.filter(~is_heat)
        wanted = wanted.join(_weights(open_to, readings, weight), on=PART, how="left", maintain_order="left")
    shares = [pl.when(pl.col(f"total_{name}") > 0).then(pl.col(name) / pl.col(f"total_{name}")) for name in WEIGHTS]
    used = [pl.when(pl.col(f"total_{name}") > 0).then(pl.lit(name)) for name in WEIGHTS]
    nothing = pl.col("value") == 0  # nothing is nothing in every month, whatever the weights
    return wanted.with_columns(
        value=pl.when(nothing).then(0.0).otherwise(pl.col("value") * pl.coalesce(shares)),
        is_spread=pl.lit(True),
        spread_by=pl.coalesce(*used, pl.when(nothing).then(pl.lit("days"))),
    )


def _weights(parts: pl.DataFrame, readings: pl.DataFrame, weight: str) -> pl.DataFrame:
    """Return reading, month_start_date, the weight of the part and of the whole; null where a day is uncovered."""
    within_a_month = pl.col("period_start").dt.month_start() == pl.col("period_end").dt.month_start()
    metered = readings.filter((pl.col("metric") == weight) & within_a_month).select(
        "project_id",
        month_start_date=pl.col("period_start").dt.month_start(),
        metered="value",
        metered_from="period_start",
        metered_to="period_end",
    )
    met = parts.join(metered, on=["project_id", "month_start_date"], how="left").with_columns(
        met_days=days_between(
            pl.max_horizontal("part_from_date", "metered_from"), pl.min_horizontal("part_to_date", "metered_to")
        ),
        metered_days=days_between(pl.col("metered_from"), pl.col("metered_to")),
    )
    met_days = pl.when(pl.col("metered").is_not_null()).then(pl.col("met_days")).otherwise(0)
    each = met.group_by(*PART, "part_from_date", "part_to_date").agg(
        (pl.col("metered") * met_days / pl.col("metered_days")).sum().alias(weight), covered=met_days.sum()
    )
    is_covered = pl.col("covered") == days_between(pl.col("part_from_date"), pl.col("part_to_date"))
    total = pl.when(is_covered.all().over("reading")).then(pl.col(weight).sum().over("reading"))
    return each.select(*PART, weight, total.alias(f"total_{weight}"))
