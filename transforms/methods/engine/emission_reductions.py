"""What a project avoids: what a method's terms leave, or its own annual figure by days; negative stays so."""

from typing import Final

from transforms.methods.engine.signs import symbol

BE = symbol("baseline_emissions_tco2e", "BE")
PE = symbol("project_emissions_tco2e", "PE")
LE = symbol("leakage_tco2e", "LE")
EMISSION_REDUCTIONS: Final = BE - PE - LE

A = symbol("reported_annual_reduction_tco2", "A")
d = symbol("operating_days", "d")
d_year = symbol("year_days", "d_year")
OWN_FIGURE: Final = A * (d / d_year)
"""Of a project that states its own figure: the share of the year in which it ran."""
