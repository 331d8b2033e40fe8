"""Industrial energy saving: fuel and electricity that a plant no longer needs.

Boundary   the process that was changed
Notes      a saving is net: what was used in its stead is a negative saving
Source     structure of CDM AMS-II.D, unconfirmed; factors as in fuel combustion; see the page
"""

from typing import Final

from polars import lit

from transforms.methods.engine.method import Method, Part
from transforms.methods.engine.signs import symbol
from transforms.methods.shared.fuel_combustion import EF_OF_FUEL, NCV_OF_FUEL
from transforms.methods.shared.replaced_boilers import GRID_ELECTRICITY

S = symbol("fuel_saved_fuel_unit", "S")
NCV = symbol("fuel_ncv_gj_per_fuel_unit", "NCV")
EF_fuel = symbol("fuel_tco2_per_gj", "EF_fuel")
BE_fuel = symbol("saved_fuel_tco2", "BE_fuel")
E_saved = symbol("electricity_saved_mwh", "E_saved")
EF_grid = symbol("grid_tco2_per_mwh", "EF_grid")

SAVED_COMBUSTION = S * NCV * EF_fuel
CO2_OF_SAVED_FUELS: Final = Part(
    symbol="saved_fuel_tco2",
    kind="saved_fuel",
    reading="fuel_saved_fuel_unit",
    parameters={"fuel_ncv_gj_per_fuel_unit": NCV_OF_FUEL, "fuel_tco2_per_gj": EF_OF_FUEL},
    amount=SAVED_COMBUSTION,
)
READINGS: Final = {"electricity_saved_mwh": "electricity_saved"}
PARAMETERS: Final = {"grid_tco2_per_mwh": GRID_ELECTRICITY}
BASELINE = BE_fuel + E_saved * EF_grid
PROJECT = lit(0.0)
LEAKAGE = lit(0.0)

METHOD: Final = Method(
    name="industrial_energy_saving",
    readings=READINGS,
    parameters=PARAMETERS,
    baseline=BASELINE,
    project=PROJECT,
    leakage=LEAKAGE,
    signed=(
        "saved_fuel_tco2",
        "electricity_saved_mwh",
    ),
    parts=(CO2_OF_SAVED_FUELS,),
    is_net=True,
)
