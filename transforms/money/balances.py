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

OF_BALANCES: Final = ["balance_fen", "fen_days", "fen_months", "entry_count"]
OF_LENDING: Final = ["lent_fen"]


def balances_before(changes: DataFrame[BalanceChange], days: Iterable[dt.date]) -> pl.DataFrame:
    """Return for each loan and day: loan_id, before_date and, of the entries with a value date before it,

    balance_fen; fen_days and fen_months, the sum of each change times the number of its day or month
    (ground.calendar); entry_count.
    """
    moved = changes.lazy().select("loan_id", "value_date", balance_fen=fen("balance_change_amount"), entry_count=1)
    date, moved_fen = pl.col("value_date"), pl.col("balance_fen")
    weighted = moved.with_columns(fen_days=moved_fen * day_number(date), fen_months=moved_fen * month_number(date))
    return _summed_before(weighted, "value_date", days, OF_BALANCES)


def lent_before(changes: DataFrame[BalanceChange], days: Iterable[dt.date]) -> pl.DataFrame:
    """Return for each loan and day: loan_id, before_date and lent_fen, what was lent before it and not reversed."""
    lent = changes.lazy().filter(pl.col("disbursed_amount") != 0)
    flows = lent.select("loan_id", "flow_date", lent_fen=fen("disbursed_amount"))
    return _summed_before(flows, "flow_date", days, OF_LENDING)


def _summed_before(rows: pl.LazyFrame, date: str, days: Iterable[dt.date], sums: list[str]) -> pl.DataFrame:
    """Sum between the days first, which reads the rows once and in pieces, and then along them."""
    ordered = pl.Series("before_date", sorted(set(days)), dtype=pl.Date)
    at = pl.lit(ordered).search_sorted(pl.col(date), side="right")
    between = rows.group_by("loan_id", at=at).agg(pl.col(sums).sum()).collect(engine="streaming")
    grid = between.select(pl.col("loan_id").unique().sort()).join(ordered.to_frame().with_row_index("at"), how="cross")
    filled = grid.join(between, on=["loan_id", "at"], how="left", maintain_order="left")
    filled = filled.with_columns(pl.col(sums).fill_null(0))  # no entry between two days is a fact, not a gap
    return filled.with_columns(pl.col(sums).cum_sum().over("loan_id")).drop("at")
