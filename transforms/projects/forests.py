"""Forests that state their own figure: what trees take up is a removal, and no avoided emission.

A project sent as `reported` is taken as `reported_removals` where it states a forest kind, where it states no kind and
its name is that of a forest, or where it delivers forest strata. The words are forest_kinds and forest_names of
data/reference/methods.toml.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from schemas.between.ground import UnitConversion
from schemas.between.projects import ForestArea
from schemas.contract import DataFrame, unchecked
from schemas.deliveries import ForestStratum, Project
from transforms.ground.units import in_unit

REPORTED: Final = "reported"
REPORTED_REMOVALS: Final = "reported_removals"


def with_forests_apart(
    projects: DataFrame[Project], strata: DataFrame[ForestStratum], methods: Mapping[str, Mapping[str, Any]]
) -> DataFrame[Project]:
    """Return the projects; a forest that was sent as `reported` has the method `reported_removals`."""
    words = methods[REPORTED_REMOVALS]
    is_surveyed = pl.col("project_id").is_in(strata["project_id"].unique().implode())
    is_forest = is_surveyed | _has_forest_kind(words["forest_kinds"]) | _has_forest_name(words["forest_names"])
    moved = (pl.col("method") == REPORTED) & is_forest
    apart = projects.with_columns(method=pl.when(moved).then(pl.lit(REPORTED_REMOVALS)).otherwise("method"))
    return unchecked(apart, Project)


def _has_forest_kind(kinds: Sequence[str]) -> pl.Expr:
    stated = _plain(pl.col("realisation_type"))
    return stated.is_in([kind.lower() for kind in kinds]).fill_null(False)


def _has_forest_name(words: Sequence[str]) -> pl.Expr:
    """A stated kind that is not a forest overrides the name."""
    names = _plain(pl.col("project_name")).str.contains_any(list(words), ascii_case_insensitive=True)
    return pl.col("realisation_type").is_null() & names.fill_null(False)


def _plain(text: pl.Expr) -> pl.Expr:
    return text.str.normalize("NFKC").str.strip_chars().str.to_lowercase()


def forest_areas(
    strata: DataFrame[ForestStratum], projects: DataFrame[Project], units: DataFrame[UnitConversion]
) -> DataFrame[ForestArea]:
    """Return project_id, area_mu and area_ha: the strata of the last survey, else a capacity stated as an area."""
    last = pl.col("survey_date") == pl.col("survey_date").max().over("project_id")
    surveyed = (
        strata.filter(last)
        .with_columns(_areas("area", "area_unit", units))
        .group_by("project_id")
        .agg(pl.when(pl.col(name).null_count() == 0).then(pl.col(name).sum()) for name in ("area_mu", "area_ha"))
    )
    stated = projects.join(surveyed, on="project_id", how="anti").select(
        "project_id", *_areas("capacity", "capacity_unit", units)
    )
    return unchecked(pl.concat([surveyed, stated]).drop_nulls("area_mu"), ForestArea)


def _areas(quantity: str, unit: str, units: DataFrame[UnitConversion]) -> list[pl.Expr]:
    return [in_unit(quantity, unit, wanted, units).alias(f"area_{wanted}") for wanted in ("mu", "ha")]
