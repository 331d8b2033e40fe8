"""Promised beside measured for the same days; and a project's own emissions, apart from what it avoids."""

import datetime as dt
from typing import Final

import pytest

from tests.makers import Row, kinds_of, make_entry, make_holdings, make_month, make_project, make_year
from transforms.ground.calendar import quarter
from transforms.methods.catalog import NET_METHODS
from transforms.outcomes.promised_expected_measured import financed_emissions, project_outcomes

SOLAR: Final = make_project(method="grid_renewable", reported_annual_reduction_tco2="365")


def outcome(project: Row, months: list[Row]) -> Row:
    book = make_holdings(projects=[project], months=months)
    (row,) = project_outcomes(book, [2025], kinds_of(book)).to_dicts()
    return row


def test_measured_is_shown_beside_what_was_promised() -> None:
    row = outcome(SOLAR, make_year([20.0] * 12))
    assert (row["promised_reductions_tco2e"], row["measured_reductions_tco2e"]) == (365.0, pytest.approx(240.0))
    assert row["measured_to_promised_ratio"] == pytest.approx(240 / 365)
    assert (row["operating_days"], row["status"]) == (365, "measured")


def test_a_project_that_began_in_the_year_promised_only_the_days_since() -> None:
    december = make_month(month_start_date=dt.date(2025, 12, 1), operating_from_date=dt.date(2025, 12, 22))
    row = outcome({**SOLAR, "commissioning_date": "2025-12-22"}, [december])
    assert (row["operating_days"], row["promised_reductions_tco2e"]) == (10, pytest.approx(10.0))


def test_a_projects_own_figure_is_never_called_measured() -> None:
    row = outcome(make_project(), make_year([10.0] * 12))
    assert (row["measured_reductions_tco2e"], row["status"]) == (None, "reported")


def test_a_project_under_construction_has_no_days_and_no_measurement() -> None:
    row = outcome({**SOLAR, "commissioning_date": None}, [])
    assert (row["operating_days"], row["measured_reductions_tco2e"], row["status"]) == (0, None, "under_construction")


def test_a_year_with_a_missing_month_has_no_ratio() -> None:
    row = outcome(SOLAR, make_year([20.0] * 11))
    assert (row["measured_reductions_tco2e"], row["measured_to_promised_ratio"]) == (None, None)


def test_a_negative_year_is_a_negative_ratio() -> None:
    assert outcome(SOLAR, make_year([-20.0] * 12))["measured_to_promised_ratio"] == pytest.approx(-240 / 365)


def test_financed_emissions_are_the_projects_own_and_nothing_avoided_is_taken_off() -> None:
    """50 t a month emitted, half of the investment financed: 75 t in the quarter, whatever was avoided."""
    book = make_holdings(projects=[SOLAR], entries=[make_entry()], months=make_year([100.0] * 3))
    (row,) = financed_emissions(book, [quarter(2025, 1)]).to_dicts()
    assert (row["project_emissions_tco2e"], row["financed_emissions_tco2e"]) == (
        pytest.approx(150.0),
        pytest.approx(75.0),
    )


def test_a_reported_figure_says_nothing_about_the_projects_own_emissions() -> None:
    book = make_holdings(months=make_year([100.0] * 3))
    (row,) = financed_emissions(book, [quarter(2025, 1)]).to_dicts()
    assert (row["project_emissions_tco2e"], row["financed_emissions_tco2e"]) == (None, None)
    assert row["status"] == "not_estimated"


@pytest.mark.parametrize("method", NET_METHODS)
def test_a_plant_that_saves_energy_is_not_taken_to_emit_nothing(method: str) -> None:
    """Only the saving is measured; what the plant still burns is not."""
    plant = make_project(method=method)
    book = make_holdings(projects=[plant], entries=[make_entry()], months=make_year([100.0] * 3))
    (row,) = financed_emissions(book, [quarter(2025, 1)], NET_METHODS).to_dicts()
    assert (row["project_emissions_tco2e"], row["financed_emissions_tco2e"]) == (None, None)
    assert row["status"] == "not_estimated"
