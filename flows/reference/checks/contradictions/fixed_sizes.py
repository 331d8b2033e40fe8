"""Sizes that no table may change: what a numeral says, and how much one of a unit is of another."""

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Final

from flows.reference.checks.consequences import Fault
from flows.reference.checks.read import Read
from flows.reference.checks.written.entries import number

SCALES: Final = (("scales",), ("beside", "scales"))
"""Sections of headers.toml whose keys are numerals, with what is counted or without."""

NUMERALS: Final[Mapping[str, int]] = {
    "十": 10, "百": 100, "千": 1000, "万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000,
    "ten": 10, "tens": 10, "hundred": 100, "hundreds": 100, "thousand": 1000, "thousands": 1000, "k": 1000,
    "wan": 10_000, "w": 10_000, "million": 1_000_000, "millions": 1_000_000, "mn": 1_000_000, "mln": 1_000_000,
    "mio": 1_000_000,
    "billion": 1_000_000_000, "billions": 1_000_000_000, "bn": 1_000_000_000, "bln": 1_000_000_000,
}  # fmt: skip
COUNTED: Final = (
    "元",
    "圆",
    "圓",
    "人民币",
    "人民幣",
    "cny",
    "rmb",
    "yuan",
    "renminbi",
    "%",
    "年",
    "吨",
    "噸",
    "二氧化碳",
    "当量",
    "t",
    "tco2",
    "tco2e",
)
"""What may be written beside a numeral: one of it."""

PART: Final = re.compile(
    "|".join(
        [
            r"'(?P<zeros>0+)(?![\d,])",
            r"(?P<digits>\d{1,3}(?:,\d{3})+|\d+)(?![\d,.])",
            r"[a-z][a-z0-9]*",
            *(re.escape(word) for word in (*NUMERALS, *COUNTED) if not re.match("[a-z]", word)),
        ]
    )
)

Size = tuple[float, Mapping[str, int]]
"""A number, and of what: units that nothing defines, with their powers."""

DEFINED: Final[Mapping[str, tuple[float, str]]] = {
    "kilojoule": (1e3, "joule"), "megajoule": (1e6, "joule"), "gigajoule": (1e9, "joule"), "terajoule": (1e12, "joule"),
    "kilocalorie": (4186.8, "joule"), "gigacalorie": (4186.8e6, "joule"),
    "watt_hour": (3600, "joule"), "kilowatt_hour": (3.6e6, "joule"), "megawatt_hour": (3.6e9, "joule"),
    "gigawatt_hour": (3.6e12, "joule"),
    "kilogram_coal_equivalent": (1e3, "gram_coal_equivalent"), "tonne_coal_equivalent": (1e6, "gram_coal_equivalent"),
    "gigajoule_of_coal": (34120.84237535656, "gram_coal_equivalent"),
    "hour": (3600, "second"), "day": (86400, "second"), "year": (31557600, "second"),
    "kilogram": (1e3, "gram"), "tonne": (1e6, "gram"), "jin": (500, "gram"), "litre": (1e-3, "cubic_meter"),
    "wan_normal_cubic_meter": (1e4, "normal_cubic_meter"),
    "hectare": (1e4, "square_meter"), "square_kilometer": (1e6, "square_meter"),
    "mu": (666.6666666666667, "square_meter"),
    "kilogram_co2": (1e3, "gram_co2"), "tonne_co2": (1e6, "gram_co2"),
    "kilogram_carbon": (1e3, "gram_carbon"), "tonne_carbon": (1e6, "gram_carbon"),
    "kilogram_n2o": (1e3, "gram_n2o"), "tonne_n2o": (1e6, "gram_n2o"),
    "kilogram_nitrogen": (1e3, "gram_nitrogen"), "tonne_nitrogen": (1e6, "gram_nitrogen"),
    "kilopascal": (1e3, "pascal"), "megapascal": (1e6, "pascal"), "bar": (1e5, "pascal"), "percent": (0.01, "one"),
}  # fmt: skip
"""How many of a unit that nothing defines one of each is.

A gigajoule of standard coal is 1 t / 29.3076, a mu a fifteenth of a hectare.
"""

WATTS: Final[Mapping[str, float]] = {"watt": 1, "kilowatt": 1e3, "megawatt": 1e6, "gigawatt": 1e9}
"""How many joules a second."""

BEGINNING: Final = frozenset({base for _, base in DEFINED.values()} | {"celsius", "yuan", "piece", "head"})
"""Units that nothing defines."""

SIZES_OF_UNITS: Final[Mapping[str, Size]] = {
    **{name: (1.0, {name: 1}) for name in BEGINNING},
    **{name: (size, {base: 1}) for name, (size, base) in DEFINED.items()},
    **{name: (size, {"joule": 1, "second": -1}) for name, size in WATTS.items()},
}


def scale_faults(read: Read) -> Iterator[Fault]:
    """Return every scale that is another than its word says; a word that holds another word may mean anything."""
    for path in SCALES:
        for at, section in read.sections("headers.toml", path):
            for word, held in section.items():
                size, meant = number(held), numeral(word)
                if size is not None and meant is not None and 0 < size != meant:
                    yield f"headers.toml, [{at}] {word}: {held!r} is not what {word} means; write {meant}"


def numeral(word: str) -> int | None:
    """Return the product of the numerals of a word, 1 where it only says what is counted, None where it says more."""
    rest, product = unicodedata.normalize("NFKC", word).casefold().strip(), 1
    while rest:
        part = PART.match(rest)
        if part is None:
            return None
        if part["zeros"]:
            product *= 10 ** len(part["zeros"])
        elif part["digits"]:
            product *= int(part["digits"].replace(",", ""))
        elif part[0] in NUMERALS:
            product *= NUMERALS[part[0]]
        elif part[0] not in COUNTED:
            return None
        rest = rest[part.end() :].lstrip()
    return product


def wrong_size(name: str, product: str) -> str | None:
    """Return what a unit is, in words, where the product that defines it is something else.

    The units of the product are taken as what they are, so that one wrong definition is not the fault of the next.
    """
    if name not in SIZES_OF_UNITS:
        return None
    size = SIZES_OF_UNITS[name]
    made = (1.0, {name: 1}) if product.startswith("[") else product_size(product)
    return None if made is None or is_same(made, size) else f"{size[0]:.10g} {' / '.join(size[1])}"


def is_same(one: Size, other: Size) -> bool:
    """True if both are as much of the same, up to the last digits."""
    return math.isclose(one[0], other[0], rel_tol=1e-9) and one[1] == other[1]


def product_size(text: str) -> Size | None:
    """Return the size of numbers and units that are multiplied and divided; None where one of them is not known."""
    size, powers = 1.0, dict[str, int]()
    for sign, factor in re.findall(r"([*/]?)\s*([^\s*/]+)", text):
        power = -1 if sign == "/" else 1
        if re.match(r"\d", factor):
            size *= float(factor) ** power
            continue
        if factor not in SIZES_OF_UNITS:
            return None
        of_unit, bases = SIZES_OF_UNITS[factor]
        size *= of_unit**power
        for base, times in bases.items():
            powers[base] = powers.get(base, 0) + power * times
    return size, {base: times for base, times in powers.items() if times}
