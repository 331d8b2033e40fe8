"""Steam heating by standard coal: what is so beside its worked cases."""

from typing import Any, Final

import pytest

from tests.makers import Row, make_parameter, work_out_january

TERMS: Final = [
    "baseline_emissions_tco2e",
    "project_emissions_tco2e",
    "leakage_tco2e",
    "emission_reductions_tco2e",
]
READINGS: Final = {"heat_delivered": 1000.0}


def own(parameter_id: str, value: float, scope: str = "P1") -> Row:
    return make_parameter(parameter_id=parameter_id, scope=scope, value=value)


PARAMETERS: Final = {
    "standard coal": own("heat_standard_coal", 0.034, "all"),
    "boilers": own("baseline_boiler_efficiency", 0.5),
    "plant": own("project_boiler_efficiency", 0.85),
    "network": own("network_efficiency", 0.8),
    "factor": own("tce_ef", 2.5, "green_credit"),
}


def january(
    readings: dict[str, float] = READINGS, *, without: str = "", more: list[Row] | None = None, **month: Any
) -> Row:
    parameters = [row for name, row in PARAMETERS.items() if name != without] + (more or [])
    return work_out_january("steam_heating_standard_coal", readings, parameters, **month).months.to_dicts()[0]


def test_a_plant_and_network_worse_than_the_old_boilers_have_a_negative_reduction() -> None:
    """34 / (0.425 x 0.8 = 0.34) = 100 tce against 68: -32 x 2.5 = -80 t."""
    month = january(without="plant", more=[own("project_boiler_efficiency", 0.425)])
    assert month["emission_reductions_tco2e"] == pytest.approx(-80.0)


def test_a_factor_above_the_usual_one_needs_proof_that_coal_is_saved() -> None:
    coal = own("tce_ef", 2.66)
    assert january(more=[coal, own("saved_energy_is_coal", 0)])["status"] == "refused"
    proven = january(more=[coal, own("saved_energy_is_coal", 1)])
    assert proven["emission_reductions_tco2e"] == pytest.approx(18 * 2.66)


def test_the_usual_factor_needs_no_proof() -> None:
    assert january(more=[own("saved_energy_is_coal", 0)])["status"] == "measured"


def test_a_combined_plant_is_refused_with_the_methods_for_it() -> None:
    assert january(more=[own("heat_source_is_chp", 1)])["status"] == "refused"


def test_each_efficiency_enters_once() -> None:
    """Half of each doubles its own term and leaves the other alone."""
    once = january()
    for name, parameter_id, term, other in (
        ("boilers", "baseline_boiler_efficiency", TERMS[0], TERMS[1]),
        ("plant", "project_boiler_efficiency", TERMS[1], TERMS[0]),
        ("network", "network_efficiency", TERMS[1], TERMS[0]),
    ):
        half = january(without=name, more=[own(parameter_id, float(PARAMETERS[name]["value"]) / 2)])
        assert half[term] == pytest.approx(2 * once[term])
        assert half[other] == pytest.approx(once[other])


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
