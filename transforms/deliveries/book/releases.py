"""A person's word that an implausible figure counts after all: about a project and a period, and what was known then.

A release vouches for the readings that the person could see. A reading of that project and period that was reported
after it, or received after it, needs a new release.
"""

from typing import Final, NamedTuple

import polars as pl

from schemas.between.deliveries import OutdatedRelease, ReleasedMonth
from schemas.contract import DataFrame, unchecked

KEY: Final = ["project_id", "month_start_date"]


class Released(NamedTuple):
    """The months that releases let through, and those that a newer reading has overtaken."""

    in_force: DataFrame[ReleasedMonth]
    outdated: DataFrame[OutdatedRelease]


def released_at_last(releases: pl.DataFrame, readings: pl.DataFrame) -> Released:
    """Return the months that the releases let through; both tables with received_at, as known."""
    return in_force(released_months(releases), readings)


def released_months(releases: pl.DataFrame) -> pl.DataFrame:
    """Return a row a release and month of its period (ReleasedMonth, and received_at)."""
    first, last = _first(pl.col("period")), _last(pl.col("period"))
    months = releases.with_columns(month_start_date=pl.date_ranges(first, last, interval="1mo")).explode(
        "month_start_date"
    )
    return months.select(*ReleasedMonth.columns(), "received_at")


def _first(period: pl.Expr) -> pl.Expr:
    year = period.str.slice(0, 4).cast(pl.Int32)
    number = period.str.slice(5).cast(pl.Int32, strict=False)
    mark = period.str.slice(4, 1)
    month = (
        pl.when(mark == "Q")
        .then(number * 3 - 2)
        .when(mark == "H")
        .then(number * 6 - 5)
        .when(mark == "-")
        .then(number)
        .otherwise(1)
    )
    return pl.date(year, month, 1)


def _last(period: pl.Expr) -> pl.Expr:
    mark = period.str.slice(4, 1)
    more = pl.when(mark == "Q").then(2).when(mark == "H").then(5).when(mark == "-").then(0).otherwise(11)
    return _first(period).dt.offset_by(pl.format("{}mo", more))


def in_force(months: pl.DataFrame, readings: pl.DataFrame) -> Released:
    """Return the released months that hold (the newest release of each), and those that are outdated.

    months: released_months; readings: project_id, period_start, period_end, reported_at, received_at of the readings
    that count.
    """
    met = (
        months.select(KEY)
        .unique()
        .join(readings, on="project_id")
        .filter(
            (pl.col("period_start") <= pl.col("month_start_date").dt.month_end())
            & (pl.col("period_end") >= pl.col("month_start_date"))
        )
    )
    newest = met.group_by(KEY).agg(
        newest_reported=pl.col("reported_at").max(), newest_received=pl.col("received_at").max()
    )
    known = months.join(newest, on=KEY, how="left", maintain_order="left")
    is_late = (pl.col("newest_reported") > pl.col("released_at")) | (pl.col("newest_received") > pl.col("received_at"))
    ordered = known.with_columns(is_late=is_late.fill_null(False)).sort(*KEY, "released_at", "released_by", "reason")
    latest = ordered.filter(~pl.col("is_late")).unique(KEY, keep="last", maintain_order=True)
    late = ordered.filter("is_late").join(latest, on=KEY, how="anti")
    newest_at = pl.max_horizontal("newest_reported", "newest_received")
    outdated = unchecked(late.select(*ReleasedMonth.columns(), newest_at=newest_at), OutdatedRelease)
    return Released(unchecked(latest.select(ReleasedMonth.columns()), ReleasedMonth), outdated)
