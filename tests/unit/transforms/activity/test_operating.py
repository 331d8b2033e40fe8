"""Readings spread over months by days: totals stay exact, gaps give no value, commissioning cuts."""

import datetime as dt
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.makers import (
    Row,
    day,
    make_parameter,
    make_project,
    make_reading,
    parameter_table,
    reference,
    typed,
)
from tests.properties.draws import tried_on
from transforms.activity.operating import monthly_readings, operating_months, operating_readings
from transforms.projects.scopes import project_scopes

METERED = {"method": "grid_renewable"}


def parts(*readings: Row) -> pl.DataFrame:
    return monthly_readings(typed("operating", readings)).sort("month_start_date")


def months(first: str, last: str, **project: Any) -> pl.DataFrame:
    scopes = project_scopes(typed("projects", [make_project(**METERED | project)]), reference(), reference().parameters)
    begun = scopes.select("project_id", first_date=pl.lit(day(first)))
    return operating_months(scopes, reference().regions, begun, day(last))


def monthly(
    *readings: Row, first: str = "2025-01-01", last: str = "2025-03-31", **project: Any
) -> list[tuple[int, float]]:
    used = operating_readings(parts(*readings), months(first, last, **project))
    return [(start.month, value) for start, value in used.select("month_start_date", "value").rows()]


def test_a_reading_within_a_month_stays_whole() -> None:
    assert parts(make_reading(value="100")).select("value", "is_spread").rows() == [(100.0, False)]


def test_a_quarterly_invoice_is_spread_by_days_and_marked() -> None:
    spread = parts(make_reading(period_end="2025-03-31", value="90"))
    assert spread["value"].to_list() == pytest.approx([31, 28, 31])
    assert spread["is_spread"].to_list() == [True] * 3


def test_a_period_across_two_months_gives_each_month_its_days() -> None:
    spread = parts(make_reading(period_start="2025-01-21", period_end="2025-02-10", value="210"))
    assert spread["value"].to_list() == pytest.approx([11 * 10, 10 * 10])


@tried_on(10)
@given(st.integers(0, 600), st.integers(0, 400), st.floats(-1e9, 1e9))
def test_the_total_over_the_readings_own_period_stays_exact(start: int, length: int, value: float) -> None:
    first = dt.date(2024, 1, 1) + dt.timedelta(days=start)
    last = first + dt.timedelta(days=length)
    fields = {"project_id": "P1", "metric": "m", "record_id": "R1", "source": "meter"}
    reading = {**fields, "period_start": first, "period_end": last, "value": value}
    assert monthly_readings(pl.DataFrame([reading]))["value"].sum() == pytest.approx(value, rel=1e-12, abs=1e-9)


def test_a_month_with_a_gap_of_one_day_has_no_value() -> None:
    assert monthly(make_reading(period_start="2025-01-02"), last="2025-01-31") == []


def test_a_month_without_any_reading_has_no_value_and_not_a_zero() -> None:
    january, march = make_reading(), make_reading(period_start="2025-03-01", period_end="2025-03-31")
    assert [month for month, _ in monthly(january, march)] == [1, 3]


def test_a_reading_of_zero_is_a_reading() -> None:
    assert monthly(make_reading(value="0"), last="2025-01-31") == [(1, 0.0)]


def test_daily_readings_that_fill_the_month_add_up() -> None:
    days = [make_reading(period_start=f"2025-01-{d:02}", period_end=f"2025-01-{d:02}", value="2") for d in range(1, 32)]
    assert monthly(*days, last="2025-01-31") == [(1, 62.0)]


def test_the_commissioning_day_cuts_the_first_month() -> None:
    (first, *_) = months("2025-01-01", "2025-03-31", commissioning_date="2025-01-16").to_dicts()
    assert (first["operating_from_date"], first["operating_to_date"]) == (dt.date(2025, 1, 16), dt.date(2025, 1, 31))


def test_output_before_the_commissioning_day_does_not_count() -> None:
    ((_, value),) = monthly(make_reading(value="310"), last="2025-01-31", commissioning_date="2025-01-22")
    assert value == pytest.approx(310 * 10 / 31)


def test_a_first_reading_that_begins_on_the_commissioning_day_is_complete() -> None:
    sixteen_days = make_reading(period_start="2025-01-16", value="16")
    assert monthly(sixteen_days, last="2025-01-31", commissioning_date="2025-01-16") == [(1, 16.0)]


def test_a_project_under_construction_has_no_months() -> None:
    assert months("2025-01-01", "2025-03-31", commissioning_date=None).is_empty()


def test_a_project_that_starts_after_the_last_day_has_no_months() -> None:
    assert months("2025-01-01", "2025-03-31", commissioning_date="2025-04-01").is_empty()


@pytest.mark.parametrize("place", ["江西", "江西省", "Jiangxi", "jiangxi province", "CN-JX"])
def test_a_province_is_known_by_its_names(place: str) -> None:
    scopes = project_scopes(
        typed("projects", [make_project(province_or_country=place)]), reference(), reference().parameters
    )
    assert scopes["province_code"].item() == "CN-JX"


def test_an_unknown_province_has_no_grid() -> None:
    (month,) = months("2025-01-01", "2025-01-31", province_or_country="Atlantis").to_dicts()
    assert (month["province_code"], month["grid_region"], month["region_technology"]) == (None, None, None)


def test_a_rooftop_plant_is_solar_by_its_method_whatever_word_stands_for_its_kind() -> None:
    project = typed("projects", [make_project(method="rooftop_pv", realisation_type="光伏建筑一体化")])
    assert project_scopes(project, reference(), reference().parameters)["technology"].item() == "solar"


@pytest.mark.parametrize(
    ("kind", "technology"),
    [
        ("Wind", "wind"),
        ("光伏", "solar"),
        ("PV", "solar"),
        ("水电", "hydro"),
        (None, "unstated"),
        ("海上风电", "offshore_wind"),
        ("Solar PV", "solar"),
        ("Run of river", "hydro"),
        ("New dam", "hydro"),
        ("Existing dam", "hydro"),
        ("Biomass Energy", "biomass"),
        ("Geothermal", "geothermal"),
        ("光热", "solar_thermal"),
        ("Waste water", "waste water"),
    ],
)
def test_the_kind_of_project_fixes_the_technology(kind: str | None, technology: str) -> None:
    scopes = project_scopes(
        typed("projects", [make_project(realisation_type=kind)]), reference(), reference().parameters
    )
    assert scopes["technology"].item() == technology


def test_a_project_in_a_renewed_crediting_period_has_the_margins_of_that_period() -> None:
    project = typed("projects", [make_project(method="grid_renewable", realisation_type="Hydro")])
    first, second = (
        project_scopes(
            project,
            reference(),
            parameter_table(
                [
                    make_parameter(
                        parameter_id="crediting_period",
                        value=number,
                        unit="ratio",
                    )
                ]
            ),
        )
        for number in (1, 2)
    )
    assert first["margin_kind"].item() == "hydro"
    assert second["margin_kind"].item() == "hydro/later_period"
    assert second["technology"].item() == "hydro"
