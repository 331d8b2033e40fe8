"""Centralized steam heating: one efficient plant replaces many small boilers.

Boundary   fuel and electricity into the plant -> heat metered at the users
Notes      no leakage: the replaced boilers are dismantled
Source     structure of CDM AM0058, AM0056, AM0044 and AMS-II.H, unconfirmed; see the page
"""

from typing import Final

from polars import col, lit

from transforms.methods.engine.method import Condition, Method, Need
from transforms.methods.engine.signs import symbol
from transforms.methods.shared.fuel_combustion import CO2_OF_FUELS
from transforms.methods.shared.replaced_boilers import (
    BOILER_PARAMETERS,
    DISMANTLED,
    GRID_ELECTRICITY,
    HEAT_OR_STEAM,
    HEAT_READINGS,
    NO_POWER,
    REPLACED_BOILERS,
    STEAM_PARAMETERS,
)

PE_fuel = symbol("fuel_combustion_tco2", "PE_fuel")
E = symbol("electricity_consumed_mwh", "E")
EF_grid = symbol("grid_tco2_per_mwh", "EF_grid")

READINGS: Final = {**HEAT_READINGS, "electricity_consumed_mwh": "electricity_consumed"}
PARAMETERS: Final = {**STEAM_PARAMETERS, **BOILER_PARAMETERS, "grid_tco2_per_mwh": GRID_ELECTRICITY}
BASELINE = REPLACED_BOILERS
PROJECT = PE_fuel + E * EF_grid
LEAKAGE = lit(0.0)

LARGE_ENOUGH_SAVING: Final = Condition(
    code="specific_energy_improvement",
    facts={
        "specific_energy_improvement": Need.of(("specific_energy_improvement", "project_id")),
        "lowest_improvement": Need.of(("min_specific_energy_improvement", "all")),
    },
    when=col("specific_energy_improvement").is_not_null(),
    holds=col("specific_energy_improvement") >= col("lowest_improvement"),
)
ONE_UNIT: Final = Condition(
    code="single_central_unit",
    facts={"is_single_central_unit": Need.of(("is_single_central_unit", "project_id"))},
    when=col("is_single_central_unit").is_not_null(),
    holds=col("is_single_central_unit") == lit(1.0),
)

METHOD: Final = Method(
    name="steam_heating",
    readings=READINGS,
    one_of=HEAT_OR_STEAM,
    parameters=PARAMETERS,
    baseline=BASELINE,
    project=PROJECT,
    leakage=LEAKAGE,
    parts=(CO2_OF_FUELS,),
    conditions=(DISMANTLED, NO_POWER, LARGE_ENOUGH_SAVING, ONE_UNIT),
    heat_from="boiler",
)
