"""Steam heating by the default factor of heat: what is so beside its worked cases."""

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
    "heat_delivered": 1000.0,
    "natural_gas_consumed": 2.0,
    "electricity_consumed": 10.0,
}


def own(parameter_id: str, value: float, scope: str = "P1") -> Row:
    return make_parameter(parameter_id=parameter_id, scope=scope, value=value)


PARAMETERS: Final = {
    "heat factor": own("heat_ef", 0.11, "all"),
    "heat of gas": own("fuel_ncv", 400, "natural_gas"),
    "carbon of gas": own("fuel_ef", 0.05, "natural_gas"),
    "grid": own("grid_ef", 0.5, "CN-JX"),
}


def january(
    readings: dict[str, float] = READINGS, *, without: str = "", more: list[Row] | None = None, **month: Any
) -> Row:
    parameters = [row for name, row in PARAMETERS.items() if name != without] + (more or [])
    return work_out_january("steam_heating_default_factor", readings, parameters, **month).months.to_dicts()[0]


def test_a_plant_that_burns_more_than_the_default_has_a_negative_reduction() -> None:
    """PE = 10 x 400 x 0.05 + 5 = 205 against 110: -95."""
    assert january({**READINGS, "natural_gas_consumed": 10.0})["emission_reductions_tco2e"] == pytest.approx(-95.0)


def test_a_measured_factor_of_the_heat_replaced_goes_before_the_default() -> None:
    assert january(more=[own("heat_ef", 0.12)])["baseline_emissions_tco2e"] == pytest.approx(120.0)


def test_a_combined_plant_is_refused() -> None:
    assert january(more=[own("heat_source_is_chp", 1)])["status"] == "refused"


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
