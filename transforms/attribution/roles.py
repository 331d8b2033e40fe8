"""Who counts: what each loan and project is to the rules, decided once for the shares and for the SQL macro."""

from functools import lru_cache
from typing import Final

import polars as pl

from schemas.contract import DataFrame, conform
from schemas.deliveries import Loan
from schemas.marts import LoanRole, ProjectRole
from transforms.attribution.holdings import REMEMBERED, Holdings

IS_PROJECT_FINANCE: Final = pl.col("loan_type") != "working_capital"
IS_NEW_LENDING: Final = pl.col("loan_type") != "refinance"
IS_UNDER_FACILITY: Final = pl.col("crf_field").is_not_null() & IS_PROJECT_FINANCE & IS_NEW_LENDING

TONNES: Final = pl.col("emission_reductions_tco2e")
COUNTED_TONNES: Final = (
    pl.when(pl.col("is_zero_where_mandated") & pl.col("is_mandated_baseline") & (TONNES > 0))
    .then(0.0)
    .otherwise(TONNES)
)
"""What must end anyway is avoided by the order, not by the loan, under a rule that has it so; the macro prints this."""


COUNTS: Final = pl.col("is_project_finance") & ~pl.col("is_overdrawn")
"""Of a loan: whether its share is known; the macro prints this, and what is below."""

MAY_COUNT: Final = pl.col("is_project_finance") & (pl.col("is_new_lending") | ~pl.col("is_flow"))
"""Whether the shares of the others depend on its own."""


def facility_loans(loans: DataFrame[Loan]) -> DataFrame[Loan]:
    """Return the loans that the facility's figures are about."""
    return loans.filter(IS_UNDER_FACILITY)


def loan_roles(loans: DataFrame[Loan]) -> DataFrame[LoanRole]:
    """Return what each loan is to the rules: working capital finances no project, refinancing lends it nothing new."""
    roles = loans.with_columns(
        is_project_finance=IS_PROJECT_FINANCE, is_new_lending=IS_NEW_LENDING, is_under_facility=IS_UNDER_FACILITY
    )
    return conform(roles, LoanRole)


@lru_cache(maxsize=REMEMBERED)
def project_roles(holdings: Holdings) -> DataFrame[ProjectRole]:
    """Return what each project is to the rules, as the container of the holdings sees it."""
    kind = pl.col("method").replace_strict(holdings.kinds, return_dtype=pl.String)
    roles = holdings.projects.with_columns(
        pl.col("is_mandated_baseline").fill_null(False),
        has_no_formula=kind == "none",
        is_reported=kind == "reported",
        is_impossible=pl.col("project_id").is_in(holdings.impossible["project_id"].implode()),
    )
    return conform(roles, ProjectRole)
