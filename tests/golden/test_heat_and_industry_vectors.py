"""Worked numbers of open packages, taken through our formulas of heat, fuel, waste energy and industry."""

from typing import Final

import pytest
from CoolProp.CoolProp import PropsSI

from tests.golden.cases import Case, golden
from tests.makers import Row, make_parameter, work_out_january
from transforms.factors.steam import enthalpy_gj_per_t


def own(parameter_id: str, value: float, scope: str = "P1") -> Row:
    return make_parameter(parameter_id=parameter_id, scope=scope, value=value)


def january(method: str, readings: dict[str, float], *parameters: Row) -> Row:
    return work_out_january(method, readings, parameters).months.to_dicts()[0]


BOILERS: Final = (own("baseline_boiler_efficiency", 0.8), own("baseline_fuel_ef", 0.1), own("grid_ef", 0.5, "CN-JX"))

# oemof/oemof-thermal (MIT), tests/test_functions.py::test_allocate_emissions, after Mauch et al. 2010: 200 t are shared
# between power (efficiency 0.3) and heat (0.5); references 0.525 and 0.82.
PLANT_T, POWER_GJ, HEAT_GJ, REFERENCE_POWER, REFERENCE_HEAT = 200.0, 300.0, 500.0, 0.525, 0.82


def heats_part(method: str, *parameters: Row) -> float:
    readings = {
        "heat_delivered": 0.0,
        "heat_sent_out": HEAT_GJ,
        "power_generated": POWER_GJ / 3.6,
        "electricity_consumed": 0.0,
        "natural_gas_consumed": PLANT_T,
    }
    burned = (own("fuel_ncv", 1, "natural_gas"), own("fuel_ef", 0.1, "natural_gas"), own("mwh_in_gj", 3.6, "all"))
    value: float = january(method, readings, *BOILERS, *burned, *parameters)["project_emissions_tco2e"]
    return 10 * value


def test_by_energy_heat_carries_125_of_a_combined_plants_200_tonnes() -> None:
    """The package's `iea`: 200 x 0.5 / (0.3 + 0.5); power carries the other 75."""
    assert heats_part("steam_heating_chp_energy") == pytest.approx(125.0)


def test_by_reference_efficiencies_heat_carries_103_of_a_combined_plants_200_tonnes() -> None:
    """The package's `finnish` is the GHG Protocol's efficiency method: (0.5/0.82) / (0.5/0.82 + 0.3/0.525) of 200.

    Its own `efficiency` (75 t for heat) weighs each product by the other one's efficiency and has no references:
    another rule under the same name, not built here.
    """
    references = (
        own("chp_reference_heat_efficiency", REFERENCE_HEAT),
        own("chp_reference_power_efficiency", REFERENCE_POWER),
    )
    heat = heats_part("steam_heating_chp_efficiency", *references)
    assert heat == pytest.approx(103.24483775811208, rel=1e-12)
    power = 96.7551622418879
    assert heat + power == pytest.approx(PLANT_T)
    assert heat != pytest.approx(75.0)


# IndependentImpact/GHG_methodologies (MIT, 2025), tests of cdmAcm0009.
SWITCHES: Final = [
    {
        "quantity": 1000,
        "ncv_tj": 0.025,
        "before_t_per_tj": 94,
        "baseline_t": 2350.0,
        "project_t": 1375.0,
        "leaked_m3": 100,
        "other_t": 2,
        "leakage_t": 4.00704,
    },
    {
        "quantity": 1200,
        "ncv_tj": 0.026,
        "before_t_per_tj": 96,
        "baseline_t": 2995.2,
        "project_t": 1716.0,
        "leaked_m3": 150,
        "other_t": 3,
        "leakage_t": 6.01056,
    },
]


@pytest.mark.parametrize("switch", SWITCHES)
def test_a_fuel_switch_of_acm0009(switch: dict[str, float]) -> None:
    """Methane of 0.0007168 t/m3 at a potential of 28; the example's other leakage (2 and 3 t) is added as given."""
    ncv_gj = switch["ncv_tj"] * 1000
    leak = switch["leaked_m3"] * 0.0007168 / (switch["quantity"] * ncv_gj)
    month = january(
        "fuel_switch",
        {"natural_gas_consumed": switch["quantity"], "electricity_consumed": 0.0},
        own("fuel_ncv", ncv_gj, "natural_gas"),
        own("fuel_ef", 55 / 1000, "natural_gas"),
        own("baseline_fuel_ef", switch["before_t_per_tj"] / 1000),
        own("efficiency_gain", 1),
        own("gwp_ch4", 28, "all"),
        own("upstream_methane_leak", leak),
        own("grid_ef", 0.5, "CN-JX"),
    )
    assert month["baseline_emissions_tco2e"] == pytest.approx(switch["baseline_t"])
    assert month["project_emissions_tco2e"] == pytest.approx(switch["project_t"])
    assert month["leakage_tco2e"] + switch["other_t"] == pytest.approx(switch["leakage_t"])


@pytest.mark.parametrize(("heat_mwh", "reduction_t"), [(1000, 290.0), (800, 232.0)])
def test_heat_from_renewables_of_ams_i_c(heat_mwh: float, reduction_t: float) -> None:
    """The same packages' cdmAmsIc: 0.3 t/MWh of heat before and 0.01 t/MWh of it with the project; 1 MWh is 3.6 GJ."""
    month = january(
        "fuel_switch",
        {"biomass_consumed": heat_mwh * 3.6, "electricity_consumed": 0.0},
        own("fuel_ncv", 1, "P1/biomass"),
        own("fuel_ef", 0.01 / 3.6, "P1/biomass"),
        own("baseline_fuel_ef", 0.3 / 3.6),
        own("efficiency_gain", 1),
        own("upstream_methane_leak", 0, "all"),
        own("gwp_ch4", 28, "all"),
        own("grid_ef", 0.5, "CN-JX"),
    )
    assert month["emission_reductions_tco2e"] == pytest.approx(reduction_t)


def test_waste_energy_of_acm0012() -> None:
    """The same packages' cdmAcm0012: 100 MWh at 0.8 and 200 GJ at 0.05 are 80 + 10 t.

    The example's 95 t have 5 t of flaring avoided, which our formula does not count.
    """
    month = january(
        "waste_heat_recovery",
        {"power_generated": 100.0, "electricity_consumed": 0.0, "recovered_heat": 200.0},
        own("waste_energy_cap", 1),
        own("waste_energy_share", 1),
        own("grid_cm_ef", 0.8),
        own("baseline_boiler_efficiency", 1),
        own("baseline_fuel_ef", 0.05),
    )
    assert month["baseline_emissions_tco2e"] == pytest.approx(80 + 10)
    assert month["baseline_emissions_tco2e"] + 5 == pytest.approx(95)


@golden("V02")
def test_fuel_that_is_no_longer_burned_is_not_divided_by_the_efficiency_either(case: Case) -> None:
    """AMS-II.D: 7.5012 t; divided by 0.72 once more it would be 10.418 t."""
    inputs = case["inputs"]
    factors = (
        own("fuel_ncv", inputs["ncv_gj"], "natural_gas"),
        own("fuel_ef", inputs["ef_t_per_gj"], "natural_gas"),
        own("grid_ef", 0.5, "CN-JX"),
        own("baseline_boiler_efficiency", inputs["eff"]),
    )
    saved = {"natural_gas_saved": float(sum(inputs["fuel"])), "electricity_saved": 0.0}
    month = january("industrial_energy_saving", saved, *factors)
    assert month["emission_reductions_tco2e"] == pytest.approx(case["expected"]["right_t"])
    assert month["emission_reductions_tco2e"] != pytest.approx(case["expected"]["wrong_t"])


# cdmAmsIIh of the same packages, tests/testthat/test_applicability.R: fuel and heat before and with the project.
@pytest.mark.parametrize(
    ("project_fuel", "project_heat", "status"),
    [((3000, 2250), (2880, 2160), "measured"), ((3500, 2800), (3000, 2400), "refused")],
)
def test_a_centralisation_that_hardly_saves_energy_is_refused(
    project_fuel: tuple[int, int], project_heat: tuple[int, int], status: str
) -> None:
    """Before 7,350 / 6,300 = 1.1667; 5,250 / 5,040 = 1.0417 is 10.7 % less, 6,300 / 5,400 = 1.1667 is nothing."""
    before = (4200 + 3150) / (3600 + 2700)
    improvement = 1 - sum(project_fuel) / sum(project_heat) / before
    assert centralised(own("specific_energy_improvement", improvement))["status"] == status


@pytest.mark.parametrize(("units", "status"), [((1, 1), "measured"), ((2, 1), "refused")])
def test_a_centralisation_into_more_than_one_unit_a_facility_is_refused(units: tuple[int, int], status: str) -> None:
    """4 and 3 units before; the project keeps these."""
    assert centralised(own("is_single_central_unit", 1 if max(units) == 1 else 0))["status"] == status


def centralised(fact: Row) -> Row:
    readings = {"heat_delivered": 100.0, "natural_gas_consumed": 0.0, "electricity_consumed": 0.0}
    gas = (own("fuel_ncv", 400, "natural_gas"), own("fuel_ef", 0.05, "natural_gas"))
    threshold = own("min_specific_energy_improvement", 0.05, "all")
    return january("steam_heating", readings, *BOILERS, *gas, threshold, fact)


# ORNL-AMO/AMO-Tools-Suite (UT-Battelle licence), tests/cpp/SteamProperties.unit.cpp: MPa, K, kJ/kg.
@pytest.mark.parametrize(
    ("megapascal", "kelvin", "kilojoule_per_kilogram"), [(0.0035, 300, 2549.9), (0.0035, 700, 3335.7)]
)
def test_steam_has_the_enthalpy_of_the_published_points(
    megapascal: float, kelvin: float, kilojoule_per_kilogram: float
) -> None:
    enthalpy = enthalpy_gj_per_t(megapascal, kelvin - 273.15)
    assert enthalpy == pytest.approx(kilojoule_per_kilogram / 1000, abs=5e-5)


@pytest.mark.parametrize(
    ("megapascal", "kelvin"),
    [(3, 300), (3, 500), (80, 300), (80, 500), (30, 700), (1, 450), (1, 440), (1.5, 450)],
)
def test_the_published_points_of_water_and_of_fluid_beyond_the_critical_point_are_not_steam(
    megapascal: float, kelvin: float
) -> None:
    assert enthalpy_gj_per_t(megapascal, kelvin - 273.15) is None


@pytest.mark.parametrize(
    ("megapascal", "kelvin", "kg_per_hour", "kilojoule_per_hour"),
    [
        (2.418, 521, 5434, 15642967.3486),  # HeatLoss.unit.cpp, inlet
        (4.8794, 691.5, 37970, 123147934.9316),  # PRV.unit.cpp, inlet
    ],
)
def test_a_flow_of_steam_carries_its_published_energy(
    megapascal: float, kelvin: float, kg_per_hour: float, kilojoule_per_hour: float
) -> None:
    enthalpy = enthalpy_gj_per_t(megapascal, kelvin - 273.15)
    assert enthalpy is not None
    assert kg_per_hour * enthalpy * 1000 == pytest.approx(kilojoule_per_hour, rel=1e-9)


def test_a_pipe_that_loses_heat_delivers_what_is_left() -> None:
    """HeatLoss.unit.cpp: 2.44 % of 15,642,967.3486 kJ/h is 381,688.4; 15,261,278.9453 kJ/h arrive."""
    enthalpy = enthalpy_gj_per_t(2.418, 521 - 273.15)
    assert enthalpy is not None
    assert 5434 * enthalpy * 1000 * (1 - 0.0244) == pytest.approx(15261278.9453459, rel=1e-9)


def test_a_boiler_takes_its_published_fuel() -> None:
    """Boiler.unit.cpp: 10,864 kg/h saturated at 5.5766 MPa, 3.7 % blowdown, feed water of 0.3631 MPa, 72.4 %."""
    steam, blowdown = 10864, 0.037
    fed = steam / (1 - blowdown)
    vapour = enthalpy_gj_per_t(5.5766, None)
    assert vapour is not None
    boiling, feed_water = (PropsSI("H", "P", mpa * 1e6, "Q", 0, "IF97::Water") / 1000 for mpa in (5.5766, 0.3631))
    heat = steam * vapour * 1000 + (fed - steam) * boiling - fed * feed_water
    assert heat / 0.724 == pytest.approx(33344279.478971, rel=1e-9)
