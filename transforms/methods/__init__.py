"""One formula a module, blind to each other; METHODS is what the program can work out."""

from typing import Final

from transforms.method import Method
from transforms.methods import (
    building_retrofit,
    electric_farm_machinery,
    grid_renewable,
    grid_renewable_coal_rate,
    led_lighting,
    rooftop_pv,
    steam_heating,
    wastewater_treatment,
    water_saving,
)

METHODS: Final[dict[str, Method]] = {
    method.name: method
    for method in (
        steam_heating.METHOD,
        grid_renewable.METHOD,
        grid_renewable_coal_rate.METHOD,
        rooftop_pv.METHOD,
        led_lighting.METHOD,
        water_saving.METHOD,
        electric_farm_machinery.METHOD,
        wastewater_treatment.METHOD,
        building_retrofit.METHOD,
    )
}
