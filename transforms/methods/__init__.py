"""One formula a module, blind to each other; METHODS is what the program can work out."""

from typing import Final

from transforms.method import Method
from transforms.methods import grid_renewable, steam_heating

METHODS: Final[dict[str, Method]] = {method.name: method for method in (steam_heating.METHOD, grid_renewable.METHOD)}
