"""Rows of the file published before that a candidate takes over: those of projects that have not changed."""

from typing import Final

import polars as pl

from flows.warehouse.connection import BESIDE
from schemas.catalog import TABLES
from schemas.contract import DataFrame
from schemas.marts import LoanConfirmation

PROJECTS: Final = "taken_projects"
LOANS: Final = "taken_loans"
CONFIRMED: Final = "is_confirmed_to_period_end"


def taken(projects: pl.Series, loans: pl.Series, confirmed: DataFrame[LoanConfirmation]) -> dict[str, pl.DataFrame]:
    """Return what the SQL of `rows_of` names: the projects, and their loans with how far each is confirmed tonight."""
    held = loans.to_frame("loan_id").join(
        confirmed.select("loan_id", "confirmed_to_date"), on="loan_id", how="left", maintain_order="left"
    )
    return {PROJECTS: projects.to_frame("project_id"), LOANS: held}


def rows_of(name: str) -> str:
    """Return the SQL of the rows of a table that are taken over.

    How far a lender's ledger is confirmed moves with every delivery, and nothing but this column with it
    (attribution.confirmations.with_confirmation).
    """
    columns = TABLES[name].columns()
    if CONFIRMED in columns:
        is_confirmed = f"coalesce(loans.confirmed_to_date >= rows.period_to_date, false) AS {CONFIRMED}"
        return (
            f"SELECT rows.* REPLACE ({is_confirmed}) FROM {BESIDE}.{name} AS rows "
            f"JOIN {LOANS} AS loans ON loans.loan_id = rows.loan_id"
        )
    return f"SELECT * FROM {BESIDE}.{name} WHERE {_theirs(columns)}"


def _theirs(columns: list[str]) -> str:
    projects = f"(SELECT project_id FROM {PROJECTS})"
    if "project_id" in columns:
        return f"project_id IN {projects}"
    if "loan_id" in columns:
        return f"loan_id IN (SELECT loan_id FROM {LOANS})"
    return f"level = 'project' AND subject IN {projects}"
