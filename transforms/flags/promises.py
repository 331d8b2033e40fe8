"""Where an annual figure has no promise to rest on."""

import polars as pl

from schemas.between import FlagFacts
from schemas.contract import DataFrame, stacked
from schemas.deliveries import Project
from transforms.ground.flag_rows import flags


def promise_flags(rows: pl.DataFrame, projects: DataFrame[Project]) -> DataFrame[FlagFacts]:
    """Return what a reader must know of attributed rows of a rule that counts promises per year.

    projects: the book's projects.
    """
    silent = projects.filter(pl.col("reported_annual_reduction_tco2").is_null()).select("project_id")
    without = rows.join(silent, on="project_id", how="semi")
    measured = pl.col("status") == "measured"
    lacking = pl.col("emission_reductions_tco2e").is_null() & (pl.col("status") == "blocked_missing_parameter")
    return stacked(
        [
            flags(without.filter(measured), "promise_from_formula", "project_id"),
            flags(without.filter(lacking), "missing_promise", "project_id"),
        ]
    )
