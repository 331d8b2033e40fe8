"""Waste heat recovery: what is so beside its worked cases."""

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
    "power_generated": 110.0,
    "electricity_consumed": 10.0,
    "recovered_heat": 200.0,
}


def own(parameter_id: str, value: float, scope: str = "P1") -> Row:
    return make_parameter(parameter_id=parameter_id, scope=scope, value=value)


PARAMETERS: Final = {
    "cap": own("waste_energy_cap", 0.9),
    "part": own("waste_energy_share", 0.5),
    "margin": own("grid_cm_ef", 0.8),
    "boiler": own("baseline_boiler_efficiency", 0.8),
    "fuel before": own("baseline_fuel_ef", 0.1),
}


def january(
    readings: dict[str, float] = READINGS, *, without: str = "", more: list[Row] | None = None, **month: Any
) -> Row:
    parameters = [row for name, row in PARAMETERS.items() if name != without] + (more or [])
    return work_out_january("waste_heat_recovery", readings, parameters, **month).months.to_dicts()[0]


@pytest.mark.parametrize(("ratio", "value"), [("waste_energy_cap", 0.3), ("waste_energy_share", 0.1)])
def test_neither_the_cap_nor_the_share_lessens_what_the_auxiliaries_emit(ratio: str, value: float) -> None:
    left_out = "cap" if ratio == "waste_energy_cap" else "part"
    assert january(without=left_out, more=[own(ratio, value)])["project_emissions_tco2e"] == pytest.approx(8.0)


def test_auxiliaries_that_take_more_than_is_made_give_a_negative_reduction() -> None:
    """50.85 - 210 x 0.8 = -117.15."""
    month = january({**READINGS, "electricity_consumed": 210.0})
    assert month["emission_reductions_tco2e"] == pytest.approx(-117.15)


def test_energy_that_was_already_used_replaces_nothing() -> None:
    assert january(more=[own("waste_energy_was_vented", 0)])["status"] == "refused"
    assert january(more=[own("waste_energy_was_vented", 1)])["status"] == "measured"


def test_a_plant_without_a_boiler_before_takes_the_benchmark() -> None:
    """0.45 x (88 + 200 / 0.85 x 0.1) - 8 = 42.188."""
    month = january(without="boiler", more=[own("benchmark_boiler_efficiency", 0.85, "all")])
    assert month["emission_reductions_tco2e"] == pytest.approx(0.45 * (88 + 20 / 0.85) - 8)


def test_a_plant_in_a_known_grid_takes_its_margin() -> None:
    month = january(
        without="margin", more=[own("grid_cm_ef", 0.6, "Central/waste_heat")], region_technology="Central/waste_heat"
    )
    assert month["emission_reductions_tco2e"] == pytest.approx(0.45 * (66 + 25) - 6)


@pytest.mark.parametrize("missing", list(READINGS))
def test_without_a_reading_there_is_no_figure(missing: str) -> None:
    month = january({metric: value for metric, value in READINGS.items() if metric != missing})
    assert (month["status"], month["emission_reductions_tco2e"]) == ("blocked_missing_reading", None)


@pytest.mark.parametrize("missing", list(PARAMETERS))
def test_without_a_factor_there_is_no_figure(missing: str) -> None:
    month = january(without=missing)
    assert (month["status"], month["emission_reductions_tco2e"]) == ("blocked_missing_parameter", None)


def test_twice_of_everything_is_twice_every_term() -> None:
    twice = january({metric: 2 * value for metric, value in READINGS.items()})
    assert [twice[term] for term in TERMS] == pytest.approx([2 * january()[term] for term in TERMS])


def test_two_parts_of_a_month_add_up_to_the_whole() -> None:
    parts = [january({metric: part * value for metric, value in READINGS.items()}) for part in (0.3, 0.7)]
    for term in TERMS:
        assert sum(part[term] for part in parts) == pytest.approx(january()[term])
