"""Grid-connected renewables as the regulator's green-credit guidance counts them: by the coal rate of thermal power.

Boundary   net electricity at the grid connection point
Notes      the coal rate is the national one of the year before
Source     the regulator's guidance on green-credit statistics, read in fragments; tCO2 of a tce from published pairs
"""

from typing import Final

from polars import lit

from transforms.methods.engine.method import Method, Need
from transforms.methods.engine.signs import symbol
from transforms.methods.shared.standard_coal import STANDARD_COAL, SUPPLY_COAL_RATE

k = symbol("coal_tco2_per_tce", "k")

READINGS: Final = {"electricity_supplied_mwh": "electricity_supplied"}
PARAMETERS: Final = {
    **SUPPLY_COAL_RATE,
    "coal_tco2_per_tce": Need.of(("tce_ef", "project_id"), ("tce_ef", "green_credit")),
}
BASELINE = STANDARD_COAL * k
PROJECT = lit(0.0)
LEAKAGE = lit(0.0)

METHOD: Final = Method(
    name="grid_renewable_coal_rate",
    readings=READINGS,
    parameters=PARAMETERS,
    baseline=BASELINE,
    project=PROJECT,
    leakage=LEAKAGE,
    signed=("electricity_supplied_mwh",),
)
