"""Units in the reference tables that are none, or do not convert."""

import math
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from tokenize import TokenError
from typing import Any, Final

import pint

from flows.reference.checks.consequences import Absent, Fault
from flows.reference.checks.contradictions.fixed_sizes import wrong_size
from flows.reference.checks.contradictions.spelled_sizes import unit_size_faults
from flows.reference.checks.names.words import Words, unknown_name
from flows.reference.checks.read import texts
from flows.reference.checks.written.entries import nearest
from transforms.deliveries.rows.faults import FAULTS
from transforms.ground.units import unit_table

NO_UNIT: Final = (pint.PintError, TokenError, SyntaxError, AssertionError, AttributeError, RecursionError, *FAULTS)
"""What pint raises of a text that is not a unit."""

NAME: Final = r"[^\W\d]\w*"
SIZE: Final = r"[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
NAME_IN_PRODUCT: Final = rf"(?<![\w.]){NAME}"
PRODUCT: Final = re.compile(rf"(?:{NAME}|{SIZE})(?:\s*[*/]\s*(?:{NAME}|{SIZE}))*")
"""Numbers and units, multiplied and divided: sums and powers are other quantities, or none."""
DIMENSION: Final = re.compile(r"\[\w+\]")

Conversions = Mapping[tuple[str, str], float]
"""How much one of a spelling is in a canonical unit."""


def conversions_of(units: Mapping[str, Any]) -> Conversions:
    """Return what the units make of each other; nothing where one of them is none, or another size than it says."""
    if any(definition_faults(units)) or any(unit_size_faults(units)):
        return {}
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
    """Return the definitions, units and spellings that are none, each by itself, and definitions in a ring."""
    definitions = texts(units.get("definitions"))
    known = {text.partition("=")[0].partition(" ")[0].strip() for text in definitions}
    yield from _faults_of_definitions(definitions, known)
    for section, held in units.items():
        for name, written in held.items() if isinstance(held, dict) and definitions else ():
            where = f"units.toml, [{section}] {name}"
            for text in texts(written):
                yield from _product_faults(where, text, text, known)


def _faults_of_definitions(definitions: Iterable[str], known: Collection[str]) -> Iterator[Fault]:
    where, needs = "units.toml, definitions", dict[str, tuple[str, list[str]]]()
    for text in definitions:
        name, sign, product = (part.strip() for part in text.partition("="))
        if not sign or not re.fullmatch(NAME, name):
            yield f"{where}: '{text}' is not a unit: it has no name before a =; write it as bar = 100000 * pascal"
        elif name in needs:
            yield f"{where}: '{text}' defines {name} again, which is '{needs[name][0]}'; keep one"
        else:
            begins = DIMENSION.fullmatch(product)
            needs[name] = text, [] if begins else re.findall(NAME_IN_PRODUCT, product)
            faults = [] if begins else list(_product_faults(where, text, product, known))
            is_now = None if faults else wrong_size(name, product)
            yield from faults
            if is_now:
                yield f"{where}: '{text}' is not what one {name} is; it is {is_now}: correct the definition"
    ring = _ring({name: names for name, (_, names) in needs.items()})
    if ring:
        texts_of_ring = ", ".join(f"'{needs[name][0]}'" for name in ring)
        yield f"{where}: {texts_of_ring}: defined by itself; define it by a unit that is listed before it"


def _ring(needs: Mapping[str, list[str]]) -> list[str]:
    """Return the names that are defined by each other, none where there are none."""

    def reached(names: set[str]) -> set[str]:
        further = names | {below for name in names for below in needs.get(name, ())}
        return names if further == names else reached(further)

    return [name for name in needs if name in reached({*needs[name]})]


def _product_faults(where: str, text: str, product: str, known: Collection[str]) -> Iterator[Fault]:
    """Return why a text is not a number above 0 of a unit; text: as written, product: the part that is to be one."""
    names = list(dict.fromkeys(re.findall(NAME_IN_PRODUCT, product)))
    if not PRODUCT.fullmatch(product.strip()) or not names:
        kinds = "numbers above 0 and units, joined by * or /"
        yield f"{where}: '{text}' is not a unit: it is not made of {kinds}; write it as 10000 * kilowatt_hour"
    elif not 0 < _size(product) < math.inf:
        yield f"{where}: '{text}' is not a unit: its number is not above 0 and finite; write how many units one is"
    else:
        for name in (one for one in names if one not in known):
            near = nearest(name, {*known})
            finding = (
                f"{where}: '{text}' is not a unit: '{name}' is not defined{near}; correct it, or define what it names"
            )
            yield Absent(name, "units.toml, definitions", f"{where}: '{text}'", finding)


def _size(product: str) -> float:
    """Return the number of a product, 0 where it divides by 0."""
    size = 1.0
    for sign, written in re.findall(rf"([*/]?)\s*({SIZE})(?![\w.])", re.sub(NAME_IN_PRODUCT, "u", product)):
        if float(written) == 0:
            return 0
        size = size / float(written) if sign == "/" else size * float(written)
    return size


def spelled(unit: str) -> str:
    """Return the unit as spellings are compared."""
    return "".join(unicodedata.normalize("NFKC", unit).split()).lower()
