"""Up to which day each loan's ledger is confirmed: silence after it may be rest, or a file that is missing.

A loan's ledger reaches as far as the newest day that anything of its senders is about or was booked or reported on;
a control total that agrees with the book, or the lender's word that its ledger is complete, confirms it to its day.
"""

import datetime as dt
from typing import Final

import polars as pl

from schemas.contract import DataFrame, conform
from schemas.deliveries import Accepted
from schemas.marts import LoanConfirmation
from schemas.runs import Reconciliation
from transforms.deliveries.speakers.files import sender_of_file

BEIJING: Final = "Asia/Shanghai"


def loan_confirmations(
    tables: Accepted, reconciled: DataFrame[Reconciliation], until: dt.date
) -> DataFrame[LoanConfirmation]:
    """Return schemas.marts.LoanConfirmation, a row a loan in the ledger.

    tables: the accepted rows by table; reconciled: schemas.runs.Reconciliation; until: the day known at.
    """
    parties = tables["loans"].select("loan_id", "lender", "currency")
    senders = sender_of_file(pl.concat([frame["source_file"] for frame, _ in _dated(tables)]))
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


def newest_day(tables: Accepted, until: dt.date) -> dt.date | None:
    """Return the last day that an entry or a reading is about; None in an empty book."""
    days = [tables["ledger"]["value_date"].max(), tables["operating"]["period_end"].max()]
    return min(until, max(day for day in days if isinstance(day, dt.date))) if any(days) else None


def _dated(tables: Accepted) -> list[tuple[pl.DataFrame, list[str]]]:
    """The tables with the columns that say how far a sender's deliveries reach."""
    return [(tables["ledger"], ["value_date", "booked_at"]), (tables["operating"], ["period_end", "reported_at"])]


def _reach(tables: Accepted, senders: pl.DataFrame, until: dt.date) -> pl.DataFrame:
    """Return sender and confirmed_to_date, the newest day that its deliveries are about."""
    days = [
        frame.join(senders, on="source_file").select("sender", day=_day(column, frame.schema[column]))
        for frame, columns in _dated(tables)
        for column in columns
    ]
    reach = pl.concat(days).group_by("sender").agg(confirmed_to_date=pl.col("day").max())
    return reach.with_columns(pl.min_horizontal("confirmed_to_date", pl.lit(until)))


def _day(column: str, dtype: pl.DataType) -> pl.Expr:
    if dtype == pl.Date:
        return pl.col(column)
    return pl.col(column).dt.convert_time_zone(BEIJING).dt.date()


def with_confirmation(rows: pl.DataFrame, confirmations: DataFrame[LoanConfirmation]) -> pl.DataFrame:
    """Return rows of loans and periods with is_confirmed_to_period_end."""
    joined = rows.join(
        confirmations.select("loan_id", "confirmed_to_date"), on="loan_id", how="left", maintain_order="left"
    )
    is_confirmed = (pl.col("confirmed_to_date") >= pl.col("period_to_date")).fill_null(False)
    return joined.with_columns(is_confirmed_to_period_end=is_confirmed).drop("confirmed_to_date")
