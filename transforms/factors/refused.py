"""A refused factor leaves a named gap: no figure, and no default in place of the value sent."""

from collections.abc import Iterable
from typing import Final

import polars as pl

from schemas.between.activity import OperatingMonth
from schemas.between.factors import RefusedFactor, RefusedFactorMonth
from schemas.between.projects import ReportedItem
from schemas.contract import DataFrame, unchecked
from schemas.deliveries import DeliveredParameter, Project
from schemas.marts import ProjectMonth
from schemas.reference import Parameter
from schemas.runs import RefusedParameter, RefusedReading
from schemas.words.statuses import OF_BLOCKED_MONTHS
from transforms.factors.derived_parameters import FAMILIES
from transforms.methods.engine.method import Method, Need

OWN_SCOPES: Final = ("project_id", "project_item", "project_of_one_item")
FACTS_OF_THE_PROJECT: Final = ("crediting_period", "power_density", "is_space_heating")
"""Parameters that decide which factors and which spreading a project has, whatever its formula."""


def with_refused_readings(
    months: DataFrame[ProjectMonth], refused: DataFrame[RefusedReading]
) -> DataFrame[ProjectMonth]:
    """Return the months (schemas.marts.ProjectMonth), `refused` where the reading that is missing was sent and refused.

    refused: project_id, first_date, last_date.
    """
    met = (
        months.filter(pl.col("status").is_in(OF_BLOCKED_MONTHS))
        .join(refused, on="project_id")
        .filter(
            (pl.col("first_date") <= pl.col("operating_to_date"))
            & (pl.col("last_date") >= pl.col("operating_from_date"))
        )
    )
    key = ["project_id", "month_start_date", "operating_from_date"]
    marked = months.join(
        met.select(key).unique().with_columns(is_refused=pl.lit(True)), on=key, how="left", maintain_order="left"
    )
    status = pl.when(pl.col("is_refused").fill_null(False)).then(pl.lit("refused")).otherwise("status")
    return unchecked(marked.with_columns(status=status).drop("is_refused"), ProjectMonth)


def refused_factors(
    refused: DataFrame[RefusedParameter],
    parameters: DataFrame[DeliveredParameter],
    projects: DataFrame[Project],
    items: DataFrame[ReportedItem],
) -> DataFrame[RefusedFactor]:
    """Return the refused rows about a project of its own, or about an item that it reports.

    refused: schemas.runs.RefusedParameter. A row whose days could not be read is answered by any accepted row of the
    same parameter and scope. Of a scope the case of letters is not looked at: a project's id written otherwise was
    refused, and is its own.
    """
    places = pl.concat(
        [
            projects.select("project_id", scope="project_id"),
            items.select("project_id", scope=pl.col("project_id") + "/" + pl.col("item")),
        ]
    ).unique()
    folded = pl.col("scope").str.to_lowercase().alias("folded")
    rows = refused.with_columns(folded).drop("scope").join(places.with_columns(folded), on="folded").drop("folded")
    undated = pl.col("first_date").is_null() | pl.col("last_date").is_null()
    answered = rows.filter(undated).join(parameters, on=["parameter_id", "scope"], how="semi")
    left = rows.join(answered, on=["parameter_id", "scope", "first_date", "last_date"], how="anti", nulls_equal=True)
    return unchecked(left.select(RefusedFactor.columns()).unique().sort(RefusedFactor.columns()), RefusedFactor)


def own_parameters(method: Method) -> set[str]:
    """Return the parameters that a project of the method may state for itself, those of derived factors included."""
    direct = {name for need in _needs(method) for name, scope in need.lookups if scope in OWN_SCOPES}
    parts = {
        part
        for family in FAMILIES
        if family.parameter_id in direct
        for part, key in family.parts.items()
        if key == "scope"
    }
    return direct | parts | set(FACTS_OF_THE_PROJECT)


def _needs(method: Method) -> Iterable[Need]:
    yield from method.parameters.values()
    for part in method.parts:
        yield from part.parameters.values()
    for condition in method.conditions:
        yield from condition.facts.values()


def without_their_own_factor(
    months: DataFrame[OperatingMonth],
    method: Method,
    factors: DataFrame[RefusedFactor],
    parameters: DataFrame[Parameter],
) -> DataFrame[RefusedFactorMonth]:
    """Return the months in which a refused row was to hold and no accepted one of its kind does."""
    wanted = factors.filter(pl.col("parameter_id").is_in(sorted(own_parameters(method))))
    window = months.select("project_id", "month_start_date", "operating_from_date", "operating_to_date")
    met = window.join(wanted, on="project_id").filter(
        (pl.col("first_date") <= pl.col("operating_to_date")).fill_null(True)
        & (pl.col("last_date") >= pl.col("operating_from_date")).fill_null(True)
    )
    in_force = met.join(parameters, on=["parameter_id", "scope"]).filter(
        (pl.col("valid_from") <= pl.col("operating_from_date")) & (pl.col("valid_to") >= pl.col("operating_to_date"))
    )
    return unchecked(
        met.join(in_force, on=RefusedFactorMonth.columns(), how="anti").select(RefusedFactorMonth.columns()).unique(),
        RefusedFactorMonth,
    )
