"""Air-source heat pumps: heat out of the air, by electricity, replaces coal boilers in heating and hot water.

Boundary   electricity, other fuel and refrigerant of the heat pumps -> heat metered at the users
Notes      heat that is not metered follows from electricity and a seasonal COP that was measured, never a rated one
Source     structure of CDM AMS-II.C and AMS-II.E, unconfirmed; see the page
"""

from typing import Final

from polars import coalesce, col, lit

from transforms.methods.engine.method import Condition, Method, Need
from transforms.methods.engine.signs import named, symbol
from transforms.methods.shared.fuel_combustion import CO2_OF_FUELS
from transforms.methods.shared.replaced_boilers import (
    BOILER_PARAMETERS,
    DISMANTLED,
    EF_BL,
    GRID_ELECTRICITY,
    Q_metered,
    eta_BL,
)

E_HP = symbol("heat_pump_electricity_mwh", "E_HP")
SCOP = symbol("seasonal_cop_ratio", "SCOP")
u = symbol("energy_gj_per_mwh", "u")
E = symbol("electricity_consumed_mwh", "E")
EF_grid = symbol("grid_tco2_per_mwh", "EF_grid")
PE_fuel = symbol("fuel_combustion_tco2", "PE_fuel")
m_R = symbol("refrigerant_refilled_t", "m_R")
GWP_R = symbol("refrigerant_tco2e_per_t", "GWP_R")

READINGS: Final = {
    "heat_delivered_gj": "heat_delivered",
    "heat_pump_electricity_mwh": "heat_pump_electricity",
    "electricity_consumed_mwh": "electricity_consumed",
    "refrigerant_refilled_t": "refrigerant_refilled",
}
HEAT_OR_ELECTRICITY: Final = (("heat_delivered_gj", "heat_pump_electricity_mwh"),)
PARAMETERS: Final = {
    "seasonal_cop_ratio": Need.of(("measured_seasonal_cop", "project_id")),
    "energy_gj_per_mwh": Need.of(("mwh_in_gj", "all")),
    **BOILER_PARAMETERS,
    "grid_tco2_per_mwh": GRID_ELECTRICITY,
    "refrigerant_tco2e_per_t": Need.of(("refrigerant_gwp", "project_id")),
}
PUMPED_HEAT = E_HP * SCOP * u
HEAT = named("Q", coalesce(Q_metered, PUMPED_HEAT))
BASELINE = HEAT / eta_BL * EF_BL
PROJECT = E * EF_grid + PE_fuel
LEAKAGE = m_R * GWP_R

MEASURED_COP: Final = Condition(
    code="cop_measured_over_a_season",
    facts={
        "cop_measured_over_a_season": Need.of(("cop_measured_over_a_season", "project_id")),
        "measured_seasonal_cop": Need.of(("measured_seasonal_cop", "project_id")),
    },
    when=col("measured_seasonal_cop").is_not_null(),
    holds=col("cop_measured_over_a_season") == lit(1.0),
)
NO_OZONE: Final = Condition(
    code="refrigerant_leaves_ozone_alone",
    facts={"refrigerant_leaves_ozone_alone": Need.of(("refrigerant_leaves_ozone_alone", "project_id"))},
    holds=col("refrigerant_leaves_ozone_alone") == lit(1.0),
)

METHOD: Final = Method(
    name="air_source_heat_pump",
    readings=READINGS,
    one_of=HEAT_OR_ELECTRICITY,
    parameters=PARAMETERS,
    baseline=BASELINE,
    project=PROJECT,
    leakage=LEAKAGE,
    parts=(CO2_OF_FUELS,),
    conditions=(DISMANTLED, MEASURED_COP, NO_OZONE),
    heat_from="heat_pump",
)
