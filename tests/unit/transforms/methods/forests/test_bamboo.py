"""Bamboo: what is so beside its worked cases."""

from typing import Any

import pytest

from tests.makers import Row, make_parameter, reference, work_out_january
from transforms.methods.forests.bamboo.formula import METHOD, PARAMETERS, READINGS

HALF = make_parameter(parameter_id="carbon_fraction", scope="bamboo", value="0.5")
CO2 = make_parameter(parameter_id="carbon_to_co2", scope="all", value="3.666666666666667")
GAIN = {"bamboo_biomass_change": 600.0, "baseline_bamboo_biomass_change": 120.0}


def january(readings: dict[str, Any], *parameters: Row) -> Row:
    row: Row = work_out_january("bamboo", readings, parameters).months.to_dicts()[0]
    return row


def removals(readings: dict[str, Any]) -> float:
    return float(january(readings, HALF, CO2)["emission_reductions_tco2e"])


def test_a_hectare_that_becomes_an_established_stand_takes_up_125_tonnes_once() -> None:
    """68.48 t of dry matter a hectare x 0.5 x 44/12 = 125.55 t: the whole stock, not tonnes a year."""
    established = reference().parameters.filter(parameter_id="biomass_per_area", scope="bamboo")["value"].item()
    assert removals({"bamboo_biomass_change": established, "baseline_bamboo_biomass_change": 0.0}) == pytest.approx(
        125.55, abs=0.005
    )


def test_more_culms_cut_than_grown_is_negative() -> None:
    assert removals({"bamboo_biomass_change": -60.0, "baseline_bamboo_biomass_change": 0.0}) == pytest.approx(-110.0)


@pytest.mark.parametrize("missing", list(GAIN))
def test_without_either_change_of_biomass_there_is_no_figure(missing: str) -> None:
    month = january({name: value for name, value in GAIN.items() if name != missing}, HALF, CO2)
    assert (month["status"], month["emission_reductions_tco2e"]) == ("blocked_missing_reading", None)


@pytest.mark.parametrize("left", [HALF, CO2])
def test_without_either_factor_there_is_no_figure(left: Row) -> None:
    month = january(GAIN, left)
    assert (month["status"], month["emission_reductions_tco2e"]) == ("blocked_missing_parameter", None)


def test_bamboo_never_goes_by_stem_volume() -> None:
    assert not [metric for metric in READINGS.values() if "volume" in metric]
    asked = {name for need in PARAMETERS.values() for name, _ in need.lookups}
    assert not asked & {"wood_density", "biomass_expansion"}
    assert METHOD.parts == ()


def test_twice_the_gain_is_twice_the_removals_and_two_halves_are_the_whole() -> None:
    assert removals({name: 2 * value for name, value in GAIN.items()}) == pytest.approx(2 * removals(GAIN))
    halves = {name: (0.5 * value, 0.5 * value) for name, value in GAIN.items()}
    assert removals(halves) == pytest.approx(removals(GAIN))
