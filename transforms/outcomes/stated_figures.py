"""A project's own annual figure beside what its capacity or its land can give.

    tonnes a year / output at full use on every day of the longest year     in tCO2 for a unit of output

Beyond the limit (bounds.csv, stated_figure) no such project exists: the figure counts nowhere until it is corrected. A
project without a capacity, or of a kind that has no row, has no bound.
"""

from collections.abc import Mapping
from typing import Final

import polars as pl

from schemas.between.projects import ForestArea, ProjectScope, StatedBound
from schemas.contract import DataFrame, conform, unchecked
from schemas.deliveries import Project
from schemas.marts import ImpossibleFigure, ProjectMonth
from transforms.activity.project_months import WITHHELD
from transforms.ground.bounds import bounds_of
from transforms.ground.reference import Reference
from transforms.ground.sentences import in_both

LONGEST_YEAR_DAYS: Final = 366
FOREST_LAND: Final = "forest_land"
REPORTED: Final = "reported"


def impossible_figures(
    projects: DataFrame[Project],
    scopes: DataFrame[ProjectScope],
    areas: DataFrame[ForestArea],
    built: DataFrame[StatedBound],
    reference: Reference,
) -> DataFrame[ImpossibleFigure]:
    """Return schemas.marts.ImpossibleFigure: the projects whose own annual figure cannot be.

    scopes: projects.scopes.project_scopes; areas: projects.forests.forest_areas; built: projects.outputs.stated_bounds.
    """
    limits = bounds_of(reference.bounds, "stated_figure").select(
        "unit", "impossible_below", "impossible_above", "evidence", bound="method_or_scope", kind="condition"
    )
    kinds = scopes.unpivot(["method", "technology"], index="project_id", value_name="kind").drop("variable")
    full_use = pl.concat([_of_capacity(built), _of_land(areas)]).filter(pl.col("full_use") > 0)
    stated = projects.select("project_id", tonnes="reported_annual_reduction_tco2").drop_nulls("tonnes")
    known = stated.join(full_use, on="project_id").join(kinds, on="project_id").join(limits, on=["bound", "kind"])
    value = pl.col("tonnes") / pl.col("full_use")
    beyond = known.with_columns(value=value).filter(~pl.col("value").is_between("impossible_below", "impossible_above"))
    first = beyond.sort("project_id", "bound", "kind").unique("project_id", keep="first")
    return unchecked(_explained(first, reference.sentences["impossible_figure"]), ImpossibleFigure)


def _of_capacity(built: DataFrame[StatedBound]) -> pl.DataFrame:
    """Return project_id, bound, full_use (output of a year without a pause) and size_text, a row a bound stated."""
    days = pl.col("times_per_day") * LONGEST_YEAR_DAYS
    return built.select(
        "project_id", "bound", full_use=pl.col("bound_size") * days.fill_null(1), size_text="capacity_text"
    )


def _of_land(areas: pl.DataFrame) -> pl.DataFrame:
    return areas.select(
        "project_id",
        bound=pl.lit(FOREST_LAND),
        full_use="area_ha",
        size_text=pl.format("{} mu", pl.col("area_mu").round(2)),
    )


def _explained(beyond: pl.DataFrame, texts: Mapping[str, str]) -> pl.DataFrame:
    lowest, highest = (pl.col(name) * pl.col("full_use") for name in ("impossible_below", "impossible_above"))
    bounded = beyond.with_columns(lowest_possible_tco2=lowest, highest_possible_tco2=highest)
    evidence, evidence_zh = in_both(
        texts,
        tonnes=pl.col("tonnes").round(2),
        size="size_text",
        value=pl.col("value").round(4),
        unit="unit",
        below="impossible_below",
        above="impossible_above",
        lowest=pl.col("lowest_possible_tco2").round(0),
        highest=pl.col("highest_possible_tco2").round(0),
    )
    rows = bounded.with_columns(
        evidence=evidence,
        evidence_zh=evidence_zh,
        reported_annual_reduction_tco2="tonnes",
        parameter_status="evidence",
    )
    return conform(rows, ImpossibleFigure).sort("project_id")


def withheld(months: DataFrame[ProjectMonth], impossible: DataFrame[ImpossibleFigure]) -> DataFrame[ProjectMonth]:
    """Return the project months (schemas.marts.ProjectMonth); those that rest on an impossible figure have none."""
    held = pl.col("project_id").is_in(impossible["project_id"].implode()) & (pl.col("status") == REPORTED)
    figure = pl.when(~held).then("emission_reductions_tco2e")
    return unchecked(
        months.with_columns(
            emission_reductions_tco2e=figure, status=pl.when(held).then(pl.lit(WITHHELD)).otherwise("status")
        ),
        ProjectMonth,
    )
