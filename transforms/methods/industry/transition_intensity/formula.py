"""Transition by intensity: a high-carbon borrower emits less per tonne of product than in its own base year.

Boundary   the borrower's own emissions, or those of the financed line
Notes      the baseline is this output at the base year's intensity
Source     intensity form of transition-finance frameworks, unconfirmed. Own base year: never among avoided emissions
"""

from typing import Final

from polars import lit

from transforms.methods.engine.method import Method, Need
from transforms.methods.engine.signs import symbol

Q = symbol("product_output_t", "Q")
I_BL = symbol("base_year_tco2e_per_t", "I_BL")
E_PJ = symbol("own_emissions_tco2e", "E_PJ")

READINGS: Final = {"product_output_t": "product_output", "own_emissions_tco2e": "own_emissions"}
PARAMETERS: Final = {"base_year_tco2e_per_t": Need.of(("base_year_intensity", "project_id"))}
BASELINE = Q * I_BL
PROJECT = E_PJ
LEAKAGE = lit(0.0)

METHOD: Final = Method(
    name="transition_intensity",
    readings=READINGS,
    parameters=PARAMETERS,
    baseline=BASELINE,
    project=PROJECT,
    leakage=LEAKAGE,
)
