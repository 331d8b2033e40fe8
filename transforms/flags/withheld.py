"""What was withheld, released, waits for a new release, or cannot be."""

import polars as pl

from transforms.ground.flag_rows import flags


def withheld_flags(figures: pl.DataFrame, outdated: pl.DataFrame) -> pl.DataFrame:
    """Return the flags of schemas.marts.WithheldFigure and of releases that are outdated."""
    month = pl.col("month_start_date")
    months = month.dt.strftime("%Y-%m").sort()
    days = {"first": month.min(), "last": month.max().dt.month_end()}
    held = (
        figures.filter(~pl.col("is_released"))
        .sort("month_start_date")
        .group_by("project_id")
        .agg(
            months.unique().sort().str.join(", ").alias("months"),
            pl.col("withheld_reductions_tco2e").sum().round(2).alias("tonnes"),
            pl.col("evidence").first(),
            pl.col("evidence_zh").first(),
            **days,
        )
    )
    let = (
        figures.filter("is_released")
        .sort("month_start_date")
        .group_by("project_id", "reason", "released_by", "released_at")
        .agg(
            months.unique().sort().str.join(", ").alias("months"),
            pl.col("evidence").first(),
            pl.col("evidence_zh").first(),
            **days,
        )
    )
    late = outdated.group_by("project_id", "released_by", "released_at").agg(
        months.unique().sort().str.join(", ").alias("months"),
        pl.col("newest_at").max().dt.date(),
        **days,
    )
    return pl.concat(
        [
            flags(
                held,
                "withheld_implausible",
                "project_id",
                "months",
                "tonnes",
                dated=("first", "last"),
                evidence=("evidence", "evidence_zh"),
            ),
            flags(
                let,
                "released",
                "project_id",
                "months",
                "released_by",
                "reason",
                dated=("first", "last"),
                released_at=pl.col("released_at").dt.date(),
                evidence=("evidence", "evidence_zh"),
            ),
            flags(
                late,
                "release_outdated",
                "project_id",
                "months",
                "released_by",
                "newest_at",
                dated=("first", "last"),
                released_at=pl.col("released_at").dt.date(),
            ),
        ]
    )


def impossible_figure_flags(impossible: pl.DataFrame) -> pl.DataFrame:
    """Return a flag a project whose own annual figure counts nowhere; impossible: schemas.marts.ImpossibleFigure."""
    return flags(impossible, "impossible_annual_reduction", "project_id", evidence=("evidence", "evidence_zh"))
