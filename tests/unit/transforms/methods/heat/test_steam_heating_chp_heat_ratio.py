"""Heat from combined heat and power by the heat ratio: what is so beside its worked cases."""

from typing import Any, Final

import pytest

from tests.makers import Row, make_parameter, work_out_january

TERMS: Final = [
    "baseline_emissions_tco2e",
    "project_emissions_tco2e",
    "leakage_tco2e",
    "emission_reductions_tco2e",
]
READINGS: Final = {
    "heat_delivered": 1000.0, "heat_sent_out": 1080.0, "boiler_steam_heat": 1800.0, "electricity_consumed": 10.0,
    "natural_gas_consumed": 10.0,
}  # fmt: skip


def own(parameter_id: str, value: float, scope: str = "P1") -> Row:
    return make_parameter(parameter_id=parameter_id, scope=scope, value=value)


PARAMETERS: Final = {
    "efficiency": own("baseline_boiler_efficiency", 0.8), "fuel before": own("baseline_fuel_ef", 0.1),
    "heat of gas": own("fuel_ncv", 400, "natural_gas"), "carbon of gas": own("fuel_ef", 0.05, "natural_gas"),
    "grid": own("grid_ef", 0.5, "CN-JX"),
}  # fmt: skip


def january(readings: dict[str, float] = READINGS, *, without: str = "", more: list[Row] | None = None) -> Row:
    parameters = [row for name, row in PARAMETERS.items() if name != without] + (more or [])
    return work_out_january("steam_heating_chp_heat_ratio", readings, parameters).months.to_dicts()[0]


def test_the_fuel_that_heat_does_not_carry_power_does() -> None:
    """No tonne leaves both: heat 120 t and power (1,800 - 1,080) / 1,800 x 200 = 80 t are the plant's 200 t."""
    heat = january({**READINGS, "electricity_consumed": 0.0})["project_emissions_tco2e"]
    power = (1800 - 1080) / 1800 * 200
    assert heat + power == pytest.approx(200.0)


def test_a_plant_that_sends_out_all_its_steam_burns_all_its_fuel_for_heat() -> None:
    """PE = 200 + 5 = 205."""
    assert january({**READINGS, "boiler_steam_heat": 1080.0})["project_emissions_tco2e"] == pytest.approx(205.0)


@pytest.mark.parametrize("missing", list(READINGS))
def test_without_a_reading_there_is_no_figure(missing: str) -> None:
    month = january({metric: value for metric, value in READINGS.items() if metric != missing})
    assert (month["status"], month["emission_reductions_tco2e"]) == ("blocked_missing_reading", None)


@pytest.mark.parametrize("missing", list(PARAMETERS))
def test_without_a_factor_there_is_no_figure(missing: str) -> None:
    month = january(without=missing)
    assert (month["status"], month["emission_reductions_tco2e"]) == ("blocked_missing_parameter", None)


def test_fuel_that_made_neither_heat_nor_power_cannot_be_shared_out() -> None:
    nothing_made = {**READINGS, "heat_delivered": 0.0, "heat_sent_out": 0.0, "boiler_steam_heat": 0.0}
    month = january(nothing_made)
    assert (month["status"], month["project_emissions_tco2e"]) == ("blocked_missing_reading", None)


def test_a_month_in_which_nothing_ran_is_a_measured_zero() -> None:
    month = january(dict.fromkeys(READINGS, 0.0))
    assert (month["status"], month["emission_reductions_tco2e"]) == ("measured", 0.0)


def test_boilers_that_run_on_elsewhere_refuse_the_project() -> None:
    assert january(more=[own("replaced_boilers_dismantled", 0)])["status"] == "refused"


def test_twice_of_everything_is_twice_every_term() -> None:
    twice: dict[str, Any] = {metric: 2 * value for metric, value in READINGS.items()}
    assert [january(twice)[term] for term in TERMS] == pytest.approx([2 * january()[term] for term in TERMS], abs=1e-9)


def test_two_parts_of_a_month_at_one_ratio_add_up_to_the_whole() -> None:
    parts = [january({metric: part * value for metric, value in READINGS.items()}) for part in (0.3, 0.7)]
    for term in TERMS:
        assert sum(part[term] for part in parts) == pytest.approx(january()[term], abs=1e-9)


def test_a_plant_that_burns_more_for_its_heat_than_it_replaces_has_a_negative_reduction() -> None:
    """PE = 0.6 x 20 x 400 x 0.05 + 5 = 245 against 125: -120."""
    month = january({**READINGS, "natural_gas_consumed": 20.0})
    assert month["emission_reductions_tco2e"] == pytest.approx(-120.0)


def test_heat_sent_out_of_boilers_that_made_no_steam_is_no_ratio() -> None:
    assert january({**READINGS, "boiler_steam_heat": 0.0})["status"] == "blocked_missing_reading"
