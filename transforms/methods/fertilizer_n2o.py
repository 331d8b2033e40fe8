"""Fertiliser N2O: less nitrogen on the field is less nitrous oxide from soil, air and water.

Boundary   fields of the project, nitrogen as pure N (docs/methods/fertilizer_n2o.md)
Equations  E  = N x (EF1 + F_vol x EF_vol + F_leach x EF_leach) x 44/28 x GWP_N2O     [tCO2e]
           BE = E of area x nitrogen per area before;  PE = E of nitrogen applied;  LE = 0;  ER = BE - PE - LE
Source     2006 IPCC Guidelines vol. 4 ch. 11, tier 1; EF1 of the provincial guide (trial); unconfirmed, see the page
"""

from typing import Final

from polars import col, lit

from schemas.monitoring.fertilizer_n2o import FertilizerN2oMonth
from transforms.method import Method, Need

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
INDIRECT = col("volatilised_ratio") * col("volatilised_n2o_ratio") + col("leached_ratio") * col("leached_n2o_ratio")
PER_NITROGEN = (col("direct_ratio") + INDIRECT) * col("nitrogen_tn2o_per_tn") * col("n2o_tco2e_per_tn2o")
BASELINE = col("fertilised_ha") * col("baseline_nitrogen_tn_per_ha") * PER_NITROGEN
PROJECT = col("nitrogen_applied_tn") * PER_NITROGEN
LEAKAGE = lit(0.0)

METHOD: Final = Method(
    name="fertilizer_n2o",
    readings=READINGS,
    parameters=PARAMETERS,
    baseline=BASELINE,
    project=PROJECT,
    leakage=LEAKAGE,
    contract=FertilizerN2oMonth,
)
