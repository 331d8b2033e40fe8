"""Readings beyond what their project can do are refused with what is possible and the unit that was likely meant."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import polars as pl

from schemas.between.deliveries import RefusedValue
from schemas.between.ground import BrokenRule
from schemas.contract import DataFrame, conform, unchecked
from schemas.deliveries import OperatingRecord, Project
from transforms.ground.calendar import days_between
from transforms.ground.reference import Reference
from transforms.projects.outputs import bounded_metrics, stated_bounds

OF_POWER: Final = "electricity_over_capacity"


class Refusal(NamedTuple):
    """Findings, and the capacity factors of the readings of power plants among them."""

    found: DataFrame[BrokenRule]
    refused: DataFrame[RefusedValue]


KEY: Final = ["project_id", "bound", "together"]
READ: Final = [
    "project_id", "record_id", "metric", "period_start", "period_end",
    "value", "unit",
    "delivered_value", "delivered_unit",
]  # fmt: skip
REFUSED: Final = ["project_id", "period_start", "period_end"]


def use_of_bounds(
    readings: DataFrame[OperatingRecord], projects: DataFrame[Project], reference: Reference
) -> pl.DataFrame:
    """Return the readings (with their row as `at`) that something bounds: the bound's columns (projects.outputs),

    days, output (in output_unit), possible (what full use of the capacity gives) and share = output / possible.
    """
    methods = projects.select("project_id", "method")
    bounded = (
        readings.select(READ)
        .with_row_index("at")
        .join(methods, on="project_id")
        .join(bounded_metrics(reference), on=["method", "metric"])
    )
    used = bounded.join(stated_bounds(projects, reference), on=["project_id", "bound"]).with_columns(
        days=days_between(pl.col("period_start"), pl.col("period_end")), output=pl.col("value") * pl.col("weight")
    )
    return _shared(used).sort("at", "bound")


def _shared(used: pl.DataFrame) -> pl.DataFrame:
    times = (pl.col("times_per_day") * pl.col("days")).fill_null(1)
    return used.with_columns(possible=pl.col("bound_size") * times).with_columns(
        share=pl.col("output") / pl.col("possible")
    )


def _beyond() -> pl.Expr:
    return (pl.col("share") > pl.col("highest_use")) | (pl.col("share") < pl.col("lowest_use"))


def impossible_alone(
    readings: DataFrame[OperatingRecord], projects: DataFrame[Project], reference: Reference
) -> Refusal:
    """Findings for readings (converted; as delivered beside it) beyond the bound, each looked at alone."""
    broken = use_of_bounds(readings, projects, reference).filter(_beyond()).unique("at", maintain_order=True)
    reasons = [_alone(row, reference) for row in broken.iter_rows(named=True)]
    return _refusal(broken, reasons)


def impossible_together(
    readings: DataFrame[OperatingRecord], projects: DataFrame[Project], reference: Reference
) -> Refusal:
    """Findings for readings of several metrics that share a bound and of which only the sum is beyond it.

    Looked at are the days of each reading: all readings that lie within them are added.
    """
    used = use_of_bounds(readings, projects, reference)
    several = used.filter(pl.col("metric").n_unique().over(KEY) > 1)
    windows = several.select(*KEY, first="period_start", last="period_end").unique()
    inside = windows.join(several, on=KEY).filter(
        pl.col("period_start") >= pl.col("first"), pl.col("period_end") <= pl.col("last")
    )
    window = [*KEY, "first", "last"]
    summed = _shared(
        inside.with_columns(
            pl.col("output").sum().over(window),
            days=days_between(pl.col("first"), pl.col("last")),
            records=pl.col("record_id").str.join(", ").over(window),
            parts=pl.col("metric").n_unique().over(window),
        )
    ).filter(pl.col("parts") > 1, _beyond())
    broken = summed.sort("at", "days").unique("at", keep="first", maintain_order=True)
    return _refusal(broken, [_together(row) for row in broken.iter_rows(named=True)])


def _refusal(broken: pl.DataFrame, reasons: list[str]) -> Refusal:
    found = broken.select(
        "at",
        "rule",
        column=pl.lit("value"),
        value=pl.col("delivered_value").cast(pl.String),
        reason=pl.Series(reasons, dtype=pl.String),
    )
    power = broken.filter(pl.col("check_id") == OF_POWER).select(*REFUSED, value="share")
    return Refusal(conform(found, BrokenRule), unchecked(power, RefusedValue))


def _edge(row: Mapping[str, Any], weight: float) -> str:
    """What is possible at the edge that was passed, in the unit of the reading."""
    is_high = row["share"] > row["highest_use"]
    most = (row["highest_use"] if is_high else row["lowest_use"]) * row["possible"] / weight
    return f"at {'most' if is_high else 'least'} {most:.6g}"


def _alone(row: Mapping[str, Any], reference: Reference) -> str:
    finding = f"{row['value']:.6g} {row['unit']} of {row['metric']} from {row['capacity_text']} in {row['days']} days"
    edge = f"{_edge(row, row['weight'])} {row['unit']} is possible"
    return (
        f"{finding} is {row['share']:.3g} of what full use gives; {edge}: {row['advice']} "
        f"({row['delivered_unit']}){_meant(row, reference)}"
    )


def _meant(row: Mapping[str, Any], reference: Reference) -> str:
    """Return the unit in which the number as sent would be the greatest that is possible, as a question."""
    table = reference.conversions.filter(pl.col("canonical_unit") == row["unit"])
    sizes = {r["spelling"]: r["multiplier"] / r["divisor"] for r in table.to_dicts()}
    most = row["highest_use"] * row["possible"] / row["weight"]
    meant = {
        unit: row["delivered_value"] * sizes[unit.lower()]
        for unit in reference.outputs["bounds"][row["bound"]]["may_be"]
        if unit.lower() in sizes and 0 < row["delivered_value"] * sizes[unit.lower()] <= most
    }
    if not meant:
        return ""
    unit = max(meant, key=lambda name: meant[name])
    return f": was {unit} meant? {meant[unit]:.6g} {row['unit']} would be plausible"


def _together(row: Mapping[str, Any]) -> str:
    finding = f"{row['together']} of {row['first']} to {row['last']} are {row['output']:.6g} {row['output_unit']}"
    return (
        f"{finding} from {row['capacity_text']} in {row['days']} days; {_edge(row, 1)} {row['output_unit']} is "
        f"possible together: check the unit of each of records {row['records']}"
    )
