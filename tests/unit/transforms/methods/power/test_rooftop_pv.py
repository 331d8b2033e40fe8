"""Rooftop PV: what is so beside its worked cases."""

import pytest

from tests.makers import Row, make_book, make_parameter, make_project, make_reading, work_out, work_out_january

MARGIN = make_parameter(scope="Central/solar", value="0.7")
AVERAGE = make_parameter(parameter_id="self_use_ef", value="0.5836")
READINGS = {"electricity_self_used": 60.0, "electricity_exported": 40.0}


def january(readings: dict[str, float], *parameters: Row) -> Row:
    return work_out_january("rooftop_pv", readings, parameters).months.to_dicts()[0]


def test_a_margin_of_the_projects_own_serves_both() -> None:
    assert january(READINGS, MARGIN, make_parameter(value="0.5"))["emission_reductions_tco2e"] == pytest.approx(50.0)


@pytest.mark.parametrize("missing", list(READINGS))
def test_self_use_and_export_are_both_read_or_there_is_no_figure(missing: str) -> None:
    month = january({metric: value for metric, value in READINGS.items() if metric != missing}, MARGIN)
    assert (month["status"], month["emission_reductions_tco2e"]) == ("blocked_missing_reading", None)


def test_without_a_margin_there_is_no_figure() -> None:
    assert january(READINGS, AVERAGE)["status"] == "blocked_missing_parameter"


def test_a_roof_that_exports_nothing_says_zero() -> None:
    assert january({**READINGS, "electricity_exported": 0.0}, MARGIN)["emission_reductions_tco2e"] == pytest.approx(
        42.0
    )


def test_twice_the_electricity_is_twice_the_reduction() -> None:
    twice = january({metric: 2 * value for metric, value in READINGS.items()}, MARGIN)
    assert twice["emission_reductions_tco2e"] == pytest.approx(140.0)


def test_self_use_and_export_add_up_to_the_whole() -> None:
    parts = [january({**dict.fromkeys(READINGS, 0.0), name: READINGS[name]}, MARGIN, AVERAGE) for name in READINGS]
    whole = january(READINGS, MARGIN, AVERAGE)
    assert sum(part["emission_reductions_tco2e"] for part in parts) == pytest.approx(whole["emission_reductions_tco2e"])


def test_a_roof_in_jiangxi_needs_no_more_than_its_two_meters() -> None:
    """Not saying what it is, it is Solar PV: (60 + 40) x (0.75 x 0.8587 + 0.25 x 0.2854) = 71.5375."""
    book = make_book(
        projects=[make_project(method="rooftop_pv", commissioning_date="2025-01-01")],
        readings=[make_reading(metric=metric, value=value) for metric, value in READINGS.items()],
    )
    months = work_out(book).marts["mart.project_months"].filter(status="measured")
    assert months["emission_reductions_tco2e"].to_list() == pytest.approx([71.5375])
