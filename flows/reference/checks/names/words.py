"""What a name in the reference tables may be: the lists of names that others cite, and the words of the program."""

from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

from flows.reference.checks.consequences import Absent
from flows.reference.checks.read import Read, texts
from flows.reference.checks.written.entries import EVERY, nearest
from transforms.methods.catalog import EDITIONS

CHECKS_OF_THE_PROGRAM: Final = (
    "annual_rate",
    "judging_fewest",
    "judging_steep",
    "parameter_band",
    "stated_figure",
    "stock_per_area",
    "yuan_per_unit",
)
"""Checks of bounds.csv that the program names itself; the others have words in judgements, outputs or plausibility."""

SCOPES_OF_THE_PROGRAM: Final = (
    "*", "boiler", "combined", "electricity", "forest", "forest_land", "indoor_lamp_hours", "industrial_lamp_hours",
    "level", "misfit", "months", "other_months", "output", "pairs", "peers", "process", "season", "shifted_months",
    "space_heating", "street_lamp_hours", "tunnel_lamp_hours", "year", "yuan_of_investment",
)  # fmt: skip
"""What rows of bounds.csv hold for, besides methods, parameters, types, technologies, provinces and currencies."""

ITEMS_OF_FACTORS: Final = ("anthracite", "washed_coal")
"""Fuels that have factors and no metric."""


class Words(NamedTuple):
    """What a name may be, and where these names are listed."""

    names: Collection[str]
    where: str


def one_of(*names: str) -> Words:
    """Return the words that the program itself knows."""
    return Words(names, ", ".join(names))


def words_of(read: Read) -> dict[str, Words]:
    """Return every list of names that other tables cite; one that rests on a file that could not be read is empty."""
    of_formulas = {part.kind for method in EDITIONS.values() for part in method.parts}
    return {
        **{
            name: Words(names if read.has(*where.split(", ")) else (), where)
            for name, (names, where) in _listed(read).items()
        },
        "kind": Words(of_formulas, "the kinds that formulas sum"),
    }


def _listed(read: Read) -> dict[str, tuple[Collection[str], str]]:
    """Every list of names that other tables cite, with the files that it rests on."""
    items = {*read.values("metrics.toml", "item"), *ITEMS_OF_FACTORS}
    kinds, metrics = read.values("metrics.toml", "kind"), read.names("metrics.toml")
    bounds, ratios = read.names("outputs.toml", "bounds"), read.names("outputs.toml", "ratios")
    types = read.column("realisation.csv", "realisation_type") | read.column("realisation.csv", "realisation_subtype")
    technologies, provinces = read.names("technologies.toml"), read.column("regions.csv", "province_code")
    methods, parameters = read.names("methods.toml"), read.names("parameter_kinds.toml")
    judgements, figures = read.names("judgements.toml"), read.names("plausibility.toml")
    rules, sorts = (read.values("outputs.toml", key, ("bounds", EVERY)) for key in ("check_id", "condition"))
    checks = _all_of({*CHECKS_OF_THE_PROGRAM}, judgements, figures, ratios, rules)
    conditions = _all_of(items, methods, technologies, sorts)
    scopes = _all_of(
        {*SCOPES_OF_THE_PROGRAM}, methods, parameters, types, technologies, provinces, bounds, items, kinds
    )
    places = "methods.toml, parameter_kinds.toml, realisation.csv, technologies.toml, regions.csv, outputs.toml"
    return {
        "source": (read.names("sources.toml"), "sources.toml"),
        "parameter": (parameters, "parameter_kinds.toml"),
        "metric": (metrics, "metrics.toml"),
        "metric or kind": (metrics | kinds, "metrics.toml"),
        "method": (methods, "methods.toml"),
        "unit": (read.names("units.toml", "canonical"), "units.toml"),
        "technology": (technologies, "technologies.toml"),
        "province": (provinces, "regions.csv"),
        "rung": (read.names("data_quality.toml", "evidence"), "data_quality.toml"),
        "option": (read.names("data_quality.toml", "options"), "data_quality.toml"),
        "type": (types, "realisation.csv"),
        "named type": (read.names("realisation_types.toml"), "realisation_types.toml"),
        "bound": (bounds, "outputs.toml"),
        "bound or ratios": ({*bounds, "ratios"} if bounds else (), "outputs.toml"),
        "ratio": (ratios, "outputs.toml"),
        "check with bounds": (read.column("bounds.csv", "check_id"), "bounds.csv"),
        "check": (checks, "judgements.toml, outputs.toml, plausibility.toml"),
        "condition": (conditions, "metrics.toml, methods.toml, technologies.toml, outputs.toml"),
        "scope": (scopes, f"{places}, metrics.toml"),
    }


def _all_of(*parts: set[str]) -> set[str]:
    """All names of the parts; none where a part has none: what belongs to it would pass for unknown."""
    return set().union(*parts) if all(parts) else set()


def unknown_name(where: str, name: str, cited: Words, entry: str | None = None) -> Absent:
    """Return the fault of a name that is not among those that it may be; entry: that of who cites it (`Absent`)."""
    near = nearest(name, set(cited.names))
    text = f"{where}: '{name}' is not in {cited.where}{near}; correct the name, or add it there"
    return Absent(name, cited.where, where, text, entry)


def listed_sets(read: Read, parameter: str) -> Mapping[str, object]:
    """Return the sets of the families to which a parameter belongs (factor_sets.toml)."""
    return {
        name: titles
        for _, family in read.sections("factor_sets.toml")
        if parameter in texts(family.get("parameters")) and isinstance(family.get("sets"), dict)
        for name, titles in family["sets"].items()
    }
