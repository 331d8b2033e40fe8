"""Keys that a section of a TOML table needs by what else it says, or by what the program reads of it."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from schemas.marts import INDICATORS
from schemas.reference import WITHOUT_FORMULA
from transforms.activity.spreading import DEGREE_DAYS
from transforms.methods.catalog import EDITIONS, METHODS

CONSTANTS: Final = frozenset(
    (
        "carbon_to_co2",
        "gwp_ch4",
        "gwp_n2o",
        "heat_standard_coal",
        "hectares_per_mu",
        "methane_density",
        "mwh_in_gj",
        "n2o_n_to_n2o",
        "standard_coal_heat",
    )
)
"""Parameters that no project has as its own."""

FIELD_WORK: Final = ("machine_work", "rice")
OF_FIELDS: Final = frozenset(("fertilised_area", "nitrogen_applied", "straw_not_burned", "straw_returned_to_paddies"))
"""Kinds and metrics that there is nothing to read of outside their seasons."""

FALL_TOO: Final = ("saved_fuel", "species")
MAY_FALL: Final = frozenset(
    (
        "bamboo_biomass_change",
        "baseline_bamboo_biomass_change",
        "electricity_saved",
        "electricity_supplied",
        "water_saved",
    )
)
"""Kinds and metrics of differences: they may lie below nothing."""

OF_A_FOREST: Final = "reported_removals"
WHATEVER_THE_DAYS: Final = ("land", "land_of_crops", "land_of_passes")
"""Bounds of an area: a field is as large in a year as on a day."""

REFUSES_AS: Final = {"electricity_over_capacity": "capacity_factor_above_1"}
"""Checks that refuse under another name than their own."""

READ_BY_FORMULAS: Final = frozenset(metric for method in EDITIONS.values() for metric in method.readings.values())


def _kind(section: Mapping[str, Any]) -> str:
    return str(section.get("kind", ""))


def _is_by_the_day(name: str, bound: Mapping[str, Any]) -> bool:
    if name in WHATEVER_THE_DAYS:
        return False
    units = [bound.get("unit"), bound.get("output_unit")]
    return all(isinstance(unit, str) for unit in units) and units[0] != units[1]


def _is_shown(name: str, section: Mapping[str, Any]) -> bool:
    """A metric of the regulator's table, and one that no formula takes: it would be carried nowhere."""
    return name in INDICATORS or (not {"kind", "item"} & section.keys() and name not in READ_BY_FORMULAS)


class Implied(NamedTuple):
    """Keys that a section needs where something is true of its name and of what it says."""

    file: str
    path: tuple[str, ...]
    is_so: Callable[[str, Mapping[str, Any]], bool]
    keys: tuple[str, ...]


BOUNDS: Final = ("bounds", "*")
EVERY: Final = ("*",)
IMPLIED: Final = (
    Implied("methods.toml", EVERY, lambda name, _: name in METHODS, ("evidence",)),
    Implied(
        "methods.toml",
        EVERY,
        lambda name, held: _kind(held) in WITHOUT_FORMULA and name not in METHODS,
        ("title_zh", "title_en", "boundary_zh", "boundary_en"),
    ),
    Implied("methods.toml", EVERY, lambda name, _: name == OF_A_FOREST, ("forest_kinds", "forest_names")),
    Implied("metrics.toml", EVERY, lambda _, held: "kind" in held, ("item",)),
    Implied("metrics.toml", EVERY, lambda _, held: "item" in held, ("kind",)),
    Implied("metrics.toml", EVERY, lambda _, held: _kind(held) == "species", ("species_names",)),
    Implied(
        "metrics.toml",
        EVERY,
        lambda name, held: name in OF_FIELDS or _kind(held) in FIELD_WORK,
        ("seasons",),
    ),
    Implied(
        "metrics.toml",
        EVERY,
        lambda name, held: name in MAY_FALL or _kind(held) in FALL_TOO,
        ("may_be_negative",),
    ),
    Implied("metrics.toml", EVERY, lambda name, _: name == DEGREE_DAYS, ("seasonal_metrics", "heating_season")),
    Implied("metrics.toml", EVERY, _is_shown, ("indicator",)),
    Implied("parameter_kinds.toml", EVERY, lambda name, _: name in CONSTANTS, ("constant",)),
    Implied("outputs.toml", BOUNDS, lambda _, held: not {"each", "like", "spellings"} & held.keys(), ("each",)),
    Implied("outputs.toml", BOUNDS, _is_by_the_day, ("times_per_day",)),
    Implied("outputs.toml", BOUNDS, lambda _, held: str(held.get("check_id")) in REFUSES_AS, ("rule",)),
)


def implied_keys(file: str, path: tuple[str, ...], name: str, section: Mapping[str, Any]) -> list[str]:
    """Return the keys that the section of a file needs."""
    rules = (rule for rule in IMPLIED if (rule.file, rule.path) == (file, path))
    return [key for rule in rules if rule.is_so(name, section) for key in rule.keys]
