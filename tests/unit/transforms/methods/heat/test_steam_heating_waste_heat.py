"""Steam heating from waste heat: what is so beside its worked cases."""

from typing import Any, Final

import pytest

from tests.makers import Row, make_parameter, work_out_january
from transforms.activity.project_months import MonthsOfProjects

TERMS: Final = [
    "baseline_emissions_tco2e",
    "project_emissions_tco2e",
    "leakage_tco2e",
    "emission_reductions_tco2e",
]
READINGS: Final = {"heat_delivered": 1000.0, "electricity_consumed": 10.0}


def own(parameter_id: str, value: float, scope: str = "P1") -> Row:
    return make_parameter(parameter_id=parameter_id, scope=scope, value=value)


PARAMETERS: Final = {
    "efficiency": own("baseline_boiler_efficiency", 0.8),
    "fuel": own("baseline_fuel_ef", 0.1),
    "grid": own("grid_ef", 0.5, "CN-JX"),
}


def worked_out(
    readings: dict[str, float] = READINGS, *, without: str = "", more: list[Row] | None = None, **month: Any
) -> MonthsOfProjects:
    parameters = [row for name, row in PARAMETERS.items() if name != without] + (more or [])
    return work_out_january("steam_heating_waste_heat", readings, parameters, **month)


def january(readings: dict[str, float] = READINGS, **named: Any) -> Row:
    return worked_out(readings, **named).months.to_dicts()[0]


def test_pumps_that_take_more_than_the_boilers_did_make_a_negative_reduction() -> None:
    """PE = 300 x 0.5 = 150 against 125: -25."""
    assert january({**READINGS, "electricity_consumed": 300.0})["emission_reductions_tco2e"] == pytest.approx(-25.0)


@pytest.mark.parametrize("missing", list(READINGS))
def test_without_a_reading_there_is_no_figure(missing: str) -> None:
    month = january({metric: value for metric, value in READINGS.items() if metric != missing})
    assert (month["status"], month["emission_reductions_tco2e"]) == ("blocked_missing_reading", None)


@pytest.mark.parametrize("missing", list(PARAMETERS))
def test_without_a_factor_there_is_no_figure(missing: str) -> None:
    month = january(without=missing)
    assert (month["status"], month["emission_reductions_tco2e"]) == ("blocked_missing_parameter", None)


def test_boilers_that_run_on_elsewhere_refuse_the_project() -> None:
    assert january(more=[own("replaced_boilers_dismantled", 0)])["status"] == "refused"
    assert january(more=[own("replaced_boilers_dismantled", 1)])["status"] == "measured"


def test_a_project_that_does_not_say_what_became_of_its_boilers_is_flagged() -> None:
    assert worked_out().conditions.select("condition", "verdict").rows() == [
        ("replaced_boilers_dismantled", "not_stated")
    ]


def test_twice_of_everything_is_twice_every_term_and_two_parts_are_the_whole() -> None:
    twice = january({metric: 2 * value for metric, value in READINGS.items()})
    parts = [january({metric: part * value for metric, value in READINGS.items()}) for part in (0.3, 0.7)]
    for term in TERMS:
        assert twice[term] == pytest.approx(2 * january()[term])
        assert sum(part[term] for part in parts) == pytest.approx(january()[term])
