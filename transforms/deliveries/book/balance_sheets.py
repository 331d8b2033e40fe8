"""Equity and debt belong to the date of a balance sheet: every accepted statement is kept by it."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from schemas.between.ground import BrokenRule
from schemas.contract import DataFrame, conform, stacked, unchecked
from schemas.deliveries import Project
from schemas.marts import BalanceSheet
from transforms.ground.refusals import findings

STATEMENT: Final = ["total_equity", "total_debt", "investment_currency"]


def undated_statements(projects: DataFrame[Project], order: Sequence[str]) -> DataFrame[BrokenRule]:
    """Findings for project rows whose equity and debt cannot be put in order of time.

    Without a date only the statement that came first counts, or one that repeats what was stated before: which years
    any other one is of, nobody knows. order: the columns that say which came first.
    """
    numbered = projects.with_row_index("at").filter(_states_both()).sort(*order, "source_row", maintain_order=True)
    first = numbered.unique("project_id", keep="first", maintain_order=True).select("at")
    undated = numbered.filter(pl.col("balance_sheet_date").is_null()).join(first, on="at", how="anti")
    return stacked([_unlike_any_before(undated, numbered), _of_the_future(projects)])


def balance_sheets(versions: DataFrame[Project], order: Sequence[str]) -> DataFrame[BalanceSheet]:
    """Return schemas.marts.BalanceSheet: of each project and date the statement received last.

    versions: every accepted project row known by then; order: the columns that say which came first. Of the statement
    without a date the first one is kept.
    """
    stated = versions.filter(_states_both()).sort(*order, "source_row", maintain_order=True)
    has_date = pl.col("balance_sheet_date").is_not_null()
    dated = stated.filter(has_date).unique(["project_id", "balance_sheet_date"], keep="last", maintain_order=True)
    undated = stated.filter(~has_date).join(dated, on=["project_id", *STATEMENT], how="anti", maintain_order="left")
    first = undated.unique("project_id", keep="first", maintain_order=True)
    kept = pl.concat([first, dated]).sort("project_id", "balance_sheet_date", nulls_last=False)
    return unchecked(kept.select("project_id", "balance_sheet_date", *STATEMENT, stated_at="received_at"), BalanceSheet)


def _states_both() -> pl.Expr:
    return pl.all_horizontal(pl.col(name).is_not_null() for name in STATEMENT)


def _unlike_any_before(undated: pl.DataFrame, stated: pl.DataFrame) -> DataFrame[BrokenRule]:
    place = pl.DataFrame({"at": stated["at"]}).with_row_index("place")
    before = stated.join(place, on="at").select("project_id", *STATEMENT, earlier="place")
    pairs = undated.join(place, on="at").join(before, on=["project_id", *STATEMENT])
    repeats = pairs.filter(pl.col("earlier") < pl.col("place")).select("at")
    reason = pl.format(
        "equity {} and debt {} have no balance_sheet_date and differ from what was stated before: which periods they "
        "are of is not known; deliver balance_sheet_date",
        "total_equity",
        "total_debt",
    )
    found = undated.join(repeats, on="at", how="anti", maintain_order="left").select(
        "at",
        rule=pl.lit("balance_sheet_without_date"),
        column=pl.lit("balance_sheet_date"),
        value=pl.lit(None, pl.String),
        reason=reason,
    )
    return conform(found, BrokenRule).sort("at")


def _of_the_future(projects: DataFrame[Project]) -> DataFrame[BrokenRule]:
    received = pl.col("received_at").dt.convert_time_zone("Asia/Shanghai").dt.date()
    reason = pl.format(
        "balance_sheet_date {} lies after the day of the delivery: no such balance sheet exists yet",
        "balance_sheet_date",
    )
    broken = pl.col("balance_sheet_date") > received
    return findings(projects, broken, rule="balance_sheet_of_the_future", column="balance_sheet_date", reason=reason)
