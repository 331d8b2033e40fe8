"""Straw utilization: straw that is collected or ploughed in is not burned in the open.

Boundary   straw of the project's fields; CO2 of straw is biogenic and not counted
Source     2006 IPCC Guidelines vol. 4 ch. 2, agricultural residues; unconfirmed, see the page
"""

from typing import Final

from polars import lit

from transforms.methods.engine.method import Method, Need
from transforms.methods.engine.signs import symbol

g_CH4 = symbol("straw_methane_t_per_t", "g_CH4")
GWP_CH4 = symbol("methane_tco2e_per_t", "GWP_CH4")
g_N2O = symbol("straw_n2o_t_per_t", "g_N2O")
GWP_N2O = symbol("n2o_tco2e_per_t", "GWP_N2O")
S = symbol("straw_not_burned_t", "S")
C_f = symbol("burned_ratio", "C_f")
R = symbol("straw_returned_to_paddies_t", "R")
g_paddy = symbol("paddy_methane_t_per_t", "g_paddy")

READINGS: Final = {"straw_not_burned_t": "straw_not_burned", "straw_returned_to_paddies_t": "straw_returned_to_paddies"}
PARAMETERS: Final = {
    "burned_ratio": Need.of(("straw_combustion", "all")),
    "straw_methane_t_per_t": Need.of(("straw_ch4_ef", "all")),
    "straw_n2o_t_per_t": Need.of(("straw_n2o_ef", "all")),
    "paddy_methane_t_per_t": Need.of(("paddy_ch4_of_straw", "project_id")),
    "methane_tco2e_per_t": Need.of(("gwp_ch4", "all")),
    "n2o_tco2e_per_t": Need.of(("gwp_n2o", "all")),
}
OPEN_FIRE = g_CH4 * GWP_CH4 + g_N2O * GWP_N2O
BASELINE = S * C_f * OPEN_FIRE
PROJECT = lit(0.0)
LEAKAGE = R * g_paddy * GWP_CH4

METHOD: Final = Method(
    name="straw_utilization",
    readings=READINGS,
    parameters=PARAMETERS,
    baseline=BASELINE,
    project=PROJECT,
    leakage=LEAKAGE,
    is_net=True,
)
