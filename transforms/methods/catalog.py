"""Every method that the program can compute, found by its folder: `<family>/<method id>/formula.py`.

A revision of a method is a module `edition_<id>.py` beside it.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Final

from transforms import methods
from transforms.methods.engine.method import Method


def _methods_in(beginning: str) -> Iterator[Method]:
    """Yield the METHOD of each module whose name begins so."""
    for module in pkgutil.walk_packages(methods.__path__, f"{methods.__name__}."):
        if module.name.rpartition(".")[2].startswith(beginning):
            yield importlib.import_module(module.name).METHOD


METHODS: Final[dict[str, Method]] = {one.name: one for one in sorted(_methods_in("formula"), key=lambda one: one.name)}
"""Method id to the first edition of the method, by id."""
EDITIONS: Final[dict[tuple[str, str], Method]] = {
    (one.name, one.edition): one
    for one in sorted([*METHODS.values(), *_methods_in("edition_")], key=lambda one: (one.name, one.edition))
}
"""Method id and edition to the formula, by both."""
NET_METHODS: Final = tuple(name for name, method in METHODS.items() if method.is_net)
"""Those that know a project's saving and not its own emissions, in every edition."""
HEAT_SOURCES: Final[dict[str, str]] = {name: method.heat_from for name, method in METHODS.items() if method.heat_from}
"""Those whose heat is made of energy that is bought, with what makes it, in every edition."""
