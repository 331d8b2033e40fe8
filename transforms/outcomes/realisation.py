"""Which projects a promise is compared with: the realisation distribution of its type, as registers show it.

Choice   the type or subtype that the project names, else the method's own; a subtype's row before its type's, and
         for a project in China the Chinese row before that of all countries
Caution  the registers count projects that issued at least once: survivors only, true medians are lower
"""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from schemas.between.outcomes import ProjectRealisation
from schemas.between.projects import ProjectScope
from schemas.contract import DataFrame, unchecked
from schemas.deliveries import Project
from schemas.reference import Realisation

COLUMNS: Final = [
    "realisation_type_used",
    "realisation_scope",
    "realisation_projects_count",
    "p10_ratio",
    "median_ratio",
    "p90_ratio",
]


def project_realisation(
    projects: DataFrame[Project],
    scopes: DataFrame[ProjectScope],
    table: DataFrame[Realisation],
    types: Mapping[str, Mapping[str, Any]],
    methods: Mapping[str, Mapping[str, Any]],
) -> DataFrame[ProjectRealisation]:
    """Return project_id and COLUMNS; all empty where the kind of project is unknown.

    table: schemas.reference.Realisation; scopes: activity.operating.project_scopes (province_code).
    """
    defaults = {name: method["realisation_type"] for name, method in methods.items() if "realisation_type" in method}
    of_method = pl.col("method").replace_strict(defaults, default=None, return_dtype=pl.String)
    named = projects.select(
        "project_id", spelling=pl.coalesce("realisation_type", of_method).str.strip_chars().str.to_lowercase()
    ).join(scopes.select("project_id", "province_code"), on="project_id", how="left", maintain_order="left")
    placed = named.with_columns(is_in_china=pl.col("province_code").str.starts_with("CN").fill_null(False))
    return unchecked(
        placed.join(_choices(table, types), on=["spelling", "is_in_china"], how="left", maintain_order="left").select(
            "project_id", *COLUMNS
        ),
        ProjectRealisation,
    )


def _choices(table: pl.DataFrame, types: Mapping[str, Mapping[str, Any]]) -> pl.DataFrame:
    """Return the row for every spelling, in China and elsewhere. A name that is a type and a subtype is the type."""
    of_types = table.filter(pl.col("realisation_subtype").is_null()).with_columns(name="realisation_type")
    of_subtypes = table.filter(pl.col("realisation_subtype").is_not_null()).with_columns(name="realisation_subtype")
    own = pl.concat([of_types, of_subtypes.filter(~pl.col("name").is_in(of_types["name"].implode()))])
    china_first = own.sort("name", pl.col("realisation_scope") != "CN")
    everywhere = own.filter(pl.col("realisation_scope") == "all")
    chosen = pl.concat(
        [
            china_first.unique("name", keep="first", maintain_order=True).with_columns(is_in_china=pl.lit(True)),
            everywhere.with_columns(is_in_china=pl.lit(False)),
        ]
    )
    return chosen.rename({"name": "realisation_type_used"}).join(
        _spellings(own, types), on="realisation_type_used", maintain_order="left"
    )


def _spellings(own: pl.DataFrame, types: Mapping[str, Mapping[str, Any]]) -> pl.DataFrame:
    rows = [
        {"realisation_type_used": name, "spelling": spelling.lower()}
        for name in own["name"].unique().sort()
        for spelling in (name, *types.get(name, {}).get("aliases", ()))
    ]
    return pl.DataFrame(rows)
