"""Readings that physics forbids are refused with what it would take to be plausible."""

from typing import NamedTuple

import polars as pl

from transforms.deliveries.refusals import findings

HOURS_PER_DAY = 24


class Refusal(NamedTuple):
    """found: findings of the rule; refused: project_id, period_start, period_end and the capacity factor as value."""

    found: pl.DataFrame
    refused: pl.DataFrame


def capacity_mw(projects: pl.DataFrame, units: pl.DataFrame) -> pl.DataFrame:
    """Return project_id and capacity_mw of the projects whose capacity is stated in a unit of power."""
    megawatts = units.filter(pl.col("canonical_unit") == "MW").select(
        "spelling", megawatts=pl.col("multiplier") / pl.col("divisor")
    )
    return projects.select(
        "project_id", "capacity", spelling=pl.col("capacity_unit").str.to_lowercase()
    ).join(megawatts, on="spelling").filter(pl.col("capacity") > 0).select(
        "project_id", capacity_mw=pl.col("capacity") * pl.col("megawatts")
    )  # fmt: skip


def capacity_factor(readings: pl.DataFrame, projects: pl.DataFrame, units: pl.DataFrame, upper: float) -> Refusal:
    """Findings for electricity beyond `upper` x the installed capacity running every hour of the period.

    `readings` are converted (electricity in MWh); `projects` carry capacity and capacity_unit.
    """
    capacity = capacity_mw(projects, units)
    joined = readings.join(capacity, on="project_id", how="left", maintain_order="left").with_columns(
        possible_mwh=pl.col("capacity_mw")
        * HOURS_PER_DAY
        * ((pl.col("period_end") - pl.col("period_start")).dt.total_days() + 1)
    )
    broken = (pl.col("metric") == "electricity_supplied") & (pl.col("value") > upper * pl.col("possible_mwh"))
    reason = pl.format(
        "{} MWh from {} MW is a capacity factor of {}; at most {} MWh is possible: check the unit ({})",
        pl.col("value").round(3), "capacity_mw", (pl.col("value") / pl.col("possible_mwh")).round(2),
        pl.col("possible_mwh").round(1), "delivered_unit",
    )  # fmt: skip
    found = findings(joined, broken, rule="capacity_factor_above_1", column="delivered_value", reason=reason)
    refused = joined.filter(broken).select(
        "project_id", "period_start", "period_end", value=pl.col("value") / pl.col("possible_mwh")
    )
    return Refusal(found.with_columns(column=pl.lit("value")), refused)
