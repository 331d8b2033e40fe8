"""Forest stock change: what is so beside its worked cases."""

from typing import Any

import pytest

from tests.makers import Row, make_parameter, on_file, reference, work_out_january
from transforms.methods.forests.forest_stock_change.formula import METHOD

KINDS = ("wood_density", "biomass_expansion", "root_shoot", "carbon_fraction", "carbon_to_co2")
OWN_RATE = make_parameter(parameter_id="baseline_removal_rate", value="3")
GROWTH = {"standing_volume_change_chinese_fir": 100.0, "forest_area_time": 10.0}
T_PER_M3 = {
    "chinese_fir": 1.19,
    "masson_pine": 1.12,
    "slash_pine": 1.62,
    "hard_broadleaf": 2.30,
    "soft_broadleaf": 1.61,
    "conifer_mix": 1.52,
    "broadleaf_mix": 1.65,
    "conifer_broadleaf_mix": 1.83,
}


def january(readings: dict[str, Any], *parameters: Row) -> Row:
    months = work_out_january("forest_stock_change", readings, [*on_file(*KINDS), *parameters]).months
    row: Row = months.to_dicts()[0]
    return row


def removals(readings: dict[str, Any], *parameters: Row) -> float:
    return float(january(readings, *parameters)["emission_reductions_tco2e"])


@pytest.mark.parametrize(("species", "tonnes"), T_PER_M3.items())
def test_a_cubic_metre_of_each_species_is_worth_what_the_method_page_says(species: str, tonnes: float) -> None:
    none = make_parameter(parameter_id="baseline_removal_rate", value="0")
    grown = removals({f"standing_volume_change_{species}": 1.0, "forest_area_time": 1.0}, none)
    assert grown == pytest.approx(tonnes, abs=0.006)


def test_a_forest_that_lost_more_than_it_grew_has_negative_removals() -> None:
    lost = removals({"standing_volume_change_chinese_fir": -100.0, "forest_area_time": 10.0}, OWN_RATE)
    assert lost == pytest.approx(-119.17 - 30.0, abs=0.005)


def test_without_a_baseline_of_ordinary_management_there_is_no_figure() -> None:
    month = january(GROWTH)
    assert (month["status"], month["emission_reductions_tco2e"]) == ("blocked_missing_parameter", None)


@pytest.mark.parametrize("missing", list(GROWTH))
def test_without_a_second_survey_there_is_no_figure(missing: str) -> None:
    month = january({name: value for name, value in GROWTH.items() if name != missing}, OWN_RATE)
    assert (month["status"], month["emission_reductions_tco2e"]) == ("blocked_missing_reading", None)


def test_a_projects_own_wood_density_goes_before_that_of_the_species() -> None:
    own = make_parameter(parameter_id="wood_density", scope="P1/chinese_fir", value="0.614")
    assert removals(GROWTH, OWN_RATE, own) == pytest.approx(2 * 119.17 - 30.0, abs=0.01)


def test_two_species_add_up() -> None:
    none = make_parameter(parameter_id="baseline_removal_rate", value="0")
    fir = removals(GROWTH, none)
    pine = removals({"standing_volume_change_masson_pine": 50.0, "forest_area_time": 10.0}, none)
    both = removals({**GROWTH, "standing_volume_change_masson_pine": 50.0}, none)
    assert both == pytest.approx(fir + pine, rel=1e-12)


def test_twice_the_growth_on_twice_the_land_is_twice_the_removals() -> None:
    twice = {name: 2 * value for name, value in GROWTH.items()}
    assert removals(twice, OWN_RATE) == pytest.approx(2 * removals(GROWTH, OWN_RATE), rel=1e-12)


def test_the_method_belongs_to_the_removals() -> None:
    assert reference().methods[METHOD.name]["container"] == "removals"
