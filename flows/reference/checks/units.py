"""Units in the reference tables that are none, or do not convert."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from tokenize import TokenError
from typing import Any, Final

import pint

from flows.reference.checks.consequences import Absent, Fault
from flows.reference.checks.read import texts
from flows.reference.checks.words import Words, unknown_name
from transforms.deliveries.rows.faults import FAULTS
from transforms.ground.units import unit_table

NO_UNIT: Final = (pint.PintError, TokenError, SyntaxError, AssertionError, AttributeError, *FAULTS)
"""What pint raises of a text that is no unit."""

Conversions = Mapping[tuple[str, str], float]
"""How much one of a spelling is in a canonical unit."""


def conversions_of(units: Mapping[str, Any]) -> Conversions:
    """Return what the units make of each other; nothing where one of them is none."""
    try:
        columns = unit_table(units).select("canonical_unit", "spelling", "multiplier", "divisor").iter_rows()
    except NO_UNIT:
        return {}
    return {(unit, spelling): multiplier / divisor for unit, spelling, multiplier, divisor in columns}


def unit_faults(where: str, unit: str, taken_in: str, conversions: Conversions) -> Iterator[Fault]:
    """Return the fault of a unit that does not convert to the one that it is taken in."""
    if not unit.strip() or (taken_in, spelled(unit)) in conversions:
        return
    spellings = {spelling for _, spelling in conversions}
    if spelled(unit) in spellings:
        yield f"{where}: '{unit}' does not convert to {taken_in}, the unit of its kind; correct it"
    else:
        yield unknown_name(where, unit, Words(spellings, "the spellings of units.toml"))


def definition_faults(units: Mapping[str, Any]) -> Iterator[Fault]:
    """Return the definitions, units and spellings that are none, each by itself.

    What is not defined where a definition is none follows from that.
    """
    registry: pint.UnitRegistry[Any] = pint.UnitRegistry(None)
    definitions = texts(units.get("definitions"))
    undefined = list(_refused("units.toml, definitions", definitions, registry.define))
    yield from undefined
    for section, held in units.items():
        named = held.items() if isinstance(held, dict) else ()
        for name, one in named:
            faults = _refused(f"units.toml, [{section}] {name}", texts(one), registry.parse_expression)
            yield from (fault for fault in faults if definitions and not (undefined and isinstance(fault, Absent)))


def _refused(where: str, written: Iterable[str], read: Any) -> Iterator[Fault]:  # noqa: ANN401 - two of pint's methods
    for text in written:
        try:
            read(text)
        except pint.UndefinedUnitError as error:
            finding = f"{where}: '{text}' is no unit: {error}; correct it, or define what it names"
            yield Absent(error.unit_names[0], "units.toml, definitions", f"{where}: '{text}'", finding)
        except NO_UNIT as error:
            yield f"{where}: '{text}' is no unit: {error}; correct it, or define what it names"


def spelled(unit: str) -> str:
    """Return the unit as spellings are compared."""
    return "".join(unicodedata.normalize("NFKC", unit).split()).lower()
