"""A reading is converted once on acceptance, exactly, or refused with both units named."""

from typing import Any

import polars as pl
import pytest

from tests.makers import make_parameter, make_reading, reference, typed
from transforms.ground.units import convert_parameters, convert_readings, metric_table, unit_table


def convert(**named: Any) -> tuple[dict[str, Any], pl.DataFrame]:
    rows = typed("operating", [make_reading(**named)]).drop(
        "delivered_metric", "delivered_value", "delivered_unit", strict=False
    )
    converted, found = convert_readings(rows, metric_table(reference().metrics), unit_table(reference().units))
    return converted.to_dicts()[0], found


@pytest.mark.parametrize(
    ("value", "unit", "mwh"),
    [
        ("1500", "kWh", 1.5), ("12", "万kWh", 120.0), ("2", "亿kWh", 200_000.0), ("3", "GWh", 3000.0),
        ("7", "MWh", 7.0), ("12", "万千瓦时", 120.0), ("12", "万度", 120.0), ("5", "mwh", 5.0), ("12", "万 kWh", 120.0),
        ("1500", "kW·h", 1.5), ("7", "兆瓦·时", 7.0), ("12", "万千瓦·时", 120.0), ("3", "吉瓦时", 3000.0),
        ("2", "千度", 2.0),
    ],
)  # fmt: skip
def test_electricity_in_any_spelling_becomes_megawatt_hours(value: str, unit: str, mwh: float) -> None:
    reading, found = convert(value=value, unit=unit)
    assert found.is_empty()
    assert (reading["value"], reading["unit"]) == (pytest.approx(mwh, rel=1e-15), "MWh")


@pytest.mark.parametrize(
    ("metric", "value", "unit", "expected"),
    [
        ("heat_delivered", "2", "TJ", (2000.0, "GJ")),
        ("heat_delivered", "1000", "万千卡", (41.868, "GJ")),
        ("heat_delivered", "10", "百万千卡", (41.868, "GJ")),
        ("heat_delivered", "3", "百万千焦", (3.0, "GJ")),
        ("steam_delivered", "3", "万吨", (30_000.0, "t")),
        ("natural_gas_consumed", "50000", "Nm3", (5.0, "10^4Nm3")),
        ("bituminous_coal_consumed", "2500", "kg", (2.5, "t")),
        ("harvested_area", "30", "亩", (2.0, "ha")),
        ("street_lamp_hours", "310", "小时", (310.0, "hours")),
        ("septic_wastewater_replaced", "2", "万m3", (20_000.0, "m3")),
    ],
)
def test_heat_steam_and_fuels_become_the_units_that_the_formulas_take(
    metric: str, value: str, unit: str, expected: tuple[float, str]
) -> None:
    reading, _ = convert(metric=metric, value=value, unit=unit)
    assert (reading["value"], reading["unit"]) == (pytest.approx(expected[0], rel=1e-15), expected[1])


def test_a_reading_keeps_what_was_sent_beside_what_it_became() -> None:
    reading, _ = convert(metric="上网电量", value="12", unit="万kWh")
    assert (reading["metric"], reading["delivered_metric"]) == ("electricity_supplied", "上网电量")
    assert (reading["delivered_value"], reading["delivered_unit"]) == (12.0, "万kWh")


def test_a_unit_that_does_not_fit_is_refused_and_both_units_are_named() -> None:
    _, found = convert(value="5", unit="tce")
    assert found["rule"].to_list() == ["unit_does_not_fit"]
    assert "'tce'" in found["reason"].item()
    assert "MWh" in found["reason"].item()


def test_tonnes_are_not_a_unit_of_gas_even_if_the_number_would_look_right() -> None:
    _, found = convert(metric="natural_gas_consumed", value="5", unit="t")
    assert found["rule"].to_list() == ["unit_does_not_fit"]


def test_a_metric_that_no_formula_takes_is_carried_as_sent() -> None:
    reading, found = convert(metric="residents_served", value="120000", unit="人")
    assert found.is_empty()
    assert (reading["metric"], reading["value"], reading["unit"]) == ("residents_served", 120_000.0, "人")


def test_coal_cannot_be_burned_backwards() -> None:
    _, found = convert(metric="bituminous_coal_consumed", value="-1", unit="t")
    assert found["rule"].to_list() == ["negative_reading"]


def test_a_power_plant_may_draw_more_from_the_grid_than_it_supplies() -> None:
    reading, found = convert(value="-3", unit="MWh")
    assert found.is_empty()
    assert reading["value"] == -3.0


def convert_parameter(**named: Any) -> tuple[dict[str, Any], pl.DataFrame]:
    rows = typed("parameters", [make_parameter(**named)])
    converted, found = convert_parameters(rows, reference().parameter_kinds, unit_table(reference().units))
    return converted.to_dicts()[0], found


def test_an_enthalpy_in_kilojoules_per_kilogram_becomes_gigajoules_per_tonne() -> None:
    parameter, found = convert_parameter(parameter_id="steam_enthalpy", value="2777.1", unit="kJ/kg")
    assert found.is_empty()
    assert (parameter["value"], parameter["unit"]) == (pytest.approx(2.7771, rel=1e-15), "GJ/t")


def test_an_efficiency_of_65_per_cent_becomes_a_ratio() -> None:
    parameter, _ = convert_parameter(parameter_id="baseline_boiler_efficiency", value="65", unit="%")
    assert parameter["value"] == pytest.approx(0.65, rel=1e-15)


def test_an_efficiency_of_65_without_its_per_cent_sign_lies_out_of_bounds() -> None:
    _, found = convert_parameter(parameter_id="baseline_boiler_efficiency", value="65", unit="ratio")
    assert found["rule"].to_list() == ["parameter_out_of_bounds"]
    assert "0.3 to 1.1" in found["reason"].item()


def test_a_condensing_boiler_slightly_above_1_is_real() -> None:
    _, found = convert_parameter(parameter_id="baseline_boiler_efficiency", value="1.05", unit="ratio")
    assert found.is_empty()


def test_a_grid_factor_per_gigajoule_is_converted_and_lies_out_of_bounds_if_only_the_unit_was_mistaken() -> None:
    parameter, found = convert_parameter(parameter_id="grid_cm_ef", value="0.8", unit="tCO2/GJ")
    assert (parameter["value"], parameter["unit"]) == (pytest.approx(2.88, rel=1e-15), "tCO2/MWh")
    assert found["rule"].to_list() == ["parameter_out_of_bounds"]


def test_a_grid_factor_in_the_unit_of_a_calorific_value_is_refused() -> None:
    _, found = convert_parameter(parameter_id="grid_cm_ef", value="0.8", unit="GJ/t")
    assert found["rule"].to_list() == ["unit_does_not_fit"]


def test_electricity_in_gigajoules_is_the_same_energy() -> None:
    reading, found = convert(value="3.6", unit="GJ")
    assert found.is_empty()
    assert (reading["value"], reading["unit"]) == (pytest.approx(1.0, rel=1e-15), "MWh")


def test_a_parameter_that_no_formula_knows_keeps_its_value_and_unit() -> None:
    parameter, found = convert_parameter(parameter_id="tree_height", value="7", unit="m")
    assert found.is_empty()
    assert (parameter["value"], parameter["unit"]) == (7.0, "m")


@pytest.mark.parametrize(
    ("parameter_id", "value", "unit", "expected"),
    [
        ("replaced_lamp_power", "250", "W", 0.00025),
        ("lamps", "1000", "盏", 1000.0),
        ("water_energy", "0.35", "kWh/m3", 0.00035),
        ("organic_load", "200", "mg/L", 0.0002),
        ("baseline_fuel_per_area", "2", "L/mu", 0.030),
        ("diesel_density", "0.84", "kg/L", 0.84),
        ("methane_capacity", "0.25", "kgCH4/kgCOD", 0.25),
        ("supply_coal_rate", "326", "gce/kWh", 0.326),
    ],
)
def test_what_a_meter_or_a_nameplate_says_becomes_what_the_formulas_take(
    parameter_id: str, value: str, unit: str, expected: float
) -> None:
    row, found = convert_parameter(parameter_id=parameter_id, value=value, unit=unit)
    assert found.is_empty()
    assert row["value"] == pytest.approx(expected, rel=1e-12)
