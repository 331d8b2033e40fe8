"""Two surveys of the same strata give a change; one gives nothing; what cannot be compared is flagged, never filled."""

import datetime as dt
from typing import Any

import polars as pl
import pytest

from tests.makers import Row, day, make_project, make_stratum, reference, typed
from transforms.activity.forest_surveys import Surveyed, forest_surveys

BEFORE = {"survey_date": "2023-12-31"}


def surveyed(*strata: Row, method: str = "forest_stock_change", until: str = "2026-06-30") -> Surveyed:
    projects = typed("projects", [make_project(method=method)])
    known = reference()
    return forest_surveys(typed("forest_strata", strata), projects, known.metrics, known.conversions, day(until))


def changes(*strata: Row, **named: Any) -> dict[str, float]:
    readings = surveyed(*strata, **named).readings.filter(pl.col("metric") != "forest_area_time")
    return {row["metric"].removeprefix("standing_volume_change_"): row["value"] for row in readings.to_dicts()}


def findings(*strata: Row) -> list[tuple[str, str | None]]:
    return surveyed(*strata).findings.select("finding", "strata").rows()


def test_a_forest_that_grew_from_200_to_260_cubic_metres_changed_by_60() -> None:
    assert changes(make_stratum(**BEFORE), make_stratum(volume="260")) == {"chinese_fir": 60.0}


def test_the_change_belongs_to_the_days_after_the_first_survey_up_to_the_second() -> None:
    reading = surveyed(make_stratum(**BEFORE), make_stratum(volume="260")).readings.to_dicts()[0]
    assert (reading["period_start"], reading["period_end"]) == (dt.date(2024, 1, 1), dt.date(2024, 12, 31))


def test_thirty_mu_over_the_366_days_of_2024_are_two_hectares_times_366_days() -> None:
    readings = surveyed(make_stratum(**BEFORE), make_stratum()).readings.filter(metric="forest_area_time")
    assert readings["value"].item() == pytest.approx(2 * 366 / 365.25, rel=1e-12)
    assert readings["unit"].item() == "ha*yr"


@pytest.mark.parametrize(
    ("volume", "unit", "cubic_metres"),
    [("260", "立方米", 260.0), ("0.026", "万m3", 260.0), ("130", "m3/ha", 260.0), ("10", "m3/mu", 300.0)],
)
def test_a_volume_in_any_unit_and_per_area_is_brought_to_cubic_metres(
    volume: str, unit: str, cubic_metres: float
) -> None:
    """30 mu are 2 ha: 130 m3/ha are 260 m3, 10 m3/mu are 300 m3."""
    found = changes(make_stratum(**BEFORE), make_stratum(volume=volume, volume_unit=unit))
    assert found["chinese_fir"] == pytest.approx(cubic_metres - 200.0)


@pytest.mark.parametrize("species", ["杉木", "Chinese fir", "chinese_fir", " 杉 木 "])
def test_a_species_is_known_by_its_chinese_and_its_english_name(species: str) -> None:
    assert list(changes(make_stratum(**BEFORE, species=species), make_stratum(volume="260"))) == ["chinese_fir"]


def test_strata_of_one_species_are_summed_and_species_are_kept_apart() -> None:
    """Fir: (260 - 200) + (150 - 100) = 110 m3; pine: 90 - 80 = 10 m3."""
    fir, pine = {"stratum": "S2"}, {"stratum": "S3", "species": "马尾松"}
    assert changes(
        make_stratum(**BEFORE),
        make_stratum(**BEFORE, **fir, volume="100"),
        make_stratum(**BEFORE, **pine, volume="80"),
        make_stratum(volume="260"),
        make_stratum(**fir, volume="150"),
        make_stratum(**pine, volume="90"),
    ) == {"chinese_fir": 110.0, "masson_pine": 10.0}


def test_a_stratum_that_burned_down_is_a_loss_of_all_it_had() -> None:
    assert changes(make_stratum(**BEFORE), make_stratum(volume="0")) == {"chinese_fir": -200.0}


def test_a_stratum_felled_and_planted_with_another_species_is_a_loss_and_a_gain() -> None:
    found = changes(make_stratum(**BEFORE), make_stratum(species="硬阔", volume="15"))
    assert found == {"chinese_fir": -200.0, "hard_broadleaf": 15.0}


def test_a_species_that_neither_survey_of_an_interval_found_changed_by_nothing_in_it() -> None:
    readings = surveyed(
        make_stratum(**BEFORE), make_stratum(), make_stratum(survey_date="2025-12-31", species="硬阔", volume="15")
    ).readings.filter(pl.col("metric").str.ends_with("broadleaf"))
    assert readings.sort("period_end")["value"].to_list() == [0.0, 15.0]


def test_one_survey_is_a_stock_and_gives_no_reading() -> None:
    """11.05 million m3 of standing timber, as published for a whole county."""
    county = make_stratum(volume="1105", volume_unit="万m3")
    assert surveyed(county).readings.is_empty()
    assert findings(county) == [("single_survey", None)]


def test_a_survey_after_the_day_is_not_known_yet() -> None:
    strata = make_stratum(**BEFORE), make_stratum(volume="260")
    assert surveyed(*strata, until="2024-12-30").readings.is_empty()


def test_strata_of_a_project_of_another_method_are_not_read() -> None:
    assert surveyed(make_stratum(**BEFORE), make_stratum(), method="none").readings.is_empty()


MISSING = {"stratum": "S2", "volume": "70"}


@pytest.mark.parametrize(
    ("strata", "finding"),
    [
        (
            [make_stratum(**BEFORE), make_stratum(**BEFORE, **MISSING), make_stratum()],
            ("stratum_not_in_both_surveys", "S2"),
        ),
        ([make_stratum(**BEFORE), make_stratum(), make_stratum(**MISSING)], ("stratum_not_in_both_surveys", "S2")),
        ([make_stratum(**BEFORE, species="毛竹"), make_stratum(species="毛竹")], ("unknown_species", "S1")),
        ([make_stratum(**BEFORE, species=None), make_stratum()], ("unknown_species", "S1")),
        ([make_stratum(**BEFORE), make_stratum(volume=None)], ("stratum_incomplete", "S1")),
        ([make_stratum(**BEFORE), make_stratum(volume_unit="t")], ("stratum_incomplete", "S1")),
        ([make_stratum(**BEFORE, area=None), make_stratum()], ("stratum_incomplete", "S1")),
        ([make_stratum(**BEFORE), make_stratum(area="45")], ("stratum_area_changed", "S1")),
    ],
)
def test_an_interval_that_cannot_be_compared_gives_no_reading_and_names_the_stratum(
    strata: list[Row], finding: tuple[str, str]
) -> None:
    assert surveyed(*strata).readings.is_empty()
    assert findings(*strata) == [finding]


def test_an_interval_that_cannot_be_compared_leaves_the_next_one_alone() -> None:
    later = {"survey_date": "2025-12-31"}
    strata = [
        make_stratum(**BEFORE),
        make_stratum(),
        make_stratum(**MISSING),
        make_stratum(**later, volume="230"),
        make_stratum(**later, stratum="S2", volume="75"),
    ]
    found = surveyed(*strata).readings.filter(metric="standing_volume_change_chinese_fir")
    assert found.select("period_start", "value").rows() == [(dt.date(2025, 1, 1), 35.0)]
