"""LED lighting: the same hours of light from lamps of less power.

Boundary   the lamps replaced and their ballasts, by kind of lamp
Source     structure of CDM AMS-II.E and IPMVP option A, unconfirmed; see the page
"""

from typing import Final

from transforms.methods.engine.method import Method, Need, Part
from transforms.methods.engine.signs import symbol

n = symbol("lamps_count", "n")
h = symbol("lighting_hours", "h")
W_BL = symbol("replaced_lamp_mw", "W_BL")
W_PJ = symbol("new_lamp_mw", "W_PJ")
E_BL = symbol("replaced_lighting_mwh", "E_BL")
EF_grid = symbol("grid_tco2_per_mwh", "EF_grid")
E_PJ = symbol("new_lighting_mwh", "E_PJ")
r = symbol("rebound_ratio", "r")

PARAMETERS: Final = {
    "grid_tco2_per_mwh": Need.of(("grid_ef", "project_id"), ("grid_ef", "province_code")),
    "rebound_ratio": Need.of(("lighting_rebound", "project_id")),
}
LAMPS: Final = Need.of(("lamps", "project_item"), ("lamps", "project_of_one_item"))
REPLACED: Final = Need.of(("replaced_lamp_power", "project_item"), ("replaced_lamp_power", "project_of_one_item"))
NEW: Final = Need.of(("new_lamp_power", "project_item"), ("new_lamp_power", "project_of_one_item"))

REPLACED_LIGHTING: Final = Part(
    symbol="replaced_lighting_mwh",
    kind="lamp",
    reading="lighting_hours",
    parameters={"lamps_count": LAMPS, "replaced_lamp_mw": REPLACED},
    amount=n * h * W_BL,
)
NEW_LIGHTING: Final = Part(
    symbol="new_lighting_mwh",
    kind="lamp",
    reading="lighting_hours",
    parameters={"lamps_count": LAMPS, "new_lamp_mw": NEW},
    amount=n * h * W_PJ,
)
BASELINE = E_BL * EF_grid
PROJECT = E_PJ * EF_grid
LEAKAGE = (E_BL - E_PJ) * EF_grid * r

METHOD: Final = Method(
    name="led_lighting",
    readings={},
    parameters=PARAMETERS,
    baseline=BASELINE,
    project=PROJECT,
    leakage=LEAKAGE,
    parts=(REPLACED_LIGHTING, NEW_LIGHTING),
)
