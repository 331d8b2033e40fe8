"""Water saving: what is so beside its worked cases."""

from typing import Final

import pytest

from tests.makers import Row, make_parameter, work_out_january

ENERGY: Final = make_parameter(parameter_id="water_energy", value="0.00035", unit="MWh/m3")
GRID: Final = make_parameter(parameter_id="grid_ef", scope="CN-JX", value="0.5836")


def january(saved: float | None, *parameters: Row) -> Row:
    readings = {} if saved is None else {"water_saved": saved}
    return work_out_january("water_saving", readings, parameters).months.to_dicts()[0]


def test_a_network_that_loses_more_than_before_has_a_negative_reduction() -> None:
    assert january(-100_000.0, ENERGY, GRID)["emission_reductions_tco2e"] == pytest.approx(-20.426)


def test_without_a_reading_there_is_no_figure() -> None:
    assert january(None, ENERGY, GRID)["status"] == "blocked_missing_reading"


@pytest.mark.parametrize("left", [ENERGY, GRID])
def test_without_the_measured_electricity_or_the_grid_there_is_no_figure(left: Row) -> None:
    month = january(100_000.0, left)
    assert (month["status"], month["emission_reductions_tco2e"]) == ("blocked_missing_parameter", None)


def test_twice_the_water_is_twice_the_reduction() -> None:
    once, twice = (january(saved, ENERGY, GRID)["emission_reductions_tco2e"] for saved in (1000.0, 2000.0))
    assert twice == pytest.approx(2 * once, rel=1e-15)


def test_two_parts_of_the_water_add_up_to_the_whole() -> None:
    parts = [january(saved, ENERGY, GRID)["emission_reductions_tco2e"] for saved in (300.0, 700.0)]
    assert sum(parts) == pytest.approx(january(1000.0, ENERGY, GRID)["emission_reductions_tco2e"], rel=1e-15)
