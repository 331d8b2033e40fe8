"""Industrial energy saving: fuel and electricity that a plant no longer needs.

Boundary   the process that was changed (docs/methods/industrial_energy_saving.md)
Equations  BE = sum over fuels of saving x NCV x EF_fuel + electricity saved x EF_grid    [tCO2]
           PE = 0: a saving is net; what was used in its stead is a negative saving       ER = BE - PE - LE
           LE = 0
Source     structure of CDM AMS-II.D, unconfirmed; factors as in fuel combustion; see the page
"""

from typing import Final

from polars import col, lit

from schemas.monitoring.industrial_energy_saving import IndustrialEnergySavingMonth
from transforms.fuel_combustion import EF, NCV
from transforms.method import Method, Part
from transforms.replaced_boilers import GRID_ELECTRICITY

SAVED_COMBUSTION = col("fuel_saved_fuel_unit") * col("fuel_ncv_gj_per_fuel_unit") * col("fuel_tco2_per_gj")
CO2_OF_SAVED_FUELS: Final = Part(
    symbol="saved_fuel_tco2",
    kind="saved_fuel",
    reading="fuel_saved_fuel_unit",
    parameters={"fuel_ncv_gj_per_fuel_unit": NCV, "fuel_tco2_per_gj": EF},
    amount=SAVED_COMBUSTION,
)
READINGS: Final = {"electricity_saved_mwh": "electricity_saved"}
PARAMETERS: Final = {"grid_tco2_per_mwh": GRID_ELECTRICITY}
BASELINE = col("saved_fuel_tco2") + col("electricity_saved_mwh") * col("grid_tco2_per_mwh")
PROJECT = lit(0.0)
LEAKAGE = lit(0.0)

METHOD: Final = Method(
    name="industrial_energy_saving",
    readings=READINGS,
    parameters=PARAMETERS,
    baseline=BASELINE,
    project=PROJECT,
    leakage=LEAKAGE,
    contract=IndustrialEnergySavingMonth,
    parts=(CO2_OF_SAVED_FUELS,),
    is_net=True,
)
