"""Space heating across months follows heat or degree days, never days alone; its totals stay exact."""

from typing import Any, Final

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.makers import (
    Row,
    make_book,
    make_entry,
    make_parameter,
    make_project,
    make_reading,
    reference,
    typed,
    work_out,
)
from tests.properties.draws import tried_on
from transforms.activity.spreading import Spread, spread_readings

HEATS: Final = make_parameter(parameter_id="is_space_heating", value="1", unit="ratio")
MONTHS: Final = (("2025-01-01", "2025-01-31"), ("2025-02-01", "2025-02-28"), ("2025-03-01", "2025-03-31"))
TONNES: Final = st.just(0.0) | st.floats(1e-299, 1e9)  # smaller ones are refused: they cannot be read exactly
QUARTER: Final = {"period_start": "2025-01-01", "period_end": "2025-03-31"}


def by_month(metric: str, values: tuple[float | None, ...], unit: str) -> list[Row]:
    return [
        make_reading(metric=metric, value=value, unit=unit, period_start=first, period_end=last)
        for value, (first, last) in zip(values, MONTHS, strict=True)
        if value is not None
    ]


def degree_days(*values: float | None) -> list[Row]:
    return by_month("heating_degree_days", values, "degC*days")


def heat(*values: float | None) -> list[Row]:
    return by_month("heat_delivered", values, "GJ")


def coal(value: str = "600", **period: str) -> Row:
    return make_reading(metric="bituminous_coal_consumed", unit="t", value=value, **{**QUARTER, **period})


def spread(*readings: Row, parameters: tuple[Row, ...] = (HEATS,)) -> Spread:
    return spread_readings(typed("operating", readings), typed("parameters", parameters), reference().metrics)


def parts(metric: str, *readings: Row, **more: Any) -> list[tuple[float, str | None]]:
    months = spread(*readings, **more).parts.filter(metric=metric).sort("month_start_date")
    return months.select("value", "spread_by").rows()


def test_coal_of_a_heating_quarter_is_spread_by_the_degree_days_of_its_months() -> None:
    """600 t over 500, 400 and 300 degree days: 250, 200 and 150 t; by days it would be 206.7, 186.7 and 206.7."""
    spread_coal = parts("bituminous_coal_consumed", coal(), *degree_days(500, 400, 300))
    assert [value for value, _ in spread_coal] == pytest.approx([250, 200, 150])
    assert {by for _, by in spread_coal} == {"heating_degree_days"}


def test_delivered_heat_goes_before_degree_days_for_fuel_and_electricity() -> None:
    """600 t over 3,000, 2,000 and 1,000 GJ: 300, 200 and 100 t."""
    readings = [coal(), *heat(3000, 2000, 1000), *degree_days(500, 400, 300)]
    assert parts("bituminous_coal_consumed", *readings) == [
        (pytest.approx(value), "heat_delivered") for value in (300, 200, 100)
    ]
    kwh = make_reading(metric="electricity_consumed", value="60", **QUARTER)
    assert [value for value, _ in parts("electricity_consumed", kwh, *readings)] == pytest.approx([30, 20, 10])


def test_delivered_heat_itself_follows_the_degree_days() -> None:
    invoice = make_reading(metric="heat_delivered", value="1200", unit="GJ", **QUARTER)
    assert parts("heat_delivered", invoice, *degree_days(500, 400, 300)) == [
        (pytest.approx(value), "heating_degree_days") for value in (500, 400, 300)
    ]


def test_heat_metered_in_some_of_the_months_only_does_not_decide() -> None:
    readings = [coal(), *heat(3000, None, 1000), *degree_days(500, 400, 300)]
    assert {by for _, by in parts("bituminous_coal_consumed", *readings)} == {"heating_degree_days"}


def test_a_period_that_begins_in_a_month_takes_that_months_degree_days_by_its_days() -> None:
    """From 17 January: 15 of 31 days of 620 degree days are 300, and February has 300: half each."""
    readings = [coal("100", period_start="2025-01-17", period_end="2025-02-28"), *degree_days(620, 300, None)]
    assert [value for value, _ in parts("bituminous_coal_consumed", *readings)] == pytest.approx([50, 50])


def test_without_heat_or_degree_days_for_every_month_nothing_is_spread() -> None:
    for known in ([], degree_days(500, None, 300), heat(3000, 2000, None)):
        result = spread(coal(), *known)
        assert result.parts.filter(metric="bituminous_coal_consumed").is_empty()
        assert result.unspread["month_start_date"].dt.month().sort().to_list() == [1, 2, 3]


def test_a_summer_without_any_degree_day_spreads_nothing_but_nothing() -> None:
    assert spread(coal("5"), *degree_days(0, 0, 0)).unspread.height == 3
    assert [value for value, _ in parts("bituminous_coal_consumed", coal("0"), *degree_days(0, 0, 0))] == [0, 0, 0]


def test_a_reading_within_a_month_stays_whole() -> None:
    january = coal("80", period_end="2025-01-31")
    assert parts("bituminous_coal_consumed", january) == [(80.0, None)]


def test_a_project_that_delivers_degree_days_is_seasonal_without_saying_so() -> None:
    readings = [coal(), *degree_days(500, 400, 300)]
    assert {by for _, by in parts("bituminous_coal_consumed", *readings, parameters=())} == {"heating_degree_days"}


def test_a_project_that_heats_no_space_keeps_the_days() -> None:
    not_heating = {**HEATS, "value": "0"}
    for parameters in ((), (not_heating,)):
        days = parts("bituminous_coal_consumed", coal("90"), parameters=parameters)
        assert days == [(pytest.approx(value), "days") for value in (31, 28, 31)]


def test_what_does_not_follow_the_season_keeps_the_days() -> None:
    supplied = make_reading(value="90", **QUARTER)
    assert parts("electricity_supplied", supplied) == [(pytest.approx(value), "days") for value in (31, 28, 31)]


@tried_on(10)
@given(
    TONNES,
    st.tuples(*[st.floats(1, 1e4)] * 3),
    st.integers(1, 31),
    st.integers(1, 31),
)
def test_the_total_over_the_readings_own_period_stays_exact(
    value: float, days: tuple[float, float, float], first: int, last: int
) -> None:
    period = {"period_start": f"2025-01-{first:02}", "period_end": f"2025-03-{last:02}"}
    total = sum(part for part, _ in parts("bituminous_coal_consumed", coal(str(value), **period), *degree_days(*days)))
    assert total == pytest.approx(value, rel=1e-12, abs=1e-9)


def heating_plant(*readings: Row) -> dict[str, pl.DataFrame]:
    """A coal plant that heats Jiangxi's houses, known at the end of June 2025."""
    project = make_project(
        method="steam_heating",
        commissioning_date="2025-01-01",
        realisation_type="EE supply side",
        reported_annual_reduction_tco2=None,
    )
    efficiency = make_parameter(parameter_id="baseline_boiler_efficiency", value="0.5", unit="ratio")
    enough = make_entry(value_date="2025-04-01")
    book = make_book(projects=[project], entries=[enough], readings=readings, parameters=[HEATS, efficiency])
    computed = work_out(book)
    return {**computed.marts, "flags": computed.flags}


def test_a_heating_quarter_is_measured_with_degree_days_and_blocked_without() -> None:
    power = by_month("electricity_consumed", (10, 10, 10), "MWh")
    invoice = make_reading(metric="heat_delivered", value="12000", unit="GJ", **QUARTER)
    blocked = heating_plant(invoice, coal(), *power)
    first_quarter = pl.col("month_start_date") < pl.date(2025, 4, 1)
    assert blocked["mart.project_months"].filter(first_quarter)["status"].unique().to_list() == [
        "blocked_missing_reading"
    ]
    messages = blocked["flags"].filter(code="heating_reading_not_spread")["message"].sort().to_list()
    assert len(messages) == 2
    assert "deliver heating_degree_days by month" in messages[0]
    measured = heating_plant(invoice, coal(), *power, *degree_days(500, 400, 300))
    months = measured["mart.project_months"].filter(first_quarter)
    assert months.select("status", "is_spread").unique().rows() == [("measured", True)]
    january, february, _ = months["baseline_emissions_tco2e"]
    assert january / february == pytest.approx(500 / 400)
    assert "heating_reading_not_spread" not in measured["flags"]["code"].to_list()
