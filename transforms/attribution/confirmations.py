"""Up to which day each loan's ledger is confirmed: silence after it may be rest, or a file that is missing.

A loan's ledger reaches as far as the newest day that anything of its senders is about or was booked or reported on;
a control total that agrees with the book, or the lender's word that its ledger is complete, confirms it to its day.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Final

import polars as pl

from schemas.contract import conform
from schemas.marts import LoanConfirmation
from transforms.deliveries.speakers.files import sender_of_file

BEIJING: Final = "Asia/Shanghai"
DATED_COLUMNS: Final = {"ledger": ["value_date", "booked_at"], "operating": ["period_end", "reported_at"]}
"""Columns that say how far a sender's deliveries reach."""


def loan_confirmations(tables: Mapping[str, pl.DataFrame], reconciled: pl.DataFrame, until: dt.date) -> pl.DataFrame:
    """Return schemas.marts.LoanConfirmation, a row a loan in the ledger.

    tables: the accepted rows by table; reconciled: schemas.runs.Reconciliation; until: the day known at.
    """
    parties = tables["loans"].select("loan_id", "lender", "currency")
    senders = sender_of_file(pl.concat([tables[table]["source_file"] for table in DATED_COLUMNS]))
    sent = tables["ledger"].join(senders, on="source_file").select("loan_id", "sender").unique()
    by_ledger = sent.join(_reach(tables, senders, until), on="sender").select(
        "loan_id", "confirmed_to_date", confirmed_by=pl.lit("deliveries")
    )
    agreed = reconciled.filter("is_reconciled").select("lender", "currency", confirmed_to_date="date")
    by_total = parties.join(agreed, on=["lender", "currency"]).select(
        "loan_id", "confirmed_to_date", confirmed_by=pl.lit("control_total")
    )
    complete = tables["control_totals"].filter("is_complete").select("lender", confirmed_to_date="date")
    by_word = parties.join(complete, on="lender").select(
        "loan_id", "confirmed_to_date", confirmed_by=pl.lit("statement")
    )
    known = pl.concat([by_ledger, by_total, by_word]).filter(pl.col("confirmed_to_date") <= until)
    furthest = known.join(sent, on="loan_id", how="semi").sort("loan_id", "confirmed_to_date", "confirmed_by")
    return conform(furthest.unique("loan_id", keep="last", maintain_order=True), LoanConfirmation).sort("loan_id")


def newest_day(tables: Mapping[str, pl.DataFrame], until: dt.date) -> dt.date | None:
    """Return the last day that an entry or a reading is about; None in an empty book."""
    days = [tables["ledger"]["value_date"].max(), tables["operating"]["period_end"].max()]
    return min(until, max(day for day in days if isinstance(day, dt.date))) if any(days) else None


def _reach(tables: Mapping[str, pl.DataFrame], senders: pl.DataFrame, until: dt.date) -> pl.DataFrame:
    """Return sender and confirmed_to_date, the newest day that its deliveries are about."""
    days = [
        tables[table].join(senders, on="source_file").select("sender", day=_day(column, tables[table].schema[column]))
        for table, columns in DATED_COLUMNS.items()
        for column in columns
    ]
    reach = pl.concat(days).group_by("sender").agg(confirmed_to_date=pl.col("day").max())
    return reach.with_columns(pl.min_horizontal("confirmed_to_date", pl.lit(until)))


def _day(column: str, dtype: pl.DataType) -> pl.Expr:
    if dtype == pl.Date:
        return pl.col(column)
    return pl.col(column).dt.convert_time_zone(BEIJING).dt.date()


def with_confirmation(rows: pl.DataFrame, confirmations: pl.DataFrame) -> pl.DataFrame:
    """Return rows of loans and periods with is_confirmed_to_period_end."""
    joined = rows.join(
        confirmations.select("loan_id", "confirmed_to_date"), on="loan_id", how="left", maintain_order="left"
    )
    is_confirmed = (pl.col("confirmed_to_date") >= pl.col("period_to_date")).fill_null(False)
    return joined.with_columns(is_confirmed_to_period_end=is_confirmed).drop("confirmed_to_date")
