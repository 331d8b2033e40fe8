"""Physical indicators are carried through as sent, and never become tonnes of CO2."""

from typing import Any, Final

import pytest

from tests.makers import Row, make_book, make_entry, make_parameter, make_project, make_reading, work_out

RESIDENTS: Final = make_reading(metric="residents_served", value="120000", unit="人")
COAL_RATE: Final = make_parameter(parameter_id="supply_coal_rate", scope="all", value="300", unit="gce/kWh")


def indicators(*readings: Row, **more: Any) -> list[Row]:
    rows: list[Row] = work_out(make_book(readings=readings, **more)).marts["mart.physical_indicators"].to_dicts()
    return rows


def test_people_served_are_carried_as_sent() -> None:
    (row,) = indicators(RESIDENTS)
    assert (row["metric"], row["value"], row["unit"], row["origin"]) == (
        "residents_served",
        120_000.0,
        "人",
        "delivered",
    )


def test_a_project_without_a_formula_has_indicators_and_no_tonnes() -> None:
    quarter_is_over = make_entry(value_date="2025-04-01")
    book = make_book(
        projects=[make_project(method="none")], entries=[make_entry(), quarter_is_over], readings=[RESIDENTS]
    )
    marts = work_out(book).marts
    assert marts["mart.physical_indicators"].height == 1
    claimed = marts["mart.attributed_reductions"].select("status", "attributed_reductions_tco2e").unique()
    assert claimed.rows() == [("not_estimated", None)]


def test_a_reading_that_a_formula_takes_is_not_an_indicator() -> None:
    assert indicators(make_reading()) == []


def test_water_saved_stays_an_indicator_though_a_formula_takes_it() -> None:
    (row,) = indicators(make_reading(metric="节水量", value="2", unit="万m3"))
    assert (row["metric"], row["value"], row["unit"]) == ("water_saved", 20_000.0, "m3")


def test_electricity_supplied_saves_standard_coal_at_the_supply_coal_rate() -> None:
    """100 MWh x 0.3 tce/MWh = 30 tce."""
    (row,) = indicators(make_reading(value="100"), parameters=[COAL_RATE])
    assert (row["metric"], row["unit"], row["origin"]) == ("saved_standard_coal", "tce", "computed")
    assert row["value"] == pytest.approx(30.0)


def test_a_coal_rate_that_does_not_cover_the_period_saves_nothing_that_is_known() -> None:
    expired = {**COAL_RATE, "valid_to": "2024-12-31"}
    assert indicators(make_reading(value="100"), parameters=[expired]) == []
