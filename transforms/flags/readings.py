"""What a reader must know of readings and surveys: unknown, early, not spread or not to be compared."""

from collections.abc import Collection, Iterable, Mapping

import polars as pl

from schemas.between.activity import MonthlyPart, SurveyFinding
from schemas.between.ground import FlagFacts
from schemas.between.projects import ReportedItem
from schemas.contract import DataFrame, stacked
from schemas.deliveries import OperatingRecord
from transforms.activity.taken import EDITION, kinds_welcome
from transforms.attribution.holdings import Holdings
from transforms.ground.flag_rows import flags
from transforms.methods.engine.method import Method


def early_readings(holdings: Holdings, readings: DataFrame[OperatingRecord]) -> DataFrame[FlagFacts]:
    """Return the projects with readings from before their commissioning day."""
    begun = holdings.projects.select("project_id", "commissioning_date")
    early = readings.join(begun, on="project_id").filter(pl.col("period_start") < pl.col("commissioning_date"))
    return flags(early.group_by("project_id").len(), "reading_before_commissioning", "project_id", "len")


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
    """A method limits a figure by what was metered, and the project meters nothing: the formula has no such limit."""
    needed = holdings.months.select("project_id", *EDITION).unique().join(kinds_welcome(methods), on=EDITION)
    metered = items.join(needed, on=["project_id", "kind"], how="semi")
    unmetered = needed.select("project_id").unique().join(metered, on="project_id", how="anti")
    return flags(unmetered, "limit_not_metered", "project_id")


def unspread_readings(parts: DataFrame[MonthlyPart], names: Mapping[str, str]) -> DataFrame[FlagFacts]:
    """Heating is not a constant load: a reading of it that crosses months is not spread by days alone.

    names: what each reading is called in Chinese.
    """
    spans = parts.group_by("project_id", "metric").agg(
        first=pl.col("month_start_date").min().dt.strftime("%Y-%m"),
        last=pl.col("month_start_date").max().dt.strftime("%Y-%m"),
    )
    named = ("metric", pl.col("metric").replace(names))
    return flags(spans, "heating_reading_not_spread", "project_id", "first", "last", metric=named)


def survey_flags(surveys: DataFrame[SurveyFinding]) -> DataFrame[FlagFacts]:
    """What of a forest's surveys could not be compared."""

    def found(code: str) -> DataFrame[SurveyFinding]:
        return surveys.filter(pl.col("finding") == code)

    return stacked(
        [
            flags(found("single_survey"), "single_survey", "project_id", "later_date"),
            flags(
                found("stratum_not_in_both_surveys"),
                "stratum_not_in_both_surveys",
                "project_id",
                "strata",
                "earlier_date",
                "later_date",
            ),
            flags(found("unknown_species"), "unknown_species", "project_id", "strata", "earlier_date", "later_date"),
            flags(
                found("stratum_incomplete"), "stratum_incomplete", "project_id", "strata", "earlier_date", "later_date"
            ),
            flags(
                found("stratum_area_changed"),
                "stratum_area_changed",
                "project_id",
                "strata",
                "earlier_date",
                "later_date",
            ),
        ]
    )
