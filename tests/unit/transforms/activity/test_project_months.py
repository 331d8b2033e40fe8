"""A project's month has a figure, or the reason why it has none; never part of a figure."""

import datetime as dt
from typing import Any

import pytest

from tests.makers import (
    Row,
    make_book,
    make_parameter,
    make_project,
    make_reading,
    work_out,
    work_out_january,
)

TERMS = ["baseline_emissions_tco2e", "project_emissions_tco2e", "leakage_tco2e", "emission_reductions_tco2e"]
SOLAR = [make_parameter(value="0.8"), make_parameter(parameter_id="reservoir_ef", scope="solar", value="0")]


def january(readings: dict[str, float], parameters: list[Row] = SOLAR, **month: Any) -> Row:
    return work_out_january("grid_renewable", readings, parameters, **month).months.to_dicts()[0]


def test_a_month_with_every_reading_and_factor_is_measured() -> None:
    month = january({"electricity_supplied": 100.0})
    assert [month[term] for term in TERMS] == [80.0, 0.0, 0.0, 80.0]
    assert month["status"] == "measured"


def test_a_month_without_a_reading_says_so_and_shows_no_term() -> None:
    month = january({})
    assert month["status"] == "blocked_missing_reading"
    assert [month[term] for term in TERMS] == [None] * 4


def test_a_month_without_a_factor_says_so_and_shows_no_term() -> None:
    month = january({"electricity_supplied": 100.0}, SOLAR[1:])
    assert month["status"] == "blocked_missing_parameter"
    assert [month[term] for term in TERMS] == [None] * 4


def test_a_month_that_lacks_both_names_the_reading_first() -> None:
    assert january({}, SOLAR[1:])["status"] == "blocked_missing_reading"


def test_a_month_with_nothing_supplied_is_a_measured_zero() -> None:
    month = january({"electricity_supplied": 0.0})
    assert (month["status"], month["emission_reductions_tco2e"]) == ("measured", 0.0)


def test_the_factors_used_are_recorded_for_measured_months_only() -> None:
    measured = work_out_january("grid_renewable", {"electricity_supplied": 100.0}, SOLAR)
    assert measured.uses["symbol"].to_list() == ["grid_cm_tco2_per_mwh", "reservoir_tco2e_per_mwh"]
    assert measured.uses["value"].to_list() == [0.8, 0.0]
    assert work_out_january("grid_renewable", {}, SOLAR).uses.is_empty()


def test_a_missing_factor_is_listed_with_what_is_on_file() -> None:
    expired = make_parameter(value="0.8", valid_to="2024-12-31")
    gaps = work_out_january("grid_renewable", {"electricity_supplied": 100.0}, [expired, SOLAR[1]]).gaps
    assert gaps.select("project_id", "symbol", "on_file").rows() == [
        ("P1", "grid_cm_tco2_per_mwh", "2020-01-01 .. 2024-12-31")
    ]


def reported(**month: Any) -> Row:
    return work_out_january("reported", {}, [make_parameter()], **month).months.to_dicts()[0]


def test_a_reported_annual_figure_counts_by_days_of_operation() -> None:
    month = reported(reported_annual_reduction_tco2=365.0)
    assert (month["emission_reductions_tco2e"], month["status"]) == (pytest.approx(31.0), "reported")


def test_a_reported_figure_is_cut_by_the_commissioning_day() -> None:
    month = reported(reported_annual_reduction_tco2=365.0, operating_from_date=dt.date(2025, 1, 22))
    assert month["emission_reductions_tco2e"] == pytest.approx(10.0)


@pytest.mark.parametrize(
    ("first", "last", "tonnes"),
    [
        (dt.date(2024, 4, 10), dt.date(2024, 4, 30), 210.0),
        (dt.date(2024, 5, 1), dt.date(2024, 5, 31), 310.0),
        (dt.date(2025, 1, 1), dt.date(2025, 1, 31), 310.85),
    ],
)
def test_the_example_of_the_page_of_reported_figures(first: dt.date, last: dt.date, tonnes: float) -> None:
    """3,660 t a year: 21 and 31 of 366 days, 31 of 365."""
    days = {"month_start_date": first.replace(day=1), "operating_from_date": first, "operating_to_date": last}
    month = reported(reported_annual_reduction_tco2=3660.0, **days)
    assert month["emission_reductions_tco2e"] == pytest.approx(tonnes, abs=0.005)


def test_in_a_leap_year_the_annual_figure_is_spread_over_366_days() -> None:
    leap = {
        "month_start_date": dt.date(2024, 2, 1),
        "operating_from_date": dt.date(2024, 2, 1),
        "operating_to_date": dt.date(2024, 2, 29),
    }
    assert reported(reported_annual_reduction_tco2=366.0, **leap)["emission_reductions_tco2e"] == pytest.approx(29.0)


def test_a_project_that_reports_nothing_has_no_figure_and_not_a_zero() -> None:
    month = reported()
    assert month["emission_reductions_tco2e"] is None
    assert month["status"].startswith("blocked_")


def test_projects_without_a_formula_have_no_months() -> None:
    book = make_book(
        projects=[make_project(method="none")], readings=[make_reading(metric="residents_served", unit="人")]
    )
    assert work_out(book).marts["mart.project_months"].is_empty()


def test_a_month_whose_reading_was_spread_is_marked() -> None:
    project = make_project(method="grid_renewable", realisation_type="Solar")
    invoice = make_reading(period_end="2025-02-28", value="59")
    book = make_book(projects=[project], readings=[invoice], parameters=[make_parameter(value="0.8")])
    first, second, *_ = work_out(book).marts["mart.project_months"].to_dicts()
    assert (first["is_spread"], second["is_spread"]) == (True, True)
    assert first["emission_reductions_tco2e"] == pytest.approx(31 * 0.8)
    assert second["emission_reductions_tco2e"] == pytest.approx(28 * 0.8)


def test_a_hydro_plant_that_is_not_eligible_has_no_figure_whatever_its_kind_is_called() -> None:
    """A power density of 3 W/m2 (at or below 4) means a reservoir too large to count; it never means no reservoir."""
    flat = make_parameter(parameter_id="power_density", value="3", unit="W/m2")
    for kind in ("Hydro", None):
        project = make_project(method="grid_renewable", realisation_type=kind)
        book = make_book(projects=[project], readings=[make_reading()], parameters=[make_parameter(), flat])
        month = work_out(book).marts["mart.project_months"].to_dicts()[0]
        assert (month["status"], month["emission_reductions_tco2e"]) == ("refused", None), kind
