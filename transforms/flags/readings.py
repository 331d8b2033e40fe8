"""What a reader must know of the readings and factors: what is missing, unknown, early or not spread."""

from collections.abc import Collection, Mapping

import polars as pl

from schemas.runs import Flag
from transforms.attribution.holdings import Holdings
from transforms.ground.flag_rows import flags
from transforms.methods.engine.method import Method


def early_readings(holdings: Holdings, readings: pl.DataFrame) -> pl.DataFrame:
    """Return the projects with readings from before their commissioning day."""
    begun = holdings.projects.select("project_id", "commissioning_date")
    early = readings.join(begun, on="project_id").filter(pl.col("period_start") < pl.col("commissioning_date"))
    return flags(early.group_by("project_id").len(), "reading_before_commissioning", "project_id",
                 pl.format("{} readings begin before the commissioning day; output before it does not count", "len"),
                 pl.format("{} 条读数早于投产日，投产前产量不计", "len"))  # fmt: skip


def missing_parameters(holdings: Holdings, gaps: pl.DataFrame) -> pl.DataFrame:
    """Return the factors that a blocked month lacks, where they were looked up and what is on file."""
    if gaps.is_empty():
        return Flag.empty_frame()
    blocked = holdings.months.filter(pl.col("status") == "blocked_missing_parameter")
    spans = gaps.join(blocked, on=["project_id", "month_start_date"], how="semi").group_by(
        "project_id", "symbol", "parameter_id", "scope", "on_file"
    ).agg(first=pl.col("month_start_date").min(), last=pl.col("month_start_date").dt.month_end().max())  # fmt: skip
    facts = [pl.col("parameter_id"), pl.col("scope").fill_null("unknown"), pl.col("first"), pl.col("last")]
    return flags(spans, "missing_parameter", "project_id",
                 pl.format("not exactly one {} for '{}' covers {} to {} (on file: {}); add or correct a row of "
                           "parameters with that scope and validity", *facts, pl.col("on_file").fill_null("none")),
                 pl.format("参数 {}（适用范围“{}”）在 {} 至 {} 没有唯一有效的值（现有：{}）；请补充或更正", *facts,
                           pl.col("on_file").fill_null("无")))  # fmt: skip


def refused_parameters(refused: pl.DataFrame) -> pl.DataFrame:
    """Return the factors of their own that projects sent and that were refused; no default takes their place.

    refused: factors.refused.REFUSED_MONTH.
    """
    spans = refused.group_by("project_id", "parameter_id", "scope").agg(
        first=pl.col("month_start_date").min().dt.strftime("%Y-%m"),
        last=pl.col("month_start_date").max().dt.strftime("%Y-%m"),
    )
    facts = ["parameter_id", "scope", "first", "last"]
    return flags(spans, "own_parameter_refused", "project_id",
                 pl.format("its own {} (scope '{}') was refused: the months {} to {} have no figure, and no default "
                           "takes its place; see ops.rejected_rows, correct the row and deliver it again", *facts),
                 pl.format("项目自报参数 {}（适用范围“{}”）被拒收：{} 至 {} 不出具数字，也不以缺省值代替；"
                           "请按拒收清单更正后重新报送", *facts))  # fmt: skip


def unknown_parameters(parameters: pl.DataFrame, kinds: Collection[str]) -> pl.DataFrame:
    """Return the parameters that no formula asks for."""
    unknown = parameters.filter(~pl.col("parameter_id").is_in(list(kinds)))
    return flags(unknown, "unknown_parameter", "parameter_id",
                 "no formula asks for this parameter: it is kept and not used",
                 "没有公式使用该参数，仅保存")  # fmt: skip


def unread_scopes(parameters: pl.DataFrame, projects: pl.DataFrame, known: Collection[str]) -> pl.DataFrame:
    """Return the delivered parameters whose scope names nothing: no project, and none of the `known` scopes."""
    named = pl.col("scope").str.split("/").list.first()
    unread = parameters.filter(
        (pl.col("parameter_status") == "delivered") & ~named.is_in(projects["project_id"].implode())
        & ~pl.col("scope").is_in(list(known)) & ~named.is_in(list(known))
    )  # fmt: skip
    subject = unread.with_columns(subject=pl.format("{} [{}]", "parameter_id", "scope"))
    return flags(subject, "scope_names_nothing", "subject",
                 pl.format("'{}' is no project of the book, region, fuel or other scope: the value is used nowhere; "
                           "write the project's id", "scope"),
                 pl.format("适用范围“{}”不是项目、区域或燃料等，该值未被使用；请填写项目编号", "scope"))  # fmt: skip


def unknown_metrics(holdings: Holdings, readings: pl.DataFrame, metrics: Collection[str]) -> pl.DataFrame:
    """A fuel under an unknown name would be missing from a project's emissions without a sign."""
    computed = holdings.projects.filter(
        pl.col("method").replace_strict(holdings.kinds, return_dtype=pl.String) == "formula"
    )
    unknown = readings.join(computed, on="project_id", how="semi").filter(~pl.col("metric").is_in(list(metrics)))
    named = unknown.group_by("project_id").agg(pl.col("metric").unique().sort().str.join(", "))
    return flags(named, "metric_in_no_formula", "project_id",
                 pl.format("no formula takes {}: carried as physical indicators; if one is a fuel, use its name in "
                           "data/reference/metrics.toml", "metric"),
                 pl.format("公式不使用 {}：按实物指标列示；如为燃料，请使用规定的指标名", "metric"))  # fmt: skip


def unmetered_limits(holdings: Holdings, items: pl.DataFrame, methods: Mapping[str, Method]) -> pl.DataFrame:
    """A method limits a figure by what was metered, and the project meters nothing: the formula stands alone."""
    limited = pl.DataFrame(
        [(name, kind) for name, method in methods.items() for kind in method.welcome_kinds],
        schema={"method": pl.String, "kind": pl.String}, orient="row",
    )  # fmt: skip
    needed = holdings.projects.select("project_id", "method").join(limited, on="method")
    metered = items.join(needed, on=["project_id", "kind"], how="semi")
    return flags(needed.join(metered, on="project_id", how="anti"), "limit_not_metered", "project_id",
                 "the methane that is burned is not metered, so the formula alone makes the figure; deliver "
                 "methane_to_energy and methane_flared (or methane_recovered): no more is counted than was burned",
                 "未报送实际燃烧的甲烷量，减排量仅按公式计算；请报送甲烷利用量和甲烷火炬燃烧量（或甲烷回收量），"
                 "减排量以实际燃烧量为上限")  # fmt: skip


def unspread_readings(parts: pl.DataFrame) -> pl.DataFrame:
    """Heating is no constant load: a reading of it that crosses months is not spread by days alone."""
    spans = parts.group_by("project_id", "metric").agg(
        first=pl.col("month_start_date").min().dt.strftime("%Y-%m"),
        last=pl.col("month_start_date").max().dt.strftime("%Y-%m"),
    )
    facts = ["metric", "first", "last"]
    return flags(spans, "heating_reading_not_spread", "project_id",
                 pl.format("{} of space heating crosses the months {} to {} and is not spread by days alone; deliver "
                           "heating_degree_days by month (fuel and electricity: or heat_delivered by month), or the "
                           "reading by month", *facts),
                 pl.format("供暖读数 {} 跨 {} 至 {}，不单按日分摊；请按月报送采暖度日（燃料、用电亦可按月报送供热量），"
                           "或按月报送该读数", *facts))  # fmt: skip
