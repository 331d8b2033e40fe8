"""Grid-connected renewables: wind, solar, hydro and other power replaces the combined margin of the regional grid.

Boundary   net electricity at the grid connection point
Notes      the combined margin is the operating and the build margin by their weights, for region and technology;
           a reservoir emits nothing for wind and solar, for hydro by its power density
Source     structure of CDM ACM0002; weights unconfirmed; see the page
"""

from typing import Final

from polars import col, lit

from transforms.methods.engine.limits import not_below_zero
from transforms.methods.engine.method import Condition, Method, Need
from transforms.methods.engine.signs import symbol

EG = symbol("electricity_supplied_mwh", "EG")
EF_CM = symbol("grid_cm_tco2_per_mwh", "EF_CM")
EF_reservoir = symbol("reservoir_tco2e_per_mwh", "EF_reservoir")

READINGS: Final = {"electricity_supplied_mwh": "electricity_supplied"}
PARAMETERS: Final = {
    "grid_cm_tco2_per_mwh": Need.of(("grid_cm_ef", "project_id"), ("grid_cm_ef", "region_technology")),
    "reservoir_tco2e_per_mwh": Need.of(("reservoir_ef", "project_id"), ("reservoir_ef", "technology")),
}
BASELINE = EG * EF_CM
PROJECT = not_below_zero(EG) * EF_reservoir
LEAKAGE = lit(0.0)

ELIGIBLE_RESERVOIR: Final = Condition(
    code="reservoir_power_density",
    facts={
        "power_density": Need.of(("power_density", "project_id")),
        "lowest_power_density": Need.of(("hydro_power_density_lower", "hydro")),
    },
    when=col("technology") == "hydro",
    holds=col("power_density") > col("lowest_power_density"),
)

METHOD: Final = Method(
    name="grid_renewable",
    readings=READINGS,
    parameters=PARAMETERS,
    baseline=BASELINE,
    project=PROJECT,
    leakage=LEAKAGE,
    signed=("electricity_supplied_mwh",),
    conditions=(ELIGIBLE_RESERVOIR,),
)
