"""How complete the readings are: for each project, metric and month of operation, days covered and by which source."""

from collections.abc import Iterable, Sequence
from typing import Final

import polars as pl

from schemas.between.activity import MonthlyPart, OperatingMonth
from schemas.between.projects import ReportedItem
from schemas.contract import DataFrame, conform
from schemas.deliveries import READING_SOURCES
from schemas.marts import Completeness
from transforms.activity.seasons import OUT_OF_SEASON
from transforms.activity.spreading import Spread
from transforms.ground.calendar import days_between
from transforms.methods.engine.method import Method

KEY: Final = ["project_id", "metric", "month_start_date"]
PROJECT_EDITION: Final = ["project_id", "method_edition"]
EDITION: Final = ["method", "method_edition"]


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

    Where one of several metrics would do and none was ever sent, they are listed together (a or b).
    """
    sent = pl.concat([parts.select("project_id", "metric"), items.select("project_id", "metric")]).unique()
    of_edition = months.select("method", *PROJECT_EDITION).unique()
    every = items.select(pl.format("every {}", "kind").alias("metric"), of_kind="metric").unique()
    groups, welcome = _asked(methods)
    taken = of_edition.join(groups, on=EDITION).join(every, on="metric", how="left")
    taken = taken.with_columns(metric=pl.coalesce("of_kind", "metric"))
    given = taken.join(sent, on=["project_id", "metric"])
    of_group = [*PROJECT_EDITION, "group"]
    lacking = taken.join(given, on=of_group, how="anti").select(*PROJECT_EDITION, metric="group")
    also = of_edition.join(welcome, on=EDITION).join(items, on=["project_id", "kind"])
    return pl.concat(rows.select(*PROJECT_EDITION, "metric") for rows in (given, lacking, also)).unique()


def _asked(methods: Iterable[Method]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return EDITION with group and each metric of it (`every <kind>` stays so), and EDITION with each welcome kind."""
    editions = list(methods)
    groups = [
        (method.name, method.edition, " or ".join(group), metric)
        for method in editions
        for group in method.metric_groups
        for metric in group
    ]
    welcome = [(method.name, method.edition, kind) for method in editions for kind in method.welcome_kinds]
    return _texts(groups, [*EDITION, "group", "metric"]), _texts(welcome, [*EDITION, "kind"])


def _texts(rows: Sequence[tuple[str, ...]], names: list[str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
