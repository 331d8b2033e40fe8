"""Steam heating from combined heat and power, fuel shared out by what separate plants would have burned.

Boundary   fuel into the combined plant -> heat metered at the users
Notes      each reference efficiency enters once; no leakage: the replaced boilers are dismantled
Source     efficiency method of the GHG Protocol, unconfirmed; structure of CDM AM0058, unconfirmed; see the page
"""

from typing import Final

from polars import lit

from transforms.methods.engine.method import Method, Need
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

P = symbol("power_generated_mwh", "P")
c = symbol("energy_gj_per_mwh", "c")
eta_heat = symbol("reference_heat_efficiency_ratio", "η_heat")
eta_power = symbol("reference_power_efficiency_ratio", "η_power")
H = symbol("heat_sent_out_gj", "H")
E = symbol("electricity_consumed_mwh", "E")
EF_grid = symbol("grid_tco2_per_mwh", "EF_grid")

READINGS: Final = {
    **HEAT_READINGS,
    "heat_sent_out_gj": "heat_sent_out",
    "power_generated_mwh": "power_generated",
    "electricity_consumed_mwh": "electricity_consumed",
}
PARAMETERS: Final = {
    **STEAM_PARAMETERS,
    **BOILER_PARAMETERS,
    "grid_tco2_per_mwh": GRID_ELECTRICITY,
    "energy_gj_per_mwh": Need.of(("mwh_in_gj", "all")),
    "reference_heat_efficiency_ratio": Need.of(
        ("chp_reference_heat_efficiency", "project_id"), ("chp_reference_heat_efficiency", "all")
    ),
    "reference_power_efficiency_ratio": Need.of(
        ("chp_reference_power_efficiency", "project_id"), ("chp_reference_power_efficiency", "all")
    ),
}
POWER = P * c
HEAT_FOR_A_UNIT_OF_POWER = eta_heat / eta_power
HEAT_SHARE = named("a", H / (H + POWER * HEAT_FOR_A_UNIT_OF_POWER))
BASELINE = REPLACED_BOILERS
FUEL_OF_HEAT = named("PE_heat", fuel_of_heat(HEAT_SHARE, beside=P))
PROJECT = FUEL_OF_HEAT + E * EF_grid
LEAKAGE = lit(0.0)

METHOD: Final = Method(
    name="steam_heating_chp_efficiency",
    readings=READINGS,
    one_of=HEAT_OR_STEAM,
    parameters=PARAMETERS,
    baseline=BASELINE,
    project=PROJECT,
    leakage=LEAKAGE,
    parts=(CO2_OF_FUELS,),
    conditions=(DISMANTLED,),
)
