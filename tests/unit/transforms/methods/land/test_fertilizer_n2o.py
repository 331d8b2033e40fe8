"""Fertiliser N2O: what is so beside its worked cases."""

from typing import Any

import pytest

from tests.makers import Row, make_parameter, on_file, reference, work_out_january

FACTORS = on_file(
    "n2o_direct_ef",
    "nitrogen_volatilised",
    "n2o_volatilised_ef",
    "nitrogen_leached",
    "n2o_leached_ef",
    "n2o_n_to_n2o",
    "gwp_n2o",
)
BEFORE = make_parameter(parameter_id="baseline_nitrogen_rate", value="0.18")
SEASON = {"fertilised_area": 10_000.0, "nitrogen_applied": 1_500.0}
PER_TONNE_OF_NITROGEN = (0.0109 + 0.10 * 0.01 + 0.30 * 0.0075) * 44 / 28 * 265


def january(readings: dict[str, Any], *parameters: Row, **month: Any) -> Row:
    months = work_out_january("fertilizer_n2o", readings, [*FACTORS, *parameters], **month).months
    row: Row = months.to_dicts()[0]
    return row


def reduction(readings: dict[str, Any], *parameters: Row) -> float:
    return float(january(readings, *parameters)["emission_reductions_tco2e"])


def test_more_nitrogen_than_before_is_a_negative_reduction() -> None:
    assert reduction({**SEASON, "nitrogen_applied": 1_900.0}, BEFORE) == pytest.approx(-100 * PER_TONNE_OF_NITROGEN)


@pytest.mark.parametrize("missing", list(SEASON))
def test_without_area_or_nitrogen_there_is_no_figure(missing: str) -> None:
    month = january({name: value for name, value in SEASON.items() if name != missing}, BEFORE)
    assert (month["status"], month["emission_reductions_tco2e"]) == ("blocked_missing_reading", None)


def test_without_the_farms_own_rate_of_before_there_is_no_figure() -> None:
    assert january(SEASON)["status"] == "blocked_missing_parameter"


def test_in_a_province_without_a_direct_factor_there_is_no_figure_unless_the_project_states_one() -> None:
    """The guidelines' 0.016 and 0.010 are on file for reference and no lookup takes them."""
    assert january(SEASON, BEFORE, province_code="CN-HN")["status"] == "blocked_missing_parameter"
    own = make_parameter(parameter_id="n2o_direct_ef", value="0.016")
    assert january(SEASON, BEFORE, own, province_code="CN-HN")["status"] == "measured"
    assert reduction(SEASON, BEFORE, own) > reduction(SEASON, BEFORE)


def test_nitrogen_is_taken_as_pure_nitrogen_and_every_factor_on_file_is_unconfirmed() -> None:
    assert reference().metrics["nitrogen_applied"]["unit"] == "tN"
    rows = reference().parameters.filter(parameter_id="n2o_direct_ef")
    assert set(rows["parameter_status"]) == {"unconfirmed"}


def test_twice_the_fields_are_twice_the_reduction_and_two_parts_are_the_whole() -> None:
    whole = reduction(SEASON, BEFORE)
    assert reduction({name: 2 * value for name, value in SEASON.items()}, BEFORE) == pytest.approx(2 * whole)
    parts = {name: (0.25 * value, 0.75 * value) for name, value in SEASON.items()}
    assert reduction(parts, BEFORE) == pytest.approx(whole)
