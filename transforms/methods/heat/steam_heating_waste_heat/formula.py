"""Steam heating from waste heat: heat that was thrown away replaces many small boilers.

Boundary   electricity of the pumps and fans -> heat metered at the users
Notes      no leakage: the replaced boilers are dismantled
Source     structure of CDM AM0058, unconfirmed; see the page
"""

from typing import Final

from polars import lit

from transforms.methods.engine.method import Method
from transforms.methods.engine.signs import symbol
from transforms.methods.shared.replaced_boilers import (
    BOILER_PARAMETERS,
    DISMANTLED,
    GRID_ELECTRICITY,
    HEAT_OR_STEAM,
    HEAT_READINGS,
    REPLACED_BOILERS,
    STEAM_PARAMETERS,
)

E = symbol("electricity_consumed_mwh", "E")
EF_grid = symbol("grid_tco2_per_mwh", "EF_grid")

READINGS: Final = {**HEAT_READINGS, "electricity_consumed_mwh": "electricity_consumed"}
PARAMETERS: Final = {**STEAM_PARAMETERS, **BOILER_PARAMETERS, "grid_tco2_per_mwh": GRID_ELECTRICITY}
BASELINE = REPLACED_BOILERS
PROJECT = E * EF_grid
LEAKAGE = lit(0.0)

METHOD: Final = Method(
    name="steam_heating_waste_heat",
    readings=READINGS,
    one_of=HEAT_OR_STEAM,
    parameters=PARAMETERS,
    baseline=BASELINE,
    project=PROJECT,
    leakage=LEAKAGE,
    conditions=(DISMANTLED,),
)
