"""Promised, expected and measured, year by year; and the projects' own emissions that the loans finance."""

from collections.abc import Collection
from typing import Final

import polars as pl

from schemas.between.outcomes import ProjectRealisation
from schemas.contract import DataFrame, conform
from schemas.marts import FinancedEmission, ProjectOutcome
from schemas.words.containers import AVOIDED
from transforms.attribution.holdings import Holdings
from transforms.attribution.project_reductions import month_parts, period_reductions
from transforms.attribution.shares import attribute_each
from transforms.ground.calendar import Period, days_between, year
from transforms.methods.engine.signs import symbol

PROMISED: Final = symbol("promised_reductions_tco2e", "promised")
MEASURED: Final = symbol("measured_reductions_tco2e", "measured")
REALISED: Final = symbol("median_ratio", "realised")
GAP: Final = MEASURED - PROMISED


def expected(ratio: pl.Expr = REALISED) -> pl.Expr:
    """Return what is to be expected of a promise, by the part of theirs that projects of the kind delivered."""
    return PROMISED * ratio


def comparison_rules() -> dict[str, pl.Expr]:
    """Return, as they are printed, what is expected of a promise and the gap that measuring leaves."""
    return {"expected": expected(), "gap": GAP}


def project_outcomes(
    holdings: Holdings, years: list[int], realisation: DataFrame[ProjectRealisation], container: str = AVOIDED
) -> DataFrame[ProjectOutcome]:
    """Return schemas.marts.ProjectOutcome: a row a project of the container and complete calendar year.

    `holdings` has the container's projects and sees only its tonnes (attribution.containers.within).
    """
    rows = [
        outcomes_in(holdings, year(number), realisation).with_columns(
            calendar_year=pl.lit(number), container=pl.lit(container)
        )
        for number in (years if holdings.projects.height else [])
    ]
    return conform(pl.concat(rows), ProjectOutcome) if rows else ProjectOutcome.empty_frame()


def outcomes_in(holdings: Holdings, period: Period, realisation: DataFrame[ProjectRealisation]) -> pl.DataFrame:
    """Return the columns of ProjectOutcome over one period of a year's length, without calendar_year.

    Promised tonnes are the annual promise by days of operation over the period's days; expected ones follow what
    projects of the kind delivered (outcomes.realisation.project_realisation; survivors only). An impossible promise
    is none.
    """
    operating = days_between(pl.max_horizontal("commissioning_date", pl.lit(period.first)), pl.lit(period.last))
    is_impossible = pl.col("project_id").is_in(holdings.impossible["project_id"].implode())
    promises = holdings.projects.with_columns(
        operating_days=pl.when(pl.col("commissioning_date").is_null()).then(0).otherwise(operating),
        promised_annual_reductions_tco2e_per_year=pl.when(~is_impossible).then("reported_annual_reduction_tco2"),
    )
    joined = promises.join(
        period_reductions(holdings, period), on="project_id", how="left", maintain_order="left"
    ).join(realisation, on="project_id", how="left", maintain_order="left")
    promised = pl.col("promised_annual_reductions_tco2e_per_year") * (pl.col("operating_days") / period.days)
    measured = pl.when(pl.col("er_status") == "measured").then("emission_reductions_tco2e")
    rows = joined.with_columns(
        promised_reductions_tco2e=promised, measured_reductions_tco2e=measured, status="er_status"
    )
    return _compared(rows).sort("project_id")


def _compared(rows: pl.DataFrame) -> pl.DataFrame:
    """Add the ratio and the gap of measured to promised, and the expected range."""
    low, high = pl.col("p10_ratio"), pl.col("p90_ratio")  # of a promise to emit more the ends change places
    return rows.with_columns(
        measured_to_promised_ratio=MEASURED / pl.when(PROMISED != 0).then(PROMISED),
        measured_minus_promised_tco2e=GAP,
        expected_median_tco2e=expected(),
        expected_p10_tco2e=expected(pl.when(PROMISED < 0).then(high).otherwise(low)),
        expected_p90_tco2e=expected(pl.when(PROMISED < 0).then(low).otherwise(high)),
    )


def financed_emissions(
    holdings: Holdings, periods: list[Period], net_methods: Collection[str] = ()
) -> DataFrame[FinancedEmission]:
    """Return schemas.marts.FinancedEmission: project emissions x the period-end factor; apart from avoided ones.

    Of a project under one of `net_methods`, or with a figure of its own, what it avoids is known and not what it
    emits: `not_estimated`, never 0.
    """
    emitted = (
        month_parts(holdings, tuple(periods))
        .group_by("period", "project_id", maintain_order=True)
        .agg(project_emissions_tco2e=pl.col("part_project_tco2e").sum())
    )
    is_net = holdings.projects.select("project_id", is_net=pl.col("method").is_in(list(net_methods)))
    rows = (
        attribute_each(holdings, periods, "period_end")
        .join(emitted, on=["period", "project_id"], how="left", maintain_order="left")
        .join(is_net, on="project_id", how="left", maintain_order="left")
    )
    unknown = (pl.col("status") == "reported") | (pl.col("is_net") & (pl.col("status") == "measured"))
    rows = rows.with_columns(status=pl.when(unknown).then(pl.lit("not_estimated")).otherwise("status")).with_columns(
        project_emissions_tco2e=pl.when(pl.col("status") == "measured").then("project_emissions_tco2e"),
    )
    financed = pl.col("project_emissions_tco2e") * pl.col("attribution_factor_ratio")
    return conform(rows.with_columns(financed_emissions_tco2e=financed), FinancedEmission)
