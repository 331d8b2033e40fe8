"""The sections that the program asks for by name: one that is gone or misspelt would take figures along in silence.

A reading without its section is not known and leaves its months; a rule of the field without one leaves the store.
Sections beside these are free. One of a near name is read as the one that is gone: its name alone is at fault.
"""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Final

from flows.reference.checks.consequences import SHOWN, Fault, Gone
from schemas.marts import INDICATORS
from transforms.activity.spreading import DEGREE_DAYS
from transforms.methods.catalog import EDITIONS
from transforms.outcomes.credits import KINDS as OF_CREDITS

ANY_FUEL: Final = (
    "bituminous_coal lignite biomass diesel fuel_oil lpg lng natural_gas blast_furnace_gas coke_oven_gas coke petcoke "
    "crude_oil gasoline converter_gas"
)
SEWAGE: Final = "septic anaerobic aerobic industrial_anaerobic"
WOODS: Final = (
    "chinese_fir masson_pine slash_pine hard_broadleaf soft_broadleaf conifer_mix broadleaf_mix conifer_broadleaf_mix"
)

NAMED_BY_ITEM: Final[Mapping[str, tuple[str, str]]] = {
    "fuel": ("{}_consumed", ANY_FUEL),
    "saved_fuel": ("{}_saved", ANY_FUEL),
    "baseline_fuel": ("baseline_{}_consumed", "biomass bituminous_coal diesel lpg natural_gas"),
    "lamp": ("{}_hours", "street_lamp indoor_lamp tunnel_lamp industrial_lamp"),
    "replaced_wastewater": ("{}_wastewater_replaced", SEWAGE),
    "treated_wastewater": ("{}_wastewater_treated", SEWAGE),
    "species": (
        "standing_volume_change_{}",
        WOODS,
    ),
    "rice": ("{}_area", "single_rice early_rice late_rice"),
    "livestock": ("{}_head_days", "swine dairy_cattle other_cattle poultry"),
}
"""Kind of metrics, with the form of their names and the items of those that came with the program."""

ITEMS: Final[Mapping[str, tuple[str, str]]] = {
    **{form.format(item): (kind, item) for kind, (form, items) in NAMED_BY_ITEM.items() for item in items.split()},
    "harvested_area": ("machine_work", "combine_harvester"),
    "sprayed_area": ("machine_work", "spray_drone"),
    "ploughed_area": ("machine_work", "tractor"),
    "transplanted_area": ("machine_work", "rice_transplanter"),
    "methane_recovered": ("metered_methane_mass", "recovered_methane"),
    "methane_to_energy": ("metered_methane_volume", "methane_to_energy"),
    "methane_flared": ("metered_methane_volume", "methane_flared"),
}
"""Metric, with the kind and item that its name means."""

METRICS: Final = (
    *ITEMS,
    *(metric for method in EDITIONS.values() for metric in method.readings.values()),
    *(name for name in INDICATORS if name != "emission_reductions"),
    *OF_CREDITS,
    DEGREE_DAYS,
    "room_nights",
)
ASKED: Final[Mapping[str, tuple[str, ...]]] = {
    "metrics.toml": tuple(dict.fromkeys(METRICS)),
    **{
        file: tuple(sections.split())
        for file, sections in {
            "profiles.toml": "nfra_green_finance pboc_crf pboc_carbon_accounting pcaf_avoided icma_pro_rata",
            "technologies.toml": "wind offshore_wind solar solar_thermal hydro biomass geothermal",
            "factor_sets.toml": """
                fuels fuels.sets.provincial_guide_2025 fuels.sets.ndrc_guide gwp gwp.sets.AR4 gwp.sets.AR5 gwp.sets.AR6
            """,
            "headers.toml": """
                tables scales beside beside.scales beside.currencies currencies names lists lists.loans lists.projects
                lists.methods monthly monthly.parts columns.projects columns.loans columns.ledger columns.operating
                columns.parameters columns.fx columns.releases columns.control_totals columns.forest_strata
                columns.verified_reductions columns.products columns.guarantors columns.forest_rights
                columns.natural_resources columns.ecological_product_values columns.published_statistics
            """,
            "outputs.toml": """
                bounds.electric bounds.electric.spellings bounds.heat bounds.heat.spellings bounds.heat_beside_power
                bounds.heat_beside_power.spellings bounds.burned bounds.clock bounds.land bounds.land.spellings
                bounds.land_of_crops bounds.land_of_passes bounds.growing_land bounds.places bounds.places.spellings
                bounds.flow bounds.flow.spellings bounds.line bounds.line.spellings methods unbounded unbounded_readings
                ratios.heat_over_fuel_heat ratios.heat_over_energy_bought ratios.heat_delivered_over_sent_out
                ratios.heat_sent_out_over_boiler_heat ratios.nitrogen_per_area ratios.electricity_per_wastewater
                ratios.methane_per_wastewater ratios.electricity_per_room_night ratios.stock_change_per_area
            """,
        }.items()
    },
}
"""File, with the sections that are asked for, in the order of the file.

Where a header line is gone, its keys belong to the section before.
"""

NAMED_WITHIN: Final[Mapping[str, tuple[str, ...]]] = {
    "bounds.electric": ("electricity_over_capacity",),
    "bounds.burned": ("fuel_over_capacity",),
    "bounds.clock": ("hours_over_period",),
    "bounds.land_of_crops": ("several_crops",),
    "bounds.land_of_passes": ("several_passes",),
    "bounds.growing_land": ("biomass_change_over_land",),
    "bounds.places": ("head_days_over_places",),
    "bounds.flow": ("flow_over_capacity",),
    "bounds.line": ("output_over_capacity",),
}
"""Checks and conditions of bounds.csv that only one section of outputs.toml names."""

NEAR: Final = 0.65
"""How alike a name must be to be read as the one that is gone."""

Section = Mapping[str, Any]


def with_asked(file: str, entries: Section) -> tuple[Section, list[Fault]]:
    """Return a file's entries with the sections that are asked for under their names, and those that are not there."""
    faults: list[Fault] = []
    while misspelt := _misspelt(file, entries):
        source, target = misspelt
        entries = _moved(entries, source.split("."), target.split("."))
        meant = f"and [{source}] is not known: did you mean [{target}]? rename the section"
        faults.append(Gone(file, target, f"{file}, [{target}]: missing, {meant}", (), is_there=True))
    asked, held = ASKED.get(file, ()), _held(file, entries)
    missing = [name for name in asked if name not in held]
    for name in missing:
        found = ", ".join(f"[{one}]" for one in get_close_matches(name, held, SHOWN, 0))
        text = f"{file}, [{name}]: missing, and the program asks for it; sections found: {found}; restore it"
        before = asked[asked.index(name) - 1] if name != asked[0] else ""
        names = (name.rpartition(".")[2], *ITEMS.get(name, ())[1:], *NAMED_WITHIN.get(name, ()))
        faults.append(Gone(file, name, text, names, before))
    return _sections_of(entries) if missing else entries, faults


def _held(file: str, entries: Section) -> list[str]:
    """The sections that are there; one with others below it, only with keys of its own."""
    asked = ASKED.get(file, ())
    parents = [name for name in asked if any(one.startswith(f"{name}.") for one in asked)]
    return [name for name, has_keys in _sections_below(entries) if has_keys or name not in parents]


def _misspelt(file: str, entries: Section) -> tuple[str, str] | None:
    """Return a section that is not known with the one that is likely meant; all below it, where none has that name."""
    asked, there, held = ASKED.get(file, ()), dict(_sections_below(entries)), _held(file, entries)
    free = [name for name in there if not any(f"{one}.".startswith(f"{name}.") for one in asked)]
    for name in (one for one in asked if one not in held):
        meant = next((one for one in free if _is_misspelt(one.split("."), name.split("."))), None)
        if meant:
            parts = [*zip(meant.split("."), name.split("."), strict=True)]
            last = next(at for at, (one, other) in enumerate(parts) if one != other) + 1
            source, target = (".".join(part[at] for part in parts[:last]) for at in (0, 1))
            return (meant, name) if target in there else (source, target)
    return None


def _sections_of(entries: Section) -> Section:
    """Return the entries without the keys above the first section: theirs is the header line that is gone."""
    return {name: held for name, held in entries.items() if isinstance(held, dict)}


def _is_misspelt(name: Sequence[str], asked: Sequence[str]) -> bool:
    """True if one part of a name is likely another one misspelt, and the others are the same."""
    others = [parts for parts in zip(name, asked, strict=False) if parts[0] != parts[1]]
    return (
        len(name) == len(asked) and len(others) == 1 and bool(get_close_matches(others[0][0], others[0][1:], 1, NEAR))
    )


def _sections_below(entries: Section, above: str = "") -> Iterator[tuple[str, bool]]:
    """Every section by its name, and whether it holds keys of its own."""
    for name, held in entries.items():
        if isinstance(held, dict):
            path = f"{above}.{name}" if above else name
            yield path, not held or not all(isinstance(one, dict) for one in held.values())
            yield from _sections_below(held, path)


def _moved(entries: Section, source: list[str], target: list[str]) -> Section:
    rest, moved = _without(entries, source)
    return _put(rest, target, moved)


def _without(entries: Section, path: list[str]) -> tuple[Section, Section]:
    """Return the entries without the section at a path, and that section; one that is empty then is none."""
    name, *below = path
    if not below:
        return {key: held for key, held in entries.items() if key != name}, entries[name]
    rest, taken = _without(entries[name], below)
    return {key: rest if key == name else held for key, held in entries.items() if key != name or rest}, taken


def _put(entries: Section, path: list[str], section: Section) -> Section:
    """Return the entries with a section at a path, beside what is there already."""
    if not path:
        return {**section, **entries}
    name, *below = path
    held = entries.get(name)
    return {**entries, name: _put(held if isinstance(held, dict) else {}, below, section)}
