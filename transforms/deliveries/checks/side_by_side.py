"""Readings beside readings of the same days whose ratio physics forbids are refused, all of them."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import polars as pl

from schemas.between.ground import BrokenRule
from schemas.contract import DataFrame, conform
from schemas.deliveries import OperatingRecord, Project
from transforms.ground.reference import Reference
from transforms.projects.outputs import RATIOS, fuel_heat, metrics_of

WINDOW: Final = ["project_id", "check_id", "period_start", "period_end"]
SIDES: Final = ("above", "below")
READ: Final = ["project_id", "record_id", "metric", "period_start", "period_end", "value", "delivered_value"]


def impossible_beside(
    readings: DataFrame[OperatingRecord], projects: DataFrame[Project], reference: Reference
) -> DataFrame[BrokenRule]:
    """Findings for readings of the same days that cannot all be true (outputs.toml, ratios).

    Without every item that the project ever reported, with none of a kind that the ratio is about (fuel not come yet)
    or with nothing below the line, there is no finding.
    """
    sides = _sides(reference).join(_asked(reference), on="check_id")
    methods = projects.select("project_id", "method")
    numbered = readings.select(READ).with_row_index("at").join(methods, on="project_id")
    members = numbered.join(sides, on=["method", "metric"])
    wanted = members.group_by("project_id", "check_id").agg(wanted=pl.col("metric").n_unique())
    amount = pl.col("value") * pl.col("weight")
    summed = members.join(wanted, on=["project_id", "check_id"]).with_columns(
        above=amount.filter(pl.col("side") == "above").sum().over(WINDOW),
        below=amount.filter(pl.col("side") == "below").sum().over(WINDOW),
        has_item=pl.col("is_item").any().over(WINDOW),
        there=pl.col("metric").n_unique().over(WINDOW),
        records=pl.col("record_id").str.join(", ").over(WINDOW),
    )
    limits = reference.bounds.filter(pl.col("condition").is_null()).select(
        "check_id", bound_unit="unit", low="impossible_below", high="impossible_above"
    )
    is_there = pl.col("has_item") | ~pl.col("is_about_items")
    judged = summed.filter(pl.col("there") == pl.col("wanted"), pl.col("below") > 0, is_there).join(
        limits, on="check_id"
    )
    ratio = pl.col("above") / pl.col("below")
    broken = judged.with_columns(ratio=ratio).filter((ratio > pl.col("high")) | (ratio < pl.col("low")))
    first = broken.sort("at", "check_id").unique("at", keep="first", maintain_order=True)
    reasons = [_reason(row) for row in first.iter_rows(named=True)]
    found = first.select(
        "at",
        rule="check_id",
        column=pl.lit("value"),
        value=pl.col("delivered_value").cast(pl.String),
        reason=pl.Series(reasons, dtype=pl.String),
    )
    return conform(found, BrokenRule)


@lru_cache(maxsize=1)
def _asked(reference: Reference) -> pl.DataFrame:
    """Return method and check_id of the ratios that its readings must keep."""
    rows = [
        {"method": method, "check_id": name}
        for method, bounds in reference.outputs["methods"].items()
        for name in bounds.get(RATIOS, ())
    ]
    return pl.DataFrame(rows)


@lru_cache(maxsize=1)
def _sides(reference: Reference) -> pl.DataFrame:
    """Return check_id, side, metric and weight of every ratio, is_item and is_about_items."""
    rows = [
        {
            "check_id": name,
            "side": side,
            "metric": metric,
            "weight": _weight(metric, weight, reference),
            "is_item": metric != kind,
        }
        for name, ratio in reference.outputs[RATIOS].items()
        for side in SIDES
        for kind, weight in ratio[side].items()
        for metric in metrics_of(kind, reference.metrics)
    ]
    sides = pl.DataFrame(rows, schema_overrides={"weight": pl.Float64})
    return sides.with_columns(is_about_items=pl.col("is_item").any().over("check_id"))


def _weight(metric: str, weight: float | str, reference: Reference) -> float:
    return fuel_heat(metric, weight, reference) if isinstance(weight, str) else float(weight)


def _reason(row: Mapping[str, Any]) -> str:
    is_high = row["ratio"] > row["high"]
    edge = f"at {'most' if is_high else 'least'} {row['high' if is_high else 'low']:g}"
    return (
        f"{row['check_id']} of {row['period_start']} to {row['period_end']} is {row['ratio']:.4g} {row['bound_unit']}; "
        f"{edge} is possible: one of records {row['records']} is wrong: check value and unit of each"
    )
