"""Water saving: water that is not lost need not be abstracted, treated and pumped.

Boundary   electricity from the abstraction to where the water was lost
Notes      the electricity of a cubic metre is measured
Source     decision of this project: electricity of the water saved; see the page
"""

from typing import Final

from polars import lit

from transforms.methods.engine.method import Method, Need
from transforms.methods.engine.signs import symbol

V_saved = symbol("water_saved_m3", "V_saved")
e_water = symbol("water_energy_mwh_per_m3", "e_water")
EF_grid = symbol("grid_tco2_per_mwh", "EF_grid")

READINGS: Final = {"water_saved_m3": "water_saved"}
PARAMETERS: Final = {
    "water_energy_mwh_per_m3": Need.of(("water_energy", "project_id")),
    "grid_tco2_per_mwh": Need.of(("grid_ef", "project_id"), ("grid_ef", "province_code")),
}
BASELINE = V_saved * e_water * EF_grid
PROJECT = lit(0.0)
LEAKAGE = lit(0.0)

METHOD: Final = Method(
    name="water_saving",
    readings=READINGS,
    parameters=PARAMETERS,
    baseline=BASELINE,
    project=PROJECT,
    leakage=LEAKAGE,
    signed=("water_saved_m3",),
    is_net=True,
)
