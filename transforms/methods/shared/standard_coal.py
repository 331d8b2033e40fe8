"""The standard coal that thermal power plants did not burn for electricity that was supplied.

Source     the regulator's guidance on green-credit statistics: net supplied electricity x the national supply coal rate
"""

from typing import Final

from transforms.methods.engine.method import Need
from transforms.methods.engine.signs import symbol

EG = symbol("electricity_supplied_mwh", "EG")
b_supply = symbol("supply_coal_tce_per_mwh", "b_supply")

SUPPLY_COAL_RATE: Final = {
    "supply_coal_tce_per_mwh": Need.of(("supply_coal_rate", "project_id"), ("supply_coal_rate", "all"))
}
STANDARD_COAL = EG * b_supply
