"""How complete the readings are: for each project, metric and month of operation, days covered and by which source."""

from collections.abc import Iterable
from typing import Final

import polars as pl

from schemas.between import MonthlyPart, OperatingMonth, ReportedItem
from schemas.contract import DataFrame, conform
from schemas.deliveries import READING_SOURCES
from schemas.marts import Completeness
from transforms.activity.seasons import OUT_OF_SEASON
from transforms.activity.spreading import Spread
from transforms.ground.calendar import days_between
from transforms.methods.engine.method import Method

KEY: Final = ["project_id", "metric", "month_start_date"]
PROJECT_EDITION: Final = ["project_id", "method_edition"]


def completeness(
    months: DataFrame[OperatingMonth],
    spread: Spread,
    items: DataFrame[ReportedItem],
    methods: Iterable[Method],
    idle: DataFrame[MonthlyPart] | None = None,
) -> DataFrame[Completeness]:
    """Return schemas.marts.Completeness: every month of operation of every metric that its formula takes.

    months: activity.operating.operating_months with the edition of each; methods: every edition; items: project_id,
    kind, item, metric. A day without an accepted reading stays uncovered; nothing is filled in. idle:
    activity.seasons.idle_parts, days that need none.
    """
    outside = spread.parts.clear() if idle is None else idle
    parts = pl.concat(
        [
            outside.with_columns(is_usable=pl.lit(True)),
            spread.parts.with_columns(is_usable=pl.lit(True)),
            spread.unspread.with_columns(is_usable=pl.lit(False)),
        ]
    )
    grid = months.join(_needed(months, parts, items, methods), on=PROJECT_EDITION).with_columns(
        operating_days=days_between(pl.col("operating_from_date"), pl.col("operating_to_date"))
    )
    rows = grid.join(_covered(parts, months), on=KEY, how="left").with_columns(
        pl.col("covered_days", "out_of_season_days", "spread_days", "unspread_days", *SOURCE_DAYS).fill_null(0)
    )
    accounted = pl.col("covered_days") + pl.col("out_of_season_days")
    covered = pl.when(pl.col("covered_days") > 0).then(pl.col("covered_days"))
    ratios = {f"{source}_ratio": pl.col(f"{source}_days") / covered for source in SOURCES}
    rated = rows.with_columns(completeness_ratio=accounted / pl.col("operating_days"), **ratios)
    return conform(rated, Completeness).sort(KEY)


SOURCES: Final = (*READING_SOURCES, "unstated")
SOURCE_DAYS: Final = tuple(f"{source}_days" for source in SOURCES)


def _covered(parts: pl.DataFrame, months: pl.DataFrame) -> pl.DataFrame:
    """Return the days of operation that readings cover, by KEY."""
    window = months.select("project_id", "month_start_date", "operating_from_date", "operating_to_date")
    inside = parts.join(window, on=["project_id", "month_start_date"]).with_columns(
        days=days_between(pl.max_horizontal("part_from_date", "operating_from_date"), pl.col("part_to_date")),
        read_by=pl.col("source").fill_null("unstated"),
    )
    is_idle = pl.col("read_by") == OUT_OF_SEASON
    usable = pl.col("days").filter(pl.col("is_usable") & ~is_idle)
    by_source = [
        pl.col("days").filter(pl.col("is_usable") & (pl.col("read_by") == source)).sum().alias(f"{source}_days")
        for source in SOURCES
    ]
    return (
        inside.filter(pl.col("days") > 0)
        .group_by(KEY)
        .agg(
            *by_source,
            covered_days=usable.sum(),
            out_of_season_days=pl.col("days").filter(is_idle).sum(),
            unspread_days=pl.col("days").filter(~pl.col("is_usable")).sum(),
            spread_days=pl.col("days").filter(pl.col("is_usable") & pl.col("is_spread")).sum(),
            spread_by=pl.col("spread_by").filter("is_usable").drop_nulls().unique().sort().str.join(", "),
        )
        .with_columns(spread_by=pl.when(pl.col("spread_by") != "").then("spread_by"))
    )


def _needed(
    months: pl.DataFrame, parts: pl.DataFrame, items: DataFrame[ReportedItem], methods: Iterable[Method]
) -> pl.DataFrame:
    """Return PROJECT_EDITION and metric: what an edition takes of what the project sends, and what it still needs.

    Where one of several metrics would do and none was ever sent, they stand together (a or b).
    """
    sent = pl.concat([parts.select("project_id", "metric"), items.select("project_id", "metric")]).unique()
    of_method = months.select("method", *PROJECT_EDITION).unique()
    needed = [pl.DataFrame(schema=dict.fromkeys((*PROJECT_EDITION, "metric"), pl.String))]
    for method in methods:
        is_own = (pl.col("method") == method.name) & (pl.col("method_edition") == method.edition)
        projects = of_method.filter(is_own).select(PROJECT_EDITION)
        if projects.is_empty():
            continue
        for group in method.metric_groups:
            given = projects.join(sent.filter(pl.col("metric").is_in(_metrics_of(group, items))), on="project_id")
            lacking = projects.join(given, on="project_id", how="anti").sort("project_id")
            needed += [given, lacking.with_columns(metric=pl.lit(" or ".join(group)))]
        welcome = items.filter(pl.col("kind").is_in(list(method.welcome_kinds))).select("project_id", "metric")
        needed.append(projects.join(welcome, on="project_id").unique())
    return pl.concat(needed).unique()


def _metrics_of(group: tuple[str, ...], items: DataFrame[ReportedItem]) -> list[str]:
    """A group of metrics, or `every <kind>`: the kind's metrics that anybody has reported."""
    kind = group[0].removeprefix("every ")
    return items.filter(pl.col("kind") == kind)["metric"].unique().to_list() if kind != group[0] else list(group)
