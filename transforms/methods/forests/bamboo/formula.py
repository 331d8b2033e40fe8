"""Bamboo: the biomass that a bamboo stand gained, culms cut every year taken off; a culm has no stem volume to go by.

Boundary   living bamboo stands of the project
Notes      a removal is a negative emission
Source     net accumulation only; carbon fraction from the provincial guide (trial), unconfirmed; see the page
"""

from typing import Final

from polars import lit

from transforms.methods.engine.method import Method, Need
from transforms.methods.engine.signs import symbol

CF = symbol("carbon_fraction_tc_per_t", "CF")
m_CO2 = symbol("carbon_tco2_per_tc", "m_CO2")
dB_BL = symbol("baseline_biomass_change_t", "ΔB_BL")
dB = symbol("biomass_change_t", "ΔB")

READINGS: Final = {
    "biomass_change_t": "bamboo_biomass_change",
    "baseline_biomass_change_t": "baseline_bamboo_biomass_change",
}
PARAMETERS: Final = {
    "carbon_fraction_tc_per_t": Need.of(("carbon_fraction", "project_id"), ("carbon_fraction", "bamboo")),
    "carbon_tco2_per_tc": Need.of(("carbon_to_co2", "all")),
}
CO2_OF_BIOMASS = CF * m_CO2
BASELINE = lit(0.0) - dB_BL * CO2_OF_BIOMASS
PROJECT = lit(0.0) - dB * CO2_OF_BIOMASS
LEAKAGE = lit(0.0)

METHOD: Final = Method(
    name="bamboo",
    readings=READINGS,
    parameters=PARAMETERS,
    baseline=BASELINE,
    project=PROJECT,
    leakage=LEAKAGE,
    signed=(
        "biomass_change_t",
        "baseline_biomass_change_t",
    ),
)
