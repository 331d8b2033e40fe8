"""PCAF data quality: the rung of each figure by how it was made, weighted by the outstanding amount."""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from schemas.between.sums import QualitySum
from schemas.contract import DataFrame, conform
from schemas.deliveries import OperatingRecord, Project
from schemas.disclosures import WHOLE_BOOK
from schemas.marts import AttributedReduction, DataQuality, DataQualityTotal
from schemas.words.statuses import OF_READ_MONTHS
from transforms.attribution.coverage import added_loan_sums, coverage_of_sums, loan_sums

PROFILE: Final = "pcaf_avoided"
SCORES: Final = ["project_finance_score", "avoided_emissions_score"]
PERIOD: Final = ["period", "period_from_date", "period_to_date"]


def data_quality(
    attributed: DataFrame[AttributedReduction],
    projects: DataFrame[Project],
    readings: DataFrame[OperatingRecord],
    scales: Mapping[str, Mapping[str, Any]],
) -> DataFrame[DataQuality]:
    """Return schemas.marts.DataQuality: a row a loan and period; without a figure there is no score.

    attributed: schemas.marts.AttributedReduction; scales: data/reference/data_quality.toml.
    """
    rows = attributed.filter(pl.col("profile") == PROFILE).drop("is_mandated_baseline")
    known = projects.select("project_id", "method", "verified_by", "is_mandated_baseline")
    joined = rows.join(known, on="project_id", how="left", maintain_order="left").join(
        _estimated(rows, readings), on=["project_id", "period"], how="left", maintain_order="left"
    )
    by_method = pl.col("method").replace_strict(dict(scales["methods"]), default=None, return_dtype=pl.String)
    is_verified, is_estimated = pl.col("verified_by").is_not_null(), pl.col("has_estimate").fill_null(False)
    made = {
        "reported": pl.when(is_verified).then(pl.lit("verified_reported")).otherwise(pl.lit("reported")),
        "measured": pl.when(is_estimated).then(pl.lit("estimated_activity")).otherwise(by_method),
    }
    evidence = pl.coalesce(pl.when(pl.col("status") == status).then(made[status]) for status in OF_READ_MONTHS)
    scored = joined.with_columns(evidence=evidence).join(_rungs(scales), on="evidence", how="left")
    ordered = pl.col("is_mandated_baseline").fill_null(False)
    return conform(scored.with_columns(is_mandated_baseline=ordered), DataQuality).sort(
        "period_to_date", "period", "loan_id"
    )


def quality_sums(quality: DataFrame[DataQuality]) -> DataFrame[QualitySum]:
    """Return schemas.between.sums.QualitySum: a row a lender (the whole book under *) and period."""
    both = pl.concat([quality, quality.with_columns(lender=pl.lit(WHOLE_BOOK))])
    summed = both.group_by(*PERIOD, "lender").agg(
        **loan_sums(pl.col("balance_cny"), pl.col("avoided_emissions_score").is_not_null()),
        **{name: made for score in SCORES for name, made in score_sums(score).items()},
    )
    return conform(summed, QualitySum)


def data_quality_totals(sums: DataFrame[QualitySum]) -> DataFrame[DataQualityTotal]:
    """Return schemas.marts.DataQualityTotal of the sums."""
    scored = [name for score in SCORES for name in score_sums(score)]
    added = sums.group_by(*PERIOD, "lender").agg(**added_loan_sums(), **{name: pl.col(name).sum() for name in scored})
    weighted = {f"weighted_{score}": weighted_score(score) for score in SCORES}
    totals = added.with_columns(**weighted, outstanding_cny="whole_cny", coverage_ratio=coverage_of_sums())
    return conform(totals, DataQualityTotal).sort("period_to_date", "period", "lender")


def weighted_score(score: str) -> pl.Expr:
    """Return sum(outstanding x score) / sum(outstanding) over the loans that have a score (PCAF Part A, box 6.1-6).

    Of the columns of `score_sums`.
    """
    money, weight = score_sums(score)
    return pl.col(weight) / pl.when(pl.col(money) > 0).then(money)


def score_sums(score: str) -> dict[str, pl.Expr]:
    """Return the money of the loans that have the score, and the same times the score; both add up over loans."""
    has_score = pl.col(score).is_not_null()
    money = pl.col("balance_cny").cast(pl.Float64).filter(has_score)
    name = score.removesuffix("_score")
    return {f"{name}_cny": money.sum(), f"cny_times_{name}": (money * pl.col(score).filter(has_score)).sum()}


def _rungs(scales: Mapping[str, Mapping[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "evidence": name,
                "pcaf_option": entry["option"],
                "project_finance_score": scales["options"][entry["option"]]["score"],
                "avoided_emissions_score": entry["avoided_score"],
            }
            for name, entry in scales["evidence"].items()
        ]
    )


def _estimated(rows: pl.DataFrame, readings: pl.DataFrame) -> pl.DataFrame:
    """Return project_id, period and has_estimate where a reading that meets the period is marked as an estimate."""
    estimates = readings.filter(pl.col("source") == "estimate").select("project_id", "period_start", "period_end")
    met = rows.select("project_id", *PERIOD).unique().join(estimates, on="project_id")
    inside = (pl.col("period_start") <= pl.col("period_to_date")) & (pl.col("period_end") >= pl.col("period_from_date"))
    return met.filter(inside).select("project_id", "period", has_estimate=pl.lit(True)).unique()
