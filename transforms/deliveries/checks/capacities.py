"""Capacities that bound no reading, because their unit is missing or none that their method's readings have."""

from typing import Final

import polars as pl

from schemas.contract import DataFrame
from schemas.deliveries import Project
from transforms.ground.flag_rows import Notice, notice
from transforms.ground.reference import Reference
from transforms.ground.units import spelled
from transforms.projects.outputs import bounded_metrics, spellings_of_bounds

SHOWN: Final = 8
"""Units that are named as examples."""


def unusable_capacities(projects: DataFrame[Project], reference: Reference) -> list[tuple[str, Notice]]:
    """Return a flag for each project whose capacity cannot be held against its readings (outputs.toml)."""
    of_method = bounded_metrics(reference).select("method", "bound").unique()
    usable = of_method.join(spellings_of_bounds(reference.outputs["bounds"]).drop_nulls("spelling"), on="bound")
    stated = projects.filter(pl.col("capacity") > 0).with_columns(spelling=spelled(pl.col("capacity_unit")))
    unfit = stated.join(usable, on="method", how="semi").join(
        usable, on=["method", "spelling"], how="anti", maintain_order="left"
    )
    units = _examples(reference, of_method)
    return [
        (row["project_id"], _notice(row["capacity"], row["capacity_unit"], row["method"], units[row["method"]]))
        for row in unfit.iter_rows(named=True)
    ]


def _examples(reference: Reference, of_method: pl.DataFrame) -> dict[str, str]:
    """The first spellings of each method's bounds, as outputs.toml writes them."""
    bounds = reference.outputs["bounds"]
    named: dict[str, list[str]] = {}
    for method, bound in of_method.sort("method", "bound").iter_rows():
        named.setdefault(method, []).extend(bounds[bounds[bound].get("like", bound)].get("spellings", ()))
    return {method: ", ".join(dict.fromkeys(units[:SHOWN])) for method, units in named.items()}


def _notice(capacity: float, unit: str | None, method: str, units: str) -> Notice:
    return notice("capacity_bounds_nothing", capacity=f"{capacity:g}", unit=unit or None, method=method, units=units)
