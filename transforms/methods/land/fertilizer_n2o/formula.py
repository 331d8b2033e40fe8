"""Fertiliser N2O: less nitrogen on the field is less nitrous oxide from soil, air and water.

Boundary   fields of the project, nitrogen as pure N
Notes      the baseline is the nitrogen per area of before, on the area of now
Source     2006 IPCC Guidelines vol. 4 ch. 11, tier 1; EF1 of the provincial guide (trial); unconfirmed, see the page
"""

from typing import Final

from polars import lit

from transforms.methods.engine.method import Method, Need
from transforms.methods.engine.signs import named, symbol

F_vol = symbol("volatilised_ratio", "F_vol")
EF_vol = symbol("volatilised_n2o_ratio", "EF_vol")
F_leach = symbol("leached_ratio", "F_leach")
EF_leach = symbol("leached_n2o_ratio", "EF_leach")
EF_1 = symbol("direct_ratio", "EF_1")
m_N2O = symbol("nitrogen_tn2o_per_tn", "m_N2O")
GWP_N2O = symbol("n2o_tco2e_per_tn2o", "GWP_N2O")
A = symbol("fertilised_ha", "A")
n_BL = symbol("baseline_nitrogen_tn_per_ha", "n_BL")
N = symbol("nitrogen_applied_tn", "N")

READINGS: Final = {"fertilised_ha": "fertilised_area", "nitrogen_applied_tn": "nitrogen_applied"}
PARAMETERS: Final = {
    "baseline_nitrogen_tn_per_ha": Need.of(("baseline_nitrogen_rate", "project_id")),
    "direct_ratio": Need.of(("n2o_direct_ef", "project_id"), ("n2o_direct_ef", "province_code")),
    "volatilised_ratio": Need.of(("nitrogen_volatilised", "project_id"), ("nitrogen_volatilised", "all")),
    "volatilised_n2o_ratio": Need.of(("n2o_volatilised_ef", "all")),
    "leached_ratio": Need.of(("nitrogen_leached", "project_id"), ("nitrogen_leached", "all")),
    "leached_n2o_ratio": Need.of(("n2o_leached_ef", "all")),
    "nitrogen_tn2o_per_tn": Need.of(("n2o_n_to_n2o", "all")),
    "n2o_tco2e_per_tn2o": Need.of(("gwp_n2o", "all")),
}
INDIRECT = F_vol * EF_vol + F_leach * EF_leach
PER_NITROGEN = named("e_N", (EF_1 + INDIRECT) * m_N2O * GWP_N2O)
BASELINE = A * n_BL * PER_NITROGEN
PROJECT = N * PER_NITROGEN
LEAKAGE = lit(0.0)

METHOD: Final = Method(
    name="fertilizer_n2o",
    readings=READINGS,
    parameters=PARAMETERS,
    baseline=BASELINE,
    project=PROJECT,
    leakage=LEAKAGE,
)
