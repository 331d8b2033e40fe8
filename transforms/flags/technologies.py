"""How a plant makes its power: asked for where a margin or a reservoir rests on it, and only there."""

from collections.abc import Collection

import polars as pl

from transforms.attribution.holdings import Holdings
from transforms.ground.flag_rows import COLUMNS, flags
from transforms.projects.scopes import UNSTATED


def technologies_not_stated(
    holdings: Holdings, scopes: pl.DataFrame, technologies: Collection[str], parameters: pl.DataFrame
) -> pl.DataFrame:
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
    return pl.concat([
        flags(needed.filter(is_silent & own_margin), "technology_not_stated", "project_id",
              "realisation_type is empty (Wind, Solar, Hydro ...): taken as without a reservoir",
              "未填报项目类型（风电、光伏、水电等）：按无水库处理"),
        flags(needed.filter(is_silent & ~own_margin), "technology_not_stated", "project_id",
              "realisation_type is empty (Wind, Solar, Hydro ...): the margins of the grid cannot be weighed, so there "
              "is no figure; deliver it",
              "未填报项目类型（风电、光伏、水电等）：无法确定组合边际权重，不出具数字；请报送"),
        flags(needed.filter(~is_silent), "technology_not_known", "project_id",
              pl.format("realisation_type '{}' is none of {}: no weights of the margins and no reservoir are on file "
                        "for it; deliver one of them, or grid_cm_ef and reservoir_ef of the project",
                        "realisation_type", pl.lit(listed)),
              pl.format("项目类型“{}”不属于已列发电技术：没有组合边际权重和水库因子；请更正类型，或报送项目自有的 "
                        "grid_cm_ef 与 reservoir_ef", "realisation_type")),
    ]).select(COLUMNS)  # fmt: skip


def _stated(parameters: pl.DataFrame, parameter_id: str) -> pl.Expr:
    own = parameters.filter(pl.col("parameter_id") == parameter_id)["scope"].unique()
    return pl.col("project_id").is_in(own.implode())
