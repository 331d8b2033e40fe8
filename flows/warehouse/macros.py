"""The SQL macros of the published file: figures of any period, from what the marts hold."""

from pathlib import Path
from string import Template
from typing import Final

import polars as pl

from schemas.words.bases import BASES
from schemas.words.statuses import WITH_A_FIGURE, WITHOUT_TONNES
from transforms.attribution import roles, shares
from transforms.attribution.exposures import COUNTED
from transforms.attribution.statuses import (
    FACTS_OF_A_PERIOD,
    FACTS_OF_A_PROMISE,
    FACTS_OF_A_SHARE,
    OF_A_PERIOD,
    OF_A_PROMISE,
    OF_A_SHARE,
    columns_of,
    figure_case,
    listed,
    months_columns,
    status_case,
)
from transforms.methods.engine.render import sql
from transforms.methods.engine.tree import read_back

MACRO: Final = Path(__file__).with_name("attributed.sql")
COMMENTS: Final = {
    "month_parts": "What of each project's months lies within two days: mart.month_parts(DATE, DATE).",
    "project_reductions": (
        "Each project's reduction within two days, and its status: mart.project_reductions(DATE, DATE)."
    ),
    "attributed": (
        "Attribution of any period: SELECT * FROM mart.attributed(DATE '2025-01-01', DATE '2025-03-31', "
        "'daily_average'). Open the file directly: macros resolve names in the current catalog."
    ),
    "attributed_by_profile": (
        "Attribution of any period under a profile of core.profiles: SELECT * FROM mart.attributed_by_profile("
        "DATE '2025-01-01', DATE '2025-12-31', 'pcaf_avoided'). Tonnes of the period and tonnes per year have columns "
        "of their own."
    ),
}
"""What the published file says of each macro."""


def attribution_macros() -> str:
    """Return the SQL of the macros, with what transforms/attribution alone says in the places of its $names."""
    return Template(MACRO.read_text(encoding="utf-8")).substitute(
        facts_of_the_months=months_columns(),
        facts_of_a_period=columns_of(FACTS_OF_A_PERIOD),
        facts_of_a_promise=columns_of(FACTS_OF_A_PROMISE),
        facts_of_a_share=columns_of(FACTS_OF_A_SHARE),
        counts=sql(read_back(roles.COUNTS)),
        may_count=sql(read_back(roles.MAY_COUNT)),
        status_of_a_period=status_case(OF_A_PERIOD),
        figure_of_a_period=figure_case(OF_A_PERIOD),
        status_of_a_promise=status_case(OF_A_PROMISE),
        figure_of_a_promise=figure_case(OF_A_PROMISE),
        status_of_a_share=status_case(OF_A_SHARE),
        with_a_figure=listed(WITH_A_FIGURE),
        without_tonnes=listed(WITHOUT_TONNES),
        counted_tonnes=sql(read_back(roles.COUNTED_TONNES)),
        balance_counted=_balance_counted(),
        lent_within=sql(read_back(COUNTED["lent", "none"])),
        exposure_over_investment=_over("exposure_fen"),
        claim_over_investment=_over("claimed_fen"),
        balance_over_investment=_over("balance_fen"),
        scaled=sql(read_back(shares.scaled(pl.col("raw_ratio"), pl.col("together")))),
        bases=", ".join(BASES),
    )


def _balance_counted() -> str:
    """Return the money that is counted of a balance, by what the basis averages over."""
    balances = {over: counted for (money, over), counted in COUNTED.items() if money == "balance"}
    whens = (f"WHEN '{over}' THEN ({sql(read_back(counted))})::DOUBLE" for over, counted in balances.items())
    return " ".join(["CASE averaged_over", *whens, "END"])


def _over(money: str) -> str:
    """Return the share that the money of that column is of the investment."""
    return sql(read_back(shares.over_investment(pl.col(money))))


def quoted(text: str) -> str:
    """Return the text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"
