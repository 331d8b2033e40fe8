"""What of a forest's surveys could not be compared."""

import polars as pl

from transforms.ground.flag_rows import flags


def survey_flags(surveys: pl.DataFrame) -> pl.DataFrame:
    """What of a forest's surveys could not be compared; surveys: activity.forest_surveys.FINDING."""
    which = [pl.col("strata"), pl.col("earlier_date"), pl.col("later_date")]

    def found(code: str) -> pl.DataFrame:
        return surveys.filter(pl.col("finding") == code)

    return pl.concat([
        flags(found("single_survey"), "single_survey", "project_id",
              pl.format("only the survey of {} is on file: a stock is never tonnes; deliver a second one",
                        "later_date"),
              pl.format("仅有 {} 一次调查：蓄积是存量，不能作为吨数；请报送第二次调查", "later_date")),
        flags(found("stratum_not_in_both_surveys"), "stratum_not_in_both_surveys", "project_id",
              pl.format("no figure: stratum {} is in one of the surveys of {} and {} only; a stratum that was lost is "
                        "delivered with volume 0, one that was planted with volume 0 before", *which),
              pl.format("不出具数字：小班 {} 仅见于 {} 与 {} 两次调查之一；灭失的小班请报送蓄积 0", *which)),
        flags(found("unknown_species"), "unknown_species", "project_id",
              pl.format("no figure: the species of stratum {} is not known or has no stem volume (surveys of {} and "
                        "{}); use a species of data/reference/metrics.toml, bamboo goes by method bamboo", *which),
              pl.format("不出具数字：小班 {} 的树种无法识别或无立木蓄积（{} 与 {} 两次调查）；竹林用竹林方法",
                        *which)),
        flags(found("stratum_incomplete"), "stratum_incomplete", "project_id",
              pl.format("no figure: area or volume of stratum {} is missing or its unit is not known (surveys of {} "
                        "and {})", *which),
              pl.format("不出具数字：小班 {} 缺少面积或蓄积，或单位无法换算（{} 与 {} 两次调查）", *which)),
        flags(found("stratum_area_changed"), "stratum_area_changed", "project_id",
              pl.format("no figure: the area of stratum {} is not the same in the surveys of {} and {}; keep the "
                        "boundary and deliver what was lost or planted as strata of their own in both", *which),
              pl.format("不出具数字：小班 {} 的面积在 {} 与 {} 两次调查中不一致；请保持边界不变", *which)),
    ])  # fmt: skip
