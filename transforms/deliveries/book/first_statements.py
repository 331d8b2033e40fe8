"""What was stated first: a project's total investment and each rate of a loan; a later one moves no past share."""

from collections.abc import Sequence

import polars as pl

from schemas.contract import DataFrame, unchecked
from schemas.deliveries import Loan, Project
from schemas.marts import FirstInvestment, LoanRate


def first_investments(versions: DataFrame[Project], order: Sequence[str]) -> DataFrame[FirstInvestment]:
    """Return schemas.marts.FirstInvestment: each project's total investment as first delivered above 0.

    versions: every accepted project row known by then; order: the columns that say which came first.
    """
    stated = versions.filter(pl.col("total_investment") > 0).sort("project_id", *order, maintain_order=True)
    return unchecked(
        stated.unique("project_id", keep="first", maintain_order=True).select(
            "project_id", first_total_investment="total_investment", first_investment_currency="investment_currency"
        ),
        FirstInvestment,
    )


def stated_rates(versions: DataFrame[Loan], order: Sequence[str]) -> DataFrame[LoanRate]:
    """Return schemas.marts.LoanRate: each rate that the lender has stated of a loan, and when it was first stated.

    versions: every accepted loan row known by then; order: the columns that say which came first.
    """
    ordered = versions.filter(pl.col("annual_rate_pct").is_not_null()).sort("loan_id", *order, maintain_order=True)
    changed = pl.col("annual_rate_pct").ne_missing(pl.col("annual_rate_pct").shift(1).over("loan_id"))
    first = pl.int_range(pl.len()).over("loan_id") == 0
    rates = ordered.filter(changed | first).select(
        "loan_id",
        "annual_rate_pct",
        stated_at="received_at",
        is_repricing=pl.int_range(pl.len()).over("loan_id") > 0,
    )
    return unchecked(rates, LoanRate)
