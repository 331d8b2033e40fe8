"""A table of one contract is none of another. Nothing here runs; mypy fails on an ignore that ignores nothing."""

import datetime as dt
from typing import Final

import polars as pl

from schemas.between.activity import CompleteReading, OperatingMonth, RunningMonth
from schemas.between.deliveries import MisshapenLine
from schemas.between.factors import Edition
from schemas.between.ground import BrokenRule
from schemas.catalog import Published
from schemas.contract import DataFrame, Delivered, stacked
from schemas.deliveries import Accepted, ForestStratum, LedgerEntry, Loan, Project
from schemas.marts import BalanceChange, ProjectMonth, RemovalMonth
from schemas.reference import Bound, Parameter
from transforms.activity.operating import monthly_readings
from transforms.activity.spreading import seasonal_projects
from transforms.attribution.containers import months_in
from transforms.attribution.holdings import Holdings
from transforms.attribution.shares import attribute
from transforms.deliveries.checks.references import loan_currency
from transforms.deliveries.rows.assembly import Assembly
from transforms.deliveries.rows.raw_table import RawTable
from transforms.deliveries.rows.versions import conflicts
from transforms.flags.period import exchange_flags
from transforms.ground.calendar import Period
from transforms.judging.findings import outside
from transforms.methods.editions import with_editions
from transforms.money.positions import balance_changes

YEAR: Final = Period("2025", dt.date(2025, 1, 1), dt.date(2025, 12, 31))


def a_ledger_is_a_ledger(tables: Accepted) -> DataFrame[BalanceChange]:
    return balance_changes(tables["ledger"])


def a_survey_is_not_a_ledger(tables: Accepted) -> None:
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


def removals_are_not_avoided_emissions(marts: Published) -> None:
    months: DataFrame[ProjectMonth] = marts["mart.removal_months"]  # type: ignore[assignment]
    removals: DataFrame[RemovalMonth] = marts["mart.removal_months"]
    months_in("avoided_emissions", removals, {})  # type: ignore[arg-type]
    months_in("avoided_emissions", months, {})


def a_table_that_is_not_published_is_none(marts: Published) -> None:
    marts["mart.weather"]  # type: ignore[typeddict-item]


def readings_or_complete_months_are_read_and_a_ledger_is_not(
    tables: Accepted, months: DataFrame[CompleteReading], parameters: DataFrame[Parameter]
) -> None:
    seasonal_projects(tables["operating"], parameters)
    seasonal_projects(months, parameters)
    seasonal_projects(tables["ledger"], parameters)  # type: ignore[arg-type]
    monthly_readings(tables["ledger"])  # type: ignore[arg-type]


def promises_are_not_rows_that_a_loan_may_claim(tables: Accepted, holdings: Holdings) -> None:
    exchange_flags(attribute(holdings, YEAR, "period_end"), holdings)
    exchange_flags(tables["loans"], holdings)  # type: ignore[arg-type]


def months_without_their_grid_are_not_in_operation(
    running: DataFrame[RunningMonth], months: DataFrame[OperatingMonth], editions: DataFrame[Edition]
) -> DataFrame[RunningMonth]:
    with_editions(running, editions)  # type: ignore[arg-type]
    return with_editions(months, editions)


def a_broken_rule_is_not_a_figure_out_of_bounds(found: DataFrame[BrokenRule], bounds: DataFrame[Bound]) -> None:
    outside(found, bounds)  # type: ignore[arg-type]


def cells_as_sent_are_not_rows(raw: RawTable, tables: Accepted) -> None:
    conflicts(tables["fx"], ["date", "base", "quote"])
    conflicts(raw.cells, ["date", "base", "quote"])  # type: ignore[arg-type]


def what_is_not_refused_is_still_what_it_was(
    assembly: Assembly, loans: DataFrame[Loan], found: DataFrame[BrokenRule]
) -> DataFrame[Project]:
    kept: DataFrame[Loan] = assembly.refuse(loans, found, "loans")
    assembly.refuse(loans, loans, "loans")  # type: ignore[arg-type]
    return kept  # type: ignore[return-value]


def the_projects_under_way_are_not_loans(assembly: Assembly) -> None:
    loan_currency(assembly.current["ledger"], assembly.current["loans"])
    loan_currency(assembly.current["ledger"], assembly.current["projects"])  # type: ignore[arg-type]


def marks_of_cells_are_not_lines_of_another_shape(raw: RawTable) -> DataFrame[MisshapenLine]:
    return raw.marks  # type: ignore[return-value]
