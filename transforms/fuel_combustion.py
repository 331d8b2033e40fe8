"""Fuel combustion: the heat and the CO2 of each fuel that a project burns.

Equations  heat = FC x NCV                       [GJ]
           CO2  = FC x NCV x EF_fuel             [tCO2]
           EF_fuel = CC x OF x 44/12             [tCO2/GJ], derived in transforms/derived_parameters.py
Source     2006 IPCC Guidelines vol. 2 ch. 2, tier 2; defaults: provincial inventory guide (2025)
"""

from typing import Final

from polars import col

from transforms.method import Need

PARAMETERS: Final = {
    "fuel_ncv_gj_per_fuel_unit": Need.of(
        ("fuel_ncv", "project_fuel"), ("fuel_ncv", "project_of_one_fuel"), ("fuel_ncv", "fuel")
    ),
    "fuel_tco2_per_gj": Need.of(("fuel_ef", "project_fuel"), ("fuel_ef", "project_of_one_fuel"), ("fuel_ef", "fuel")),
}
FUEL_HEAT = col("fuel_consumed_fuel_unit") * col("fuel_ncv_gj_per_fuel_unit")
FUEL_COMBUSTION = FUEL_HEAT * col("fuel_tco2_per_gj")
