"""Building and homestay retrofit: the energy of the year before, adjusted for guests and weather, less that of now.

Boundary   electricity and fuels of the building
Source     structure of CDM AMS-II.E and AMS-II.Q, IPMVP option C, unconfirmed; see the page
"""

from dataclasses import replace
from typing import Final

from polars import col, lit

from transforms.methods.engine.method import Condition, Method, Need
from transforms.methods.engine.signs import symbol
from transforms.methods.shared.fuel_combustion import CO2_OF_FUELS

E_BL = symbol("baseline_electricity_mwh", "E_BL")
EF_grid = symbol("grid_tco2_per_mwh", "EF_grid")
BE_fuel = symbol("baseline_combustion_tco2", "BE_fuel")
a_occupancy = symbol("occupancy_adjustment_ratio", "a_occupancy")
a_weather = symbol("weather_adjustment_ratio", "a_weather")
E_PJ = symbol("electricity_consumed_mwh", "E_PJ")
PE_fuel = symbol("fuel_combustion_tco2", "PE_fuel")

READINGS: Final = {
    "baseline_electricity_mwh": "baseline_electricity",
    "electricity_consumed_mwh": "electricity_consumed",
}
PARAMETERS: Final = {
    "occupancy_adjustment_ratio": Need.of(("occupancy_adjustment", "project_id")),
    "weather_adjustment_ratio": Need.of(("weather_adjustment", "project_id")),
    "grid_tco2_per_mwh": Need.of(("grid_ef", "project_id"), ("grid_ef", "province_code")),
}
BASELINE_FUELS: Final = replace(CO2_OF_FUELS, symbol="baseline_combustion_tco2", kind="baseline_fuel")

BEFORE = E_BL * EF_grid + BE_fuel
BASELINE = BEFORE * a_occupancy * a_weather
PROJECT = E_PJ * EF_grid + PE_fuel
LEAKAGE = lit(0.0)

WHOLE_YEAR: Final = Condition(
    code="baseline_of_a_whole_year",
    facts={
        "baseline_months_count": Need.of(("baseline_months", "project_id")),
        "wanted_months_count": Need.of(("baseline_months_wanted", "all")),
    },
    holds=col("baseline_months_count") >= col("wanted_months_count"),
    refuses=False,
)

METHOD: Final = Method(
    name="building_retrofit",
    readings=READINGS,
    parameters=PARAMETERS,
    baseline=BASELINE,
    project=PROJECT,
    leakage=LEAKAGE,
    parts=(BASELINE_FUELS, CO2_OF_FUELS),
    conditions=(WHOLE_YEAR,),
)
