"""One formula a module, blind to each other; METHODS is what the program can work out."""

from typing import Final

from transforms.method import Method
from transforms.methods import (
    fuel_switch,
    grid_renewable,
    industrial_energy_saving,
    industrial_energy_saving_per_output,
    steam_heating,
    steam_heating_chp_efficiency,
    steam_heating_chp_energy,
    steam_heating_chp_heat_ratio,
    steam_heating_default_factor,
    steam_heating_standard_coal,
    steam_heating_waste_heat,
    transition_intensity,
    waste_heat_recovery,
)

METHODS: Final[dict[str, Method]] = {
    method.name: method
    for method in (
        steam_heating.METHOD,
        steam_heating_waste_heat.METHOD,
        steam_heating_chp_heat_ratio.METHOD,
        steam_heating_chp_efficiency.METHOD,
        steam_heating_chp_energy.METHOD,
        steam_heating_standard_coal.METHOD,
        steam_heating_default_factor.METHOD,
        fuel_switch.METHOD,
        waste_heat_recovery.METHOD,
        industrial_energy_saving.METHOD,
        industrial_energy_saving_per_output.METHOD,
        transition_intensity.METHOD,
        grid_renewable.METHOD,
    )
}
