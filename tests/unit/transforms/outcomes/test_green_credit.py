"""The regulator's green-credit table: seven indicators, each with its basis, or blank with the reason."""

from typing import Any, Final

import pytest

from schemas.marts import INDICATORS
from tests.makers import Row, make_book, make_entry, make_loan, make_parameter, make_project, make_reading, work_out

YEAR: Final = {"period_start": "2025-01-01", "period_end": "2025-12-31"}
COD: Final = make_reading(metric="化学需氧量削减量", value="12000", unit="kg", **YEAR)
RATE: Final = make_parameter(parameter_id="supply_coal_rate", scope="all", value="300", unit="gce/kWh")


def table(*readings: Row, project: Row | None = None, **more: Any) -> dict[str, Row]:
    """The indicators of 2025 of P1, in which the one loan holds 500 of 1,000 yuan."""
    plant = make_project(**{"commissioning_date": "2025-01-01", **(project or {})})
    late = make_reading(
        metric="residents_served", value="1", unit="人", period_start="2025-12-31", period_end="2025-12-31"
    )
    book = make_book(projects=[plant], readings=[*readings, late], **more)
    rows = work_out(book).marts["mart.green_credit_indicators"].filter(calendar_year=2025).to_dicts()
    return {row["indicator"]: row for row in rows}


def test_every_indicator_is_listed_in_the_order_of_the_table() -> None:
    assert list(table()) == list(INDICATORS)
    assert [row["unit"] for row in table().values()] == ["tCO2e", "tce", "t", "t", "t", "t", "m3"]


def test_what_was_delivered_is_shared_by_the_balance_over_the_investment() -> None:
    """12,000 kg of COD are 12 t; half of the project is financed: 6 t."""
    cod = table(COD)["cod_removed"]
    assert (cod["value"], cod["unit"], cod["attribution_factor_ratio"]) == (12.0, "t", 0.5)
    assert (cod["attributed_value"], cod["origin"], cod["status"]) == (6.0, "delivered", "measured")


def test_what_has_no_basis_is_blank_with_the_reason_and_never_zero() -> None:
    rows = table(COD)
    for name in ("ammonia_nitrogen_removed", "so2_avoided", "nox_avoided", "water_saved", "standard_coal_saved"):
        assert (rows[name]["value"], rows[name]["attributed_value"], rows[name]["origin"]) == (None, None, None)
        assert rows[name]["status"] == "not_estimated"
        assert f"deliver {name}" in rows[name]["reason"]
        assert "未报送读数" in rows[name]["reason_zh"]
        assert name not in rows[name]["reason_zh"]


def test_a_delivered_zero_is_a_zero() -> None:
    nothing = table({**COD, "value": "0"})["cod_removed"]
    assert (nothing["value"], nothing["attributed_value"], nothing["status"]) == (0.0, 0.0, "measured")


def test_a_year_with_a_gap_is_blank_and_names_the_gap() -> None:
    cod = table({**COD, "period_start": "2025-02-01"})["cod_removed"]
    assert (cod["value"], cod["status"]) == (None, "blocked_missing_reading")
    assert "334 of 365 days" in cod["reason"]


def test_coal_is_worked_out_from_the_electricity_where_a_rate_is_on_file() -> None:
    """1,000 MWh x 0.3 tce/MWh = 300 tce, half of it the lender's."""
    solar = {"method": "grid_renewable", "realisation_type": "Solar"}
    coal = table(make_reading(value="1000", **YEAR), project=solar, parameters=[RATE])["standard_coal_saved"]
    assert (coal["value"], coal["attributed_value"]) == (pytest.approx(300.0), pytest.approx(150.0))
    assert (coal["origin"], coal["status"]) == ("computed", "measured")


def test_coal_that_the_project_states_goes_before_coal_that_is_worked_out() -> None:
    own = make_reading(metric="standard_coal_saved", value="280", unit="tce", **YEAR)
    solar = {"method": "grid_renewable", "realisation_type": "Solar"}
    coal = table(own, make_reading(value="1000", **YEAR), project=solar, parameters=[RATE])["standard_coal_saved"]
    assert (coal["value"], coal["origin"]) == (pytest.approx(280.0), "delivered")


def test_co2_comes_first_and_is_the_projects_reduction() -> None:
    """365 t reported, half financed."""
    co2 = table()["emission_reductions"]
    assert (co2["value"], co2["attributed_value"]) == (pytest.approx(365.0), pytest.approx(182.5))
    assert (co2["status"], co2["origin"]) == ("reported", "delivered")


def test_a_project_without_tonnes_still_has_its_water() -> None:
    water = make_reading(metric="节水量", value="2", unit="万m3", **YEAR)
    rows = table(water, project={"method": "none", "reported_annual_reduction_tco2": None})
    assert (rows["emission_reductions"]["value"], rows["emission_reductions"]["status"]) == (None, "not_estimated")
    assert (rows["water_saved"]["value"], rows["water_saved"]["attributed_value"]) == (20_000.0, 10_000.0)


def test_a_missing_investment_leaves_the_value_and_no_share() -> None:
    cod = table(COD, project={"total_investment": None, "investment_currency": None})["cod_removed"]
    assert (cod["value"], cod["attributed_value"], cod["status"]) == (12.0, None, "blocked_no_denominator")
    assert "total investment" in cod["reason"]


def test_working_capital_has_no_part() -> None:
    cod = table(COD, loans=[make_loan(loan_type="working_capital")])["cod_removed"]
    assert (cod["attributed_value"], cod["status"]) == (None, "not_estimated")


def test_two_loans_of_a_lender_are_one_line() -> None:
    loans = [make_loan(), make_loan(loan_id="L2")]
    entries = [make_entry(), make_entry(loan_id="L2", amount="100.00")]
    cod = table(COD, loans=loans, entries=entries)["cod_removed"]
    assert (cod["attribution_factor_ratio"], cod["attributed_value"]) == (pytest.approx(0.6), pytest.approx(7.2))


def test_a_project_under_construction_has_nothing_yet() -> None:
    cod = table(COD, project={"commissioning_date": None})["cod_removed"]
    assert (cod["value"], cod["status"]) == (None, "under_construction")
