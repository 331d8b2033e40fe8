"""Which readings are missing: the items and the months, of the whole book or of one period and of no other."""

from collections.abc import Iterable

import polars as pl

from schemas.between.ground import FlagFacts
from schemas.contract import DataFrame
from schemas.deliveries import OperatingRecord, Project
from schemas.disclosures import CrfProject
from schemas.marts import Completeness, ProjectMonth
from transforms.activity.taken import EDITION
from transforms.attribution.holdings import Holdings
from transforms.ground.calendar import Period
from transforms.ground.flag_rows import flags
from transforms.methods.engine.method import Method

MONTH = ["project_id", "month_start_date"]


def missing_readings(
    holdings: Holdings, readings: DataFrame[OperatingRecord], methods: Iterable[Method]
) -> DataFrame[FlagFacts]:
    """Return the months of the book that no complete reading covers, what is needed and what was delivered."""
    blocked = holdings.months.filter(pl.col("status") == "blocked_missing_reading")
    sent = readings.group_by("project_id").agg(sent=pl.col("metric").unique().sort().str.join(", "))
    gaps = (
        _runs(blocked)
        .join(sent, on="project_id", how="left", maintain_order="left")
        .join(_wanted(methods), on=EDITION, how="left", maintain_order="left")
        .with_columns(pl.col("wanted").fill_null("reported_annual_reduction_tco2"))
    )
    return flags(
        gaps,
        "missing_reading",
        "project_id",
        "months",
        "wanted",
        "sent",
    )


def _wanted(methods: Iterable[Method]) -> pl.DataFrame:
    """Return EDITION and wanted, what a month of the edition needs."""
    rows = [(one.name, one.edition, " and ".join(" or ".join(group) for group in one.metric_groups)) for one in methods]
    return pl.DataFrame(rows, schema=dict.fromkeys((*EDITION, "wanted"), pl.String), orient="row")


def _runs(blocked: pl.DataFrame) -> pl.DataFrame:
    """Return project_id, EDITION and months: those that follow each other as `2026-05..2026-06`."""
    number = pl.col("month_start_date").dt.year() * 12 + pl.col("month_start_date").dt.month()
    numbered = blocked.sort(MONTH).with_columns(run=number - pl.int_range(pl.len()).over("project_id"))
    first, last = (
        pl.col("month_start_date").dt.strftime("%Y-%m").sort().first(),
        pl.col("month_start_date").dt.strftime("%Y-%m").sort().last(),
    )
    runs = numbered.group_by("project_id", *EDITION, "run", maintain_order=True).agg(
        months=pl.when(pl.len() == 1).then(first).otherwise(pl.format("{}..{}", first, last))
    )
    return runs.group_by("project_id", *EDITION, maintain_order=True).agg(pl.col("months").str.join(", "))


def readings_missing_within(
    running: DataFrame[Project | CrfProject],
    months: DataFrame[ProjectMonth],
    completeness: DataFrame[Completeness],
    period: Period,
) -> DataFrame[FlagFacts]:
    """Return a flag a project that lacks readings within the period.

    running: projects whose method is a formula. A month that something else holds up is not named.
    """
    start = pl.max_horizontal("commissioning_date", pl.lit(period.first)).dt.month_start()
    needed = running.select("project_id", month_start_date=pl.date_ranges(start, pl.lit(period.last), "1mo")).explode(
        "month_start_date"
    )
    others = months.filter(pl.col("status") != "blocked_missing_reading")
    lacking = completeness.filter(pl.col("completeness_ratio") < 1).select(*MONTH, "metric")
    gaps = (
        needed.drop_nulls()
        .join(others, on=MONTH, how="anti")
        .join(lacking, on=MONTH, how="left")
        .group_by("project_id")
        .agg(
            months=pl.col("month_start_date").unique().sort().dt.strftime("%Y-%m").str.join(", "),
            items=pl.col("metric").drop_nulls().unique().sort().str.join(", "),
        )
        .with_columns(items=pl.when(pl.col("items") != "").then("items"))
    )
    return flags(gaps, "missing_reading", "project_id", "months", "items", wording="missing_reading_within")
