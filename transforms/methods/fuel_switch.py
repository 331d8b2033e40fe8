"""Fuel switch: gas, biomass or a lighter oil makes the heat that a dirtier fuel made.

Boundary   fuel and electricity into the boilers or kilns of the project (docs/methods/fuel_switch.md)
Equations  BE = sum over fuels of FC x NCV x (eta_PJ / eta_BL) x EF_BL       [tCO2]     ER = BE - PE - LE
           PE = sum over fuels of FC x NCV x EF_fuel + E x EF_grid           [tCO2]
           LE = sum over fuels of FC x NCV x leak x GWP_CH4                  [tCO2e]    leak: 0 unless stated
Source     structure of CDM ACM0009, unconfirmed; eta_PJ / eta_BL = 1 and coal as the baseline: the regulator's guidance
"""

from typing import Final

from polars import col

from schemas.monitoring.fuel_switch import FuelSwitchMonth
from transforms.fuel_combustion import CO2_OF_FUELS, FUEL_HEAT, HEAT_OF_FUELS, NCV
from transforms.method import Method, Need, Part
from transforms.replaced_boilers import GRID_ELECTRICITY

UPSTREAM_METHANE = FUEL_HEAT * col("upstream_methane_t_per_gj")
METHANE_OF_FUELS: Final = Part(
    symbol="upstream_methane_t",
    kind="fuel",
    reading="fuel_consumed_fuel_unit",
    parameters={
        "fuel_ncv_gj_per_fuel_unit": NCV,
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
BASELINE = col("fuel_heat_gj") * col("efficiency_gain_ratio") * col("baseline_fuel_tco2_per_gj")
PROJECT = col("fuel_combustion_tco2") + col("electricity_consumed_mwh") * col("grid_tco2_per_mwh")
LEAKAGE = col("upstream_methane_t") * col("methane_tco2e_per_t")

METHOD: Final = Method(
    name="fuel_switch",
    readings=READINGS,
    parameters=PARAMETERS,
    baseline=BASELINE,
    project=PROJECT,
    leakage=LEAKAGE,
    contract=FuelSwitchMonth,
    parts=(HEAT_OF_FUELS, CO2_OF_FUELS, METHANE_OF_FUELS),
)
