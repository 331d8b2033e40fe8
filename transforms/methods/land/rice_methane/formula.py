"""Rice methane: paddies that are drained more often than before let out less methane.

Boundary   flooded rice of the project, season by season
Notes      more nitrous oxide from drained soil is leakage
Source     2006 IPCC Guidelines vol. 4 ch. 5, 2019 refinement; EF_c of the provincial guide (trial); unconfirmed
"""

from typing import Final

from polars import col, lit

from transforms.methods.engine.method import Condition, Method, Need, Part
from transforms.methods.engine.signs import symbol

A = symbol("rice_ha", "A")
EF_c = symbol("seasonal_methane_t_per_ha", "EF_c")
SF_p = symbol("preseason_water_ratio", "SF_p")
SF_o = symbol("organic_amendment_ratio", "SF_o")
SF_BL = symbol("baseline_water_ratio", "SF_BL")
SF_PJ = symbol("project_water_ratio", "SF_PJ")
n = symbol("n2o_increase_t_per_ha", "n")
CH4_BL = symbol("methane_before_t", "CH4_BL")
GWP_CH4 = symbol("methane_tco2e_per_t", "GWP_CH4")
CH4_PJ = symbol("methane_now_t", "CH4_PJ")
N2O_more = symbol("more_n2o_t", "N2O_more")
GWP_N2O = symbol("n2o_tco2e_per_t", "GWP_N2O")

PARAMETERS: Final = {
    "methane_tco2e_per_t": Need.of(("gwp_ch4", "all")),
    "n2o_tco2e_per_t": Need.of(("gwp_n2o", "all")),
}
OF_SEASON: Final = {
    "seasonal_methane_t_per_ha": Need.of(("rice_methane_ef", "project_item"), ("rice_methane_ef", "item")),
    "preseason_water_ratio": Need.of(("preseason_water_scaling", "project_id"), ("preseason_water_scaling", "all")),
    "organic_amendment_ratio": Need.of(
        ("organic_amendment_scaling", "project_id"), ("organic_amendment_scaling", "all")
    ),
}
BASELINE_WATER: Final = Need.of(("baseline_water_scaling", "project_id"))
PROJECT_WATER: Final = Need.of(("project_water_scaling", "project_id"))
SEASON_METHANE = A * EF_c * SF_p * SF_o
METHANE_BEFORE = SEASON_METHANE * SF_BL
METHANE_NOW = SEASON_METHANE * SF_PJ
MORE_N2O = A * n

BEFORE: Final = Part(
    symbol="methane_before_t",
    kind="rice",
    reading="rice_ha",
    parameters={**OF_SEASON, "baseline_water_ratio": BASELINE_WATER},
    amount=METHANE_BEFORE,
)
NOW: Final = Part(
    symbol="methane_now_t",
    kind="rice",
    reading="rice_ha",
    parameters={**OF_SEASON, "project_water_ratio": PROJECT_WATER},
    amount=METHANE_NOW,
)
NITROUS_OXIDE: Final = Part(
    symbol="more_n2o_t",
    kind="rice",
    reading="rice_ha",
    parameters={
        "n2o_increase_t_per_ha": Need.of(("rice_n2o_increase", "project_item"), ("rice_n2o_increase", "project_id"))
    },
    amount=MORE_N2O,
)
BASELINE = CH4_BL * GWP_CH4
PROJECT = CH4_PJ * GWP_CH4
LEAKAGE = N2O_more * GWP_N2O

NOT_CONTINUOUSLY_FLOODED: Final = Condition(
    code="rice_baseline_is_drained",
    facts={"baseline_water_ratio_stated": BASELINE_WATER},
    when=col("province_code") == "CN-JX",
    holds=col("baseline_water_ratio_stated") < lit(1.0),
)

METHOD: Final = Method(
    name="rice_methane",
    readings={},
    parameters=PARAMETERS,
    baseline=BASELINE,
    project=PROJECT,
    leakage=LEAKAGE,
    parts=(BEFORE, NOW, NITROUS_OXIDE),
    conditions=(NOT_CONTINUOUSLY_FLOODED,),
)
