"""Transition by intensity: what is so beside its worked cases."""

from typing import Any, Final

import pytest

from tests.makers import Row, make_parameter, work_out_january

TERMS: Final = [
    "baseline_emissions_tco2e",
    "project_emissions_tco2e",
    "leakage_tco2e",
    "emission_reductions_tco2e",
]
READINGS: Final = {"product_output": 1000.0, "own_emissions": 780.0}


def own(parameter_id: str, value: float, scope: str = "P1") -> Row:
    return make_parameter(parameter_id=parameter_id, scope=scope, value=value)


PARAMETERS: Final = {
    "base year": own("base_year_intensity", 1.0),
}


def january(
    readings: dict[str, float] = READINGS, *, without: str = "", more: list[Row] | None = None, **month: Any
) -> Row:
    parameters = [row for name, row in PARAMETERS.items() if name != without] + (more or [])
    return work_out_january("transition_intensity", readings, parameters, **month).months.to_dicts()[0]


def test_less_output_at_the_same_intensity_is_not_a_reduction() -> None:
    """500 t of product and 500 t emitted: 500 x 1.0 - 500 = 0."""
    assert january({"product_output": 500.0, "own_emissions": 500.0})["emission_reductions_tco2e"] == 0.0


def test_an_intensity_that_rises_is_a_negative_reduction() -> None:
    assert january({**READINGS, "own_emissions": 1100.0})["emission_reductions_tco2e"] == pytest.approx(-100.0)


def test_the_1296_tonnes_expected_of_a_chemical_plant_are_22_per_cent_of_its_base_year() -> None:
    """Jiangxi's first chemical transition loan: 1,296 t and 22 % less per tonne expected, so 5,890.9 t before.

    The output is not published; any output gives the same tonnes: Q x I_BL = 1,296 / 0.22.
    """
    before = 1296 / 0.22
    month = january(
        {"product_output": 1000.0, "own_emissions": 0.78 * before},
        without="base year",
        more=[own("base_year_intensity", before / 1000)],
    )
    assert month["emission_reductions_tco2e"] == pytest.approx(1296.0)


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
