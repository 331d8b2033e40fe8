"""One formula a module, blind to each other; METHODS is what the program can work out."""

from typing import Final

from transforms.method import Method
from transforms.methods import afforestation, bamboo, forest_stock_change, grid_renewable, steam_heating

METHODS: Final[dict[str, Method]] = {
    module.METHOD.name: module.METHOD
    for module in (steam_heating, grid_renewable, forest_stock_change, afforestation, bamboo)
}
