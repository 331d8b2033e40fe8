"""What each loan's money amounts to before given days: sums of integer fen, so that a large ledger is read once.

A period's balance, average or flow follows from the sums before its first day and before the day after its last; no
entry is repeated for each period that it concerns.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Final

import polars as pl

from schemas.contract import DataFrame
from schemas.marts import BalanceChange
from transforms.ground.calendar import day_number, month_number
from transforms.money.positions import fen

SUMS: Final = ["balance_fen", "fen_days", "fen_months", "entry_count", "lent_fen"]


def balances_before(changes: DataFrame[BalanceChange], days: Iterable[dt.date]) -> pl.DataFrame:
    """Return for each day, and within a day for each loan in order: loan_id, before_date and the sums before the day:

    of the entries by value date balance_fen, entry_count, fen_days and fen_months (each change times the number of its
    day or month, ground.calendar); and lent_fen, what was lent and not reversed.
    """
    ordered = pl.Series(sorted(set(days)), dtype=pl.Date)
    between = _summed_between(changes, ordered)
    loans = between.select(pl.col("loan_id").unique().sort()).with_row_index("loan")
    numbered = between.join(loans, on="loan_id").drop("loan_id")
    total = between.select(SUMS).clear(loans.height).fill_null(0)
    dated = [loans.select("loan_id", before_date=pl.lit(None, pl.Date)).hstack(total).clear()]
    for at, day in enumerate(ordered):
        step = loans.join(numbered.filter(at=at), on="loan", how="left", maintain_order="left")
        total += step.select(pl.col(SUMS).fill_null(0))  # no entry between two days is a fact, not a gap
        dated.append(loans.select("loan_id", before_date=pl.lit(day)).hstack(total))
    return pl.concat(dated)


def _summed_between(changes: DataFrame[BalanceChange], ordered: pl.Series) -> pl.DataFrame:
    """Return loan_id, at (the number of the first of the days after) and the sums between the days, which reads the

    rows once and in pieces.
    """
    date, moved = pl.col("date"), pl.col("balance_fen")
    booked = changes.lazy().select(
        "loan_id", date="value_date", balance_fen=fen("balance_change_amount"), entry_count=1
    )
    weighted = booked.with_columns(fen_days=moved * day_number(date), fen_months=moved * month_number(date))
    lending = changes.lazy().filter(pl.col("disbursed_amount") != 0)
    lent = lending.select("loan_id", date="flow_date", lent_fen=fen("disbursed_amount"))
    rows = pl.concat([weighted, lent], how="diagonal")
    at = pl.lit(ordered).search_sorted(date, side="right")
    return rows.group_by("loan_id", at=at).agg(pl.col(SUMS).sum()).collect(engine="streaming")
