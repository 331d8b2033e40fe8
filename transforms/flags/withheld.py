"""What was withheld, released, waits for a new release, or cannot be."""

import polars as pl

from transforms.ground.flag_rows import flags


def withheld_flags(figures: pl.DataFrame, outdated: pl.DataFrame) -> pl.DataFrame:
    """Return the flags of schemas.marts.WithheldFigure and of releases that are outdated."""
    month = pl.col("month_start_date")
    months = month.dt.strftime("%Y-%m").sort()
    days = {"first": month.min(), "last": month.max().dt.month_end()}
    held = figures.filter(~pl.col("is_released")).sort("month_start_date").group_by("project_id").agg(
        months.unique().sort().str.join(", ").alias("months"),
        pl.col("withheld_reductions_tco2e").sum().round(2).alias("tonnes"),
        pl.col("evidence").first(), pl.col("evidence_zh").first(), **days,
    )  # fmt: skip
    facts = [pl.col("months"), pl.col("tonnes")]
    let = figures.filter("is_released").sort("month_start_date").group_by(
        "project_id", "reason", "released_by", "released_at").agg(
        months.unique().sort().str.join(", ").alias("months"), pl.col("evidence").first(),
        pl.col("evidence_zh").first(), **days,
    )  # fmt: skip
    who = [pl.col("months"), pl.col("released_by"), pl.col("released_at").dt.date(), pl.col("reason")]
    late = outdated.group_by("project_id", "released_by", "released_at").agg(
        months.unique().sort().str.join(", ").alias("months"), pl.col("newest_at").max().dt.date(), **days,
    )  # fmt: skip
    when = [pl.col("months"), pl.col("released_by"), pl.col("released_at").dt.date(), pl.col("newest_at")]
    return pl.concat([
        flags(held, "withheld_implausible", "project_id",
              pl.format("not counted, {}: {} t were worked out and are not plausible: {}; correct the readings, or "
                        "deliver a row of `releases` with the reason", *facts, "evidence"),
              pl.format("未计入，{}：测算 {} 吨，数值存疑：{}；请更正读数，或报送“放行”表并写明理由",
                        *facts, "evidence_zh"), ("first", "last")),
        flags(let, "released", "project_id",
              pl.format("counted although implausible, {}: released by {} on {}: {}; {}", *who, "evidence"),
              pl.format("数值存疑但已放行计入，{}：{} 于 {} 放行，理由：{}；{}", *who, "evidence_zh"),
              ("first", "last")),
        flags(late, "release_outdated", "project_id",
              pl.format("{}: {} released it on {}; a reading came on {}, after that: a new release is needed", *when),
              pl.format("{}：{} 于 {} 放行，其后 {} 又有新读数，须重新放行", *when), ("first", "last")),
    ])  # fmt: skip


def impossible_figure_flags(impossible: pl.DataFrame) -> pl.DataFrame:
    """Return a flag a project whose own annual figure counts nowhere; impossible: schemas.marts.ImpossibleFigure."""
    return flags(impossible, "impossible_annual_reduction", "project_id",
                 pl.format("withheld: {}", "evidence"), pl.format("不予列示：{}", "evidence_zh"))  # fmt: skip
