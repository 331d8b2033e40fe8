"""Fuel switch: what is so beside its worked cases."""

from typing import Any, Final

import pytest

from tests.makers import Row, make_parameter, work_out_january

TERMS: Final = [
    "baseline_emissions_tco2e",
    "project_emissions_tco2e",
    "leakage_tco2e",
    "emission_reductions_tco2e",
]
READINGS: Final = {"natural_gas_consumed": 10.0, "electricity_consumed": 20.0}


def own(parameter_id: str, value: float, scope: str = "P1") -> Row:
    return make_parameter(parameter_id=parameter_id, scope=scope, value=value)


PARAMETERS: Final = {
    "heat of gas": own("fuel_ncv", 400, "natural_gas"),
    "carbon of gas": own("fuel_ef", 0.05, "natural_gas"),
    "gain": own("efficiency_gain", 1.2),
    "fuel before": own("baseline_fuel_ef", 0.1),
    "leak": own("upstream_methane_leak", 0.0001),
    "methane": own("gwp_ch4", 28, "all"),
    "grid": own("grid_ef", 0.5, "CN-JX"),
}


def january(
    readings: dict[str, float] = READINGS, *, without: str = "", more: list[Row] | None = None, **month: Any
) -> Row:
    parameters = [row for name, row in PARAMETERS.items() if name != without] + (more or [])
    return work_out_january("fuel_switch", readings, parameters, **month).months.to_dicts()[0]


def test_a_switch_to_a_dirtier_fuel_has_a_negative_reduction() -> None:
    """The boilers burned gas at 0.04: BE = 4,000 x 1.2 x 0.04 = 192; ER = 192 - 210 - 11.2 = -29.2."""
    month = january(without="fuel before", more=[own("baseline_fuel_ef", 0.04)])
    assert month["emission_reductions_tco2e"] == pytest.approx(-29.2)


def test_biomass_emits_nothing_in_the_inventory_and_its_diesel_does() -> None:
    """1,000 t at 15 GJ/t and 1 t of diesel at 42 GJ/t x 0.07 = 2.94 t; 20 MWh 10 t. BE = 15,042 x 1.2 x 0.1."""
    wood = [own("fuel_ncv", 15, "P1/biomass"), own("fuel_ef", 0, "biomass"), own("upstream_methane_leak", 0, "all")]
    diesel = [own("fuel_ncv", 42, "diesel"), own("fuel_ef", 0.07, "diesel")]
    month = january(
        {"biomass_consumed": 1000.0, "diesel_consumed": 1.0, "electricity_consumed": 20.0},
        without="leak",
        more=[*wood, *diesel],
    )
    assert [month[term] for term in TERMS] == pytest.approx([1805.04, 12.94, 0.0, 1792.10])


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
