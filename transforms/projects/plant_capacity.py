"""The capacity of power plants in megawatts."""

import polars as pl

from schemas.between.ground import UnitConversion
from schemas.between.projects import PowerCapacity
from schemas.contract import DataFrame, unchecked
from schemas.deliveries import Project

HOURS_PER_DAY = 24


def capacity_mw(projects: DataFrame[Project], units: DataFrame[UnitConversion]) -> DataFrame[PowerCapacity]:
    """Return the capacity of the projects that state one in a unit of power."""
    megawatts = units.filter(pl.col("canonical_unit") == "MW").select(
        "spelling", megawatts=pl.col("multiplier") / pl.col("divisor")
    )
    stated = (
        projects.select("project_id", "capacity", spelling=pl.col("capacity_unit").str.to_lowercase())
        .join(megawatts, on="spelling")
        .filter(pl.col("capacity") > 0)
        .select("project_id", capacity_mw=pl.col("capacity") * pl.col("megawatts"))
    )
    return unchecked(stated, PowerCapacity)
