"""Each figure is looked at beside what such a figure looks like; the verdict comes with its evidence."""

from typing import Any, Final

import polars as pl
import pytest
from CoolProp.CoolProp import PropsSI

from tests.makers import (
    Row,
    land,
    make_book,
    make_entry,
    make_loan,
    make_parameter,
    make_project,
    make_reading,
    reference,
    work_out,
)
from transforms.outcomes.verdicts import per_area

YEAR: Final = {"period_start": "2025-01-01", "period_end": "2025-12-31"}
OVER: Final = make_entry(value_date="2025-12-31", amount="0.01")
SOLAR: Final = {
    "method": "grid_renewable",
    "realisation_type": "Solar",
    "capacity": "10",
    "capacity_unit": "MW",
    "commissioning_date": "2025-01-01",
}


def verdicts(check_id: str, *, project: Row | None = None, readings: tuple[Row, ...] = (), **more: Any) -> list[Row]:
    plant = make_project(
        **{"commissioning_date": "2025-01-01", "reported_annual_reduction_tco2": None, **(project or {})}
    )
    late = make_reading(
        metric="residents_served", value="1", unit="人", period_start="2025-12-31", period_end="2025-12-31"
    )
    book = make_book(projects=[plant], readings=[*readings, late], **more)
    rows: list[Row] = work_out(book).marts["mart.plausibility"].filter(check_id=check_id).to_dicts()
    return rows


def only(check_id: str, **more: Any) -> Row:
    (row,) = verdicts(check_id, **more)
    return row


def supplied(mwh: str) -> Row:
    return make_reading(value=mwh, **YEAR)


def test_a_capacity_factor_is_shown_with_its_arithmetic() -> None:
    """10,950 MWh of 10 MW over 8,760 h: 0.125."""
    row = only("capacity_factor", project=SOLAR, readings=(supplied("10950"),))
    assert (row["value"], row["verdict"]) == (pytest.approx(0.125), "plausible")
    assert "10950.0 MWh / (10.0 MW x 8760 h)" in row["evidence"]


def test_a_refused_capacity_factor_stays_on_the_list() -> None:
    """87,600.1 MWh is more than 10 MW give in 8,760 hours."""
    row = only("capacity_factor", project=SOLAR, readings=(supplied("87600.1"),))
    assert (row["verdict"], row["value"]) == ("refused", pytest.approx(1.0, abs=1e-5))
    assert "MWh 混用" in row["evidence_zh"]


@pytest.mark.parametrize(
    ("mwh", "verdict"),
    [("8999", "flagged"), ("9000", "plausible"), ("13000", "plausible"), ("13001", "flagged")],
)
def test_pv_of_jiangxi_runs_900_to_1300_hours(mwh: str, verdict: str) -> None:
    row = only("pv_full_load_hours", project=SOLAR, readings=(supplied(mwh),))
    assert (row["value"], row["verdict"]) == (pytest.approx(float(mwh) / 10), verdict)
    assert row["parameter_status"] == "judgement"


def test_the_hours_of_jiangxi_say_nothing_of_gansu_nor_of_wind_nor_of_part_of_a_year() -> None:
    for other in ({"province_or_country": "Gansu"}, {"realisation_type": "Wind"}, {"commissioning_date": "2025-02-01"}):
        assert verdicts("pv_full_load_hours", project={**SOLAR, **other}, readings=(supplied("10950"),)) == []


@pytest.mark.parametrize(("gj", "verdict"), [("20900", "plausible"), ("22400", "flagged"), ("5000", "flagged")])
def test_heat_out_over_heat_in_may_pass_1_a_little_and_not_more(gj: str, verdict: str) -> None:
    """1,000 t of coal at 20 GJ/t are 20,000 GJ: 1.045 is a condensing boiler, 1.12 and 0.25 want an explanation."""
    heat = make_reading(metric="heat_delivered", value=gj, unit="GJ", **YEAR)
    coal = make_reading(metric="bituminous_coal_consumed", value="1000", unit="t", **YEAR)
    ncv = make_parameter(parameter_id="fuel_ncv", value="20", unit="GJ/t")
    row = only("heat_over_fuel_heat", project={"method": "steam_heating"}, readings=(heat, coal), parameters=[ncv])
    assert (row["value"], row["verdict"]) == (pytest.approx(float(gj) / 20_000), verdict)


def test_heat_without_its_fuel_has_no_efficiency() -> None:
    heat = make_reading(metric="heat_delivered", value="100", unit="GJ", **YEAR)
    assert verdicts("heat_over_fuel_heat", project={"method": "steam_heating"}, readings=(heat,)) == []


@pytest.mark.parametrize(("ratio", "verdict"), [("0.54", "flagged"), ("0.65", "plausible"), ("1.05", "flagged")])
def test_a_stated_boiler_efficiency_is_looked_at(ratio: str, verdict: str) -> None:
    own = make_parameter(parameter_id="baseline_boiler_efficiency", value=ratio, unit="ratio")
    assert only("boiler_efficiency", parameters=[own])["verdict"] == verdict


def test_a_stated_efficiency_above_1_1_does_not_pass_the_door() -> None:
    own = make_parameter(parameter_id="baseline_boiler_efficiency", value="1.11", unit="ratio")
    assert make_book(parameters=[own]).rejected["rule"].to_list() == ["parameter_out_of_bounds"]


@pytest.mark.parametrize(("kj", "verdict"), [("2676", "plausible"), ("3100", "plausible")])
def test_an_enthalpy_of_steam_is_plausible(kj: str, verdict: str) -> None:
    own = make_parameter(parameter_id="steam_enthalpy", value=kj, unit="kJ/kg")
    assert only("steam_enthalpy", parameters=[own])["verdict"] == verdict


def test_heat_of_evaporation_is_not_an_enthalpy_of_steam() -> None:
    own = make_parameter(parameter_id="steam_enthalpy", value="2257", unit="kJ/kg")
    assert make_book(parameters=[own]).rejected["rule"].to_list() == ["parameter_out_of_bounds"]


def test_the_bounds_of_steam_are_those_of_if97() -> None:
    triple_point_pa, hottest_k = 611.657, 1073.15
    check = reference().plausibility["steam_enthalpy"]
    dry = PropsSI("H", "P", triple_point_pa, "Q", 1, "IF97::Water") / 1e6
    hottest = PropsSI("H", "P", triple_point_pa, "T", hottest_k, "IF97::Water") / 1e6
    assert (check["lower"], check["upper"]) == (pytest.approx(dry, abs=1e-4), pytest.approx(hottest, abs=1e-4))


@pytest.mark.parametrize(("tce", "verdict"), [("100", "plausible"), ("200", "flagged"), ("80", "flagged")])
def test_the_promise_is_set_against_the_standard_coal_that_is_claimed(tce: str, verdict: str) -> None:
    """250 t of CO2 over 100 tce are 2.5; over 200 tce 1.25 and over 80 tce 3.125."""
    coal = make_reading(metric="standard_coal_saved", value=tce, unit="tce", **YEAR)
    row = only("co2_per_tce", project={"reported_annual_reduction_tco2": "250"}, readings=(coal,))
    assert (row["value"], row["figure"], row["verdict"]) == (pytest.approx(250 / float(tce)), "promised", verdict)


@pytest.mark.parametrize(("tonnes", "verdict"), [("0.2", "flagged"), ("2", "plausible"), ("9", "flagged")])
def test_a_loan_of_10000_yuan_brings_about_some_two_tonnes(tonnes: str, verdict: str) -> None:
    row = only(
        "tonnes_per_10000_yuan",
        project={"reported_annual_reduction_tco2": tonnes, "total_investment": "10000.00"},
        loans=[make_loan()],
        entries=[make_entry(amount="5000.00")],
    )
    assert (row["value"], row["verdict"]) == (pytest.approx(float(tonnes)), verdict)


@pytest.mark.parametrize(("tonnes", "verdict"), [("15", "plausible"), ("30", "flagged")])
def test_a_forest_is_promised_so_much_a_mu(tonnes: str, verdict: str) -> None:
    """2 ha are 30 mu: 0.5 and 1 t per mu."""
    stratum = {
        "project_id": "P1",
        "stratum": "S1",
        "species": "杉木",
        "area": "2",
        "area_unit": "ha",
        "survey_date": "2025-01-01",
        "volume": "1",
        "volume_unit": "m3",
    }
    row = only(
        "forest_removals_per_mu",
        project={"method": "afforestation", "reported_annual_reduction_tco2": tonnes},
        more=[land("forest_strata", [stratum])],
    )
    assert (row["value"], row["verdict"]) == (pytest.approx(float(tonnes) / 30), verdict)


def test_removals_over_areas_make_the_forest_check() -> None:
    removals = pl.DataFrame({"project_id": ["P1", "P2"], "figure": ["measured"] * 2, "tonnes": [40.0, None]})
    areas = pl.DataFrame({"project_id": ["P1", "P2"], "area_mu": [100.0, 100.0]})
    assert per_area(removals, areas).select("project_id", "value").rows() == [("P1", 0.4)]


def test_every_check_has_bounds_an_action_and_a_reason_in_both_languages() -> None:
    for check_id, check in reference().plausibility.items():
        assert check["lower"] < check["upper"], check_id
        assert check["action"] in {"flag", "refuse"}, check_id
        assert check["source_id"] in reference().sources["source_id"].to_list(), check_id
        assert all(check[name] for name in ("reason_en", "reason_zh", "title_en", "title_zh", "locator")), check_id
