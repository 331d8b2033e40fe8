"""Steam heating from combined heat and power, fuel shared out by the energy of heat and power.

Boundary   fuel into the combined plant -> heat metered at the users
Notes      no leakage: the replaced boilers are dismantled
Source     energy method, as the IEA counts; unconfirmed; structure of CDM AM0058, unconfirmed; see the page
"""

from typing import Final

from transforms.methods.engine.method import Method, Need
from transforms.methods.engine.signs import symbol
from transforms.methods.shared.combined_plant import H, heat_of_a_combined_plant

P = symbol("power_generated_mwh", "P")
c = symbol("energy_gj_per_mwh", "c")

POWER = P * c

METHOD: Final[Method] = heat_of_a_combined_plant(
    "steam_heating_chp_energy",
    H / (H + POWER),
    beside=P,
    readings={"power_generated_mwh": "power_generated"},
    parameters={"energy_gj_per_mwh": Need.of(("mwh_in_gj", "all"))},
)
