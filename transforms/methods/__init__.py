"""One formula a module, blind to each other; METHODS is what the program can work out."""

from typing import Final

from transforms.method import Method
from transforms.methods import (
    afforestation,
    bamboo,
    fertilizer_n2o,
    forest_stock_change,
    grid_renewable,
    manure_biogas,
    rice_methane,
    steam_heating,
    straw_utilization,
)

METHODS: Final[dict[str, Method]] = {
    module.METHOD.name: module.METHOD
    for module in (
        steam_heating, grid_renewable,
        forest_stock_change, afforestation, bamboo,
        fertilizer_n2o, rice_methane, manure_biogas, straw_utilization,
    )
}  # fmt: skip
