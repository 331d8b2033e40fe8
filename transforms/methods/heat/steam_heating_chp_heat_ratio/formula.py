"""Steam heating from combined heat and power, fuel shared out by the heat ratio.

Boundary   fuel into the combined plant -> heat metered at the users
Notes      heat sent out over the heat of all steam that the boilers made; no leakage: the replaced boilers are
           dismantled
Source     heat ratio of China's emissions trading guides and structure of CDM AM0058, unconfirmed; see the page
"""

from typing import Final

from transforms.methods.engine.method import Method
from transforms.methods.engine.signs import symbol
from transforms.methods.shared.combined_plant import H, heat_of_a_combined_plant

H_boiler = symbol("boiler_steam_heat_gj", "H_boiler")

METHOD: Final[Method] = heat_of_a_combined_plant(
    "steam_heating_chp_heat_ratio",
    H / H_boiler,
    beside=H_boiler,
    readings={"boiler_steam_heat_gj": "boiler_steam_heat"},
    parameters={},
)
