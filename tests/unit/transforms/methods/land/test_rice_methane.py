"""Rice methane: what is so beside its worked cases."""

from typing import Any

import pytest

from tests.makers import Row, clauses, make_parameter, on_file, work_out_january
from transforms.activity.project_months import MonthsOfProjects

FACTORS = on_file("rice_methane_ef", "preseason_water_scaling", "organic_amendment_scaling", "gwp_ch4", "gwp_n2o")
ONCE = make_parameter(parameter_id="baseline_water_scaling", value="0.71")
FLOODED = make_parameter(parameter_id="baseline_water_scaling", value="1.0")
OFTEN = make_parameter(parameter_id="project_water_scaling", value="0.55")
MORE_N2O = make_parameter(parameter_id="rice_n2o_increase", value="0.0002")
OWN = (ONCE, OFTEN, MORE_N2O)
SEASON = {"single_rice_area": 1_000.0}


def work_out(readings: dict[str, Any], *parameters: Row, **month: Any) -> MonthsOfProjects:
    return work_out_january("rice_methane", readings, [*FACTORS, *parameters], **month)


def january(readings: dict[str, Any], *parameters: Row) -> Row:
    row: Row = work_out(readings, *parameters).months.to_dicts()[0]
    return row


def reduction(readings: dict[str, Any], *parameters: Row) -> float:
    return float(january(readings, *parameters)["emission_reductions_tco2e"])


def test_early_and_late_rice_have_their_own_methane_and_add_up() -> None:
    """(211.4 + 224.0) kg x 1,000 ha x 0.16 x 28, less twice the 53 t of N2O."""
    seasons = {"early_rice_area": 1_000.0, "late_rice_area": 1_000.0}
    both = reduction(seasons, *OWN)
    assert both == pytest.approx((0.2114 + 0.2240) * 1_000 * 0.16 * 28 - 2 * 53.0)
    assert both == pytest.approx(sum(reduction({name: area}, *OWN) for name, area in seasons.items()))


def test_fields_that_are_drained_less_than_before_have_a_negative_reduction() -> None:
    less = make_parameter(parameter_id="project_water_scaling", value="0.8")
    assert reduction(SEASON, ONCE, less, MORE_N2O) == pytest.approx(-1_000 * 0.2155 * 0.09 * 28 - 53.0)


def test_a_baseline_flooded_without_a_break_is_refused_in_jiangxi_with_the_clause() -> None:
    worked_out = work_out(SEASON, FLOODED, OFTEN, MORE_N2O)
    assert worked_out.months["status"].to_list() == ["refused"]
    assert worked_out.conditions["verdict"].to_list() == ["broken"]
    assert "mid-season drainage is already normal in Jiangxi" in clauses(worked_out.conditions)[0]


def test_a_baseline_flooded_without_a_break_is_a_project_s_own_matter_elsewhere() -> None:
    worked_out = work_out(SEASON, FLOODED, OFTEN, MORE_N2O, province_code="CN-HL")
    assert worked_out.months["status"].to_list() == ["measured"]


def test_without_a_season_there_is_no_figure() -> None:
    assert january({"fertilised_area": 5.0}, *OWN)["status"] == "blocked_missing_reading"


@pytest.mark.parametrize("left_out", OWN)
def test_without_what_only_the_project_knows_there_is_no_figure(left_out: Row) -> None:
    month = january(SEASON, *(row for row in OWN if row is not left_out))
    assert (month["status"], month["emission_reductions_tco2e"]) == ("blocked_missing_parameter", None)


def test_twice_the_fields_are_twice_the_reduction_and_two_parts_are_the_whole() -> None:
    whole = reduction(SEASON, *OWN)
    assert reduction({"single_rice_area": 2_000.0}, *OWN) == pytest.approx(2 * whole)
    assert reduction({"single_rice_area": (400.0, 600.0)}, *OWN) == pytest.approx(whole)
