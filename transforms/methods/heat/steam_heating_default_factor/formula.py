"""Steam heating by the default factor of purchased heat, where nothing is known of the boilers replaced.

Boundary   fuel and electricity into the plant -> heat metered
Notes      no leakage: the replaced boilers are dismantled
Source     GB/T 32150-2025, clauses 7.5.6 to 7.5.7 (0.11 tCO2/GJ); see the page
"""

from typing import Final

from polars import lit

from transforms.methods.engine.method import Method, Need
from transforms.methods.engine.signs import symbol
from transforms.methods.shared.fuel_combustion import CO2_OF_FUELS
from transforms.methods.shared.replaced_boilers import (
    DISMANTLED,
    GRID_ELECTRICITY,
    HEAT,
    HEAT_OR_STEAM,
    HEAT_READINGS,
    NO_POWER,
    STEAM_PARAMETERS,
)

EF_heat = symbol("heat_tco2_per_gj", "EF_heat")
PE_fuel = symbol("fuel_combustion_tco2", "PE_fuel")
E = symbol("electricity_consumed_mwh", "E")
EF_grid = symbol("grid_tco2_per_mwh", "EF_grid")

READINGS: Final = {**HEAT_READINGS, "electricity_consumed_mwh": "electricity_consumed"}
PARAMETERS: Final = {
    **STEAM_PARAMETERS,
    "heat_tco2_per_gj": Need.of(("heat_ef", "project_id"), ("heat_ef", "all")),
    "grid_tco2_per_mwh": GRID_ELECTRICITY,
}
BASELINE = HEAT * EF_heat
PROJECT = PE_fuel + E * EF_grid
LEAKAGE = lit(0.0)

METHOD: Final = Method(
    name="steam_heating_default_factor",
    readings=READINGS,
    one_of=HEAT_OR_STEAM,
    parameters=PARAMETERS,
    baseline=BASELINE,
    project=PROJECT,
    leakage=LEAKAGE,
    parts=(CO2_OF_FUELS,),
    conditions=(DISMANTLED, NO_POWER),
    heat_from="boiler",
)
