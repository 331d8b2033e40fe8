"""Steam heating from combined heat and power, fuel shared out by the heat ratio.

Boundary   fuel into the combined plant -> heat metered at the users
Notes      heat sent out over the heat of all steam that the boilers made; no leakage: the replaced boilers are
           dismantled
Source     heat ratio of China's emissions trading guides and structure of CDM AM0058, unconfirmed; see the page
"""

from typing import Final

from polars import lit

from transforms.methods.engine.method import Method
from transforms.methods.engine.signs import named, symbol
from transforms.methods.shared.combined_plant import fuel_of_heat
from transforms.methods.shared.fuel_combustion import CO2_OF_FUELS
from transforms.methods.shared.replaced_boilers import (
    BOILER_PARAMETERS,
    DISMANTLED,
    GRID_ELECTRICITY,
    HEAT_OR_STEAM,
    HEAT_READINGS,
    REPLACED_BOILERS,
    STEAM_PARAMETERS,
)

H = symbol("heat_sent_out_gj", "H")
H_boiler = symbol("boiler_steam_heat_gj", "H_boiler")
E = symbol("electricity_consumed_mwh", "E")
EF_grid = symbol("grid_tco2_per_mwh", "EF_grid")

READINGS: Final = {
    **HEAT_READINGS,
    "heat_sent_out_gj": "heat_sent_out",
    "boiler_steam_heat_gj": "boiler_steam_heat",
    "electricity_consumed_mwh": "electricity_consumed",
}
PARAMETERS: Final = {
    **STEAM_PARAMETERS,
    **BOILER_PARAMETERS,
    "grid_tco2_per_mwh": GRID_ELECTRICITY,
}
HEAT_SHARE = named("a", H / H_boiler)
BASELINE = REPLACED_BOILERS
FUEL_OF_HEAT = named("PE_heat", fuel_of_heat(HEAT_SHARE, beside=H_boiler))
PROJECT = FUEL_OF_HEAT + E * EF_grid
LEAKAGE = lit(0.0)

METHOD: Final = Method(
    name="steam_heating_chp_heat_ratio",
    readings=READINGS,
    one_of=HEAT_OR_STEAM,
    parameters=PARAMETERS,
    baseline=BASELINE,
    project=PROJECT,
    leakage=LEAKAGE,
    parts=(CO2_OF_FUELS,),
    conditions=(DISMANTLED,),
)
