"""Aquaculture, scenic areas and reservoirs: readings with a table of their own.

Which reading belongs to which table is data (data/reference/physical_indicators.toml). None of it becomes tonnes.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl

from schemas.between.ground import County, UnitConversion
from schemas.catalog import Published
from schemas.contract import C, DataFrame, conform
from schemas.deliveries import OperatingRecord, Project
from schemas.registers.marts import AquacultureIndicator, ReservoirIndicator, ScenicAreaIndicator
from transforms.ground.units import in_unit
from transforms.money.outstanding import with_county_name

Indicators = Mapping[str, Mapping[str, Any]]


def physical_tables(
    readings: DataFrame[OperatingRecord],
    projects: DataFrame[Project],
    counties: DataFrame[County],
    indicators: Indicators,
    units: DataFrame[UnitConversion],
) -> Published:
    """Return the readings that belong to each table, in the indicator's unit where theirs converts."""
    named = readings.join(_spellings(indicators), left_on=pl.col("metric").str.to_lowercase(), right_on="spelling")
    known = _in_own_unit(named, units).join(
        projects.select("project_id", "project_name", "county_code"), on="project_id", how="left"
    )
    placed = with_county_name(known, counties)
    return {
        "mart.aquaculture": _table(placed, "aquaculture", AquacultureIndicator),
        "mart.scenic_areas": _table(placed, "scenic_areas", ScenicAreaIndicator),
        "mart.reservoirs": _table(placed, "reservoirs", ReservoirIndicator),
    }


def _table(placed: pl.DataFrame, table: str, contract: type[C]) -> DataFrame[C]:
    return conform(placed.filter(pl.col("table") == table), contract).sort("project_id", "indicator", "period_start")


def _spellings(indicators: Indicators) -> pl.DataFrame:
    """Return every spelling of each indicator with its name, table, unit and titles."""
    rows = [
        {
            "spelling": spelling.lower(),
            "indicator": name,
            "table": entry["table"],
            "own_unit": entry["unit"],
            "title_zh": entry["title_zh"],
            "title_en": entry["title_en"],
        }
        for name, entry in indicators.items()
        for spelling in (name, *entry.get("aliases", ()))
    ]
    return pl.DataFrame(rows)


def _in_own_unit(rows: pl.DataFrame, units: DataFrame[UnitConversion]) -> pl.DataFrame:
    """State the value in the indicator's unit; a unit outside the registry (people, visits) stays as sent."""
    own = rows["own_unit"].unique().to_list()
    converted = pl.coalesce(
        pl.lit(None, pl.Float64),
        *(pl.when(pl.col("own_unit") == unit).then(in_unit("value", "unit", unit, units)) for unit in own),
    )
    stated = rows.with_columns(converted=converted)
    return stated.with_columns(
        value=pl.coalesce("converted", "value"),
        unit=pl.when(pl.col("converted").is_not_null()).then("own_unit").otherwise("unit"),
    )
