"""Heat from combined heat and power by reference efficiencies: what is so beside its worked cases."""

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
    "heat_delivered": 1000.0, "heat_sent_out": 1080.0, "power_generated": 100.0, "electricity_consumed": 10.0,
    "natural_gas_consumed": 10.0,
}  # fmt: skip


def own(parameter_id: str, value: float, scope: str = "P1") -> Row:
    return make_parameter(parameter_id=parameter_id, scope=scope, value=value)


PARAMETERS: Final = {
    "efficiency": own("baseline_boiler_efficiency", 0.8), "fuel before": own("baseline_fuel_ef", 0.1),
    "heat of gas": own("fuel_ncv", 400, "natural_gas"), "carbon of gas": own("fuel_ef", 0.05, "natural_gas"),
    "grid": own("grid_ef", 0.5, "CN-JX"), "megawatt hour": own("mwh_in_gj", 3.6, "all"),
    "boiler": own("chp_reference_heat_efficiency", 0.8, "all"),
    "power plant": own("chp_reference_power_efficiency", 0.4, "all"),
}  # fmt: skip


def january(readings: dict[str, float] = READINGS, *, without: str = "", more: list[Row] | None = None) -> Row:
    parameters = [row for name, row in PARAMETERS.items() if name != without] + (more or [])
    return work_out_january("steam_heating_chp_efficiency", readings, parameters).months.to_dicts()[0]


def test_the_fuel_that_heat_does_not_carry_power_does() -> None:
    """No tonne leaves both: heat 120 t and power 900 / 2,250 x 200 = 80 t are the plant's 200 t."""
    heat = january({**READINGS, "electricity_consumed": 0.0})["project_emissions_tco2e"]
    power = 900 / 2250 * 200
    assert heat + power == pytest.approx(200.0)


def test_a_plant_without_power_burns_all_its_fuel_for_heat() -> None:
    """PE = 200 + 5 = 205."""
    assert january({**READINGS, "power_generated": 0.0})["project_emissions_tco2e"] == pytest.approx(205.0)


@pytest.mark.parametrize("missing", list(READINGS))
def test_without_a_reading_there_is_no_figure(missing: str) -> None:
    month = january({metric: value for metric, value in READINGS.items() if metric != missing})
    assert (month["status"], month["emission_reductions_tco2e"]) == ("blocked_missing_reading", None)


@pytest.mark.parametrize("missing", list(PARAMETERS))
def test_without_a_factor_there_is_no_figure(missing: str) -> None:
    month = january(without=missing)
    assert (month["status"], month["emission_reductions_tco2e"]) == ("blocked_missing_parameter", None)


def test_fuel_that_made_neither_heat_nor_power_cannot_be_shared_out() -> None:
    nothing_made = {**READINGS, "heat_delivered": 0.0, "heat_sent_out": 0.0, "power_generated": 0.0}
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


def test_a_plants_own_reference_efficiencies_go_before_the_defaults() -> None:
    """With 0.8 and 0.8 the share is that of energy, 0.75: PE = 155; more than the baseline, ER = -30."""
    month = january(more=[own("chp_reference_power_efficiency", 0.8)])
    assert month["project_emissions_tco2e"] == pytest.approx(155.0)
    assert month["emission_reductions_tco2e"] == pytest.approx(-30.0)
