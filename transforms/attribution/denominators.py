"""What a project's money is set against: its total investment, its equity and debt, or its value at origination."""

import polars as pl

from schemas.contract import MONEY_DTYPE
from transforms.attribution.holdings import Holdings
from transforms.deliveries.book.balance_sheets import sheets_in_force
from transforms.ground.calendar import Periods, period_table
from transforms.money.positions import fen


def denominators(holdings: Holdings, periods: Periods, denominator: str) -> pl.DataFrame:
    """Return period, project_id, denominator (which one was used), investment_currency and invested_fen.

    equity_plus_debt: of the statement in force at the period's end (deliveries.book.balance_sheets), negative equity
    counting as 0 (PCAF Part A, footnote on negative equity); otherwise the total investment as first delivered, frozen
    (page 69: value at origination).
    """
    each = period_table(periods).select("period").join(holdings.projects, how="cross").select(
        "period", "project_id", "investment_currency", own_fen=fen("total_investment").cast(pl.Float64)
    )  # fmt: skip
    if denominator == "total_investment":
        return each.select(
            "period", "project_id", "investment_currency", denominator=pl.lit(denominator), invested_fen="own_fen"
        )
    equity = pl.max_horizontal(pl.col("total_equity"), pl.lit(0).cast(MONEY_DTYPE))
    together = (equity + pl.col("total_debt")).cast(MONEY_DTYPE)
    sheets = sheets_in_force(holdings.balance_sheets, periods).select(
        "period", "project_id", sheet_currency="investment_currency", sheet=together
    )
    known = sheets.filter(pl.col("sheet") > 0)
    return _stated_by(each.join(known, on=["period", "project_id"], how="left", maintain_order="left").join(
        holdings.first_investments, on="project_id", how="left", maintain_order="left"
    ))  # fmt: skip


def _stated_by(rows: pl.DataFrame) -> pl.DataFrame:
    """The balance sheet where there is one, else the value at origination."""
    has_sheet = pl.col("sheet").is_not_null()
    return rows.select(
        "period", "project_id",
        investment_currency=pl.when(has_sheet).then("sheet_currency").otherwise("first_investment_currency"),
        denominator=pl.when(has_sheet).then(pl.lit("equity_plus_debt")).otherwise(pl.lit("value_at_origination")),
        invested_fen=pl.when(has_sheet).then(fen("sheet")).otherwise(fen("first_total_investment")).cast(pl.Float64),
    )  # fmt: skip
