"""How a plant makes its power: asked for where a margin or a reservoir rests on it, and only there."""

from collections.abc import Collection

import polars as pl

from schemas.between import FlagFacts, ProjectScope
from schemas.contract import DataFrame, stacked
from schemas.reference import Parameter
from transforms.attribution.holdings import Holdings
from transforms.ground.flag_rows import flags
from transforms.projects.scopes import UNSTATED


def technologies_not_stated(
    holdings: Holdings, scopes: DataFrame[ProjectScope], technologies: Collection[str], parameters: DataFrame[Parameter]
) -> DataFrame[FlagFacts]:
    """Return a flag a grid project whose kind of power is not known, by what rests on it.

    A project with a margin and a reservoir factor of its own needs no kind: no flag.
    """
    own_margin, own_reservoir = (_stated(parameters, name) for name in ("grid_cm_ef", "reservoir_ef"))
    unknown = holdings.projects.join(scopes.select("project_id", "technology"), on="project_id").filter(
        pl.col("method") == "grid_renewable", ~pl.col("technology").is_in(list(technologies))
    )
    needed = unknown.filter(~(own_margin & own_reservoir))
    is_silent = pl.col("technology") == UNSTATED
    listed = ", ".join(technologies)
    return stacked(
        [
            flags(needed.filter(is_silent & own_margin), "technology_not_stated", "project_id"),
            flags(
                needed.filter(is_silent & ~own_margin),
                "technology_not_stated",
                "project_id",
                wording="technology_not_stated_nor_margin",
            ),
            flags(
                needed.filter(~is_silent),
                "technology_not_known",
                "project_id",
                "realisation_type",
                listed=pl.lit(listed),
            ),
        ]
    )


def _stated(parameters: DataFrame[Parameter], parameter_id: str) -> pl.Expr:
    own = parameters.filter(pl.col("parameter_id") == parameter_id)["scope"].unique()
    return pl.col("project_id").is_in(own.implode())
