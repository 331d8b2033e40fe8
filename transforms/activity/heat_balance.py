"""Heat out of a plant and net heat of its fuels, month by month: what two meters of one plant say of each other."""

from typing import Final

import polars as pl

from schemas.between.activity import CompleteReading, HeatBalance
from schemas.between.projects import ReportedItem
from schemas.contract import DataFrame, unchecked
from schemas.deliveries import Project
from schemas.reference import Parameter
from transforms.factors.parameters import values_in_force, with_item_scopes
from transforms.methods.catalog import HEAT_SOURCES
from transforms.methods.shared.fuel_combustion import FUEL_HEAT, NCV_OF_FUEL
from transforms.methods.shared.replaced_boilers import HEAT, HEAT_READINGS, STEAM_PARAMETERS

KEY: Final = ["project_id", "month_start_date"]


def heat_balance(
    complete: DataFrame[CompleteReading],
    items: DataFrame[ReportedItem],
    parameters: DataFrame[Parameter],
    projects: DataFrame[Project],
) -> DataFrame[HeatBalance]:
    """Return KEY, heat_gj and fuel_gj of the months in which both are known; of heat pumps fuel_gj is empty.

    complete: activity.operating.operating_readings; items: project_id, kind, item, metric. Heat is what users meter,
    or steam x (h - h_ref); fuel is every fuel that the project has ever reported, on net calorific value.
    """
    if not (items["kind"] == "fuel").any():
        return HeatBalance.empty_frame()
    months = (
        complete.select(KEY)
        .unique()
        .with_columns(
            operating_from_date="month_start_date", operating_to_date=pl.col("month_start_date").dt.month_end()
        )
    )
    heat, fuel = _heat(months, complete, parameters), _fuel_heat(months, complete, items, parameters)
    pumps = [method for method, source in HEAT_SOURCES.items() if source == "heat_pump"]
    is_pumped = pl.col("project_id").is_in(projects.filter(pl.col("method").is_in(pumps))["project_id"].implode())
    both = heat.join(fuel, on=KEY).drop_nulls(["heat_gj", "fuel_gj"]).sort(KEY)
    return unchecked(both.with_columns(fuel_gj=pl.when(~is_pumped).then("fuel_gj")), HeatBalance)


def _heat(months: pl.DataFrame, complete: DataFrame[CompleteReading], parameters: DataFrame[Parameter]) -> pl.DataFrame:
    valued = values_in_force(months, STEAM_PARAMETERS, parameters)
    for symbol, metric in HEAT_READINGS.items():
        read = complete.filter(metric=metric).select(*KEY, pl.col("value").alias(symbol))
        valued = valued.join(read, on=KEY, how="left")
    return valued.select(*KEY, heat_gj=HEAT)


def _fuel_heat(
    months: pl.DataFrame,
    complete: DataFrame[CompleteReading],
    items: DataFrame[ReportedItem],
    parameters: DataFrame[Parameter],
) -> pl.DataFrame:
    """Net heat of all the fuels that the project has ever reported; empty where one of them is not read."""
    burned = with_item_scopes(items.filter(pl.col("kind") == "fuel"))
    needs = {"fuel_ncv_gj_per_fuel_unit": NCV_OF_FUEL}
    valued = values_in_force(months.join(burned, on="project_id"), needs, parameters)
    read = complete.select(*KEY, "metric", fuel_consumed_fuel_unit="value")
    heat = valued.join(read, on=[*KEY, "metric"], how="left").with_columns(gj=FUEL_HEAT)
    return heat.group_by(KEY).agg(fuel_gj=pl.when(pl.col("gj").null_count() == 0).then(pl.col("gj").sum()))
