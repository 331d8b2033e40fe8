"""What factors may hold for, project by project: its province, its technology, and the kind of its margin."""

from functools import lru_cache
from typing import Final

import polars as pl

from schemas.between.projects import ProjectScope
from schemas.contract import DataFrame, unchecked
from schemas.deliveries import Project
from schemas.reference import Parameter
from transforms.ground.reference import Reference

UNSTATED: Final = "unstated"
"""The technology of a project that does not state how it makes electricity."""
LATER_PERIOD: Final = "/later_period"
"""Ends the technology of a project in a renewed crediting period: its margins have other weights."""


def project_scopes(
    projects: DataFrame[Project], reference: Reference, parameters: DataFrame[Parameter]
) -> DataFrame[ProjectScope]:
    """Return per project what factors may hold for whatever the day: province, technology, and margin_kind, the

    technology and crediting period by which the two margins of a grid are weighed. A project that states no kind, or
    none that makes power, is of its method's own kind; if that has none and a power density is stated, it is hydro.
    Its crediting period, where stated, is that of the whole book.
    """
    named = projects.with_columns(
        spelling=pl.col("province_or_country").str.to_lowercase(), technology=_technology(reference, parameters)
    )
    placed = named.join(_provinces(reference), on="spelling", how="left", maintain_order="left")
    is_later = pl.col("project_id").is_in(_stating(parameters, "crediting_period", above=1))
    period = pl.when(is_later).then(pl.lit(LATER_PERIOD)).otherwise(pl.lit(""))
    scopes = placed.with_columns(margin_kind=pl.col("technology") + period).select(
        "project_id",
        "method",
        "method_edition",
        "commissioning_date",
        "reported_annual_reduction_tco2",
        "province_code",
        "technology",
        "margin_kind",
    )
    return unchecked(scopes, ProjectScope)


@lru_cache(maxsize=1)
def _provinces(reference: Reference) -> pl.DataFrame:
    """Return a row a spelling of each province, in lower case."""
    spellings = (
        reference.regions.select(
            "province_code",
            spelling=pl.concat_list(
                "province_code", "province_zh", "province_en", pl.col("aliases").fill_null("").str.split("|")
            ),
        )
        .explode("spelling")
        .with_columns(pl.col("spelling").str.to_lowercase())
        .filter(pl.col("spelling") != "")
    )
    return spellings.unique("spelling")


def _technology(reference: Reference, parameters: DataFrame[Parameter]) -> pl.Expr:
    """The technology by any of its names; a word that is none stays as it is."""
    names = {
        spelling.lower(): name
        for name, technology in reference.technologies.items()
        for spelling in (name, *technology["aliases"])
    }
    own = {
        name: method["realisation_type"] for name, method in reference.methods.items() if "realisation_type" in method
    }
    of_method = pl.col("method").replace_strict(own, default=None, return_dtype=pl.String)
    stated, own_kind = (kind.str.strip_chars().str.to_lowercase() for kind in (pl.col("realisation_type"), of_method))
    has_reservoir = pl.col("project_id").is_in(_stating(parameters, "power_density"))
    return pl.coalesce(
        stated.replace_strict(names, default=None, return_dtype=pl.String),
        own_kind.replace(names),
        stated,
        pl.when(has_reservoir).then(pl.lit("hydro")),
        pl.lit(UNSTATED),
    )


def _stating(parameters: DataFrame[Parameter], parameter_id: str, above: float = 0) -> list[str]:
    """Return for what a parameter is stated with a value above the given one."""
    rows = parameters.filter(pl.col("parameter_id") == parameter_id, pl.col("value") > above)
    return rows["scope"].to_list()
