"""What every form of combined heat and power shares: the part of the plant's fuel that its heat carries.

A plant at rest sends out no heat and burns nothing: its share is 0/0, and what its heat carries is nothing.
"""

from polars import Expr, lit, when

from transforms.methods.engine.signs import symbol

H = symbol("heat_sent_out_gj", "H")
PE_fuel = symbol("fuel_combustion_tco2", "PE_fuel")


def fuel_of_heat(heat_share: Expr, beside: Expr) -> Expr:
    """Return the CO2 of the fuel that heat carries, in tCO2; `beside` is the reading that shares the fuel with heat.

    Fuel that was burned for neither heat nor power has no share and is NaN; a missing reading is null, at rest too.
    """
    is_at_rest = (H == 0) & (PE_fuel == 0) & beside.is_not_null()
    return when(is_at_rest).then(lit(0.0)).otherwise(heat_share * PE_fuel)
