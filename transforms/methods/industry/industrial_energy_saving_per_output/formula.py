"""Industrial energy saving per tonne of product: less energy for the same output, whatever the output is.

Boundary   the process that was changed
Notes      the baseline is the base year's energy per tonne, at the output of now
Source     structure of CDM AMS-II.D, production normalised, unconfirmed; see the page
"""

from typing import Final

from polars import lit

from transforms.methods.engine.method import Method, Need
from transforms.methods.engine.signs import symbol
from transforms.methods.shared.fuel_combustion import CO2_OF_FUELS
from transforms.methods.shared.replaced_boilers import GRID_ELECTRICITY

e_fuel = symbol("baseline_fuel_gj_per_t", "e_fuel")
EF_BL = symbol("baseline_fuel_tco2_per_gj", "EF_BL")
Q = symbol("product_output_t", "Q")
e_power = symbol("baseline_power_mwh_per_t", "e_power")
EF_grid = symbol("grid_tco2_per_mwh", "EF_grid")
PE_fuel = symbol("fuel_combustion_tco2", "PE_fuel")
E = symbol("electricity_consumed_mwh", "E")

READINGS: Final = {"product_output_t": "product_output", "electricity_consumed_mwh": "electricity_consumed"}
PARAMETERS: Final = {
    "baseline_fuel_gj_per_t": Need.of(("baseline_fuel_intensity", "project_id")),
    "baseline_power_mwh_per_t": Need.of(("baseline_power_intensity", "project_id")),
    "baseline_fuel_tco2_per_gj": Need.of(("baseline_fuel_ef", "project_id")),
    "grid_tco2_per_mwh": GRID_ELECTRICITY,
}
BASELINE_FUEL = e_fuel * EF_BL
BASELINE = Q * (BASELINE_FUEL + e_power * EF_grid)
PROJECT = PE_fuel + E * EF_grid
LEAKAGE = lit(0.0)

METHOD: Final = Method(
    name="industrial_energy_saving_per_output",
    readings=READINGS,
    parameters=PARAMETERS,
    baseline=BASELINE,
    project=PROJECT,
    leakage=LEAKAGE,
    parts=(CO2_OF_FUELS,),
)
