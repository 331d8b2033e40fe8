"""Months of operation, and readings spread over them by days; totals over a reading's own period stay exact."""

import datetime as dt
from collections.abc import Collection
from typing import Final

import polars as pl

from transforms.calendar import days_between

TECHNOLOGIES: Final = {
    "wind": "wind", "风电": "wind", "solar": "solar", "pv": "solar", "光伏": "solar", "太阳能": "solar",
    "hydro": "hydro", "水电": "hydro",
}  # fmt: skip


def project_scopes(projects: pl.DataFrame, regions: pl.DataFrame, with_reservoir: Collection[str] = ()) -> pl.DataFrame:
    """Return per project what factors may hold for: province, grid region, technology and their pair.

    A project that states no technology but a reservoir's power density is hydro.
    """
    spellings = (
        regions.select(
            "province_code",
            "grid_region",
            spelling=pl.concat_list(
                "province_code", "province_zh", "province_en", pl.col("aliases").fill_null("").str.split("|")
            ),
        )
        .explode("spelling")
        .with_columns(pl.col("spelling").str.to_lowercase())
        .filter(pl.col("spelling") != "")
    )
    has_reservoir = pl.col("project_id").is_in(list(with_reservoir))
    technology = pl.col("realisation_type").str.to_lowercase()
    named = projects.with_columns(
        spelling=pl.col("province_or_country").str.to_lowercase(),
        technology=pl.coalesce(
            technology.replace(TECHNOLOGIES), pl.when(has_reservoir).then(pl.lit("hydro")), pl.lit("unstated")
        ),
    )
    placed = named.join(spellings.unique("spelling"), on="spelling", how="left", maintain_order="left")
    return placed.with_columns(region_technology=pl.col("grid_region") + "/" + pl.col("technology")).select(
        "project_id", "method", "commissioning_date", "reported_annual_reduction_tco2",
        "province_code", "grid_region", "technology", "region_technology",
    )  # fmt: skip


def operating_months(projects: pl.DataFrame, first: dt.date, last: dt.date) -> pl.DataFrame:
    """Return the months in which each project operates between the days: the scopes of the project and

    month_start_date, operating_from_date, operating_to_date (the commissioning day cuts the first month).
    """
    running = projects.filter(pl.col("commissioning_date") <= last)
    start = pl.max_horizontal("commissioning_date", pl.lit(first)).dt.month_start()
    months = running.with_columns(
        pl.date_ranges(start, pl.lit(last).dt.month_start(), interval="1mo").alias("month_start_date")
    ).explode("month_start_date")
    return months.with_columns(
        operating_from_date=pl.max_horizontal("month_start_date", "commissioning_date"),
        operating_to_date=pl.col("month_start_date").dt.month_end(),
    )


def monthly_readings(readings: pl.DataFrame) -> pl.DataFrame:
    """Return the part of each reading that falls in each month: project_id, metric, record_id, source, period_start,

    month_start_date, value, part_from_date, part_to_date, is_spread.
    """
    months = readings.with_columns(
        pl.date_ranges(
            pl.col("period_start").dt.month_start(), pl.col("period_end").dt.month_start(), interval="1mo"
        ).alias("month_start_date")
    ).explode("month_start_date")
    parts = months.with_columns(
        part_from_date=pl.max_horizontal("period_start", "month_start_date"),
        part_to_date=pl.min_horizontal("period_end", pl.col("month_start_date").dt.month_end()),
    )
    part_days = days_between(pl.col("part_from_date"), pl.col("part_to_date"))
    period_days = days_between(pl.col("period_start"), pl.col("period_end"))
    return parts.select(
        "project_id", "metric", "record_id", "source", "period_start", "month_start_date", "part_from_date",
        "part_to_date", value=pl.col("value") * (part_days / period_days), is_spread=part_days != period_days,
    )  # fmt: skip


def operating_readings(parts: pl.DataFrame, months: pl.DataFrame) -> pl.DataFrame:
    """Return project_id, month_start_date, metric, value, is_spread for the months whose every day is covered.

    A month with a gap has no value: a missing reading is never a zero. Output before commissioning does not count.
    """
    window = months.select("project_id", "month_start_date", "operating_from_date", "operating_to_date")
    inside = parts.join(window, on=["project_id", "month_start_date"]).with_columns(
        used_from=pl.max_horizontal("part_from_date", "operating_from_date")
    )
    used_days = days_between(pl.col("used_from"), pl.col("part_to_date"))
    part_days = days_between(pl.col("part_from_date"), pl.col("part_to_date"))
    used = inside.with_columns(
        value=pl.when(used_days == part_days).then("value").otherwise(pl.col("value") * (used_days / part_days)),
        used_days=used_days, is_spread=pl.col("is_spread") | ((used_days > 0) & (used_days < part_days)),
    ).filter(pl.col("used_days") > 0)  # fmt: skip
    operating_days = days_between(pl.col("operating_from_date"), pl.col("operating_to_date"))
    return (
        used.group_by("project_id", "month_start_date", "metric", "operating_from_date", "operating_to_date")
        .agg(pl.col("value").sum(), pl.col("used_days").sum(), pl.col("is_spread").any())
        .filter(pl.col("used_days") == operating_days)
        .select("project_id", "month_start_date", "metric", "value", "is_spread")
        .sort("project_id", "month_start_date", "metric")
    )
