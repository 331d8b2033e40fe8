"""Grid renewables: what is so beside its worked cases."""

from typing import Any

import pytest

from tests.makers import Row, make_parameter, reference, work_out_january
from transforms.factors.derived_parameters import with_derived

MARGIN = make_parameter(value="0.8")
NO_RESERVOIR = make_parameter(parameter_id="reservoir_ef", scope="solar", value="0")
RESERVOIR = make_parameter(parameter_id="reservoir_ef", scope="P1", value="0.09")


def january(supplied: float | None, *parameters: Row, **month: Any) -> Row:
    readings = {} if supplied is None else {"electricity_supplied": supplied}
    return work_out_january("grid_renewable", readings, parameters, **month).months.to_dicts()[0]


def test_a_plant_that_draws_more_than_it_supplies_has_a_negative_reduction() -> None:
    assert january(-10.0, MARGIN, NO_RESERVOIR)["emission_reductions_tco2e"] == pytest.approx(-8.0)


def test_a_reservoir_takes_nothing_off_what_an_idle_plant_draws() -> None:
    """-10 x 0.8 = -8: power drawn from the grid lets no methane back into the reservoir."""
    assert january(-10.0, MARGIN, RESERVOIR)["emission_reductions_tco2e"] == pytest.approx(-8.0)


def test_without_a_reading_there_is_no_figure() -> None:
    month = january(None, MARGIN, NO_RESERVOIR)
    assert (month["status"], month["emission_reductions_tco2e"]) == ("blocked_missing_reading", None)


@pytest.mark.parametrize("left", [MARGIN, NO_RESERVOIR])
def test_without_either_factor_there_is_no_figure(left: Row) -> None:
    month = january(1000.0, left)
    assert (month["status"], month["emission_reductions_tco2e"]) == ("blocked_missing_parameter", None)


def test_a_plants_own_margin_goes_before_that_of_its_grid() -> None:
    regional = make_parameter(scope="Central/solar", value="0.7")
    assert january(1000.0, MARGIN, regional, NO_RESERVOIR)["emission_reductions_tco2e"] == pytest.approx(800.0)


def test_a_plant_without_its_own_margin_takes_that_of_its_grid_and_technology() -> None:
    regional = make_parameter(scope="Central/solar", value="0.7")
    assert january(1000.0, regional, NO_RESERVOIR)["emission_reductions_tco2e"] == pytest.approx(700.0)


def test_twice_the_electricity_is_twice_every_term() -> None:
    once, twice = (january(supplied, MARGIN, RESERVOIR) for supplied in (1000.0, 2000.0))
    for term in ("baseline_emissions_tco2e", "project_emissions_tco2e", "emission_reductions_tco2e"):
        assert twice[term] == pytest.approx(2 * once[term], rel=1e-15)


def test_two_parts_of_the_electricity_add_up_to_the_whole() -> None:
    parts = [january(part, MARGIN, RESERVOIR)["emission_reductions_tco2e"] for part in (300.0, 700.0)]
    assert sum(parts) == pytest.approx(january(1000.0, MARGIN, RESERVOIR)["emission_reductions_tco2e"], rel=1e-15)


@pytest.mark.parametrize(
    ("technology", "margin"),
    [
        ("solar", 0.75 * 0.8587 + 0.25 * 0.2854),
        ("wind/later_period", 0.75 * 0.8587 + 0.25 * 0.2854),
        ("offshore_wind", 0.5 * 0.8587 + 0.5 * 0.2854),
        ("solar_thermal", 0.5 * 0.8587 + 0.5 * 0.2854),
        ("hydro", 0.5 * 0.8587 + 0.5 * 0.2854),
        ("hydro/later_period", 0.25 * 0.8587 + 0.75 * 0.2854),
        ("biomass", 0.5 * 0.8587 + 0.5 * 0.2854),
        ("geothermal/later_period", 0.25 * 0.8587 + 0.75 * 0.2854),
    ],
)
def test_each_kind_of_power_has_its_margin_on_the_grid_of_central_china(technology: str, margin: float) -> None:
    rows = with_derived(reference().parameters).filter(parameter_id="grid_cm_ef", scope=f"Central/{technology}")
    assert rows["value"].item() == pytest.approx(margin)
    assert rows["parameter_status"].item() == "unconfirmed"


@pytest.mark.parametrize("technology", ["biomass", "geothermal"])
def test_power_whose_own_emissions_nobody_stated_has_no_figure(technology: str) -> None:
    """What a biomass boiler's lorries or geothermal steam emit is never taken for zero."""
    defaults = reference().parameters.filter(parameter_id="reservoir_ef", scope=technology)
    assert defaults.is_empty()
    month = january(1000.0, MARGIN, technology=technology, region_technology=f"Central/{technology}")
    assert (month["status"], month["emission_reductions_tco2e"]) == ("blocked_missing_parameter", None)
