"""What a project's money is set against: its total investment, its equity and debt, or its value at origination."""

import datetime as dt
from functools import lru_cache
from typing import Final

import polars as pl

from schemas.contract import MONEY_DTYPE, DataFrame, conform, stacked
from schemas.marts import ProjectDenominator
from transforms.attribution.holdings import REMEMBERED, Holdings
from transforms.ground.calendar import Periods, period_table
from transforms.money.positions import fen

ALWAYS: Final = {"valid_from": pl.lit(dt.date.min), "valid_to": pl.lit(dt.date.max)}


def denominators(holdings: Holdings, periods: Periods, denominator: str) -> pl.DataFrame:
    """Return period, project_id, denominator (which one was used), investment_currency and invested_fen."""
    asked = project_denominators(holdings).filter(pl.col("asked_denominator") == denominator)
    in_force = asked.join(period_table(periods), how="cross").filter(
        pl.col("period_to_date").is_between("valid_from", "valid_to")
    )
    return in_force.select(
        "period",
        "project_id",
        "denominator",
        "investment_currency",
        invested_fen=fen("invested_amount").cast(pl.Float64),
    )


@lru_cache(maxsize=REMEMBERED)
def project_denominators(holdings: Holdings) -> DataFrame[ProjectDenominator]:
    """Return what each project is set against on which days (schemas.marts.ProjectDenominator).

    equity_plus_debt: of the newest statement up to a day (PCAF: of the same reporting date as the outstanding amount),
    negative equity counting as 0 (PCAF Part A, footnote on negative equity); otherwise the total investment as first
    delivered, frozen (page 69: value at origination).
    """
    stated = holdings.projects.select(
        "project_id",
        "investment_currency",
        asked_denominator=pl.lit("total_investment"),
        denominator=pl.lit("total_investment"),
        invested_amount="total_investment",
        **ALWAYS,
    )
    return stacked([conform(rows, ProjectDenominator) for rows in (stated, _equity_plus_debt(holdings))])


def _equity_plus_debt(holdings: Holdings) -> pl.DataFrame:
    """A row a project and statement, and one for the days before the first; the one without a date is the first."""
    nothing_stated = holdings.projects.select("project_id", valid_from=pl.lit(dt.date.min))
    equity = pl.max_horizontal(pl.col("total_equity"), pl.lit(0).cast(MONEY_DTYPE))
    sheets = holdings.balance_sheets.select(
        "project_id",
        sheet_currency="investment_currency",
        valid_from=pl.col("balance_sheet_date").fill_null(dt.date.min),
        sheet=(equity + pl.col("total_debt")).cast(MONEY_DTYPE),
    )
    newest = pl.concat([nothing_stated, sheets], how="diagonal").unique(
        ["project_id", "valid_from"], keep="last", maintain_order=True
    )
    ordered = newest.sort("project_id", "valid_from")
    next_statement = pl.col("valid_from").shift(-1).over("project_id")
    dated = ordered.with_columns(valid_to=next_statement.dt.offset_by("-1d").fill_null(dt.date.max))
    first = holdings.first_investments
    known = dated.join(holdings.projects.select("project_id"), on="project_id", how="semi", maintain_order="left").join(
        first, on="project_id", how="left", maintain_order="left"
    )
    has_sheet = (pl.col("sheet") > 0).fill_null(False)
    return known.select(
        "project_id",
        "valid_from",
        "valid_to",
        asked_denominator=pl.lit("equity_plus_debt"),
        denominator=pl.when(has_sheet).then(pl.lit("equity_plus_debt")).otherwise(pl.lit("value_at_origination")),
        investment_currency=pl.when(has_sheet).then("sheet_currency").otherwise("first_investment_currency"),
        invested_amount=pl.when(has_sheet).then("sheet").otherwise("first_total_investment"),
    )
