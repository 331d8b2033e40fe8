"""Which readings are missing: the items and the months, of the whole book or of one period and of no other."""

from collections.abc import Iterable, Mapping

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
from transforms.ground.sentences import SIGNS, Sentences, joined
from transforms.methods.engine.method import Method

MONTH = ["project_id", "month_start_date"]


def names_in_chinese(methods: Iterable[Method], metric_names: Mapping[str, str], words: Sentences) -> dict[str, str]:
    """Return what each reading is called, and each group of which one is needed, as mart.completeness has them."""
    groups = {group for one in methods for group in one.metric_groups}
    kinds = {f"every {kind}": words[f"every_{kind}"]["zh"] for one in methods for kind in one.wanted_kinds}
    named = {**metric_names, **kinds}
    either = {
        " or ".join(group): joined([named[metric] for metric in group], words["one_of"]["zh"]) for group in groups
    }
    return {**named, **either}


def missing_readings(
    holdings: Holdings,
    readings: DataFrame[OperatingRecord],
    methods: Iterable[Method],
    names: Mapping[str, str],
    words: Sentences,
) -> DataFrame[FlagFacts]:
    """Return the months of the book that no complete reading covers, what is needed and what was delivered.

    names: names_in_chinese; words: Reference.sentences.
    """
    blocked = holdings.months.filter(pl.col("status") == "blocked_missing_reading")
    sent = readings.group_by("project_id").agg(sent=_listed("metric"), sent_zh=_listed("metric", names))
    gaps = (
        _runs(blocked)
        .join(sent, on="project_id", how="left", maintain_order="left")
        .join(_wanted(methods, names, words), on=EDITION, how="left", maintain_order="left")
    )
    return flags(
        gaps,
        "missing_reading",
        "project_id",
        "months",
        wanted=("wanted", "wanted_zh"),
        sent=("sent", "sent_zh"),
    )


def _listed(column: str, names: Mapping[str, str] | None = None) -> pl.Expr:
    """The different texts of a column in one; by their Chinese names where those are given."""
    texts = pl.col(column).drop_nulls().unique().sort()
    return texts.str.join(SIGNS["en"].items) if names is None else texts.replace(names).str.join(SIGNS["zh"].items)


def _wanted(methods: Iterable[Method], names: Mapping[str, str], words: Sentences) -> pl.DataFrame:
    """Return EDITION, wanted and wanted_zh, what a month of the edition needs."""
    rows = []
    for one in methods:
        groups = [" or ".join(group) for group in one.metric_groups]
        chinese = joined([names[group] for group in groups], words["all_of"]["zh"])
        rows.append((one.name, one.edition, joined(groups, words["all_of"]["en"]), chinese))
    return pl.DataFrame(rows, schema=dict.fromkeys((*EDITION, "wanted", "wanted_zh"), pl.String), orient="row")


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
    names: Mapping[str, str],
) -> DataFrame[FlagFacts]:
    """Return a flag a project that lacks readings within the period.

    running: projects whose method is a formula; names: names_in_chinese. A month that something else holds up is not
    named.
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
            items=_listed("metric"),
            items_zh=_listed("metric", names),
        )
        .with_columns(pl.when(pl.col("items") != "").then(pl.col("items", "items_zh")))
    )
    return flags(
        gaps,
        "missing_reading",
        "project_id",
        "months",
        wording="missing_reading_within",
        items=("items", "items_zh"),
    )
