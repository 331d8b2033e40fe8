"""What a reader must know of the readings and factors: what is missing, unknown, early or not spread."""

from collections.abc import Collection, Iterable

import polars as pl

from schemas.between import FactorGap, FlagFacts, MonthlyPart, RefusedFactorMonth, ReportedItem
from schemas.contract import DataFrame
from schemas.deliveries import OperatingRecord, Project
from schemas.reference import Parameter
from transforms.activity.taken import EDITION, kinds_welcome
from transforms.attribution.holdings import Holdings
from transforms.ground.flag_rows import flags, no_flags
from transforms.methods.engine.method import Method


def early_readings(holdings: Holdings, readings: DataFrame[OperatingRecord]) -> DataFrame[FlagFacts]:
    """Return the projects with readings from before their commissioning day."""
    begun = holdings.projects.select("project_id", "commissioning_date")
    early = readings.join(begun, on="project_id").filter(pl.col("period_start") < pl.col("commissioning_date"))
    return flags(early.group_by("project_id").len(), "reading_before_commissioning", "project_id", "len")


def missing_parameters(holdings: Holdings, gaps: DataFrame[FactorGap]) -> DataFrame[FlagFacts]:
    """Return the factors that a blocked month lacks, where they were looked up and what is on file."""
    if gaps.is_empty():
        return no_flags()
    blocked = holdings.months.filter(pl.col("status") == "blocked_missing_parameter")
    spans = (
        gaps.join(blocked, on=["project_id", "month_start_date"], how="semi")
        .group_by("project_id", "symbol", "parameter_id", "scope", "on_file")
        .agg(first=pl.col("month_start_date").min(), last=pl.col("month_start_date").dt.month_end().max())
    )
    return flags(
        spans,
        "missing_parameter",
        "project_id",
        "parameter_id",
        "first",
        "last",
        scope=pl.col("scope").fill_null("unknown"),
        on_file=(pl.col("on_file").fill_null("none"), pl.col("on_file").fill_null("无")),
    )


def refused_parameters(refused: DataFrame[RefusedFactorMonth]) -> DataFrame[FlagFacts]:
    """Return the factors of their own that projects sent and that were refused; no default takes their place.

    refused: months without their own factor.
    """
    spans = refused.group_by("project_id", "parameter_id", "scope").agg(
        first=pl.col("month_start_date").min().dt.strftime("%Y-%m"),
        last=pl.col("month_start_date").max().dt.strftime("%Y-%m"),
    )
    return flags(spans, "own_parameter_refused", "project_id", "parameter_id", "scope", "first", "last")


def unknown_parameters(parameters: DataFrame[Parameter], kinds: Collection[str]) -> DataFrame[FlagFacts]:
    """Return the parameters that no formula asks for."""
    unknown = parameters.filter(~pl.col("parameter_id").is_in(list(kinds)))
    return flags(unknown, "unknown_parameter", "parameter_id")


def unread_scopes(
    parameters: DataFrame[Parameter], projects: DataFrame[Project], known: Collection[str]
) -> DataFrame[FlagFacts]:
    """Return the delivered parameters whose scope names nothing: no project, and none of the `known` scopes."""
    named = pl.col("scope").str.split("/").list.first()
    unread = parameters.filter(
        (pl.col("parameter_status") == "delivered")
        & ~named.is_in(projects["project_id"].implode())
        & ~pl.col("scope").is_in(list(known))
        & ~named.is_in(list(known))
    )
    subject = unread.with_columns(subject=pl.format("{} [{}]", "parameter_id", "scope"))
    return flags(subject, "scope_names_nothing", "subject", "scope")


def unknown_metrics(
    holdings: Holdings, readings: DataFrame[OperatingRecord], metrics: Collection[str]
) -> DataFrame[FlagFacts]:
    """A fuel under an unknown name would be missing from a project's emissions without a sign."""
    computed = holdings.projects.filter(
        pl.col("method").replace_strict(holdings.kinds, return_dtype=pl.String) == "formula"
    )
    unknown = readings.join(computed, on="project_id", how="semi").filter(~pl.col("metric").is_in(list(metrics)))
    named = unknown.group_by("project_id").agg(pl.col("metric").unique().sort().str.join(", "))
    return flags(named, "metric_in_no_formula", "project_id", "metric")


def unmetered_limits(
    holdings: Holdings, items: DataFrame[ReportedItem], methods: Iterable[Method]
) -> DataFrame[FlagFacts]:
    """A method limits a figure by what was metered, and the project meters nothing: the formula stands alone."""
    needed = holdings.months.select("project_id", *EDITION).unique().join(kinds_welcome(methods), on=EDITION)
    metered = items.join(needed, on=["project_id", "kind"], how="semi")
    unmetered = needed.select("project_id").unique().join(metered, on="project_id", how="anti")
    return flags(unmetered, "limit_not_metered", "project_id")


def unspread_readings(parts: DataFrame[MonthlyPart]) -> DataFrame[FlagFacts]:
    """Heating is no constant load: a reading of it that crosses months is not spread by days alone."""
    spans = parts.group_by("project_id", "metric").agg(
        first=pl.col("month_start_date").min().dt.strftime("%Y-%m"),
        last=pl.col("month_start_date").max().dt.strftime("%Y-%m"),
    )
    return flags(spans, "heating_reading_not_spread", "project_id", "metric", "first", "last")
