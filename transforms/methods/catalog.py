"""Every method that the program can compute, found by its folder: `<family>/<method id>/formula.py`."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Final

from transforms import methods
from transforms.methods.engine.method import Method


def _formulas() -> Iterator[Method]:
    for module in pkgutil.walk_packages(methods.__path__, f"{methods.__name__}."):
        if module.name.endswith(".formula"):
            yield importlib.import_module(module.name).METHOD


METHODS: Final[dict[str, Method]] = {method.name: method for method in sorted(_formulas(), key=lambda one: one.name)}
"""Method id to method, by id."""
NET_METHODS: Final = tuple(name for name, method in METHODS.items() if method.is_net)
"""Those that know a project's saving and not its own emissions."""
HEAT_PUMPS: Final = tuple(name for name, method in METHODS.items() if method.pumps_heat)
"""Those whose heat is more than the energy bought for it."""
