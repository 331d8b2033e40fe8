"""What a reader must know of the figures of one period."""

import polars as pl

from transforms.attribution.claims import who_is_over
from transforms.attribution.holdings import Holdings
from transforms.attribution.project_reductions import month_parts
from transforms.ground.calendar import Period
from transforms.ground.flag_rows import COLUMNS, flags


def window_flags(rows: pl.DataFrame, holdings: Holdings, period: Period) -> pl.DataFrame:
    """Return the flags of attributed rows over a period: shares above 1, negative reductions, spread readings."""
    over = [pl.col("together").round(6), pl.col("lenders")]
    negative = rows.filter(pl.col("emission_reductions_tco2e") < 0).group_by("project_id").agg(
        pl.col("emission_reductions_tco2e").first().round(2), pl.col("attributed_reductions_tco2e").sum().round(2)
    )  # fmt: skip
    below = [pl.col("emission_reductions_tco2e"), pl.col("attributed_reductions_tco2e")]
    inside = (pl.col("month_start_date") <= period.last) & (pl.col("operating_to_date") >= period.first)
    months = holdings.months
    cut = month_parts(holdings, (period,)).filter("is_cut").join(rows, on="project_id", how="semi")
    spread = months.filter(pl.col("is_spread") & inside).join(rows, on="project_id", how="semi")
    return pl.concat([
        flags(who_is_over(rows), "share_above_1", "project_id",
              pl.format("the lenders' shares sum to {}; they were scaled to 1 (raw factors are kept): {}", *over),
              pl.format("各机构份额合计 {}，已按比例缩至 1（保留原始系数）：{}", *over)),
        flags(negative, "negative_reduction", "project_id",
              pl.format("the project emitted more than its baseline; the negative figure stands and is in the totals: "
                        "{} t, of which {} t are attributed", *below),
              pl.format("项目排放高于基准，负值如实列示并计入合计：{} 吨，其中分摊 {} 吨", *below)),
        flags(spread, "spread_reading", "project_id",
              "a reading that crosses months was spread over them: by days, or for space heating by heat or degree "
              "days (mart.completeness says which)",
              "跨月读数已分摊至各月：按日；供暖按供热量或采暖度日（见 mart.completeness）"),
        flags(cut, "spread_reading", "project_id",
              pl.lit(f"a reading goes on beyond the period ({period.first} to {period.last}): its days inside were "
                     "counted, by days"),
              pl.lit(f"读数超出所选期间（{period.first} 至 {period.last}）：仅按日计入期间内的部分")),
    ]).unique().sort(COLUMNS)  # fmt: skip


def exchange_flags(rows: pl.DataFrame, holdings: Holdings) -> pl.DataFrame:
    """Return, for each foreign currency in attributed rows, the trading days of the rates that converted it."""
    dated = rows.filter(pl.col("exchange_rate_date").is_not_null()).join(
        holdings.loans.select("loan_id", "currency"), on="loan_id"
    ).join(holdings.projects.select("project_id", "investment_currency"), on="project_id")  # fmt: skip
    foreign = pl.when(pl.col("currency") != "CNY").then("currency").otherwise("investment_currency")
    days = dated.group_by(currency=foreign).agg(days=pl.col("exchange_rate_date").unique().sort().cast(pl.String))
    listed = days.with_columns(pl.col("days").list.join(", "))
    return flags(listed, "exchange_rate_used", "currency",
                 pl.format("converted at the rate of {}", "days"), pl.format("按 {} 的汇率折算", "days"))  # fmt: skip
