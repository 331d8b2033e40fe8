"""Industrial energy saving per output: what is so beside its worked cases."""

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
    "product_output": 1000.0,
    "bituminous_coal_consumed": 100.0,
    "electricity_consumed": 300.0,
}


def own(parameter_id: str, value: float, scope: str = "P1") -> Row:
    return make_parameter(parameter_id=parameter_id, scope=scope, value=value)


PARAMETERS: Final = {
    "fuel a tonne": own("baseline_fuel_intensity", 3),
    "power a tonne": own("baseline_power_intensity", 0.4),
    "fuel before": own("baseline_fuel_ef", 0.1),
    "heat of coal": own("fuel_ncv", 20, "bituminous_coal"),
    "carbon of coal": own("fuel_ef", 0.09, "bituminous_coal"),
    "grid": own("grid_ef", 0.5, "CN-JX"),
}


def january(
    readings: dict[str, float] = READINGS, *, without: str = "", more: list[Row] | None = None, **month: Any
) -> Row:
    parameters = [row for name, row in PARAMETERS.items() if name != without] + (more or [])
    return work_out_january("industrial_energy_saving_per_output", readings, parameters, **month).months.to_dicts()[0]


def test_it_is_the_difference_of_two_intensities_times_the_output() -> None:
    """e_BL = 0.5, e_PJ = 330 / 1,000 = 0.33 tCO2 a tonne: (0.5 - 0.33) x 1,000 = 170."""
    assert january()["emission_reductions_tco2e"] == pytest.approx((0.5 - 330 / 1000) * 1000)


def test_less_output_is_not_a_saving() -> None:
    """Half the output at the same energy: 250 - 330 = -80, although nothing more was burned."""
    assert january({**READINGS, "product_output": 500.0})["emission_reductions_tco2e"] == pytest.approx(-80.0)


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
