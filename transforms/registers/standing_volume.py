"""Standing volume of forest strata by survey: a stock in m3, with the area in mu and hectares; never tonnes."""

import polars as pl

from schemas.between.ground import County, UnitConversion
from schemas.contract import DataFrame, conform
from schemas.deliveries import ForestStratum, Project
from schemas.registers.marts import StandingVolume
from transforms.ground.units import in_unit
from transforms.money.outstanding import with_county_name


def standing_volume(
    strata: DataFrame[ForestStratum],
    projects: DataFrame[Project],
    counties: DataFrame[County],
    units: DataFrame[UnitConversion],
) -> DataFrame[StandingVolume]:
    """Return schemas.registers.marts.StandingVolume; an area or volume whose unit does not convert stays empty."""
    converted = strata.with_columns(
        area_mu=in_unit("area", "area_unit", "mu", units),
        area_ha=in_unit("area", "area_unit", "ha", units),
        standing_volume_m3=volume_m3(units),
    )
    named = projects.select("project_id", "project_name", "county_code")
    rows = with_county_name(converted.join(named, on="project_id", how="left"), counties)
    return conform(rows, StandingVolume).sort("project_id", "stratum", "survey_date")


def volume_m3(units: DataFrame[UnitConversion]) -> pl.Expr:
    """The standing volume of a stratum in m3, stated as a volume or as one per area; null where a unit is not known."""
    per_area = in_unit("volume", "volume_unit", "m3/ha", units) * in_unit("area", "area_unit", "ha", units)
    return pl.coalesce(in_unit("volume", "volume_unit", "m3", units), per_area)


def strata_in_unknown_units(
    strata: DataFrame[ForestStratum], units: DataFrame[UnitConversion]
) -> DataFrame[ForestStratum]:
    """Return the strata with a volume or area that converts to no m3 or mu."""
    volume, area = volume_m3(units), in_unit("area", "area_unit", "mu", units)
    lost = (pl.col("volume").is_not_null() & volume.is_null()) | (pl.col("area").is_not_null() & area.is_null())
    return strata.filter(lost)
