"""Manure biogas: methane that manure in open storage would have let into the air is caught in a digester.

Boundary   manure storage before, digester now (docs/methods/manure_biogas.md); power sold is a project of its own
Equations  F  = GWP x D_CH4 x UF_b x sum over livestock of N x VS x MS x B0 x MCF              [tCO2e]
           PE = GWP x D_CH4 x leak x sum of N x VS x MS x B0 + E x EF_grid                     [tCO2e]
           MD = GWP x methane metered and burned                                               [tCO2e]
           BE = min(F, MD + leak), so that ER = min(F - PE, MD - E x EF_grid);  LE = 0;  ER = BE - PE - LE
Source     CDM AMS-III.D version 21.0, equations 1, 7, 10 and 11; defaults of 2006 IPCC Guidelines vol. 4 ch. 10,
           unconfirmed; see the page
"""

import math
from typing import Final

from polars import col, lit

from schemas.monitoring.manure_biogas import ManureBiogasMonth
from transforms.limits import at_most
from transforms.method import Condition, Method, Need, Part

READINGS: Final = {"electricity_consumed_mwh": "electricity_consumed"}
PARAMETERS: Final = {
    "methane_tco2e_per_t": Need.of(("gwp_ch4", "all")),
    "methane_density_t_per_m3": Need.of(("methane_density", "all")),
    "uncertainty_correction_ratio": Need.of(("manure_uncertainty_correction", "all")),
    "digester_leak_ratio": Need.of(("digester_leakage", "project_id"), ("digester_leakage", "all")),
    "grid_tco2_per_mwh": Need.of(("grid_ef", "project_id"), ("grid_ef", "province_code")),
}
OF_LIVESTOCK: Final = {
    "volatile_solids_t_per_head_day": Need.of(("volatile_solids", "project_item"), ("volatile_solids", "item")),
    "treated_ratio": Need.of(("manure_treated_share", "project_item"), ("manure_treated_share", "project_id")),
    "methane_capacity_m3_per_t": Need.of(
        ("manure_methane_capacity", "project_item"), ("manure_methane_capacity", "item")
    ),
}
VOLATILE_SOLIDS = col("livestock_head_day") * col("volatile_solids_t_per_head_day") * col("treated_ratio")
POTENTIAL = VOLATILE_SOLIDS * col("methane_capacity_m3_per_t")
OPEN_STORAGE = POTENTIAL * col("methane_conversion_ratio")

MANURE_POTENTIAL: Final = Part(
    symbol="manure_potential_m3", kind="livestock", reading="livestock_head_day", parameters=OF_LIVESTOCK,
    amount=POTENTIAL,
)  # fmt: skip
MANURE_BEFORE: Final = Part(
    symbol="manure_methane_before_m3", kind="livestock", reading="livestock_head_day",
    parameters={**OF_LIVESTOCK, "methane_conversion_ratio": Need.of(
        ("methane_conversion_factor", "project_item"), ("methane_conversion_factor", "project_id"))},
    amount=OPEN_STORAGE,
)  # fmt: skip
DESTROYED: Final = Need.of(
    ("methane_destruction", "project_item"), ("methane_destruction", "project_id"), ("methane_destruction", "item")
)
METERED_BY_VOLUME: Final = Part(
    symbol="metered_volume_burned_t", kind="metered_methane_volume", reading="methane_m3",
    parameters={
        "metered_density_t_per_m3": Need.of(("methane_density", "all")), "volume_destroyed_ratio": DESTROYED,
    },
    amount=col("methane_m3") * col("metered_density_t_per_m3") * col("volume_destroyed_ratio"), absent=math.inf,
)  # fmt: skip
METERED_BY_MASS: Final = Part(
    symbol="metered_mass_burned_t", kind="metered_methane_mass", reading="methane_t",
    parameters={"mass_destroyed_ratio": DESTROYED},
    amount=col("methane_t") * col("mass_destroyed_ratio"), absent=math.inf,
)  # fmt: skip
TCO2E_OF_METHANE = col("methane_density_t_per_m3") * col("methane_tco2e_per_t")
FORMULA = col("manure_methane_before_m3") * TCO2E_OF_METHANE * col("uncertainty_correction_ratio")
DIGESTER_LEAK = col("manure_potential_m3") * TCO2E_OF_METHANE * col("digester_leak_ratio")
LIMIT_BY_VOLUME = col("metered_volume_burned_t") * col("methane_tco2e_per_t") + DIGESTER_LEAK
LIMIT_BY_MASS = col("metered_mass_burned_t") * col("methane_tco2e_per_t") + DIGESTER_LEAK
BASELINE = at_most(at_most(FORMULA, LIMIT_BY_VOLUME), LIMIT_BY_MASS)
PROJECT = DIGESTER_LEAK + col("electricity_consumed_mwh") * col("grid_tco2_per_mwh")
LEAKAGE = lit(0.0)

DECAYED_WITHOUT_AIR: Final = Condition(
    code="manure_decayed_without_air",
    facts={"manure_stored_without_air": Need.of(("manure_stored_without_air", "project_id"))},
    holds=col("manure_stored_without_air") == lit(1.0),
    clause="CDM AMS-III.D version 21.0, paragraph 17",
    sentence="before the project the manure decayed without air and no methane was caught",
    sentence_zh="项目前粪污在厌氧条件下存放且未回收甲烷",
)

METHOD: Final = Method(
    name="manure_biogas",
    readings=READINGS,
    parameters=PARAMETERS,
    baseline=BASELINE,
    project=PROJECT,
    leakage=LEAKAGE,
    contract=ManureBiogasMonth,
    parts=(MANURE_BEFORE, MANURE_POTENTIAL, METERED_BY_VOLUME, METERED_BY_MASS),
    conditions=(DECAYED_WITHOUT_AIR,),
)
