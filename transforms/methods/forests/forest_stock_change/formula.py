"""Forest stock change: what a managed forest took up between two surveys beyond ordinary management.

Boundary   the living trees of the surveyed strata, harvest and loss included
Notes      a removal is a negative emission
Source     volume method of the CCER forestry methodologies; ordinary management as in AR-CM-003; see the page
"""

from typing import Final

from polars import lit

from transforms.methods.engine.method import Method, Need
from transforms.methods.engine.signs import symbol
from transforms.methods.shared.forest_carbon import CO2_OF_TREE_GROWTH

T = symbol("forest_area_time_ha_year", "T")
b_BL = symbol("baseline_removal_tco2_per_ha_year", "b_BL")
dC = symbol("tree_growth_tco2", "ΔC")

READINGS: Final = {"forest_area_time_ha_year": "forest_area_time"}
PARAMETERS: Final = {"baseline_removal_tco2_per_ha_year": Need.of(("baseline_removal_rate", "project_id"))}
BASELINE = lit(0.0) - T * b_BL
PROJECT = lit(0.0) - dC
LEAKAGE = lit(0.0)

METHOD: Final = Method(
    name="forest_stock_change",
    readings=READINGS,
    parameters=PARAMETERS,
    baseline=BASELINE,
    project=PROJECT,
    leakage=LEAKAGE,
    signed=("tree_growth_tco2",),
    parts=(CO2_OF_TREE_GROWTH,),
)
