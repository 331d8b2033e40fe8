"""Afforestation: what is so beside its worked cases."""

from typing import Any

import pytest

from tests.makers import Row, clauses, make_parameter, reference, work_out_january
from transforms.methods.forests.afforestation.formula import CONDITIONS, METHOD

FACTORS = [
    make_parameter(parameter_id="wood_density", scope="chinese_fir", value="0.5"),
    make_parameter(parameter_id="biomass_expansion", scope="chinese_fir", value="1.6"),
    make_parameter(parameter_id="root_shoot", scope="chinese_fir", value="0.25"),
    make_parameter(parameter_id="carbon_fraction", scope="chinese_fir", value="0.6"),
    make_parameter(parameter_id="carbon_to_co2", scope="all", value="3.666666666666667"),
]
"""0.5 x 1.6 x 1.25 x 0.6 x 44/12 = 2.2 t of CO2 in a cubic metre."""
NO_BASELINE = make_parameter(parameter_id="baseline_removal_rate", scope="afforestation", value="0")
TENTH = make_parameter(parameter_id="non_permanence_deduction", scope="all", value="0.1")
GROWTH = {"standing_volume_change_chinese_fir": 100.0, "forest_area_time": 20.0}
FACTS = [fact for condition in CONDITIONS for fact in condition.facts]
YES = [make_parameter(parameter_id=fact, value="1") for fact in FACTS]


def january(readings: dict[str, Any], *parameters: Row) -> Row:
    row: Row = work_out_january("afforestation", readings, [*FACTORS, *parameters]).months.to_dicts()[0]
    return row


def removals(readings: dict[str, Any], *parameters: Row) -> float:
    return float(january(readings, *parameters)["emission_reductions_tco2e"])


def test_a_plantation_that_burned_is_negative_and_nothing_is_deducted_from_a_loss() -> None:
    burned = {"standing_volume_change_chinese_fir": -100.0, "forest_area_time": 20.0}
    assert removals(burned, NO_BASELINE, TENTH) == pytest.approx(-220.0)


@pytest.mark.parametrize("left_out", [NO_BASELINE, TENTH])
def test_without_a_rule_for_what_counts_there_is_no_figure(left_out: Row) -> None:
    month = january(GROWTH, *(row for row in (NO_BASELINE, TENTH) if row is not left_out))
    assert (month["status"], month["emission_reductions_tco2e"]) == ("blocked_missing_parameter", None)


@pytest.mark.parametrize("missing", list(GROWTH))
def test_without_two_surveys_there_is_no_figure(missing: str) -> None:
    month = january({name: value for name, value in GROWTH.items() if name != missing}, NO_BASELINE, TENTH)
    assert (month["status"], month["emission_reductions_tco2e"]) == ("blocked_missing_reading", None)


@pytest.mark.parametrize("fact", FACTS)
def test_a_project_outside_a_clause_of_the_methodology_is_refused(fact: str) -> None:
    stated = [make_parameter(parameter_id=name, value="0" if name == fact else "1") for name in FACTS]
    worked_out = work_out_january("afforestation", GROWTH, [*FACTORS, NO_BASELINE, TENTH, *stated])
    assert worked_out.months["status"].to_list() == ["refused"]
    assert worked_out.conditions["verdict"].to_list() == ["broken"]
    assert "CCER-14-001-V01, clause 2" in clauses(worked_out.conditions)[0]


def test_a_fact_that_nobody_stated_is_listed_and_refuses_nothing() -> None:
    worked_out = work_out_january("afforestation", GROWTH, [*FACTORS, NO_BASELINE, TENTH, *YES[1:]])
    assert worked_out.months["status"].to_list() == ["measured"]
    assert worked_out.conditions["verdict"].to_list() == ["not_stated"]


def test_twice_the_growth_is_twice_the_removals_and_two_halves_are_the_whole() -> None:
    whole = removals(GROWTH, NO_BASELINE, TENTH)
    assert removals({name: 2 * value for name, value in GROWTH.items()}, NO_BASELINE, TENTH) == pytest.approx(2 * whole)
    halves = {name: (0.5 * value, 0.5 * value) for name, value in GROWTH.items()}
    assert removals(halves, NO_BASELINE, TENTH) == pytest.approx(whole)


def test_the_method_belongs_to_the_removals_and_its_deduction_on_file_is_a_tenth() -> None:
    assert reference().methods[METHOD.name]["container"] == "removals"
    assert reference().parameters.filter(parameter_id="non_permanence_deduction")["value"].to_list() == [0.1]
