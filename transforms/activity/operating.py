"""Months of operation, and readings spread over them by days; totals over a reading's own period stay exact."""

import datetime as dt

import polars as pl

from schemas.between.activity import (
    CompleteReading,
    ComputedReading,
    FirstDay,
    MonthlyPart,
    OperatingMonth,
    RunningMonth,
    UsedPart,
)
from schemas.between.ground import Region
from schemas.between.projects import ProjectScope
from schemas.contract import DataFrame, unchecked
from schemas.deliveries import OperatingRecord
from transforms.ground.calendar import days_between
from transforms.projects.forests import REPORTED, REPORTED_REMOVALS
from transforms.projects.grid_regions import with_grid_regions


def operating_months(
    projects: DataFrame[ProjectScope], regions: DataFrame[Region], first: DataFrame[FirstDay], last: dt.date
) -> DataFrame[OperatingMonth]:
    """Return the months of operation of each project up to the day: the scopes of the project, its grid then, and

    month_start_date, operating_from_date, operating_to_date (the commissioning day cuts the first month).
    first: the first day of its own deliveries. Nothing else decides where its months
    begin; those of a project with a figure of its own, or without deliveries, begin with its operation.
    """
    running = projects.filter(pl.col("commissioning_date") <= last).join(
        first, on="project_id", how="left", maintain_order="left"
    )
    has_deliveries = ~pl.col("method").is_in([REPORTED, REPORTED_REMOVALS]) & pl.col("first_date").is_not_null()
    first_day = pl.when(has_deliveries).then(pl.min_horizontal("first_date", pl.lit(last)))
    start = pl.max_horizontal("commissioning_date", first_day).dt.month_start()
    months = (
        running.with_columns(
            pl.date_ranges(start, pl.lit(last).dt.month_start(), interval="1mo").alias("month_start_date")
        )
        .drop("first_date")
        .explode("month_start_date")
    )
    dated = months.with_columns(
        operating_from_date=pl.max_horizontal("month_start_date", "commissioning_date"),
        operating_to_date=pl.col("month_start_date").dt.month_end(),
    )
    return with_grid_regions(unchecked(dated, RunningMonth), regions)


def monthly_readings(readings: DataFrame[OperatingRecord | ComputedReading]) -> DataFrame[MonthlyPart]:
    """Return the part of each reading that falls in each month, spread by days."""
    parts = cut_by_months(readings)
    part_days = days_between(pl.col("part_from_date"), pl.col("part_to_date"))
    period_days = days_between(pl.col("period_start"), pl.col("period_end"))
    return unchecked(
        parts.select(
            "project_id",
            "metric",
            "record_id",
            "source",
            "period_start",
            "month_start_date",
            "part_from_date",
            "part_to_date",
            value=pl.col("value") * (part_days / period_days),
            is_spread=part_days != period_days,
            spread_by=pl.when(part_days != period_days).then(pl.lit("days")),
        ),
        MonthlyPart,
    )


def cut_by_months(readings: pl.DataFrame) -> pl.DataFrame:
    """Return a row a reading and month that it meets, with month_start_date, part_from_date and part_to_date.

    Only readings that cross months, which are few, pay for a list of months.
    """
    first_month, last_month = pl.col("period_start").dt.month_start(), pl.col("period_end").dt.month_start()
    numbered = readings.with_row_index("at").with_columns(month_start_date=first_month)
    crossing = (
        numbered.filter(first_month != last_month)
        .with_columns(month_start_date=pl.date_ranges(first_month, last_month, interval="1mo"))
        .explode("month_start_date")
    )
    months = numbered
    if not crossing.is_empty():
        months = pl.concat([numbered.filter(first_month == last_month), crossing]).sort("at", maintain_order=True)
    return months.drop("at").with_columns(
        part_from_date=pl.max_horizontal("period_start", "month_start_date"),
        part_to_date=pl.min_horizontal("period_end", pl.col("month_start_date").dt.month_end()),
    )


def operating_readings(parts: DataFrame[MonthlyPart], months: DataFrame[OperatingMonth]) -> DataFrame[CompleteReading]:
    """Return project_id, month_start_date, metric, value, is_spread for the months whose every day is covered.

    A month with a gap has no value: a missing reading is never a zero. Output before commissioning does not count.
    """
    return complete_readings(used_parts(parts, months))


def used_parts(parts: DataFrame[MonthlyPart], months: DataFrame[OperatingMonth]) -> DataFrame[UsedPart]:
    """Return what of each part falls in the days of operation, the rest left out by days."""
    operating_days = days_between(pl.col("operating_from_date"), pl.col("operating_to_date"))
    window = months.select("project_id", "month_start_date", "operating_from_date", operating_days=operating_days)
    inside = parts.join(window, on=["project_id", "month_start_date"]).with_columns(
        used_from=pl.max_horizontal("part_from_date", "operating_from_date")
    )
    used_days = days_between(pl.col("used_from"), pl.col("part_to_date"))
    part_days = days_between(pl.col("part_from_date"), pl.col("part_to_date"))
    used = inside.with_columns(
        value=pl.when(used_days == part_days).then("value").otherwise(pl.col("value") * (used_days / part_days)),
        used_days=used_days,
        is_spread=pl.col("is_spread") | ((used_days > 0) & (used_days < part_days)),
        part_from_date="used_from",
    ).filter(pl.col("used_days") > 0)
    return unchecked(used.drop("used_from", "operating_from_date"), UsedPart)


def complete_readings(used: DataFrame[UsedPart]) -> DataFrame[CompleteReading]:
    """Return the months of each metric whose every day of operation is covered."""
    return unchecked(
        used.group_by("project_id", "month_start_date", "metric", "operating_days")
        .agg(pl.col("value").sum(), pl.col("used_days").sum(), pl.col("is_spread").any())
        .filter(pl.col("used_days") == pl.col("operating_days"))
        .select("project_id", "month_start_date", "metric", "value", "is_spread")
        .sort("project_id", "month_start_date", "metric"),
        CompleteReading,
    )
