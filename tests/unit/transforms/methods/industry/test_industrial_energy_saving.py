"""Industrial energy saving: what is so beside its worked cases."""

from typing import Any, Final

import pytest

from tests.makers import Row, make_parameter, work_out_january

TERMS: Final = [
    "baseline_emissions_tco2e",
    "project_emissions_tco2e",
    "leakage_tco2e",
    "emission_reductions_tco2e",
]
READINGS: Final = {"bituminous_coal_saved": 100.0, "electricity_saved": 50.0}


def own(parameter_id: str, value: float, scope: str = "P1") -> Row:
    return make_parameter(parameter_id=parameter_id, scope=scope, value=value)


PARAMETERS: Final = {
    "heat of coal": own("fuel_ncv", 20, "bituminous_coal"),
    "carbon of coal": own("fuel_ef", 0.09, "bituminous_coal"),
    "grid": own("grid_ef", 0.5, "CN-JX"),
}


def january(
    readings: dict[str, float] = READINGS, *, without: str = "", more: list[Row] | None = None, **month: Any
) -> Row:
    parameters = [row for name, row in PARAMETERS.items() if name != without] + (more or [])
    return work_out_january("industrial_energy_saving", readings, parameters, **month).months.to_dicts()[0]


def test_a_plant_that_saves_coal_with_more_electricity_than_it_is_worth_has_a_negative_reduction() -> None:
    """180 - 400 x 0.5 = -20."""
    assert january({**READINGS, "electricity_saved": -400.0})["emission_reductions_tco2e"] == pytest.approx(-20.0)


def test_each_fuel_counts_by_its_own_factor() -> None:
    """A tonne of diesel more: 42 x 0.07 = 2.94."""
    diesel = [own("fuel_ncv", 42, "diesel"), own("fuel_ef", 0.07, "diesel")]
    month = january({**READINGS, "diesel_saved": 1.0}, more=diesel)
    assert month["emission_reductions_tco2e"] == pytest.approx(207.94)


def test_fuel_that_was_burned_is_not_fuel_that_was_saved() -> None:
    month = january({"bituminous_coal_consumed": 100.0, "electricity_saved": 50.0})
    assert month["status"] == "blocked_missing_reading"


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
