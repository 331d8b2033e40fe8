"""Verified reductions of monitoring periods, beside what is worked out here for the same days.

A verifier's figure has its own boundary, baseline and factors, and its tonnes are issued and sold apart. So it is
neither added to a figure of ours nor takes its place: the two are set side by side.
"""

from collections.abc import Mapping

import polars as pl

from schemas.between.ground import FlagFacts
from schemas.contract import DataFrame, conform
from schemas.deliveries import VerifiedPeriod
from schemas.marts import VerifiedReduction
from transforms.attribution.holdings import Holdings
from transforms.attribution.project_reductions import period_reductions
from transforms.ground.calendar import Period
from transforms.ground.flag_rows import flags


def verified_reductions(
    sent: DataFrame[VerifiedPeriod], seen: Mapping[str, Holdings], containers: Mapping[str, str | None]
) -> DataFrame[VerifiedReduction]:
    """Return schemas.marts.VerifiedReduction: every verified period with the figure and status of its days here.

    sent: core.verified_reductions; seen: the holdings by container; containers: by method.
    """
    days = sent.select("period_start", "period_end").unique().sort("period_start", "period_end")
    own = [
        _figures_of(container, holdings, containers, Period("verified", *row))
        for container, holdings in seen.items()
        for row in days.iter_rows()
    ]
    if not own:
        return VerifiedReduction.empty_frame()
    joined = sent.join(pl.concat(own), on=["project_id", "period_start", "period_end"], how="left").with_columns(
        pl.col("status").fill_null("not_estimated")
    )
    difference = pl.col("verified_reduction_tco2e") - pl.col("emission_reductions_tco2e")
    rows = joined.with_columns(verified_minus_own_tco2e=difference)
    return conform(rows, VerifiedReduction).sort("project_id", "period_start", "period_end", "credit_scheme")


def _figures_of(container: str, holdings: Holdings, containers: Mapping[str, str | None], days: Period) -> pl.DataFrame:
    """The figures of one container's projects over the days."""
    own = [method for method, belongs in containers.items() if belongs == container]
    projects = holdings.projects.filter(pl.col("method").is_in(own)).select("project_id")
    return projects.join(period_reductions(holdings, days), on="project_id").select(
        "project_id",
        "emission_reductions_tco2e",
        status="er_status",
        container=pl.lit(container),
        period_start=pl.lit(days.first),
        period_end=pl.lit(days.last),
    )


def verified_twice(sent: DataFrame[VerifiedPeriod]) -> DataFrame[FlagFacts]:
    """Return the flags of projects of which one day was verified twice."""
    ordered = sent.sort("project_id", "period_start", "period_end", "credit_scheme")
    named = ordered.with_columns(
        document=pl.format("{} {} {}..{}", "credit_scheme", "verification_document", "period_start", "period_end")
    )
    reached = pl.col("period_end").cum_max().shift(1).over("project_id")
    again = named.with_columns(before=pl.col("document").shift(1).over("project_id")).filter(
        pl.col("period_start") <= reached
    )
    return flags(again, "verified_twice", "project_id", "document", "before")
