"""Wastewater: what is so beside its worked cases."""

from typing import Final

import pytest

from tests.makers import Row, make_parameter, work_out_january

TERMS: Final = [
    "baseline_emissions_tco2e",
    "project_emissions_tco2e",
    "leakage_tco2e",
    "emission_reductions_tco2e",
]
READINGS: Final = {
    "septic_wastewater_replaced": 100_000.0,
    "aerobic_wastewater_treated": 100_000.0,
    "methane_recovered": 0.0,
    "electricity_consumed": 20.0,
}


def own(parameter_id: str, value: float, scope: str = "P1") -> Row:
    return make_parameter(parameter_id=parameter_id, scope=scope, value=value)


PARAMETERS: Final = {
    "load": own("organic_load", 0.0002),
    "capacity of septic": own("methane_capacity", 0.6, "septic"),
    "capacity of aerobic": own("methane_capacity", 0.6, "aerobic"),
    "correction of septic": own("methane_correction", 0.3, "septic"),
    "correction of aerobic": own("methane_correction", 0.05, "aerobic"),
    "potential": own("gwp_ch4", 28, "all"),
    "destruction": own("methane_destruction", 0.5, "all"),
    "grid": own("grid_ef", 0.5836, "CN-JX"),
}


def january(readings: dict[str, float] = READINGS, *, without: str = "", more: tuple[Row, ...] = ()) -> Row:
    parameters = [row for name, row in PARAMETERS.items() if name != without]
    return work_out_january("wastewater_treatment", readings, [*parameters, *more]).months.to_dicts()[0]


def test_methane_caught_beyond_what_the_formula_makes_avoids_no_more_than_the_baseline() -> None:
    """16.8 / 28 = 0.6 t are made, 10 x 0.5 = 5 t were burned: nothing is let out, and no tonne comes on top."""
    month = january({**READINGS, "methane_recovered": 10.0, "electricity_consumed": 0.0})
    assert [month[term] for term in TERMS] == pytest.approx([100.8, 0.0, 0.0, 100.8])


def test_a_plant_whose_pumps_outweigh_the_methane_is_negative() -> None:
    """100.8 - 16.8 - 200 x 0.5836 = -32.72."""
    month = january({**READINGS, "electricity_consumed": 200.0})
    assert month["emission_reductions_tco2e"] == pytest.approx(-32.72)


@pytest.mark.parametrize("missing", list(READINGS))
def test_without_a_reading_there_is_no_figure(missing: str) -> None:
    month = january({metric: value for metric, value in READINGS.items() if metric != missing})
    assert (month["status"], month["emission_reductions_tco2e"]) == ("blocked_missing_reading", None)


@pytest.mark.parametrize("missing", list(PARAMETERS))
def test_without_a_factor_there_is_no_figure(missing: str) -> None:
    assert january(without=missing)["status"] == "blocked_missing_parameter"


def test_twice_the_wastewater_is_twice_every_term() -> None:
    once, twice = january(), january({metric: 2 * value for metric, value in READINGS.items()})
    assert [twice[term] for term in TERMS] == pytest.approx([2 * once[term] for term in TERMS])


def test_two_old_ways_of_treatment_add_up() -> None:
    """Half from septic tanks, half from an aerobic plant that is replaced: 50.4 + 8.4."""
    halves = {"septic_wastewater_replaced": 50_000.0, "aerobic_wastewater_replaced": 50_000.0}
    assert january({**READINGS, **halves})["baseline_emissions_tco2e"] == pytest.approx(58.8)
