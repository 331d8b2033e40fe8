"""What bounds the readings of each method: outputs.toml beside methods.toml, metrics.toml and the formulas.

A line or a weight that is gone would leave readings without any bound, and say so nowhere.
"""

import re
from collections.abc import Iterator, Mapping, Set
from typing import Any, Final

from flows.reference.checks.consequences import Absent, Fault
from flows.reference.checks.contradictions.fixed_units import UNITS_OF_SECTIONS
from flows.reference.checks.read import Read, texts
from flows.reference.checks.written.entries import EVERY, number
from transforms.methods.catalog import METHODS

RATIOS: Final = "ratios"
COMPARED: Final = ("outputs.toml", "methods.toml", "metrics.toml")
"""The tables that are compared: what is wrong in them by itself is one fault."""

HOW: Final = re.compile("^(all|each) ")
OUTPUTS: Final = "outputs.toml"
UNITS: Final = UNITS_OF_SECTIONS[OUTPUTS, ("bounds", EVERY), "output_unit"]
"""The unit in which each bound's output is computed."""

Section = Mapping[str, Any]


def bounded_faults(read: Read, spoilt: Set[str]) -> Iterator[Fault]:
    """Return every method, reading and ratio that nothing bounds, and every bound and ratio that bounds nothing.

    spoilt: names of sections that have a fault of their own; what follows from it is none.
    """
    if not read.has(*COMPARED):
        return
    outputs = read.tomls[OUTPUTS]
    if not all(
        outputs.get(key) and isinstance(outputs[key], dict)
        for key in ("methods", "unbounded", "unbounded_readings", "bounds")
    ):
        return
    lines = _named(read, "methods")
    found: list[Fault] = [fault for fault in _methods_without_a_line(read, lines) if fault.name not in spoilt]
    for name, line in lines.items():
        if not spoilt & {name, *texts(line.get(RATIOS))}:
            found += _free_readings(outputs, name, line)
    kept = {name: line for name, line in lines.items() if name in METHODS and name not in spoilt}
    found = list(_missing_ratios(read, kept, spoilt)) or found
    yield from found or (fault for fault in _bounds_of_nothing(read, lines) if not lines.keys() & spoilt)
    yield from _missing_weights(read, lines, spoilt)


def _methods_without_a_line(read: Read, lines: Mapping[str, Section]) -> Iterator[Absent]:
    reasons = read.names(OUTPUTS, "unbounded")
    for name in sorted(read.names("methods.toml") - lines.keys() - reasons):
        where = f"{OUTPUTS}, [methods] {name}"
        text = f"{where}: missing, and [unbounded] says no reason; write what bounds its readings, or why nothing does"
        yield Absent(name, OUTPUTS, f"methods.toml, [{name}]", text)
    for name in sorted(lines.keys() & reasons):
        where = f"{OUTPUTS}, [unbounded] {name}"
        yield Absent(name, OUTPUTS, where, f"{where}: [methods] has its bounds, too; take one away")


def _free_readings(outputs: Section, name: str, line: Section) -> Iterator[Fault]:
    """What the formula reads is bounded, or part of a ratio, or listed as free."""
    if name not in METHODS:
        return
    listed = texts(outputs["unbounded_readings"].get(name))
    ratios = outputs.get(RATIOS, {})
    sides = [side for ratio in texts(line.get(RATIOS)) for side in _sides(ratios.get(ratio))]
    bounded = {
        part for bound, specs in line.items() if bound != RATIOS for spec in texts(specs) for part in _parts(spec)
    }
    bounded |= {metric for side in sides for metric in side}
    free = _read_by(name) - bounded
    missing = ", ".join(f"'{one}'" for one in sorted(free - {*listed}))
    wrong = ", ".join(f"'{one}'" for one in listed if one not in free)
    where = f"{OUTPUTS}, [unbounded_readings] {name}"
    if missing and wrong:
        yield f"{where}: {wrong} in the place of {missing}, which nothing bounds; correct it"
    elif missing and name in outputs["unbounded_readings"]:
        yield f"{where}: nothing bounds {missing}; list it here, or add its bound in [methods] {name}"
    elif missing and outputs["unbounded_readings"].keys() <= METHODS.keys():  # a name that is none may be this one
        there = f"{OUTPUTS}, [methods] {name}"
        yield f"{there}: nothing bounds {missing}; add its bound, or list it in [unbounded_readings] {name}"
    elif wrong:
        yield f"{where}: {wrong} is bounded, or its formula does not read it; take it away"


def _missing_ratios(read: Read, lines: Mapping[str, Section], spoilt: Set[str]) -> Iterator[Fault]:
    """Formulas that read both sides of a ratio keep it, or another of what it divides by."""
    ratios = {name: _sides(ratio) for name, ratio in _named(read, RATIOS).items()}
    whole = {name: sides for name, sides in ratios.items() if len(sides) > 1 and name not in spoilt}
    for ratio, (above, below) in whole.items():
        alike = [one for one, sides in whole.items() if sides[1].keys() == below.keys()]
        readers = [name for name in lines if above.keys() & _read_by(name) and below.keys() <= _read_by(name)]
        without = [name for name in readers if not {*alike, *spoilt} & {*texts(lines[name].get(RATIOS))}]
        if without and ratio == alike[0]:
            where = f"{OUTPUTS}, [methods] {without[0]}"
            others = f" (as {', '.join(without[1:])})" if without[1:] else ""
            yield f"{where}: its formula reads both sides of [ratios.{ratio}]{others}; add it to its ratios"


def _bounds_of_nothing(read: Read, lines: Mapping[str, Section]) -> Iterator[Fault]:
    used = {bound for line in lines.values() for bound in line}
    kept = {ratio for line in lines.values() for ratio in texts(line.get(RATIOS))}
    likes = read.values(OUTPUTS, "like", ("bounds", EVERY))
    for kind, names, wanted in (("bounds", used | likes, "bound"), (RATIOS, kept, "ratio")):
        for name in sorted(read.names(OUTPUTS, kind) - names):
            where = f"{OUTPUTS}, [{kind}.{name}]"
            text = f"{where}: no method has this {wanted}; restore it in the line of its method under [methods]"
            yield Absent(name, OUTPUTS, where, text)


def _missing_weights(read: Read, lines: Mapping[str, Section], spoilt: Set[str]) -> Iterator[Fault]:
    """A metric in another unit than the output's counts by a weight; a wrong unit is a fault of its own."""
    units = {
        name: unit
        for name, metric in read.sections("metrics.toml")
        for unit in texts(metric.get("unit"))
        if unit in read.names("units.toml", "canonical")
    }
    kinds = {name: str(metric.get("kind")) for name, metric in read.sections("metrics.toml")}
    for name, bound in _named(read, "bounds").items():
        specs = [spec for line in lines.values() for spec in texts(line.get(name))]
        parts = {part for spec in specs for part in _parts(spec)}
        weighed = {metric for metric, weight in _section(bound, "weights").items() if number(weight) is not None}
        counted = [one for one in units if {one, kinds[one]} & parts and one not in weighed]
        missing = [one for one in counted if units[one] != bound.get("output_unit")]
        if (
            missing
            and name not in spoilt
            and "weights_from" not in bound
            and bound.get("output_unit") == UNITS.get(name, "")
        ):
            named = ", ".join(f"{one} in {units[one]}" for one in missing)
            yield f"{OUTPUTS}, [bounds.{name}] weights: missing for {named}, not in {UNITS[name]}; restore it"


def _section(held: Section, key: str) -> Section:
    below = held.get(key)
    return below if isinstance(below, dict) else {}


def _read_by(name: str) -> set[str]:
    method = METHODS[name]
    return {*method.readings.values(), *(part.kind for part in method.parts)}


def _named(read: Read, section: str) -> dict[str, Section]:
    """The sections below one of outputs.toml, by their own names."""
    return {at.partition(".")[2]: held for at, held in read.sections(OUTPUTS, (section, EVERY))}


def _sides(ratio: object) -> list[Section]:
    """What lies above and below the line of a ratio."""
    sides = [ratio.get(side) for side in ("above", "below")] if isinstance(ratio, dict) else []
    return [side for side in sides if isinstance(side, dict)]


def _parts(spec: str) -> list[str]:
    return HOW.sub("", spec).split(" + ")
