"""Waste heat recovery: power and heat from waste gas or waste heat replace the grid and a boiler.

Boundary   waste energy at the plant that throws it away -> power and heat used
Notes      auxiliaries count whole, neither the cap nor the share of waste energy lessens them; the share leaves out
           what other fuel made
Source     structure of CDM ACM0012, unconfirmed; see the page
"""

from typing import Final

from polars import col, lit

from transforms.methods.engine.method import Condition, Method, Need
from transforms.methods.engine.signs import symbol

EG = symbol("power_generated_mwh", "EG")
EF_CM = symbol("grid_cm_tco2_per_mwh", "EF_CM")
HG = symbol("recovered_heat_gj", "HG")
eta_BL = symbol("baseline_efficiency_ratio", "η_BL")
EF_BL = symbol("baseline_fuel_tco2_per_gj", "EF_BL")
f_cap = symbol("waste_energy_cap_ratio", "f_cap")
f_wcm = symbol("waste_energy_ratio", "f_wcm")
E = symbol("electricity_consumed_mwh", "E")

READINGS: Final = {
    "power_generated_mwh": "power_generated",
    "electricity_consumed_mwh": "electricity_consumed",
    "recovered_heat_gj": "recovered_heat",
}
PARAMETERS: Final = {
    "waste_energy_cap_ratio": Need.of(("waste_energy_cap", "project_id")),
    "waste_energy_ratio": Need.of(("waste_energy_share", "project_id")),
    "grid_cm_tco2_per_mwh": Need.of(("grid_cm_ef", "project_id"), ("grid_cm_ef", "region_technology")),
    "baseline_efficiency_ratio": Need.of(
        ("baseline_boiler_efficiency", "project_id"), ("benchmark_boiler_efficiency", "all")
    ),
    "baseline_fuel_tco2_per_gj": Need.of(("baseline_fuel_ef", "project_id"), ("fuel_ef", "bituminous_coal")),
}
POWER_REPLACED = EG * EF_CM
HEAT_REPLACED = HG / eta_BL * EF_BL
BASELINE = f_cap * f_wcm * (POWER_REPLACED + HEAT_REPLACED)
PROJECT = E * EF_CM
LEAKAGE = lit(0.0)

VENTED_BEFORE: Final = Condition(
    code="waste_energy_was_vented",
    facts={"waste_energy_was_vented": Need.of(("waste_energy_was_vented", "project_id"))},
    holds=col("waste_energy_was_vented") == lit(1.0),
)

METHOD: Final = Method(
    name="waste_heat_recovery",
    readings=READINGS,
    parameters=PARAMETERS,
    baseline=BASELINE,
    project=PROJECT,
    leakage=LEAKAGE,
    conditions=(VENTED_BEFORE,),
    is_net=True,
)
