"""One formula a module, blind to each other; METHODS is what the program can work out."""

from typing import Final

from transforms.method import Method
from transforms.methods import (
    afforestation,
    bamboo,
    building_retrofit,
    electric_farm_machinery,
    fertilizer_n2o,
    forest_stock_change,
    fuel_switch,
    grid_renewable,
    grid_renewable_coal_rate,
    industrial_energy_saving,
    industrial_energy_saving_per_output,
    led_lighting,
    manure_biogas,
    rice_methane,
    rooftop_pv,
    steam_heating,
    steam_heating_chp_efficiency,
    steam_heating_chp_energy,
    steam_heating_chp_heat_ratio,
    steam_heating_default_factor,
    steam_heating_standard_coal,
    steam_heating_waste_heat,
    straw_utilization,
    transition_intensity,
    waste_heat_recovery,
    wastewater_treatment,
    water_saving,
)

METHODS: Final[dict[str, Method]] = {
    method.name: method
    for method in (
        afforestation.METHOD,
        bamboo.METHOD,
        building_retrofit.METHOD,
        electric_farm_machinery.METHOD,
        fertilizer_n2o.METHOD,
        forest_stock_change.METHOD,
        fuel_switch.METHOD,
        grid_renewable.METHOD,
        grid_renewable_coal_rate.METHOD,
        industrial_energy_saving.METHOD,
        industrial_energy_saving_per_output.METHOD,
        led_lighting.METHOD,
        manure_biogas.METHOD,
        rice_methane.METHOD,
        rooftop_pv.METHOD,
        steam_heating.METHOD,
        steam_heating_chp_efficiency.METHOD,
        steam_heating_chp_energy.METHOD,
        steam_heating_chp_heat_ratio.METHOD,
        steam_heating_default_factor.METHOD,
        steam_heating_standard_coal.METHOD,
        steam_heating_waste_heat.METHOD,
        straw_utilization.METHOD,
        transition_intensity.METHOD,
        waste_heat_recovery.METHOD,
        wastewater_treatment.METHOD,
        water_saving.METHOD,
    )
}
NET_METHODS: Final = tuple(name for name, method in METHODS.items() if method.is_net)
"""Those that know a project's saving and not its own emissions."""
