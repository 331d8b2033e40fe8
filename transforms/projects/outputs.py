"""What bounds a project's readings: which metrics share a bound, and what the project states of it (outputs.toml)."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

import polars as pl

from schemas.between.projects import BoundedMetric, BoundSpelling, BuiltCapacity, HeatCapacity, StatedBound
from schemas.contract import DataFrame, unchecked
from schemas.deliveries import Project
from transforms.ground.reference import Reference
from transforms.ground.units import spelled
from transforms.projects.scopes import project_scopes

ALWAYS: Final = ""
"""The condition of a bound that holds always."""
RATIOS: Final = "ratios"
OF_HEAT: Final = "heat_over_capacity"


@lru_cache(maxsize=1)
def bounded_metrics(reference: Reference) -> DataFrame[BoundedMetric]:
    """Return which metrics are bounded by what, method by method."""
    rows = [
        {
            "method": method,
            "bound": bound,
            "together": together,
            "metric": metric,
            "weight": _weight(metric, reference.outputs["bounds"][bound], reference),
        }
        for method, bounds in reference.outputs["methods"].items()
        for bound, specs in bounds.items()
        if bound != RATIOS
        for spec in specs
        for together, metric in _metrics(spec, reference.metrics)
    ]
    return unchecked(pl.DataFrame(rows, schema=BoundedMetric.polars_schema()), BoundedMetric)


def _metrics(spec: str, metrics: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Yield what is added together and each metric: `a + b`, `all kind`, or `each kind` one by one."""
    how, _, kind = spec.partition(" ")
    if how in {"all", "each"}:
        names = metrics_of(kind, metrics)
        yield from ((spec if how == "all" else name, name) for name in names)
    else:
        yield from ((spec, name) for name in spec.split(" + "))


def metrics_of(kind: str, metrics: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return the metrics of a kind; a name that is not a kind is a metric itself."""
    return [name for name, metric in metrics.items() if metric.get("kind") == kind] or [kind]


def _weight(metric: str, bound: Mapping[str, Any], reference: Reference) -> float:
    if "weights_from" in bound:
        return fuel_heat(metric, bound["weights_from"], reference)
    return float(bound.get("weights", {}).get(metric, 1))


def fuel_heat(metric: str, limit: str, reference: Reference) -> float:
    """Return a limit of the net calorific value of the metric's fuel, in GJ per fuel unit."""
    rows = reference.bounds.filter(
        pl.col("check_id") == "parameter_band",
        pl.col("method_or_scope") == "fuel_ncv",
        pl.col("condition") == reference.metrics[metric]["item"],
    )
    return float(rows[limit].item())


def stated_bounds(projects: DataFrame[Project], reference: Reference) -> DataFrame[StatedBound]:
    """Return a row a project and bound that it states, with the bound's entries of outputs.toml."""
    scopes = project_scopes(projects, reference, reference.parameters).select("project_id", "technology")
    named = projects.select("project_id", "capacity", "capacity_unit", spelling=spelled(pl.col("capacity_unit")))
    spellings = _spellings(reference)
    stated = (
        named.filter(pl.col("capacity") > 0)
        .join(spellings, on="spelling")
        .with_columns(
            bound_size=pl.col("capacity") * pl.col("multiplier"),
            capacity_text=pl.format("{} {}", "capacity", "capacity_unit"),
        )
    )
    fixed = named.join(spellings.filter(pl.col("spelling").is_null()), how="cross").with_columns(
        bound_size=pl.col("multiplier"), capacity_text=pl.lit("one lamp")
    )
    kept = ["project_id", "bound", "bound_size", "capacity_text"]
    together = pl.concat([stated.select(kept), fixed.select(kept)]).join(_entries(reference), on="bound")
    return unchecked(_limited(together.join(scopes, on="project_id", how="left"), _limits(reference)), StatedBound)


def heat_capacities(
    projects: DataFrame[Project], stated: DataFrame[StatedBound], reference: Reference
) -> DataFrame[HeatCapacity]:
    """Return what full use of each project's heat capacity gives in a day.

    stated: stated_bounds of the projects.
    """
    of_heat = stated.filter(pl.col("check_id") == OF_HEAT)
    methods = projects.select("project_id", "method")
    read = bounded_metrics(reference).join(methods, on="method").join(of_heat, on=["project_id", "bound"])
    full = pl.col("bound_size") * pl.col("times_per_day") / pl.col("weight")
    return unchecked(read.select("project_id", "metric", "capacity_text", most_per_day=full), HeatCapacity)


def own_capacities(
    projects: DataFrame[Project], stated: DataFrame[StatedBound], reference: Reference
) -> DataFrame[BuiltCapacity]:
    """Return what was built, by the bounds that each project's method knows. stated: stated_bounds of the projects."""
    read = (
        bounded_metrics(reference)
        .select("method", "bound")
        .unique()
        .join(projects.select("project_id", "method"), on="method")
    )
    built = stated.join(read, on=["project_id", "bound"]).select(BuiltCapacity.columns()).sort("project_id", "bound")
    return unchecked(built, BuiltCapacity)


def spellings_of_bounds(bounds: Mapping[str, Mapping[str, Any]]) -> DataFrame[BoundSpelling]:
    """Return how each bound may be stated; one that needs no capacity has one row without a spelling."""
    rows = [
        {"bound": name, "spelling": spelling, "multiplier": float(size)}
        for name, bound in bounds.items()
        for spelling, size in bounds[bound.get("like", name)].get("spellings", {None: bound.get("each")}).items()
    ]
    table = pl.DataFrame(rows, schema=BoundSpelling.polars_schema())
    return unchecked(table.with_columns(spelled(pl.col("spelling"))).unique(), BoundSpelling)


@lru_cache(maxsize=1)
def _entries(reference: Reference) -> pl.DataFrame:
    rows = [
        {
            "bound": name,
            "check_id": bound["check_id"],
            "rule": bound.get("rule", bound["check_id"]),
            "condition": bound.get("condition", ALWAYS),
            "output_unit": bound["output_unit"],
            "times_per_day": bound.get("times_per_day"),
            "advice": bound.get("advice", "check the unit"),
        }
        for name, bound in reference.outputs["bounds"].items()
    ]
    return pl.DataFrame(rows, schema_overrides={"times_per_day": pl.Float64})


@lru_cache(maxsize=1)
def _spellings(reference: Reference) -> DataFrame[BoundSpelling]:
    return spellings_of_bounds(reference.outputs["bounds"])


@lru_cache(maxsize=1)
def _limits(reference: Reference) -> pl.DataFrame:
    return reference.bounds.select(
        "check_id",
        condition=pl.col("condition").fill_null(ALWAYS),
        lowest_use="impossible_below",
        highest_use="impossible_above",
    )


def _limited(stated: pl.DataFrame, limits: pl.DataFrame) -> pl.DataFrame:
    """Add lowest_use and highest_use: the technology's own where the check has them, else those that always hold."""
    always = stated.join(limits, on=["check_id", "condition"])
    own = (
        stated.select("project_id", "bound", "check_id", "technology")
        .join(limits, left_on=["check_id", "technology"], right_on=["check_id", "condition"])
        .select("project_id", "bound", own_low="lowest_use", own_high="highest_use", is_own=pl.lit(True))
    )
    return (
        always.join(own, on=["project_id", "bound"], how="left")
        .with_columns(
            lowest_use=pl.when("is_own").then("own_low").otherwise("lowest_use"),
            highest_use=pl.when("is_own").then("own_high").otherwise("highest_use"),
        )
        .drop("own_low", "own_high", "is_own", "condition")
    )
