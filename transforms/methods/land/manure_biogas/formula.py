"""Manure biogas: methane that manure in open storage would have let into the air is caught in a digester.

Boundary   manure storage before, digester now; power sold is a project of its own
Notes      the lower of two results: the formula, and the methane that was metered and burned; the second is written
           as a limit of the baseline, with the leak of the digester, which is among the project emissions
Source     CDM AMS-III.D version 21.0, equations 1, 7, 10 and 11; defaults of 2006 IPCC Guidelines vol. 4 ch. 10,
           unconfirmed; see the page
"""

import math
from typing import Final

from polars import col, lit

from transforms.methods.engine.limits import at_most
from transforms.methods.engine.method import Condition, Method, Need, Part
from transforms.methods.engine.signs import named, symbol

N = symbol("livestock_head_day", "N")
VS = symbol("volatile_solids_t_per_head_day", "VS")
MS = symbol("treated_ratio", "MS")
B_0 = symbol("methane_capacity_m3_per_t", "B_0")
MCF = symbol("methane_conversion_ratio", "MCF")
V_metered = symbol("methane_m3", "V_metered")
D_metered = symbol("metered_density_t_per_m3", "D_metered")
d_volume = symbol("volume_destroyed_ratio", "d_volume")
M_metered = symbol("methane_t", "M_metered")
d_mass = symbol("mass_destroyed_ratio", "d_mass")
D = symbol("methane_density_t_per_m3", "D")
GWP_CH4 = symbol("methane_tco2e_per_t", "GWP_CH4")
V_BL = symbol("manure_methane_before_m3", "V_BL")
UF = symbol("uncertainty_correction_ratio", "UF")
V_potential = symbol("manure_potential_m3", "V_potential")
f_leak = symbol("digester_leak_ratio", "f_leak")
CH4_volume = symbol("metered_volume_burned_t", "CH4_volume")
CH4_mass = symbol("metered_mass_burned_t", "CH4_mass")
E = symbol("electricity_consumed_mwh", "E")
EF_grid = symbol("grid_tco2_per_mwh", "EF_grid")

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
VOLATILE_SOLIDS = N * VS * MS
POTENTIAL = VOLATILE_SOLIDS * B_0
OPEN_STORAGE = POTENTIAL * MCF

MANURE_POTENTIAL: Final = Part(
    symbol="manure_potential_m3",
    kind="livestock",
    reading="livestock_head_day",
    parameters=OF_LIVESTOCK,
    amount=POTENTIAL,
)
MANURE_BEFORE: Final = Part(
    symbol="manure_methane_before_m3",
    kind="livestock",
    reading="livestock_head_day",
    parameters={
        **OF_LIVESTOCK,
        "methane_conversion_ratio": Need.of(
            ("methane_conversion_factor", "project_item"), ("methane_conversion_factor", "project_id")
        ),
    },
    amount=OPEN_STORAGE,
)
DESTROYED: Final = Need.of(
    ("methane_destruction", "project_item"), ("methane_destruction", "project_id"), ("methane_destruction", "item")
)
METERED_BY_VOLUME: Final = Part(
    symbol="metered_volume_burned_t",
    kind="metered_methane_volume",
    reading="methane_m3",
    parameters={
        "metered_density_t_per_m3": Need.of(("methane_density", "all")),
        "volume_destroyed_ratio": DESTROYED,
    },
    amount=V_metered * D_metered * d_volume,
    absent=math.inf,
)
METERED_BY_MASS: Final = Part(
    symbol="metered_mass_burned_t",
    kind="metered_methane_mass",
    reading="methane_t",
    parameters={"mass_destroyed_ratio": DESTROYED},
    amount=M_metered * d_mass,
    absent=math.inf,
)
TCO2E_OF_METHANE = D * GWP_CH4
FORMULA = named("BE_formula", V_BL * TCO2E_OF_METHANE * UF)
DIGESTER_LEAK = named("L", V_potential * TCO2E_OF_METHANE * f_leak)
LIMIT_BY_VOLUME = named("BE_volume", CH4_volume * GWP_CH4 + DIGESTER_LEAK)
LIMIT_BY_MASS = named("BE_mass", CH4_mass * GWP_CH4 + DIGESTER_LEAK)
BASELINE = at_most(at_most(FORMULA, LIMIT_BY_VOLUME), LIMIT_BY_MASS)
PROJECT = DIGESTER_LEAK + E * EF_grid
LEAKAGE = lit(0.0)

DECAYED_WITHOUT_AIR: Final = Condition(
    code="manure_decayed_without_air",
    facts={"manure_stored_without_air": Need.of(("manure_stored_without_air", "project_id"))},
    holds=col("manure_stored_without_air") == lit(1.0),
)

METHOD: Final = Method(
    name="manure_biogas",
    readings=READINGS,
    parameters=PARAMETERS,
    baseline=BASELINE,
    project=PROJECT,
    leakage=LEAKAGE,
    parts=(MANURE_BEFORE, MANURE_POTENTIAL, METERED_BY_VOLUME, METERED_BY_MASS),
    conditions=(DECAYED_WITHOUT_AIR,),
)
