"""Centralized steam heating: one efficient plant replaces many small coal boilers.

Boundary   fuel and electricity into the plant -> heat metered at the users (docs/methods/steam_heating.md)
Equations  Q  = heat metered, or steam x (h - h_ref)           [GJ]
           BE = Q / eta x EF_coal                              [tCO2]     ER = BE - PE - LE
           PE = sum over fuels of F x EF_fuel + E x EF_grid    [tCO2]     LE = 0: replaced boilers are scrapped
Source     structure of CDM AM0058 and AM0044, unconfirmed; see the page
"""

from typing import Final

from polars import coalesce, col, lit

from schemas.monitoring.steam_heating import SteamHeatingMonth
from transforms.fuel_combustion import CO2_OF_FUELS
from transforms.method import Method, Need

READINGS: Final = {
    "heat_delivered_gj": "heat_delivered",
    "steam_delivered_t": "steam_delivered",
    "electricity_consumed_mwh": "electricity_consumed",
}
PARAMETERS: Final = {
    "steam_enthalpy_gj_per_t": Need.of(("steam_enthalpy", "project_id")),
    "reference_enthalpy_gj_per_t": Need.of(("reference_enthalpy", "project_id"), ("reference_enthalpy", "all")),
    "baseline_efficiency_ratio": Need.of(("baseline_boiler_efficiency", "project_id")),
    "coal_tco2_per_gj": Need.of(("coal_ef", "project_id"), ("fuel_ef", "bituminous_coal")),
    "grid_tco2_per_mwh": Need.of(("grid_ef", "project_id"), ("grid_ef", "province_code")),
}
STEAM_HEAT = col("steam_delivered_t") * (col("steam_enthalpy_gj_per_t") - col("reference_enthalpy_gj_per_t"))
HEAT = coalesce(col("heat_delivered_gj"), STEAM_HEAT)
BASELINE = HEAT / col("baseline_efficiency_ratio") * col("coal_tco2_per_gj")
PROJECT = col("fuel_combustion_tco2") + col("electricity_consumed_mwh") * col("grid_tco2_per_mwh")
LEAKAGE = lit(0.0)

METHOD: Final = Method(
    name="steam_heating",
    readings=READINGS,
    one_of=(("heat_delivered_gj", "steam_delivered_t"),),
    parameters=PARAMETERS,
    baseline=BASELINE,
    project=PROJECT,
    leakage=LEAKAGE,
    contract=SteamHeatingMonth,
    parts=(CO2_OF_FUELS,),
)
