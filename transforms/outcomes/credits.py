"""Credits and green certificates issued to the projects, apart from what they avoid; and who may claim twice.

A tonne that was issued as a credit, or a MWh that carries a certificate, belongs to its holder. It is not a sixth kind
of reduction, nor a deduction: the containers are shown side by side and are never added or netted.
"""

from typing import Final

import polars as pl

from schemas.between.outcomes import DoubleClaim
from schemas.contract import DataFrame, conform, unchecked
from schemas.deliveries import OperatingRecord
from schemas.marts import IssuedCredit
from schemas.words.statuses import OF_READ_MONTHS
from transforms.attribution.holdings import Holdings

KINDS: Final = {"issued_credits": "credit", "retired_credits": "credit", "green_certificates": "certificate"}
"""Metrics of data/reference/metrics.toml that make this container."""

CERTIFICATE_SCHEME: Final = r"(?i)绿证|绿色电力证书|\bGEC\b|I-?REC|certificate"
"""A credit_scheme of these words issues certificates per MWh; any other one issues credits per tonne."""


def issued_credits(readings: DataFrame[OperatingRecord], holdings: Holdings) -> DataFrame[IssuedCredit]:
    """Return schemas.marts.IssuedCredit: every credit and certificate reading as sent."""
    rows = readings.filter(pl.col("metric").is_in(list(KINDS))).join(
        holdings.projects.select("project_id", "credit_scheme"), on="project_id", how="left", maintain_order="left"
    )
    met = rows.join(_months_with_figure(holdings), on="project_id").filter(
        (pl.col("month_start_date") <= pl.col("period_end")) & (pl.col("operating_to_date") >= pl.col("period_start"))
    )
    key = ["project_id", "metric", "period_start", "period_end"]
    twice = met.select(key).unique().with_columns(is_claimed_twice=pl.lit(True))
    marked = rows.join(twice, on=key, how="left").with_columns(pl.col("is_claimed_twice").fill_null(False))
    return conform(marked, IssuedCredit).sort(key)


def double_claims(holdings: Holdings, issued: DataFrame[IssuedCredit]) -> DataFrame[DoubleClaim]:
    """Return the credits and certificates of which two may claim.

    Either credits of months that show reductions, or a project that names a scheme and shows reductions at all.
    """
    read = issued.filter("is_claimed_twice").with_columns(credit_type=pl.col("metric").replace_strict(KINDS))
    by_reading = read.group_by("project_id", "credit_type").agg(
        first_month=pl.col("period_start").min().dt.strftime("%Y-%m"),
        last_month=pl.col("period_end").max().dt.strftime("%Y-%m"),
        issued=pl.format("{} {} {}", "metric", "value", "unit").sort().str.join(", "),
    )
    schemes = holdings.projects.filter(pl.col("credit_scheme").fill_null("") != "").select(
        "project_id",
        issued="credit_scheme",
        credit_type=pl.when(pl.col("credit_scheme").str.contains(CERTIFICATE_SCHEME))
        .then(pl.lit("certificate"))
        .otherwise(pl.lit("credit")),
    )
    by_scheme = (
        schemes.join(_months_with_figure(holdings), on="project_id")
        .group_by("project_id", "credit_type", "issued")
        .agg(
            first_month=pl.col("month_start_date").min().dt.strftime("%Y-%m"),
            last_month=pl.col("month_start_date").max().dt.strftime("%Y-%m"),
        )
    )
    unread = by_scheme.join(by_reading, on=["project_id", "credit_type"], how="anti")
    both = pl.concat([part.select(DoubleClaim.columns()) for part in (by_reading, unread)])
    return unchecked(both.sort("project_id", "credit_type"), DoubleClaim)


def _months_with_figure(holdings: Holdings) -> pl.DataFrame:
    return holdings.months.filter(pl.col("status").is_in(OF_READ_MONTHS)).select(
        "project_id", "month_start_date", "operating_to_date"
    )
