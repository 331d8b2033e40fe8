"""Steam heating by standard coal, the form of Chinese feasibility reports: coal saved per GJ, then CO2 per tonne of it.

Boundary   fuel at the heat source -> heat metered at the users
Notes      34.12 kgce/GJ (29.3076 GJ/tce); boiler and network of the project each have an efficiency; no leakage:
           the replaced boilers are dismantled
Source     form used in feasibility reports, unconfirmed; tCO2/tce from published pairs of
           green-credit reports; see the page
"""

from typing import Final

from polars import col, lit

from transforms.methods.engine.method import Condition, Method, Need
from transforms.methods.engine.signs import symbol
from transforms.methods.shared.replaced_boilers import (
    DISMANTLED,
    HEAT,
    HEAT_OR_STEAM,
    HEAT_READINGS,
    NO_POWER,
    STEAM_PARAMETERS,
)

b = symbol("heat_tce_per_gj", "b")
eta_BL = symbol("baseline_efficiency_ratio", "η_BL")
eta_PJ = symbol("project_efficiency_ratio", "η_PJ")
eta_net = symbol("network_efficiency_ratio", "η_net")
k = symbol("standard_coal_tco2_per_tce", "k")

CO2_OF_STANDARD_COAL: Final = Need.of(("tce_ef", "project_id"), ("tce_ef", "green_credit"))
READINGS: Final = HEAT_READINGS
PARAMETERS: Final = {
    **STEAM_PARAMETERS,
    "heat_tce_per_gj": Need.of(("heat_standard_coal", "all")),
    "baseline_efficiency_ratio": Need.of(("baseline_boiler_efficiency", "project_id")),
    "project_efficiency_ratio": Need.of(("project_boiler_efficiency", "project_id")),
    "network_efficiency_ratio": Need.of(("network_efficiency", "project_id")),
    "standard_coal_tco2_per_tce": CO2_OF_STANDARD_COAL,
}
BASELINE_COAL = HEAT * b / eta_BL
PROJECT_COAL = HEAT * b / (eta_PJ * eta_net)
BASELINE = BASELINE_COAL * k
PROJECT = PROJECT_COAL * k
LEAKAGE = lit(0.0)

PROVEN_COAL: Final = Condition(
    code="saved_energy_is_coal",
    facts={
        "saved_energy_is_coal": Need.of(("saved_energy_is_coal", "project_id")),
        "standard_coal_factor": CO2_OF_STANDARD_COAL,
        "usual_factor": Need.of(("tce_ef", "green_credit")),
    },
    when=col("standard_coal_factor") > col("usual_factor"),
    holds=col("saved_energy_is_coal") == lit(1.0),
)

METHOD: Final = Method(
    name="steam_heating_standard_coal",
    readings=READINGS,
    one_of=HEAT_OR_STEAM,
    parameters=PARAMETERS,
    baseline=BASELINE,
    project=PROJECT,
    leakage=LEAKAGE,
    conditions=(DISMANTLED, NO_POWER, PROVEN_COAL),
    heat_from="boiler",
)
