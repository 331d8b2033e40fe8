"""Forest surveys -> readings: how each species' standing volume changed between two surveys of the same strata.

One survey is a stock and no reading. Two consecutive ones give the change over the days after the first and up to the
second. An interval in which any stratum cannot be compared gives no reading at all, and says which stratum it was.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import polars as pl
from polars import col, lit

from schemas.between.activity import SurveyFinding, SurveyLeaf
from schemas.between.ground import UnitConversion
from schemas.contract import DataFrame, conform, unchecked
from schemas.deliveries import ForestStratum, OperatingRecord, Project
from transforms.ground.units import in_unit
from transforms.registers.standing_volume import volume_m3

DAYS_IN_A_YEAR: Final = 365.25
AREA_TOLERANCE: Final = 0.01
"""A stratum measured anew may differ by so much of its area; beyond it the boundary has moved."""
AREA_TIME: Final = "forest_area_time"
SURVEYED_METHODS: Final = ("forest_stock_change", "afforestation")
INTERVAL: Final = ["project_id", "earlier_date", "later_date"]
SOURCE: Final = ["source_file", "source_row"]
YEARS: Final = (col("later_date") - col("earlier_date")).dt.total_days() / DAYS_IN_A_YEAR


class Surveyed(NamedTuple):
    """What the surveys amount to as readings, stratum by stratum, and why some of them amount to none."""

    readings: DataFrame[OperatingRecord]
    leaves: DataFrame[SurveyLeaf]
    findings: DataFrame[SurveyFinding]


def forest_surveys(
    strata: DataFrame[ForestStratum],
    projects: DataFrame[Project],
    metrics: Mapping[str, Any],
    units: DataFrame[UnitConversion],
    until: dt.date,
) -> Surveyed:
    """Return the readings that the strata surveyed up to the day amount to, and what could not be compared.

    strata: schemas.deliveries.ForestStratum; metrics: data/reference/metrics.toml; units: the table of `unit_table`.
    """
    counted = projects.filter(col("method").is_in(SURVEYED_METHODS)).select("project_id")
    known = strata.filter(col("survey_date") <= until).join(counted, on="project_id", how="semi")
    if known.is_empty():
        return Surveyed(OperatingRecord.empty_frame(), SurveyLeaf.empty_frame(), SurveyFinding.empty_frame())
    measured = _measured(known, metrics, units)
    compared = _compared(measured).with_columns(finding=_finding())
    doubtful = compared.filter(col("finding").is_not_null())
    sound = compared.join(doubtful, on=INTERVAL, how="anti")
    stocks = _stocks(sound)
    readings = pl.concat([_volume_changes(stocks), _area_times(sound)])
    found = pl.concat([_findings(doubtful), _single_surveys(measured)])
    return Surveyed(
        unchecked(_as_records(readings), OperatingRecord),
        _leaves(pl.concat([stocks, _area_leaves(sound)])),
        unchecked(found, SurveyFinding),
    )


def _measured(
    strata: DataFrame[ForestStratum], metrics: Mapping[str, Any], units: DataFrame[UnitConversion]
) -> pl.DataFrame:
    """Each stratum's metric, area_ha and volume_m3; null where the species or a unit is not known."""
    named = {_plain(name): metric for metric, spec in metrics.items() for name in spec.get("species_names", ())}
    return strata.select(
        "project_id",
        "stratum",
        "survey_date",
        *SOURCE,
        area_ha=in_unit("area", "area_unit", "ha", units),
        metric=col("species")
        .str.normalize("NFKC")
        .str.replace_all(r"[\s_-]", "")
        .str.to_lowercase()
        .replace_strict(named, default=None, return_dtype=pl.String),
        volume_m3=volume_m3(units),
    )


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter not in " _-")


def _compared(measured: pl.DataFrame) -> pl.DataFrame:
    """A row an interval and stratum of either survey: the earlier and the later metric, area and volume."""
    days = measured.select("project_id", later_date="survey_date").unique().sort("project_id", "later_date")
    intervals = days.with_columns(earlier_date=col("later_date").shift(1).over("project_id")).drop_nulls()
    surveys = [
        intervals.join(measured, left_on=["project_id", day], right_on=["project_id", "survey_date"]).with_columns(
            is_there=lit(True)
        )
        for day in ("earlier_date", "later_date")
    ]
    return surveys[0].join(surveys[1], on=[*INTERVAL, "stratum"], how="full", coalesce=True, suffix="_later")


def _finding() -> pl.Expr:
    moved = (col("area_ha_later") - col("area_ha")).abs() > AREA_TOLERANCE * col("area_ha")
    lacking = [f"{name}{which}" for name in ("area_ha", "volume_m3") for which in ("", "_later")]
    return (
        pl.when(pl.any_horizontal(pl.col("is_there", "is_there_later").is_null()))
        .then(lit("stratum_not_in_both_surveys"))
        .when(pl.any_horizontal(pl.col("metric", "metric_later").is_null()))
        .then(lit("unknown_species"))
        .when(pl.any_horizontal(pl.col(lacking).is_null()))
        .then(lit("stratum_incomplete"))
        .when(moved)
        .then(lit("stratum_area_changed"))
    )


def _stocks(sound: pl.DataFrame) -> pl.DataFrame:
    """Return INTERVAL, metric, value and SOURCE of each stratum: what it had later, and less what it had before."""
    later = {name: f"{name}_later" for name in SOURCE}
    return pl.concat(
        [
            sound.select(*INTERVAL, metric="metric_later", value="volume_m3_later", **later),
            sound.select(*INTERVAL, "metric", (-col("volume_m3")).alias("value"), *SOURCE),
        ]
    )


def _volume_changes(stocks: pl.DataFrame) -> pl.DataFrame:
    """The change of every species that the project ever had; one that neither survey found changed by nothing."""
    ever = stocks.select("project_id", "metric").unique()
    whole = stocks.select(INTERVAL).unique().join(ever, on="project_id")
    changes = stocks.group_by(*INTERVAL, "metric").agg(col("value").sum())
    filled = whole.join(changes, on=[*INTERVAL, "metric"], how="left")
    return filled.with_columns(col("value").fill_null(0.0), unit=lit("m3"))


def _area_times(sound: pl.DataFrame) -> pl.DataFrame:
    """Area times the years between the surveys; the area is that of the later one."""
    areas = sound.group_by(INTERVAL).agg(col("area_ha_later").sum())
    return areas.select(*INTERVAL, metric=lit(AREA_TIME), value=col("area_ha_later") * YEARS, unit=lit("ha*yr"))


def _area_leaves(sound: pl.DataFrame) -> pl.DataFrame:
    """Return INTERVAL, metric, value and SOURCE of each stratum's area times the years."""
    later = {name: f"{name}_later" for name in SOURCE}
    return sound.select(*INTERVAL, metric=lit(AREA_TIME), value=col("area_ha_later") * YEARS, **later)


def _leaves(strata: pl.DataFrame) -> DataFrame[SurveyLeaf]:
    days = (col("later_date") - col("earlier_date")).dt.total_days()
    return conform(strata.with_columns(_named(), period_days=days, leaf_value="value"), SurveyLeaf)


def _named() -> list[pl.Expr]:
    """What a reading of two surveys is called by: its record, and its first day, the one after the earlier survey."""
    return [
        pl.format("{}/{}/{}", "project_id", "metric", "later_date").alias("record_id"),
        col("earlier_date").dt.offset_by("1d").alias("period_start"),
    ]


def _as_records(readings: pl.DataFrame) -> pl.DataFrame:
    """As if the second survey had reported them on its day."""
    table = lit("forest_strata")
    records = readings.sort(*INTERVAL, "metric").with_columns(
        _named(),
        delivery_id=table,
        source_file=table,
        source_row=lit(0),
        version=lit(1),
        source=pl.when(col("metric") != AREA_TIME).then(lit("survey")),  # an area is not a difference of two stocks
        period_end="later_date",
        reported_at=col("later_date").cast(pl.Datetime("us", "UTC")),
        message=lit(None, pl.String),
        delivered_metric="metric",
        delivered_value="value",
        delivered_unit="unit",
    )
    return conform(records, OperatingRecord)


def _findings(doubtful: pl.DataFrame) -> pl.DataFrame:
    strata = doubtful.group_by(*INTERVAL, "finding").agg(strata=col("stratum").unique().sort().str.join(", "))
    return strata.select(SurveyFinding.columns()).sort(SurveyFinding.columns())


def _single_surveys(measured: pl.DataFrame) -> pl.DataFrame:
    days = measured.group_by("project_id").agg(days=col("survey_date").n_unique(), later_date=col("survey_date").max())
    return (
        days.filter(col("days") == 1)
        .select(
            "project_id",
            finding=lit("single_survey"),
            strata=lit(None, pl.String),
            earlier_date=lit(None, pl.Date),
            later_date="later_date",
        )
        .sort("project_id")
    )
