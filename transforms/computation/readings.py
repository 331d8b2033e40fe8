"""What became of a book's readings: spread over the months that they cover, and the months that are complete."""

import datetime as dt
from typing import NamedTuple

import polars as pl

from schemas.between.activity import CompleteReading, FirstDay, MonthlyPart, OperatingMonth, UsedPart
from schemas.between.projects import ProjectScope, ReportedItem
from schemas.contract import DataFrame, stacked, unchecked
from schemas.deliveries import Accepted, OperatingRecord
from schemas.reference import Parameter
from schemas.runs import RefusedReading
from transforms.activity.forest_surveys import Surveyed, forest_surveys
from transforms.activity.operating import complete_readings, operating_months, used_parts
from transforms.activity.seasons import idle_parts
from transforms.activity.spreading import Spread, spread_readings
from transforms.deliveries.book.book import Book
from transforms.ground.reference import Reference
from transforms.methods.editions import editions_of, with_editions
from transforms.projects.items import reported_items


class Readings(NamedTuple):
    """What became of the readings: months of operation, their parts by month, those of days of operation, the complete

    months, the items read, and the days that need none (activity.seasons.idle_parts).
    """

    months: DataFrame[OperatingMonth]
    spread: Spread
    used: DataFrame[UsedPart]
    complete: DataFrame[CompleteReading]
    items: DataFrame[ReportedItem]
    idle: DataFrame[MonthlyPart]


class BookRead(NamedTuple):
    """What forest surveys amount to, every reading of the book, and what became of them."""

    surveyed: Surveyed
    readings: DataFrame[OperatingRecord]
    read: Readings


def read_book(
    book: Book,
    scopes: DataFrame[ProjectScope],
    reference: Reference,
    parameters: DataFrame[Parameter],
    until: dt.date,
) -> BookRead:
    """Return what became of the readings; each project's are read by themselves."""
    tables, metrics = book.tables, reference.metrics
    surveyed = forest_surveys(tables["forest_strata"], tables["projects"], metrics, reference.conversions, until)
    readings = stacked([tables["operating"], surveyed.readings])
    months = _operating(book, readings, scopes, reference, until)
    return BookRead(surveyed, readings, _readings(months, readings, parameters, reference))


def _operating(
    book: Book,
    readings: DataFrame[OperatingRecord],
    scopes: DataFrame[ProjectScope],
    reference: Reference,
    until: dt.date,
) -> DataFrame[OperatingMonth]:
    """The months of operation, each with the edition of its method."""
    first_days = _first_days(book.tables, _from_their_years_first_day(readings, reference), book.refused_readings)
    running = operating_months(scopes, reference.regions, first_days, until)
    return with_editions(running, editions_of(reference.methods))


def _readings(
    months: DataFrame[OperatingMonth],
    readings: DataFrame[OperatingRecord],
    parameters: DataFrame[Parameter],
    reference: Reference,
) -> Readings:
    spread, idle = (
        spread_readings(readings, parameters, reference.metrics),
        idle_parts(readings, months, parameters, reference.metrics),
    )
    used = used_parts(stacked([spread.parts, idle]), months)
    return Readings(months, spread, used, complete_readings(used), reported_items(readings, reference.metrics), idle)


def _first_days(
    tables: Accepted, readings: DataFrame[OperatingRecord], refused: DataFrame[RefusedReading]
) -> DataFrame[FirstDay]:
    """Return the first day of each project's own readings, accepted or not, or entries."""
    loans = tables["loans"].select("loan_id", "project_id")
    begun = tables["ledger"].group_by("loan_id").agg(first_date=pl.col("value_date").min())
    dated = pl.concat(
        [
            readings.select("project_id", first_date="period_start"),
            refused.select("project_id", "first_date"),
            begun.join(loans, on="loan_id").select("project_id", "first_date"),
        ]
    )
    return unchecked(dated.group_by("project_id").agg(pl.col("first_date").min()), FirstDay)


def _from_their_years_first_day(
    readings: DataFrame[OperatingRecord], reference: Reference
) -> DataFrame[OperatingRecord]:
    """A reading of a season covers its whole year: outside the season there was nothing to read."""
    seasonal = [name for name, metric in reference.metrics.items() if "seasons" in metric]
    start = pl.when(pl.col("metric").is_in(seasonal)).then(pl.col("period_start").dt.truncate("1y"))
    return unchecked(readings.with_columns(period_start=start.otherwise("period_start")), OperatingRecord)
