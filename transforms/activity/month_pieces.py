"""A month that its readings divide: what each piece of it came to, so that a period may cut it where they do.

A piece is a run of days within a project's month in which no reading begins or ends. Its terms are the method's own
expression over the readings of its days; a reading that goes beyond the piece is shared out by days. Pieces of a month
that has a figure sum to it: what a formula that is not a straight line leaves over is shared out by days.
"""

from typing import Final, NamedTuple

import polars as pl

from schemas.between.activity import MonthlyPart, OperatingMonth
from schemas.between.projects import ReportedItem
from schemas.contract import DataFrame, conform, unchecked
from schemas.deliveries import OperatingRecord
from schemas.marts import ProjectMonth, ProjectMonthPart
from schemas.runs import RefusedReading
from transforms.activity.operating import cut_by_months, operating_readings
from transforms.activity.project_months import WITHHELD, Given, months_alone
from transforms.activity.taken import TAKEN, metrics_taken
from transforms.factors.refused import with_refused_readings
from transforms.ground.calendar import days_between
from transforms.methods.catalog import EDITIONS

MONTH: Final = ["project_id", "month_start_date"]
TERMS: Final = ["emission_reductions_tco2e", "project_emissions_tco2e"]


class Divided(NamedTuple):
    """What divides months: months: activity.operating.operating_months; parts: monthly_readings; readings as

    accepted; refused_readings: project_id, first_date, last_date.
    """

    months: DataFrame[OperatingMonth]
    parts: DataFrame[MonthlyPart]
    readings: DataFrame[OperatingRecord]
    refused_readings: DataFrame[RefusedReading]


def month_pieces(divided: Divided, given: Given, worked_out: DataFrame[ProjectMonth]) -> DataFrame[ProjectMonthPart]:
    """Return schemas.marts.ProjectMonthPart: a row a piece of each month that a reading begins or ends in.

    given: as for the months (its readings are of whole months and are not used); worked_out: the months' own figures.
    """
    own = _parts_taken(divided.parts, divided.months, given.items)
    pieces = _pieces(divided.months, own)
    if pieces.is_empty():
        return ProjectMonthPart.empty_frame()
    keyed = pieces.rename({"month_start_date": "of_month"}).with_columns(month_start_date="operating_from_date")
    cut = unchecked(keyed, OperatingMonth)
    read = operating_readings(unchecked(_parts_by_piece(own, keyed), MonthlyPart), cut)
    computed = months_alone(cut, given._replace(readings=read))
    completed = with_refused_readings(computed, divided.refused_readings).join(
        keyed.select(*MONTH, "of_month"), on=MONTH
    )
    named = completed.with_columns(
        month_start_date="of_month", part_from_date="operating_from_date", part_to_date="operating_to_date"
    )
    reach = _reach(named, divided.readings, own)
    return conform(_summing_up(reach, worked_out), ProjectMonthPart).sort(*MONTH, "part_from_date")


def _parts_taken(
    parts: DataFrame[MonthlyPart], months: DataFrame[OperatingMonth], items: DataFrame[ReportedItem]
) -> pl.DataFrame:
    """Return the parts of readings that the formula of their month takes."""
    dated = parts.join(months.select(*MONTH, "method_edition"), on=MONTH, maintain_order="left")
    taken = metrics_taken(months, items, EDITIONS.values())
    return dated.join(taken, on=TAKEN, how="semi", maintain_order="left").drop("method_edition")


def _pieces(months: pl.DataFrame, parts: pl.DataFrame) -> pl.DataFrame:
    """Return the months that readings divide, once for each piece, with the piece's days as days of operation."""
    window = months.select(*MONTH, "operating_from_date", "operating_to_date")
    met = parts.join(window, on=MONTH)
    ends = [
        met.select(*MONTH, end="part_to_date"),
        met.select(*MONTH, end=pl.col("part_from_date").dt.offset_by("-1d")),
    ]
    inside = (
        pl.concat(ends)
        .unique()
        .join(window, on=MONTH)
        .filter((pl.col("end") >= pl.col("operating_from_date")) & (pl.col("end") < pl.col("operating_to_date")))
    )
    last = window.join(inside, on=MONTH, how="semi").select(*MONTH, end="operating_to_date")
    cuts = pl.concat([inside.select(*MONTH, "end"), last]).sort(*MONTH, "end")
    before = pl.col("end").shift(1).over(MONTH).dt.offset_by("1d")
    divided = months.join(cuts.with_columns(begin=before), on=MONTH)
    return divided.with_columns(
        operating_from_date=pl.coalesce("begin", "operating_from_date"), operating_to_date="end"
    ).drop("begin", "end")


def _parts_by_piece(parts: pl.DataFrame, pieces: pl.DataFrame) -> pl.DataFrame:
    """Return the parts of readings as the pieces take them: month_start_date is the piece's first day."""
    window = pieces.select("project_id", "month_start_date", "operating_to_date", of_month="of_month")
    met = (
        parts.rename({"month_start_date": "of_month"})
        .join(window, on=["project_id", "of_month"])
        .with_columns(
            met_from=pl.max_horizontal("part_from_date", "month_start_date"),
            met_to=pl.min_horizontal("part_to_date", "operating_to_date"),
        )
    )
    days = days_between(pl.col("met_from"), pl.col("met_to"))
    part_days = days_between(pl.col("part_from_date"), pl.col("part_to_date"))
    value = pl.when(days == part_days).then("value").otherwise(pl.col("value") * (days / part_days))
    return met.filter(days > 0).with_columns(value=value, part_from_date="met_from", part_to_date="met_to")


def _reach(pieces: pl.DataFrame, readings: pl.DataFrame, parts: pl.DataFrame) -> pl.DataFrame:
    """Add readings_from_date and readings_to_date: the days of all the readings that touch the piece.

    parts: those that the formula of their month takes; of no other metric a reading counts in the month.
    """
    key, read = [*MONTH, "part_from_date"], [*MONTH, "metric"]
    divided = readings.join(pieces.select("project_id").unique(), on="project_id", how="semi")
    in_months = cut_by_months(divided).select(*read, "period_start", "period_end").join(parts, on=read, how="semi")
    touching = (
        pieces.select(*key, "part_to_date")
        .join(in_months, on=MONTH)
        .filter((pl.col("period_start") <= pl.col("part_to_date")) & (pl.col("period_end") >= pl.col("part_from_date")))
    )
    reach = touching.group_by(key).agg(
        readings_from_date=pl.col("period_start").min(), readings_to_date=pl.col("period_end").max()
    )
    return pieces.join(reach, on=key, how="left")


def _summing_up(pieces: pl.DataFrame, months: pl.DataFrame) -> pl.DataFrame:
    """Make the pieces of a month with a figure sum to it; leave out a month whose pieces have none of their own.

    What is withheld of a month is withheld of its pieces.
    """
    kept = {name: f"month_{name}" for name in ("status", *TERMS)}
    whole = months.select(*MONTH, *(pl.col(name).alias(to) for name, to in kept.items()))
    beside = pieces.join(whole, on=MONTH).with_columns(
        days=days_between(pl.col("part_from_date"), pl.col("part_to_date"))
    )
    lacks = ((pl.col("month_status") == "measured") & pl.col("emission_reductions_tco2e").is_null()).any().over(MONTH)
    by_days = pl.col("days") / pl.col("days").sum().over(MONTH)
    is_withheld = pl.col("month_status") == WITHHELD
    summing = {
        name: pl.col(name) + ((pl.col(month) - pl.col(name).sum().over(MONTH)) * by_days).fill_null(0.0)
        for name, month in kept.items()
        if name in TERMS
    }
    return beside.filter(~lacks).with_columns(
        *(pl.when(~is_withheld).then(value).alias(name) for name, value in summing.items()),
        status=pl.when(is_withheld).then("month_status").otherwise("status"),
    )
