"""ER = BE - PE - LE, once for all methods; negative stays negative."""

from typing import Final

from polars import col

EMISSION_REDUCTIONS: Final = col("baseline_emissions_tco2e") - col("project_emissions_tco2e") - col("leakage_tco2e")
