"""Air-source heat pumps: what is so beside their worked cases."""

from typing import Final

import pytest

from tests.makers import Row, make_book, make_parameter, make_project, make_reading, work_out, work_out_january

TERMS: Final = [
    "baseline_emissions_tco2e",
    "project_emissions_tco2e",
    "leakage_tco2e",
    "emission_reductions_tco2e",
]
METERED: Final = {
    "heat_delivered": 3600.0,
    "electricity_consumed": 400.0,
    "bituminous_coal_consumed": 0.0,
    "refrigerant_refilled": 0.002,
}
NOT_METERED: Final = {**METERED, "heat_pump_electricity": 400.0} | {"heat_delivered": None}


def own(parameter_id: str, value: float, scope: str = "P1") -> Row:
    return make_parameter(parameter_id=parameter_id, scope=scope, value=value)


PARAMETERS: Final = {
    "efficiency": own("baseline_boiler_efficiency", 0.6),
    "coal": own("coal_ef", 0.1),
    "grid": own("grid_ef", 0.5, "CN-JX"),
    "heat of coal": own("fuel_ncv", 20, "bituminous_coal"),
    "carbon of coal": own("fuel_ef", 0.09, "bituminous_coal"),
    "refrigerant": own("refrigerant_gwp", 2000),
}
COP: Final = [own("measured_seasonal_cop", 2.5), own("mwh_in_gj", 3.6, "all")]


def january(readings: dict[str, float | None], *more: Row, without: str = "") -> Row:
    parameters = [row for name, row in PARAMETERS.items() if name != without]
    read = {metric: value for metric, value in readings.items() if value is not None}
    return work_out_january("air_source_heat_pump", read, [*parameters, *more]).months.to_dicts()[0]


def test_metered_heat_replaces_coal_and_electricity_and_refrigerant_come_off() -> None:
    """BE = 3,600 / 0.6 x 0.1 = 600; PE = 400 x 0.5 = 200; LE = 0.002 x 2,000 = 4; ER = 396."""
    assert [january(METERED)[term] for term in TERMS] == pytest.approx([600, 200, 4, 396])


def test_heat_that_is_not_metered_follows_from_electricity_and_a_measured_cop() -> None:
    """400 MWh x 2.5 x 3.6 GJ/MWh = 3,600 GJ: the same month."""
    assert january(NOT_METERED, *COP)["emission_reductions_tco2e"] == pytest.approx(396)


def test_electricity_without_a_measured_cop_is_not_heat() -> None:
    month = january(NOT_METERED)
    assert (month["status"], month["emission_reductions_tco2e"]) == ("blocked_missing_parameter", None)


def test_a_heat_meter_goes_before_any_cop() -> None:
    month = january({**METERED, "heat_pump_electricity": 400.0}, own("measured_seasonal_cop", 5), COP[1])
    assert month["emission_reductions_tco2e"] == pytest.approx(396)


def test_circulation_and_auxiliary_heaters_emit_and_deliver_nothing() -> None:
    """50 MWh beside the pumps: 25 t more, and no more heat."""
    month = january({**NOT_METERED, "electricity_consumed": 450.0}, *COP)
    assert month["emission_reductions_tco2e"] == pytest.approx(396 - 25)


def test_coal_that_still_burns_beside_the_pumps_counts() -> None:
    """10 t x 20 GJ/t x 0.09 = 18 t."""
    month = january({**METERED, "bituminous_coal_consumed": 10.0})
    assert month["project_emissions_tco2e"] == pytest.approx(218)


def test_boilers_that_burned_gas_have_a_gas_baseline() -> None:
    """3,600 / 0.6 x 0.0555 = 333 instead of 600."""
    month = january(METERED, own("baseline_fuel_ef", 0.0555))
    assert month["baseline_emissions_tco2e"] == pytest.approx(333)


@pytest.mark.parametrize("missing", list(METERED))
def test_what_is_not_reported_is_not_taken_for_none(missing: str) -> None:
    month = january({**METERED, missing: None})
    assert month["status"] == "blocked_missing_reading"
    assert [month[term] for term in TERMS] == [None] * 4


@pytest.mark.parametrize("missing", ["efficiency", "grid", "refrigerant"])
def test_without_a_factor_there_is_no_figure(missing: str) -> None:
    month = january(METERED, without=missing)
    assert month["status"] == "blocked_missing_parameter"
    assert [month[term] for term in TERMS] == [None] * 4


def test_coal_that_nobody_measured_is_bituminous() -> None:
    """3,600 / 0.6 x 0.09 = 540."""
    assert january(METERED, without="coal")["baseline_emissions_tco2e"] == pytest.approx(540)


@pytest.mark.parametrize("fact", ["replaced_boilers_dismantled", "refrigerant_leaves_ozone_alone"])
def test_a_project_outside_the_conditions_is_refused(fact: str) -> None:
    assert january(METERED, own(fact, 1))["status"] == "measured"
    assert january(METERED, own(fact, 0))["status"] == "refused"


def test_a_rated_cop_refuses_the_project_and_a_doubtful_one_is_asked_about() -> None:
    assert january(NOT_METERED, *COP, own("cop_measured_over_a_season", 0))["status"] == "refused"
    asked = work_out_january(
        "air_source_heat_pump",
        {metric: value for metric, value in NOT_METERED.items() if value is not None},
        [*PARAMETERS.values(), *COP],
    ).conditions
    assert "cop_measured_over_a_season" in asked["condition"].to_list()


def test_where_heat_is_metered_nobody_asks_how_a_cop_was_measured() -> None:
    asked = work_out_january("air_source_heat_pump", METERED, list(PARAMETERS.values())).conditions
    assert asked["condition"].to_list() == ["refrigerant_leaves_ozone_alone", "replaced_boilers_dismantled"]


@pytest.mark.parametrize(("cop", "is_refused"), [("2.6", False), ("6", False), ("6.1", True), ("0.9", True)])
def test_a_cop_that_no_season_has_is_refused(cop: str, *, is_refused: bool) -> None:
    """Field studies: 2.74 on average, 1.5 to 2 in the coldest places."""
    stated = make_parameter(parameter_id="measured_seasonal_cop", value=cop, unit="ratio")
    book = make_book(projects=[make_project(method="air_source_heat_pump")], parameters=[stated])
    assert (book.rejected["rule"].to_list() == ["parameter_out_of_bounds"]) is is_refused


def test_a_village_in_shanxi_sends_chinese_names_and_kilograms() -> None:
    """900 MWh x 2.6 x 3.6 / 0.65 x 0.089001 = 1,153.45; 950 x 0.6634 = 630.23; 3 kg x 677 = 2.03; ER = 521.19."""
    project = make_project(method="air_source_heat_pump", commissioning_date="2025-01-01", province_or_country="山西")
    stated = [
        make_parameter(parameter_id=name, value=value, unit=unit)
        for name, value, unit in (
            ("baseline_boiler_efficiency", "0.65", "ratio"),
            ("measured_seasonal_cop", "2.6", "ratio"),
            ("refrigerant_gwp", "677", "tCO2e/t"),
        )
    ]
    readings = [
        make_reading(metric=name, value=value, unit=unit)
        for name, value, unit in (
            ("热泵用电量", "900", "MWh"),
            ("用电量", "95", "万kWh"),
            ("耗煤量", "0", "t"),
            ("制冷剂补充量", "3", "kg"),
        )
    ]
    months = work_out(make_book([project], readings=readings, parameters=stated)).marts["mart.project_months"]
    assert months.filter(status="measured")["emission_reductions_tco2e"].to_list() == pytest.approx([521.192], abs=1e-3)
