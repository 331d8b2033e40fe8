"""What identifies a row to which its sender gives no number and no time: the same for the same row, sent when it may.

A reading is the one of its project, metric and days (docs/adr/0028-content-decides.md), known once its period is over.
An entry is the n-th of its loan, event and day by its amount, booked on its day (docs/adr/0029-lists-of-loans.md).
"""

from collections.abc import Iterable
from typing import Final

import polars as pl

from schemas.between.ground import BrokenRule
from schemas.contract import INSTANT_DTYPE, DataFrame
from schemas.deliveries import OperatingRecord
from transforms.deliveries.headers.columns import IDENTITY, Header
from transforms.ground.refusals import findings, no_findings

BEIJING: Final = "Asia/Shanghai"


def with_identity(
    typed: pl.DataFrame, table: str, headers: Iterable[Header], *, is_drawing: bool = False
) -> pl.DataFrame:
    """Return the rows with the columns of IDENTITY derived where the form has none of them; is_derived says so.

    is_drawing: an entry is the only drawing of its loan, whatever day and amount are stated of it.
    """
    if not is_derived(table, headers):
        return typed
    return _entries(typed, is_drawing=is_drawing) if table == "ledger" else _readings(typed)


def is_derived(table: str, headers: Iterable[Header]) -> bool:
    """Return whether the rows have no number of their own, and get one that is counted over all of them."""
    wanted = IDENTITY.get(table, frozenset())
    return bool(wanted) and not wanted & {header.column for header in headers}


def _entries(typed: pl.DataFrame, *, is_drawing: bool) -> pl.DataFrame:
    alike = ["loan_id", "event", "value_date"]
    number = pl.col("amount").rank("ordinal").over(alike)
    numbered = pl.concat_str("loan_id", pl.col("event").str.to_lowercase(), "value_date", number, separator="/")
    entry_id = pl.format("{}/drawing", "loan_id") if is_drawing else numbered
    return typed.with_columns(
        entry_id=entry_id.fill_null("-"), booked_at=_at_midnight(pl.col("value_date")), is_derived=pl.lit(True)
    )


def _readings(typed: pl.DataFrame) -> pl.DataFrame:
    days = pl.concat_str("period_start", "period_end", separator="/")
    return typed.with_columns(
        record_id=days.fill_null("-"),
        reported_at=_at_midnight(pl.col("period_end").dt.offset_by("1d")),
        version=pl.lit(1, pl.Int64),
        is_derived=pl.lit(True),
    )


def _at_midnight(day: pl.Expr) -> pl.Expr:
    """The first moment of a day in Beijing; of a day that cannot be read, which refuses its row, the oldest one."""
    begins = day.cast(pl.Datetime("us")).dt.replace_time_zone(BEIJING).cast(INSTANT_DTYPE)
    return begins.fill_null(pl.lit(0).cast(pl.Datetime("us")).dt.replace_time_zone("UTC").cast(INSTANT_DTYPE))


def unfinished_periods(readings: DataFrame[OperatingRecord]) -> DataFrame[BrokenRule]:
    """Findings for readings of a period that was not over when they were received, in forms without a time of report.

    What is written under a month to come is not its reading, and a part of the month under way would stay its figure.
    """
    if "is_derived" not in readings.columns:
        return no_findings()
    reason = pl.format(
        "the period to {} was not over when it was received on {}; send it once it is",
        "period_end",
        pl.col("received_at").dt.convert_time_zone(BEIJING).dt.date(),
    )
    broken = pl.col("is_derived").fill_null(False) & (pl.col("received_at") < pl.col("reported_at"))
    return findings(readings, broken, rule="period_not_over", column="period_end", reason=reason)
