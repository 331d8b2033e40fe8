"""Heat from combined heat and power: the part of the plant's fuel that its heat carries, by a rule with a name.

A plant at rest sends out no heat and burns nothing: its share is 0/0, and what its heat carries is nothing.
"""

from collections.abc import Mapping

from polars import Expr, lit, when

from transforms.methods.engine.method import Method, Need
from transforms.methods.engine.signs import named, symbol
from transforms.methods.shared.fuel_combustion import CO2_OF_FUELS
from transforms.methods.shared.replaced_boilers import (
    BOILER_PARAMETERS,
    DISMANTLED,
    GRID_ELECTRICITY,
    HEAT_OR_STEAM,
    HEAT_READINGS,
    REPLACED_BOILERS,
    STEAM_PARAMETERS,
)

H = symbol("heat_sent_out_gj", "H")
PE_fuel = symbol("fuel_combustion_tco2", "PE_fuel")
E = symbol("electricity_consumed_mwh", "E")
EF_grid = symbol("grid_tco2_per_mwh", "EF_grid")


def heat_of_a_combined_plant(
    name: str, heat_share: Expr, *, beside: Expr, readings: Mapping[str, str], parameters: Mapping[str, Need]
) -> Method:
    """Return the method: heat at the users against replaced boilers, for the fuel that `heat_share` gives to heat.

    beside: the reading by which the fuel is shared out; readings and parameters: those of the share, beside the heat
    sent out. No leakage: the replaced boilers are dismantled.
    """
    return Method(
        name=name,
        readings={
            **HEAT_READINGS,
            "heat_sent_out_gj": "heat_sent_out",
            **readings,
            "electricity_consumed_mwh": "electricity_consumed",
        },
        one_of=HEAT_OR_STEAM,
        parameters={**STEAM_PARAMETERS, **BOILER_PARAMETERS, "grid_tco2_per_mwh": GRID_ELECTRICITY, **parameters},
        baseline=REPLACED_BOILERS,
        project=named("PE_heat", _fuel_of_heat(named("a", heat_share), beside)) + E * EF_grid,
        leakage=lit(0.0),
        parts=(CO2_OF_FUELS,),
        conditions=(DISMANTLED,),
        heat_from="combined",
    )


def _fuel_of_heat(heat_share: Expr, beside: Expr) -> Expr:
    """The CO2 of the fuel that heat carries, in tCO2.

    Fuel that was burned for neither heat nor power has no share and is NaN; a missing reading is null, at rest too.
    """
    is_at_rest = (H == 0) & (PE_fuel == 0) & beside.is_not_null()
    return when(is_at_rest).then(lit(0.0)).otherwise(heat_share * PE_fuel)
