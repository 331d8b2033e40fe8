"""Fuel switch: gas, biomass or a lighter oil makes the heat that a dirtier fuel made.

Boundary   fuel and electricity into the boilers or kilns of the project
Notes      the methane upstream is nothing unless the project states it
Source     structure of CDM ACM0009, unconfirmed; equal efficiencies and coal as the baseline: the regulator's guidance
"""

from typing import Final

from transforms.methods.engine.method import Method, Need, Part
from transforms.methods.engine.signs import symbol
from transforms.methods.shared.fuel_combustion import CO2_OF_FUELS, FUEL_HEAT, HEAT_OF_FUELS, NCV_OF_FUEL
from transforms.methods.shared.replaced_boilers import GRID_ELECTRICITY

f_leak = symbol("upstream_methane_t_per_gj", "f_leak")
H_fuel = symbol("fuel_heat_gj", "H_fuel")
g = symbol("efficiency_gain_ratio", "g")
EF_BL = symbol("baseline_fuel_tco2_per_gj", "EF_BL")
PE_fuel = symbol("fuel_combustion_tco2", "PE_fuel")
E = symbol("electricity_consumed_mwh", "E")
EF_grid = symbol("grid_tco2_per_mwh", "EF_grid")
CH4_up = symbol("upstream_methane_t", "CH4_up")
GWP_CH4 = symbol("methane_tco2e_per_t", "GWP_CH4")

UPSTREAM_METHANE = FUEL_HEAT * f_leak
METHANE_OF_FUELS: Final = Part(
    symbol="upstream_methane_t",
    kind="fuel",
    reading="fuel_consumed_fuel_unit",
    parameters={
        "fuel_ncv_gj_per_fuel_unit": NCV_OF_FUEL,
        "upstream_methane_t_per_gj": Need.of(
            ("upstream_methane_leak", "project_item"),
            ("upstream_methane_leak", "project_of_one_item"),
            ("upstream_methane_leak", "all"),
        ),
    },
    amount=UPSTREAM_METHANE,
)
READINGS: Final = {"electricity_consumed_mwh": "electricity_consumed"}
PARAMETERS: Final = {
    "efficiency_gain_ratio": Need.of(("efficiency_gain", "project_id"), ("efficiency_gain", "all")),
    "baseline_fuel_tco2_per_gj": Need.of(("baseline_fuel_ef", "project_id"), ("fuel_ef", "bituminous_coal")),
    "grid_tco2_per_mwh": GRID_ELECTRICITY,
    "methane_tco2e_per_t": Need.of(("gwp_ch4", "all")),
}
BASELINE = H_fuel * g * EF_BL
PROJECT = PE_fuel + E * EF_grid
LEAKAGE = CH4_up * GWP_CH4

METHOD: Final = Method(
    name="fuel_switch",
    readings=READINGS,
    parameters=PARAMETERS,
    baseline=BASELINE,
    project=PROJECT,
    leakage=LEAKAGE,
    parts=(HEAT_OF_FUELS, CO2_OF_FUELS, METHANE_OF_FUELS),
    heat_from="boiler",
)
