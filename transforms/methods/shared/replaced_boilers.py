"""What every form of steam heating shares: the heat that users got, and the boilers that would have made it.

Notes      the fuel replaced is coal unless the project states another
Source     structure of CDM AM0058, AM0056 and AM0044, unconfirmed; docs/methods/steam_heating.md
"""

from typing import Final

from polars import coalesce, col, lit

from transforms.methods.engine.method import Condition, Need
from transforms.methods.engine.signs import named, symbol

D = symbol("steam_delivered_t", "D")
h = symbol("steam_enthalpy_gj_per_t", "h")
h_ref = symbol("reference_enthalpy_gj_per_t", "h_ref")
Q_metered = symbol("heat_delivered_gj", "Q_metered")
eta_BL = symbol("baseline_efficiency_ratio", "η_BL")
EF_BL = symbol("baseline_fuel_tco2_per_gj", "EF_BL")

HEAT_READINGS: Final = {"heat_delivered_gj": "heat_delivered", "steam_delivered_t": "steam_delivered"}
HEAT_OR_STEAM: Final = (("heat_delivered_gj", "steam_delivered_t"),)
STEAM_PARAMETERS: Final = {
    "steam_enthalpy_gj_per_t": Need.of(("steam_enthalpy", "project_id")),
    "reference_enthalpy_gj_per_t": Need.of(("reference_enthalpy", "project_id"), ("reference_enthalpy", "all")),
}
BOILER_PARAMETERS: Final = {
    "baseline_efficiency_ratio": Need.of(("baseline_boiler_efficiency", "project_id")),
    "baseline_fuel_tco2_per_gj": Need.of(
        ("baseline_fuel_ef", "project_id"), ("coal_ef", "project_id"), ("fuel_ef", "bituminous_coal")
    ),
}
GRID_ELECTRICITY: Final = Need.of(("grid_ef", "project_id"), ("grid_ef", "province_code"))

STEAM_HEAT = D * (h - h_ref)
HEAT = named("Q", coalesce(Q_metered, STEAM_HEAT))
REPLACED_BOILERS = HEAT / eta_BL * EF_BL

DISMANTLED: Final = Condition(
    code="replaced_boilers_dismantled",
    facts={"replaced_boilers_dismantled": Need.of(("replaced_boilers_dismantled", "project_id"))},
    holds=col("replaced_boilers_dismantled") == lit(1.0),
)
NO_POWER: Final = Condition(
    code="heat_source_is_chp",
    facts={"heat_source_is_chp": Need.of(("heat_source_is_chp", "project_id"))},
    holds=col("heat_source_is_chp") == lit(0.0),
)
