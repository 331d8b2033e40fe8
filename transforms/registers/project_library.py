"""The green project library: which projects are in it, who reviewed them, and what is lent to them."""

import datetime as dt
from typing import Final

import polars as pl

from schemas.between.ground import County
from schemas.between.money import LoanBalance
from schemas.contract import DataFrame, conform
from schemas.deliveries import Project
from schemas.registers.marts import LibraryProject
from transforms.money.outstanding import with_county_name, with_outstanding

BETWEEN_BODIES: Final = r"[、，,；;|/]+"


def project_library(
    projects: DataFrame[Project], held: DataFrame[LoanBalance], counties: DataFrame[County], month_end: dt.date
) -> DataFrame[LibraryProject]:
    """Return schemas.registers.marts.LibraryProject: every project of the book, with its loans at the month-end.

    Only an admitted project is in the library; an applied, reviewed, withdrawn or unknown one is not.
    """
    rows = with_outstanding(projects, held, ["project_id"]).with_columns(
        is_in_library=pl.col("library_status").eq_missing("admitted"),
        application_to_review_days=(pl.col("review_date") - pl.col("application_date")).dt.total_days(),
        reviewing_body_count=_bodies("reviewing_bodies"),
        month_end_date=pl.lit(month_end),
    )
    return conform(with_county_name(rows, counties), LibraryProject).sort("project_id")


def _bodies(column: str) -> pl.Expr:
    named = pl.col(column).str.replace_all(BETWEEN_BODIES, "|").str.strip_chars("| ").str.split("|")
    return named.list.len().cast(pl.Int64)
