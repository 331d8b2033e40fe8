"""What has a season needs no reading outside it: rice by its crops, straw by its harvests, fertiliser and machines too,

and the heat and fuel of a plant that heats space (not its electricity, which pumps take all year).

The seasons are those of data/reference/metrics.toml (key seasons, as MM-DD/MM-DD). A reading belongs to the season in
which its middle day lies. A season is answered by a reading over it, one that crosses months: the days before and after
need none. Who reads month by month needs every month of the season; of several seasons, those in which it ever read.
The heating season is the longest of any province; days whose heating-degree days are stated as 0 need none either.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any, Final

import polars as pl

from schemas.between.activity import MonthlyPart, OperatingMonth
from schemas.contract import DataFrame, unchecked
from schemas.deliveries import OperatingRecord
from schemas.reference import Parameter
from transforms.activity.operating import cut_by_months
from transforms.activity.spreading import DEGREE_DAYS, heat_and_fuel, seasonal_projects
from transforms.ground.calendar import month_day

OUT_OF_SEASON: Final = "out_of_season"
"""In place of how a day was read."""
READER: Final = ["project_id", "metric"]
MONTH: Final = ["month_start_date"]
PERIOD: Final = ["period_start", "period_end"]
SPAN: Final = {"from_date": pl.Date, "to_date": pl.Date}


def idle_parts(
    readings: DataFrame[OperatingRecord],
    months: DataFrame[OperatingMonth],
    parameters: DataFrame[Parameter],
    metrics: Mapping[str, Mapping[str, Any]],
) -> DataFrame[MonthlyPart]:
    """Return the days of operation that need no reading, as parts of value 0 (activity.operating.monthly_readings).

    readings: operating records as accepted; months: activity.operating.operating_months.
    """
    heating = metrics[DEGREE_DAYS]["heating_season"]
    warm = {name: {"seasons": [heating]} for name in heat_and_fuel(metrics)}
    named = {name: metric for name, metric in {**metrics, **warm}.items() if metric.get("seasons")}
    seasonal = readings.filter(pl.col("metric").is_in(list(named)))
    if seasonal.is_empty():
        return MonthlyPart.empty_frame()
    seasons = _seasons(readings, months, named)
    heats = pl.col("project_id").is_in(seasonal_projects(readings, parameters).implode())
    read = seasonal.filter(heats | ~pl.col("metric").is_in(list(warm)))
    asked = months.join(read.select(READER).unique(), on="project_id")
    lacking = asked.join(_whole_months(read), on=[*READER, "month_start_date"], how="anti").sort(*READER, *MONTH)
    spans = _free_days(lacking, pl.concat([read.select(*READER, *PERIOD), _asked_for(read, readings, seasons, warm)]))
    parts = spans.select(
        *READER,
        record_id=pl.lit(None, pl.String),
        source=pl.lit(OUT_OF_SEASON),
        period_start="part_from_date",
        month_start_date="month_start_date",
        part_from_date="part_from_date",
        part_to_date="part_to_date",
        value=pl.lit(0.0),
        is_spread=pl.lit(False),
        spread_by=pl.lit(None, pl.String),
    )
    return unchecked(parts, MonthlyPart)


def _asked_for(
    read: pl.DataFrame, readings: pl.DataFrame, seasons: pl.DataFrame, heat_and_fuels: Collection[str]
) -> pl.DataFrame:
    """Return READER and PERIOD of the days that need a reading; of heat and fuels the cold ones, day by day."""
    needed = _needed(read, seasons).rename({"from_date": "period_start", "to_date": "period_end"})
    is_heat = pl.col("metric").is_in(list(heat_and_fuels))
    cold = (
        needed.filter(is_heat)
        .select(*READER, day=pl.date_ranges("period_start", "period_end"))
        .explode("day")
        .join(_warm_days(readings), on=["project_id", "day"], how="anti")
    )
    return pl.concat([needed.filter(~is_heat), cold.select(*READER, period_start="day", period_end="day")])


def _free_days(months: pl.DataFrame, busy: pl.DataFrame) -> pl.DataFrame:
    """Return the months' spans of operating days, each as long as it can be, that meet no busy period of the reader."""
    numbered = months.select(*READER, *MONTH, "operating_from_date", "operating_to_date").with_row_index("at")
    met = cut_by_months(busy).join(numbered.select("at", *READER, *MONTH), on=[*READER, *MONTH])
    day_after = pl.col("operating_to_date").dt.offset_by("1d")
    taken = pl.concat(
        [
            met.select("at", "part_from_date", "part_to_date"),
            numbered.select("at", part_from_date=day_after, part_to_date=day_after),
        ]
    ).sort("at", "part_from_date")
    free_from = pl.col("part_to_date").dt.offset_by("1d").cum_max().shift(1).over("at")
    spans = taken.with_columns(free_from=free_from).join(numbered, on="at", maintain_order="left")
    return spans.with_columns(
        part_from_date=pl.max_horizontal("free_from", "operating_from_date"),
        part_to_date=pl.col("part_from_date").dt.offset_by("-1d"),
    ).filter(pl.col("part_from_date") <= pl.col("part_to_date"))


def _whole_months(read: pl.DataFrame) -> pl.DataFrame:
    """The months that one reading covers: none of their days is idle."""
    month = pl.col("period_start").dt.month_start()
    whole = read.filter((month == pl.col("period_start")) & (pl.col("period_end") >= month.dt.month_end()))
    return whole.select(*READER, month_start_date=month)


def _warm_days(readings: pl.DataFrame) -> pl.DataFrame:
    """Return project_id and day for which its heating-degree days are stated as none."""
    stated = readings.filter((pl.col("metric") == DEGREE_DAYS) & (pl.col("value") == 0))
    return stated.select("project_id", day=pl.date_ranges("period_start", "period_end")).explode("day").unique()


def _seasons(readings: pl.DataFrame, months: pl.DataFrame, metrics: Mapping[str, Mapping[str, Any]]) -> pl.DataFrame:
    """Return metric, season (its number), has_others, from_date and to_date of every year that has months."""
    days = [readings["period_start"].min(), months["month_start_date"].min(), months["month_start_date"].max()]
    years = [day.year for day in days if isinstance(day, dt.date)]
    rows = [
        (name, number, len(metric["seasons"]) > 1, *_dates(season, year))
        for name, metric in metrics.items()
        for number, season in enumerate(metric.get("seasons", ()))
        for year in (range(min(years) - 1, max(years) + 1) if years else ())
    ]
    schema = {"metric": pl.String, "season": pl.Int64, "has_others": pl.Boolean, **SPAN}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _dates(season: str, year: int) -> tuple[dt.date, dt.date]:
    """Both ends of a season that begins in the year; one that ends before it begins ends in the next."""
    begin, end = season.split("/")
    first = month_day(begin, year)
    last = month_day(end, year)
    return first, last if last > first else month_day(end, year + 1)


def _needed(readings: pl.DataFrame, seasons: pl.DataFrame) -> pl.DataFrame:
    """Return READER, from_date and to_date of the days that need a reading: a season, or what was read of it."""
    half = ((pl.col("period_end") - pl.col("period_start")).dt.total_days() // 2).cast(pl.String) + "d"
    placed = (
        readings.with_columns(middle=pl.col("period_start").dt.offset_by(half))
        .join(seasons, on="metric")
        .filter(pl.col("middle").is_between("from_date", "to_date"))
    )
    crosses = pl.col("period_start").dt.month_start() != pl.col("period_end").dt.month_start()
    key = [*READER, "season", "from_date"]
    answered = (
        placed.filter(crosses)
        .group_by(key)
        .agg(read_from=pl.col("period_start").min(), read_to=pl.col("period_end").max())
    )
    ever = placed.select(*READER, "season").unique().with_columns(is_read=pl.lit(True))
    wanted = (
        readings.select(READER)
        .unique()
        .join(seasons, on="metric")
        .join(ever, on=[*READER, "season"], how="left")
        .filter(~pl.col("has_others") | pl.col("is_read").fill_null(False))
    )
    return wanted.join(answered, on=key, how="left").select(
        *READER, from_date=pl.coalesce("read_from", "from_date"), to_date=pl.coalesce("read_to", "to_date")
    )
