"""No plant supplies more than its capacity running every hour; it is refused with what would be possible."""

from typing import Any

import pytest

from tests.makers import make_book, make_project, make_reading

JANUARY_OF_20_MW = 20 * 24 * 31


def refused(capacity: str | None = "20", capacity_unit: str | None = "MW", **reading: Any) -> list[dict[str, Any]]:
    project = make_project(method="grid_renewable", capacity=capacity, capacity_unit=capacity_unit)
    return make_book(projects=[project], readings=[make_reading(**reading)]).rejected.to_dicts()


def test_every_hour_of_january_at_full_load_is_possible() -> None:
    assert JANUARY_OF_20_MW == 14_880
    assert refused(value="14880") == []


def test_a_tenth_of_a_megawatt_hour_more_is_not() -> None:
    assert [row["rule"] for row in refused(value="14880.1")] == ["capacity_factor_above_1"]


def test_ten_thousand_kwh_taken_for_megawatt_hours_is_refused_with_what_would_be_possible() -> None:
    reason = refused(value="1488000", unit="万kWh")[0]["reason"]
    assert "capacity factor of 1000.0" in reason
    assert "at most 14880.0 MWh is possible" in reason
    assert "万kWh" in reason


@pytest.mark.parametrize(("capacity", "unit"), [("20000", "kW"), ("2", "万千瓦"), ("20", "MWp"), ("20", "兆瓦")])
def test_the_capacity_may_be_given_in_any_unit_of_power(capacity: str, unit: str) -> None:
    assert [row["rule"] for row in refused(capacity, unit, value="14880.1")] == ["capacity_factor_above_1"]
    assert refused(capacity, unit, value="14880") == []


def test_without_a_capacity_nothing_can_be_said() -> None:
    assert refused(None, None, value="1000000") == []


def test_a_boiler_of_75_tonnes_of_steam_an_hour_says_nothing_about_electricity() -> None:
    assert refused("75", "t/h", value="1000000") == []


def test_the_refused_days_are_remembered_for_the_status_of_the_figure() -> None:
    project = make_project(method="grid_renewable", capacity="20", capacity_unit="MW")
    book = make_book(projects=[project], readings=[make_reading(value="14881")])
    assert book.refused_readings.select("project_id").to_series().to_list() == ["P1"]
    assert [str(d) for d in book.refused_readings.row(0)[1:]] == ["2025-01-01", "2025-01-31"]
