"""Wastewater treatment: methane that the old way of treatment would have let into the air.

Boundary   the wastewater that the project treats, old way and new way
Notes      methane that is caught counts as far as it is destroyed, and never beyond what the treatment makes
Source     2006 IPCC Guidelines vol. 5 ch. 6; structure of CDM AMS-III.H, unconfirmed; see the page
"""

from typing import Final

from polars import lit

from transforms.methods.engine.limits import not_below_zero
from transforms.methods.engine.method import Method, Need, Part
from transforms.methods.engine.signs import named, symbol

V = symbol("wastewater_m3", "V")
COD = symbol("organic_load_t_per_m3", "COD")
B_0 = symbol("methane_capacity_t_per_t", "B_0")
MCF = symbol("methane_correction_ratio", "MCF")
CH4_recovered = symbol("methane_recovered_t", "CH4_recovered")
d = symbol("methane_destruction_ratio", "d")
CH4_BL = symbol("replaced_methane_t", "CH4_BL")
GWP_CH4 = symbol("methane_tco2e_per_t", "GWP_CH4")
CH4_PJ = symbol("treated_methane_t", "CH4_PJ")
E = symbol("electricity_consumed_mwh", "E")
EF_grid = symbol("grid_tco2_per_mwh", "EF_grid")

READINGS: Final = {
    "methane_recovered_t": "methane_recovered",
    "electricity_consumed_mwh": "electricity_consumed",
}
PARAMETERS: Final = {
    "methane_tco2e_per_t": Need.of(("gwp_ch4", "all")),
    "methane_destruction_ratio": Need.of(("methane_destruction", "project_id"), ("methane_destruction", "all")),
    "grid_tco2_per_mwh": Need.of(("grid_ef", "project_id"), ("grid_ef", "province_code")),
}
OF_TREATMENT: Final = {
    "organic_load_t_per_m3": Need.of(("organic_load", "project_item"), ("organic_load", "project_id")),
    "methane_capacity_t_per_t": Need.of(("methane_capacity", "project_item"), ("methane_capacity", "item")),
    "methane_correction_ratio": Need.of(("methane_correction", "project_item"), ("methane_correction", "item")),
}
METHANE = V * COD * B_0 * MCF
REPLACED: Final = Part(
    symbol="replaced_methane_t",
    kind="replaced_wastewater",
    reading="wastewater_m3",
    parameters=OF_TREATMENT,
    amount=METHANE,
)
TREATED: Final = Part(
    symbol="treated_methane_t",
    kind="treated_wastewater",
    reading="wastewater_m3",
    parameters=OF_TREATMENT,
    amount=METHANE,
)
BURNED = CH4_recovered * d
BASELINE = CH4_BL * GWP_CH4
LET_OUT = named("CH4_out", not_below_zero(CH4_PJ - BURNED))
PROJECT = LET_OUT * GWP_CH4 + E * EF_grid
LEAKAGE = lit(0.0)

METHOD: Final = Method(
    name="wastewater_treatment",
    readings=READINGS,
    parameters=PARAMETERS,
    baseline=BASELINE,
    project=PROJECT,
    leakage=LEAKAGE,
    parts=(REPLACED, TREATED),
)
