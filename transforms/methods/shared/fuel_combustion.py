"""Fuel combustion: the heat and the CO2 of each fuel that a project burns.

Notes      each fuel's factor is its own, or derived in transforms/factors/derived_parameters.py
Source     2006 IPCC Guidelines vol. 2 ch. 2, tier 2; defaults: provincial inventory guide (2025)
"""

from typing import Final

from transforms.methods.engine.method import Need, Part
from transforms.methods.engine.signs import symbol

F = symbol("fuel_consumed_fuel_unit", "F")
NCV = symbol("fuel_ncv_gj_per_fuel_unit", "NCV")
EF_fuel = symbol("fuel_tco2_per_gj", "EF_fuel")

NCV_OF_FUEL: Final = Need.of(("fuel_ncv", "project_item"), ("fuel_ncv", "project_of_one_item"), ("fuel_ncv", "item"))
EF_OF_FUEL: Final = Need.of(("fuel_ef", "project_item"), ("fuel_ef", "project_of_one_item"), ("fuel_ef", "item"))

FUEL_HEAT = F * NCV
FUEL_COMBUSTION = FUEL_HEAT * EF_fuel

HEAT_OF_FUELS: Final = Part(
    symbol="fuel_heat_gj",
    kind="fuel",
    reading="fuel_consumed_fuel_unit",
    parameters={"fuel_ncv_gj_per_fuel_unit": NCV_OF_FUEL},
    amount=FUEL_HEAT,
)
CO2_OF_FUELS: Final = Part(
    symbol="fuel_combustion_tco2",
    kind="fuel",
    reading="fuel_consumed_fuel_unit",
    parameters={"fuel_ncv_gj_per_fuel_unit": NCV_OF_FUEL, "fuel_tco2_per_gj": EF_OF_FUEL},
    amount=FUEL_COMBUSTION,
)
