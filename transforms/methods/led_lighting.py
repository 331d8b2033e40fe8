"""LED lighting: the same hours of light from lamps of less power.

Boundary   the lamps replaced and their ballasts, by kind of lamp (docs/methods/led_lighting.md)
Equations  BE = sum of n x h x W_BL x EF_grid            [tCO2]     over kinds of lamps
           PE = sum of n x h x W_PJ x EF_grid            [tCO2]
           LE = (BE - PE) x rebound                      [tCO2]     ER = BE - PE - LE = (BE - PE) x (1 - rebound)
Source     structure of CDM AMS-II.E and IPMVP option A, unconfirmed; see the page
"""

from typing import Final

from polars import col

from schemas.monitoring.led_lighting import LedLightingMonth
from transforms.method import Method, Need, Part

PARAMETERS: Final = {
    "grid_tco2_per_mwh": Need.of(("grid_ef", "project_id"), ("grid_ef", "province_code")),
    "rebound_ratio": Need.of(("lighting_rebound", "project_id")),
}
LAMPS: Final = Need.of(("lamps", "project_item"), ("lamps", "project_of_one_item"))
REPLACED: Final = Need.of(("replaced_lamp_power", "project_item"), ("replaced_lamp_power", "project_of_one_item"))
NEW: Final = Need.of(("new_lamp_power", "project_item"), ("new_lamp_power", "project_of_one_item"))

REPLACED_LIGHTING: Final = Part(
    symbol="replaced_lighting_mwh", kind="lamp", reading="lighting_hours",
    parameters={"lamps_count": LAMPS, "replaced_lamp_mw": REPLACED},
    amount=col("lamps_count") * col("lighting_hours") * col("replaced_lamp_mw"),
)  # fmt: skip
NEW_LIGHTING: Final = Part(
    symbol="new_lighting_mwh", kind="lamp", reading="lighting_hours",
    parameters={"lamps_count": LAMPS, "new_lamp_mw": NEW},
    amount=col("lamps_count") * col("lighting_hours") * col("new_lamp_mw"),
)  # fmt: skip
BASELINE = col("replaced_lighting_mwh") * col("grid_tco2_per_mwh")
PROJECT = col("new_lighting_mwh") * col("grid_tco2_per_mwh")
LEAKAGE = (
    (col("replaced_lighting_mwh") - col("new_lighting_mwh")) * col("grid_tco2_per_mwh") * col("rebound_ratio")
)  # fmt: skip

METHOD: Final = Method(
    name="led_lighting",
    readings={},
    parameters=PARAMETERS,
    baseline=BASELINE,
    project=PROJECT,
    leakage=LEAKAGE,
    contract=LedLightingMonth,
    parts=(REPLACED_LIGHTING, NEW_LIGHTING),
)
