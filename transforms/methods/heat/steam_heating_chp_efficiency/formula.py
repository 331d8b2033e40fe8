"""Steam heating from combined heat and power, fuel shared out by what separate plants would have burned.

Boundary   fuel into the combined plant -> heat metered at the users
Notes      each reference efficiency enters once; no leakage: the replaced boilers are dismantled
Source     efficiency method of the GHG Protocol, unconfirmed; structure of CDM AM0058, unconfirmed; see the page
"""

from typing import Final

from transforms.methods.engine.method import Method, Need
from transforms.methods.engine.signs import symbol
from transforms.methods.shared.combined_plant import H, heat_of_a_combined_plant

P = symbol("power_generated_mwh", "P")
c = symbol("energy_gj_per_mwh", "c")
eta_heat = symbol("reference_heat_efficiency_ratio", "η_heat")
eta_power = symbol("reference_power_efficiency_ratio", "η_power")

POWER = P * c
HEAT_FOR_A_UNIT_OF_POWER = eta_heat / eta_power

METHOD: Final[Method] = heat_of_a_combined_plant(
    "steam_heating_chp_efficiency",
    H / (H + POWER * HEAT_FOR_A_UNIT_OF_POWER),
    beside=P,
    readings={"power_generated_mwh": "power_generated"},
    parameters={
        "energy_gj_per_mwh": Need.of(("mwh_in_gj", "all")),
        "reference_heat_efficiency_ratio": Need.of(
            ("chp_reference_heat_efficiency", "project_id"), ("chp_reference_heat_efficiency", "all")
        ),
        "reference_power_efficiency_ratio": Need.of(
            ("chp_reference_power_efficiency", "project_id"), ("chp_reference_power_efficiency", "all")
        ),
    },
)
