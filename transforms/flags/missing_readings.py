"""Which readings the figures of one period lack: the item and the months, of that period and of no other."""

import polars as pl

from transforms.calendar import Period
from transforms.flags.flag_rows import flags
from transforms.holdings import Holdings

MONTH = ["project_id", "month_start_date"]


def readings_missing_within(rows: pl.DataFrame, book: Holdings, period: Period) -> pl.DataFrame:
    """Return a flag a project whose status in attributed rows of the period is that a reading is missing."""
    blocked = rows.filter(pl.col("status") == "blocked_missing_reading").select("project_id").unique()
    running = book.projects.join(blocked, on="project_id", how="semi").select("project_id", "commissioning_date")
    start = pl.max_horizontal("commissioning_date", pl.lit(period.first)).dt.month_start()
    asked = running.select("project_id", month_start_date=pl.date_ranges(start, pl.lit(period.last), "1mo")).explode(
        "month_start_date"
    )  # fmt: skip
    read = book.months.filter(pl.col("emission_reductions_tco2e").is_not_null())
    lacking = book.completeness.filter(pl.col("completeness_ratio") < 1).select(*MONTH, "metric")
    told = asked.drop_nulls().join(read, on=MONTH, how="anti").join(lacking, on=MONTH, how="left").group_by(
        "project_id"
    ).agg(
        months=pl.col("month_start_date").unique().sort().dt.strftime("%Y-%m").str.join(", "),
        items=pl.col("metric").drop_nulls().unique().sort().str.join(", "),
    )  # fmt: skip
    items = pl.col("items") != ""
    return flags(told, "missing_reading", "project_id",
                 pl.format("no complete reading of {} in {}",
                           pl.when(items).then("items").otherwise(pl.lit("anything that the formula takes")), "months"),
                 pl.format("{} 缺少完整读数：{}", "months",
                           pl.when(items).then("items").otherwise(pl.lit("公式所需各项"))))  # fmt: skip
