"""A table of one contract is none of another. Nothing here runs; mypy fails on an ignore that ignores nothing."""

import polars as pl

from schemas.catalog import Published
from schemas.contract import DataFrame, Delivered, stacked
from schemas.deliveries import Accepted, ForestStratum, LedgerEntry
from schemas.marts import BalanceChange, ProjectMonth, RemovalMonth
from transforms.attribution.containers import months_in
from transforms.money.positions import balance_changes


def a_ledger_is_a_ledger(tables: Accepted) -> DataFrame[BalanceChange]:
    return balance_changes(tables["ledger"])


def a_survey_is_no_ledger(tables: Accepted) -> None:
    balance_changes(tables["forest_strata"])  # type: ignore[arg-type]


def nobody_knows_what_a_bare_frame_is(frame: pl.DataFrame) -> None:
    balance_changes(frame)  # type: ignore[arg-type]


def rows_that_are_picked_and_ordered_are_still_a_ledger(
    ledger: DataFrame[LedgerEntry], others: pl.DataFrame
) -> DataFrame[LedgerEntry]:
    return ledger.filter(pl.col("event") == "DISBURSEMENT").sort("value_date").join(others, on="loan_id", how="semi")


def another_column_makes_it_none(ledger: DataFrame[LedgerEntry]) -> DataFrame[LedgerEntry]:
    return ledger.with_columns(weather=pl.lit(1))  # type: ignore[return-value]


def two_tables_make_neither(ledger: DataFrame[LedgerEntry], strata: DataFrame[ForestStratum]) -> DataFrame[LedgerEntry]:
    both: DataFrame[Delivered] = stacked([ledger, strata])
    return both  # type: ignore[return-value]


def removals_are_no_avoided_emissions(marts: Published) -> None:
    months: DataFrame[ProjectMonth] = marts["mart.removal_months"]  # type: ignore[assignment]
    removals: DataFrame[RemovalMonth] = marts["mart.removal_months"]
    months_in("avoided_emissions", removals, {})  # type: ignore[arg-type]
    months_in("avoided_emissions", months, {})


def a_table_that_is_not_published_is_none(marts: Published) -> None:
    marts["mart.weather"]  # type: ignore[typeddict-item]
