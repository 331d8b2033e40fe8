"""Units that the program has fixed: what it computes is in them, whatever a table says beside its limits."""

from collections.abc import Iterator, Mapping
from typing import Final

from flows.reference.checks.consequences import Absent, Fault
from flows.reference.checks.names.words import words_of
from flows.reference.checks.read import Read, texts
from flows.reference.checks.units import spelled
from flows.reference.checks.written.entries import EVERY, number
from transforms.ground.bounds import LIMITS

COMPUTED_IN: Final[Mapping[str, str]] = {
    "annual_rate": "%",
    "biomass_change_over_land": "t/(ha*yr)",
    "electricity_per_flow": "kWh/m3",
    "electricity_per_heat": "kWh/GJ",
    "electricity_per_room_night": "kWh",
    "electricity_per_wastewater": "kWh/m3",
    "few_tonnes_per_investment": "t/10^4 CNY",
    "frozen_run": "count",
    "full_load_hours": "h",
    "investment_of_project": "CNY",
    "investment_per_capacity electric": "CNY/MW",
    "investment_per_capacity flow": "CNY per m3/day",
    "investment_per_capacity forest": "CNY per mu",
    "investment_per_capacity heat": "CNY per GJ/h",
    "investment_per_capacity heat_beside_power": "CNY per GJ/h",
    "investment_per_capacity places": "CNY per place",
    "judging_fewest": "count",
    "judging_fewest misfit": "ratio",
    "judging_steep": "count",
    "lamp_hours_a_day": "h",
    "methane_per_wastewater": "kg/m3",
    "nitrogen_per_area": "kgN/ha",
    "removals_of_year_per_mu": "t/mu",
    "rising_run": "count",
    "stated_figure electric": "tCO2/MWh",
    "stated_figure flow": "tCO2/m3",
    "stated_figure forest_land": "tCO2/(ha*yr)",
    "stated_figure heat": "tCO2/GJ",
    "stated_figure land": "tCO2/(ha*yr)",
    "stated_figure line": "tCO2/t",
    "stated_figure places": "tCO2/(head*day)",
    "stock_change_per_area": "m3/(ha*yr)",
    "stock_per_area": "m3/ha",
    "tonnes_per_investment": "t/10^4 CNY",
    "yuan_per_unit": "CNY",
    "zero_run": "count",
}
"""Check of bounds.csv, with the part before the stroke of what a row holds for where its rows differ, and its unit."""

OTHERS_COMPUTED_IN: Final = "ratio"
IN_OTHER_UNITS: Final = ("parameter_band", "stated_figure", "investment_per_capacity")
"""Checks whose unit follows from what a row holds for."""

UNITS_OF_SECTIONS: Final[Mapping[tuple[str, tuple[str, ...], str], Mapping[str, str]]] = {
    ("plausibility.toml", (EVERY,), "unit"): {
        "capacity_factor": "ratio", "pv_full_load_hours": "h", "heat_over_fuel_heat": "ratio",
        "boiler_efficiency": "ratio", "steam_enthalpy": "GJ/t", "co2_per_tce": "tCO2/tce",
        "tonnes_per_10000_yuan": "t/10^4 CNY", "forest_removals_per_mu": "t/mu",
    },
    ("physical_indicators.toml", (EVERY,), "unit"): {
        "residents_served": "人", "water_surface": "mu", "storage_capacity": "m3", "water_supplied": "m3",
        "aquaculture_output_growth": "%", "aquaculture_output_value": "万元", "aquaculture_area": "mu",
        "visitors": "人次", "room_nights": "间夜", "major_projects": "个",
    },
    ("outputs.toml", ("bounds", EVERY), "unit"): {
        "electric": "MW", "heat": "GJ/h", "heat_beside_power": "GJ/h", "burned": "GJ/h", "clock": "lamp",
        "land": "ha", "land_of_crops": "ha", "land_of_passes": "ha", "growing_land": "ha", "places": "places",
        "flow": "m3/day", "line": "t/yr",
    },
    ("outputs.toml", ("bounds", EVERY), "output_unit"): {
        "electric": "MWh", "heat": "GJ", "heat_beside_power": "GJ", "burned": "GJ of fuel", "clock": "hours",
        "land": "ha", "land_of_crops": "ha", "land_of_passes": "ha", "growing_land": "t", "places": "head*day",
        "flow": "m3", "line": "t",
    },
}  # fmt: skip
"""File, sections and key, and the unit of each section; a section of another name is free."""


TIMES_PER_DAY: Final[Mapping[str, float]] = {
    "electric": 24,
    "heat": 24,
    "heat_beside_power": 24,
    "burned": 24,
    "clock": 24,
    "places": 1,
    "flow": 1,
    "growing_land": 0.0027379070069885,
    "line": 0.0027379070069885,
}
"""Bound of outputs.toml, and how much one of its capacity gives a day: a MW 24 MWh, a t/yr 1 t / 365.25."""

Section = Mapping[str, object]
SIDES: Final[Mapping[str, Mapping[str, Mapping[str, float | str]]]] = {
    "heat_over_fuel_heat": {
        "above": {"heat_delivered": 1, "power_generated": 3.6},
        "below": {"fuel": "impossible_above", "electricity_consumed": 43.2},
    },
    "heat_over_energy_bought": {
        "above": {"heat_delivered": 1},
        "below": {"fuel": "impossible_above", "electricity_consumed": 3.6},
    },
    "heat_delivered_over_sent_out": {"above": {"heat_delivered": 1}, "below": {"heat_sent_out": 1}},
    "heat_sent_out_over_boiler_heat": {"above": {"heat_sent_out": 1}, "below": {"boiler_steam_heat": 1}},
    "nitrogen_per_area": {"above": {"nitrogen_applied": 1000}, "below": {"fertilised_area": 1}},
    "electricity_per_wastewater": {"above": {"electricity_consumed": 1000}, "below": {"treated_wastewater": 1}},
    "methane_per_wastewater": {"above": {"methane_recovered": 1000}, "below": {"treated_wastewater": 1}},
    "electricity_per_room_night": {"above": {"electricity_consumed": 1000}, "below": {"room_nights": 1}},
}
"""Ratio of outputs.toml, with the readings of each side and what turns them into its unit; another one is free."""


def fixed_unit_faults(read: Read) -> Iterator[Fault]:
    """Return every unit that is another than the program computes in."""
    known = words_of(read)["check"].names
    for row in (one for one in read.rows("bounds.csv") if not known or one.cells["check_id"] in known):
        check, head = row.cells["check_id"], row.cells["method_or_scope"].partition("/")[0]
        others = None if check in IN_OTHER_UNITS or not read.has("outputs.toml") else OTHERS_COMPUTED_IN
        fixed = COMPUTED_IN.get(f"{check} {head}", COMPUTED_IN.get(check, others))
        if fixed and row.cells["unit"].strip() and row.cells["unit"] != fixed:
            where = f"bounds.csv, row {row.line}, column unit"
            yield f"{where}: '{row.cells['unit']}' is not what {check} is computed in; write {fixed}"
    for (file, path, key), fixed_units in UNITS_OF_SECTIONS.items():
        yield from _missing_sections(read, file, path, fixed_units)
        for name, section in read.sections(file, path):
            fixed = fixed_units.get(name.rpartition(".")[2])
            for unit in texts(section.get(key)) if fixed else ():
                if unit != fixed:
                    yield f"{file}, [{name}] {key}: '{unit}' is not what the program computes in; write {fixed}"


def _missing_sections(read: Read, file: str, path: tuple[str, ...], names: Mapping[str, str]) -> Iterator[Fault]:
    """What the program computes in a unit of its own has its section."""
    held = {at.rpartition(".")[2] for at, _ in read.sections(file, path)}
    above = "".join(f"{part}." for part in path[:-1])
    for name in names if held else ():
        if name not in held:
            where = f"{file}, [{above}{name}]"
            yield Absent(name, file, "the program", f"{where}: missing, and the program reads it; restore the section")


def spelling_faults(read: Read) -> Iterator[Fault]:
    """What an output may have been sent in is a spelling that the program reads."""
    spellings = {spelled(spelling) for spelling in read.names("units.toml", "spellings")}
    for name, bound in read.sections("outputs.toml", ("bounds", EVERY)) if spellings else ():
        for unit in texts(bound.get("may_be")):
            if spelled(unit) not in spellings:
                where = f"outputs.toml, [{name}] may_be"
                text = f"{where}: '{unit}' is not a spelling of units.toml; correct it, or add it there"
                yield Absent(unit, "units.toml", where, text)


def ratio_faults(read: Read) -> Iterator[Fault]:
    """Each side of a ratio has the readings that the program puts there, and what turns them into its unit.

    A name that is none of metrics.toml is a fault of its own, and may be the one that is missing.
    """
    known = {*words_of(read)["metric or kind"].names}
    for at, side in read.sections("outputs.toml", ("ratios", EVERY, EVERY)):
        ratio, above_or_below = at.split(".")[-2:]
        fixed = SIDES.get(ratio, {}).get(above_or_below, {})
        if side and fixed and side.keys() <= known:
            yield from _side_faults(f"outputs.toml, [{at}]", ratio, side, fixed)


def _side_faults(where: str, ratio: str, side: Section, fixed: Section) -> Iterator[str]:
    missing, others = [one for one in fixed if one not in side], [one for one in side if one not in fixed]
    if missing:
        instead = f" (and {', '.join(others)} in its place)" if others else ""
        pairs = ", ".join(f"{one} = {_written(fixed[one])}" for one in missing)
        yield f"{where} {missing[0]}: missing{instead}, and the program counts it there; write {pairs}"
    elif others:
        yield f"{where} {others[0]}: the program does not count it there; take it away"
    for one in (one for one in fixed if one in side and side[one] != fixed[one]):
        if not _is_a_fault_itself(side[one]):
            right = _written(fixed[one])
            yield f"{where} {one}: {side[one]!r} does not turn it into the unit of {ratio}; write {right}"


def _written(size: object) -> str:
    return f'"{size}"' if isinstance(size, str) else f"{size}"


def time_faults(read: Read) -> Iterator[Fault]:
    """A capacity gives its output as often a day as its units say."""
    for name, bound in read.sections("outputs.toml", ("bounds", EVERY)):
        times, right = number(bound.get("times_per_day")), TIMES_PER_DAY.get(name.rpartition(".")[2])
        if times is not None and times > 0 and right is not None and times != right:
            where = f"outputs.toml, [{name}] times_per_day"
            yield f"{where}: {times!r} is not how often a day its capacity gives its output; write {right!r}"


def _is_a_fault_itself(size: object) -> bool:
    return not (size in LIMITS if isinstance(size, str) else (number(size) or 0) > 0)
