"""Afforestation: what trees planted on land that was no forest took up, less a deduction because forests can burn.

Boundary   living trees above and below ground on the planted parcels
Notes      a removal is a negative emission; what is deducted because forests can burn is counted as leakage
Source     CCER-14-001-V01, clause 2 read in part, deduction and baseline of 0 unconfirmed; see the page
"""

from typing import Final

from polars import col, lit

from transforms.methods.engine.limits import not_below_zero
from transforms.methods.engine.method import Condition, Method, Need
from transforms.methods.engine.signs import named, symbol
from transforms.methods.shared.forest_carbon import CO2_OF_TREE_GROWTH

T = symbol("forest_area_time_ha_year", "T")
b_BL = symbol("baseline_removal_tco2_per_ha_year", "b_BL")
dC = symbol("tree_growth_tco2", "ΔC")
p = symbol("non_permanence_ratio", "p")

READINGS: Final = {"forest_area_time_ha_year": "forest_area_time"}
PARAMETERS: Final = {
    "baseline_removal_tco2_per_ha_year": Need.of(
        ("baseline_removal_rate", "project_id"), ("baseline_removal_rate", "afforestation")
    ),
    "non_permanence_ratio": Need.of(("non_permanence_deduction", "project_id"), ("non_permanence_deduction", "all")),
}
BASELINE_REMOVALS = named("ΔC_BL", T * b_BL)
BASELINE = lit(0.0) - BASELINE_REMOVALS
PROJECT = lit(0.0) - dC
LEAKAGE = not_below_zero(dC - BASELINE_REMOVALS) * p


def _stated(code: str, fact: str) -> Condition:
    """A condition that the project states as one yes (1) or no (0)."""
    facts = {fact: Need.of((fact, "project_id"))}
    return Condition(code, facts, col(fact) == lit(1.0))


CONDITIONS: Final = (
    _stated("planting_of_forest", "planting_is_not_excluded"),
    _stated("not_forest_before", "land_not_forest_for_three_years"),
    _stated("clear_title", "land_title_is_clear"),
    _stated("large_enough_parcels", "smallest_parcel_is_large_enough"),
    _stated("not_wetland", "land_is_not_wetland"),
    _stated("little_clearing", "clearing_kept_within_limits"),
    _stated("little_soil_disturbance", "soil_disturbance_kept_within_limits"),
)

METHOD: Final = Method(
    name="afforestation",
    readings=READINGS,
    parameters=PARAMETERS,
    baseline=BASELINE,
    project=PROJECT,
    leakage=LEAKAGE,
    signed=("tree_growth_tco2",),
    parts=(CO2_OF_TREE_GROWTH,),
    conditions=CONDITIONS,
)
