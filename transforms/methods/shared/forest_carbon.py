"""Forest carbon: what a change of standing volume is worth in CO2, species by species.

Notes      change of standing volume to stem mass, to biomass with branches and roots, to carbon, to CO2
Source     volume method of the CCER forestry methodologies, read in a published application; defaults unconfirmed
"""

from typing import Final

from polars import lit

from transforms.methods.engine.method import Need, Part
from transforms.methods.engine.signs import symbol

dV = symbol("volume_change_m3", "ΔV")
D = symbol("wood_density_t_per_m3", "D")
BEF = symbol("biomass_expansion_ratio", "BEF")
R = symbol("root_shoot_ratio", "R")
CF = symbol("carbon_fraction_tc_per_t", "CF")
m_CO2 = symbol("carbon_tco2_per_tc", "m_CO2")


def _of_species(parameter_id: str) -> Need:
    """A project's own value for the species is used before that of the species."""
    return Need.of((parameter_id, "project_item"), (parameter_id, "item"))


STEM_MASS = dV * D
BIOMASS = STEM_MASS * BEF * (lit(1.0) + R)
TREE_GROWTH = BIOMASS * CF * m_CO2

CO2_OF_TREE_GROWTH: Final = Part(
    symbol="tree_growth_tco2",
    kind="species",
    reading="volume_change_m3",
    parameters={
        "wood_density_t_per_m3": _of_species("wood_density"),
        "biomass_expansion_ratio": _of_species("biomass_expansion"),
        "root_shoot_ratio": _of_species("root_shoot"),
        "carbon_fraction_tc_per_t": _of_species("carbon_fraction"),
        "carbon_tco2_per_tc": Need.of(("carbon_to_co2", "all")),
    },
    amount=TREE_GROWTH,
)
