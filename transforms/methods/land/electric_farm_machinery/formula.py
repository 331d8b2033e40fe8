"""Electric farm machinery and drones: the same fields worked without the diesel of the machines replaced.

Boundary   the fields that the project's machines worked
Source     structure of CDM AMS-III.C, unconfirmed; see the page
"""

from typing import Final

from polars import col, lit

from transforms.methods.engine.method import Condition, Method, Need, Part
from transforms.methods.engine.signs import symbol
from transforms.methods.shared.fuel_combustion import CO2_OF_FUELS

A = symbol("worked_ha", "A")
q_BL = symbol("baseline_fuel_m3_per_ha", "q_BL")
rho = symbol("diesel_density_t_per_m3", "ρ")
E = symbol("electricity_consumed_mwh", "E")
TDL = symbol("grid_loss_ratio", "TDL")
EF_grid = symbol("grid_tco2_per_mwh", "EF_grid")
M_diesel = symbol("replaced_diesel_t", "M_diesel")
NCV_diesel = symbol("diesel_ncv_gj_per_t", "NCV_diesel")
EF_diesel = symbol("diesel_tco2_per_gj", "EF_diesel")
PE_fuel = symbol("fuel_combustion_tco2", "PE_fuel")

READINGS: Final = {"electricity_consumed_mwh": "electricity_consumed"}
PARAMETERS: Final = {
    "diesel_ncv_gj_per_t": Need.of(("fuel_ncv", "diesel")),
    "diesel_tco2_per_gj": Need.of(("fuel_ef", "diesel")),
    "grid_tco2_per_mwh": Need.of(("grid_ef", "project_id"), ("grid_ef", "province_code")),
    "grid_loss_ratio": Need.of(("grid_loss", "project_id"), ("grid_loss", "province_code"), ("grid_loss", "all")),
}
REPLACED_DIESEL: Final = Part(
    symbol="replaced_diesel_t",
    kind="machine_work",
    reading="worked_ha",
    parameters={
        "baseline_fuel_m3_per_ha": Need.of(
            ("baseline_fuel_per_area", "project_item"), ("baseline_fuel_per_area", "project_of_one_item")
        ),
        "diesel_density_t_per_m3": Need.of(("diesel_density", "project_id"), ("diesel_density", "all")),
    },
    amount=A * q_BL * rho,
)
CHARGING = E / (lit(1.0) - TDL) * EF_grid
BASELINE = M_diesel * NCV_diesel * EF_diesel
PROJECT = PE_fuel + CHARGING
LEAKAGE = lit(0.0)

ELECTRIC_OR_MEASURED: Final = Condition(
    code="electric_or_measured_litres",
    facts={
        "machine_is_electric": Need.of(("machine_is_electric", "project_id")),
        "litres_measured_before_and_after": Need.of(("litres_measured_before_and_after", "project_id")),
    },
    holds=(col("machine_is_electric") == lit(1.0)) | (col("litres_measured_before_and_after") == lit(1.0)),
)

METHOD: Final = Method(
    name="electric_farm_machinery",
    readings=READINGS,
    parameters=PARAMETERS,
    baseline=BASELINE,
    project=PROJECT,
    leakage=LEAKAGE,
    parts=(REPLACED_DIESEL, CO2_OF_FUELS),
    conditions=(ELECTRIC_OR_MEASURED,),
)
