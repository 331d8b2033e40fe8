"""What a project's money is set against: its total investment, its equity and debt, or its value at origination."""

from collections.abc import Sequence

import polars as pl

from schemas.contract import MONEY_DTYPE
from transforms.positions import fen


def denominators(projects: pl.DataFrame, first_investments: pl.DataFrame, denominator: str) -> pl.DataFrame:
    """Return project_id, denominator (which one was used), investment_currency and invested_fen.

    equity_plus_debt: where both are delivered, negative equity counting as 0 (PCAF Part A, footnote on negative
    equity); otherwise the total investment as first delivered, frozen (page 69: value at origination).
    """
    stated = projects.select(
        "project_id", "investment_currency", "total_equity", "total_debt",
        own_fen=fen("total_investment").cast(pl.Float64),
    )  # fmt: skip
    if denominator == "total_investment":
        return stated.select(
            "project_id", "investment_currency", denominator=pl.lit(denominator), invested_fen="own_fen"
        )
    rows = stated.join(first_investments, on="project_id", how="left", maintain_order="left")
    equity = pl.max_horizontal(pl.col("total_equity"), pl.lit(0).cast(MONEY_DTYPE))
    has_both = pl.col("total_equity").is_not_null() & pl.col("total_debt").is_not_null()
    together = pl.when(has_both).then(equity + pl.col("total_debt"))
    balance_sheet = pl.when(together > 0).then(together).cast(MONEY_DTYPE)
    has_sheet = balance_sheet.is_not_null() & pl.col("investment_currency").is_not_null()
    return rows.with_columns(balance_sheet=balance_sheet).select(
        "project_id",
        investment_currency=pl.when(has_sheet).then("investment_currency").otherwise("first_investment_currency"),
        denominator=pl.when(has_sheet).then(pl.lit("equity_plus_debt")).otherwise(pl.lit("value_at_origination")),
        invested_fen=pl.when(has_sheet).then(fen("balance_sheet")).otherwise(fen("first_total_investment"))
        .cast(pl.Float64),
    )  # fmt: skip


def first_investments(versions: pl.DataFrame, order: Sequence[str]) -> pl.DataFrame:
    """Return schemas.marts.FirstInvestment: each project's total investment as first delivered above 0.

    versions: every accepted project row known by then; order: the columns that say which came first.
    """
    stated = versions.filter(pl.col("total_investment") > 0).sort("project_id", *order, maintain_order=True)
    return stated.unique("project_id", keep="first", maintain_order=True).select(
        "project_id", first_total_investment="total_investment", first_investment_currency="investment_currency"
    )
