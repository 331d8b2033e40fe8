"""Readings by calendar year: their sum, and whether every day of operation in the year is covered."""

import polars as pl

from schemas.between.activity import MonthlyPart, YearlyReading
from schemas.contract import DataFrame, unchecked
from schemas.deliveries import Project
from transforms.ground.calendar import days_between


def yearly_readings(
    parts: DataFrame[MonthlyPart], projects: DataFrame[Project], years: list[int]
) -> DataFrame[YearlyReading]:
    """Return what each metric comes to in each of the years.

    Output before commissioning does not count; a year with a gap has a
    sum that is not the year's.
    """
    begun = projects.select("project_id", "commissioning_date").drop_nulls()
    inside = (
        parts.with_columns(calendar_year=pl.col("month_start_date").dt.year().cast(pl.Int64))
        .filter(pl.col("calendar_year").is_in(years))
        .join(begun, on="project_id")
    )
    part_days = days_between(pl.col("part_from_date"), pl.col("part_to_date"))
    used_days = days_between(pl.max_horizontal("part_from_date", "commissioning_date"), pl.col("part_to_date"))
    cut = inside.with_columns(part_days=part_days, used_days=used_days).filter(pl.col("used_days") > 0)
    value = (
        pl.when(pl.col("used_days") == pl.col("part_days"))
        .then("value")
        .otherwise(pl.col("value") * pl.col("used_days") / pl.col("part_days"))
    )
    summed = (
        cut.sort("project_id", "metric", "part_from_date")
        .group_by("project_id", "metric", "calendar_year", "commissioning_date", maintain_order=True)
        .agg(value=value.sum(), covered_days=pl.col("used_days").sum())
    )
    rows = summed.with_columns(operating_days=operating_days_of_year()).drop("commissioning_date")
    whole = rows.with_columns(is_complete=pl.col("covered_days") == pl.col("operating_days"))
    return unchecked(whole, YearlyReading)


def operating_days_of_year() -> pl.Expr:
    """Return the days of `calendar_year` from `commissioning_date` on; 0 where there is no such date."""
    first, last = pl.date(pl.col("calendar_year"), 1, 1), pl.date(pl.col("calendar_year"), 12, 31)
    begun = pl.max_horizontal("commissioning_date", first)  # passes over an empty date
    return pl.when(pl.col("commissioning_date").is_null()).then(0).otherwise(days_between(begun, last))
