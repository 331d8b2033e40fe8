"""Straw: what is so beside its worked cases."""

from typing import Any

import pytest

from tests.makers import Row, make_parameter, on_file, work_out_january

FACTORS = on_file("straw_combustion", "straw_ch4_ef", "straw_n2o_ef", "gwp_ch4", "gwp_n2o")
PADDY = make_parameter(parameter_id="paddy_ch4_of_straw", value="0.02")
HARVEST = {"straw_not_burned": 1_000.0, "straw_returned_to_paddies": 100.0}


def january(readings: dict[str, Any], *parameters: Row) -> Row:
    row: Row = work_out_january("straw_utilization", readings, [*FACTORS, *parameters]).months.to_dicts()[0]
    return row


def reduction(readings: dict[str, Any]) -> float:
    return float(january(readings, PADDY)["emission_reductions_tco2e"])


def test_straw_that_all_goes_into_paddies_can_emit_more_than_its_fire() -> None:
    assert reduction({"straw_not_burned": 1_000.0, "straw_returned_to_paddies": 1_000.0}) == pytest.approx(75.32 - 560)


@pytest.mark.parametrize("missing", list(HARVEST))
def test_without_either_quantity_of_straw_there_is_no_figure(missing: str) -> None:
    month = january({name: value for name, value in HARVEST.items() if name != missing}, PADDY)
    assert (month["status"], month["emission_reductions_tco2e"]) == ("blocked_missing_reading", None)


def test_what_straw_adds_in_a_paddy_is_never_taken_for_nothing() -> None:
    month = january(HARVEST)
    assert (month["status"], month["emission_reductions_tco2e"]) == ("blocked_missing_parameter", None)


def test_twice_the_straw_is_twice_the_reduction_and_two_parts_are_the_whole() -> None:
    whole = reduction(HARVEST)
    assert reduction({name: 2 * value for name, value in HARVEST.items()}) == pytest.approx(2 * whole)
    assert reduction({name: (0.1 * value, 0.9 * value) for name, value in HARVEST.items()}) == pytest.approx(whole)
