"""How much the spelling of a unit says that it is: 万kWh is ten thousand kilowatt hours, whatever a table says."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from flows.reference.checks.consequences import Fault, Misnamed
from flows.reference.checks.contradictions.fixed_sizes import NUMERALS, SIZES_OF_UNITS, Size, is_same, product_size
from flows.reference.checks.read import Read, texts
from flows.reference.checks.written.entries import EVERY, number


def _by_word(words_of: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    return ((word, unit) for unit, words in words_of.items() for word in words.split())


PREFIXES: Final[Mapping[str, float]] = {"": 1, "k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12}
"""As unit spellings are compared without case, m is mega; the milligram is a word of its own."""
PREFIXED: Final[Mapping[str, str]] = {
    "watt": "w wp wac wdc we wt wth",
    "watt_hour": "wh",
    "joule": "j",
    "pascal": "pa",
}
MASSES: Final[Mapping[str, float]] = {"g": 1, "kg": 1e3, "t": 1e6, "克": 1, "公斤": 1e3, "吨": 1e6}
SUBSTANCES: Final[Mapping[str, str]] = {
    "gram": "ch4 cod bod",
    "gram_co2": "co2 co2e 二氧化碳 二氧化碳当量",
    "gram_coal_equivalent": "ce 标准煤 标煤",
    "gram_carbon": "c",
    "gram_n2o": "n2o",
    "gram_nitrogen": "n 纯氮",
}
"""What a mass may be of: tce, kgCO2e, 吨纯氮."""

COUNTED: Final[Mapping[str, str]] = {
    "watt": "瓦 瓦峰", "watt_hour": "瓦时", "kilowatt_hour": "度", "joule": "焦",
    "kilocalorie": "kcal 大卡", "gigacalorie": "gcal", "jin": "斤", "litre": "l 升",
    "cubic_meter": "m3 立方米 立方 方", "normal_cubic_meter": "nm3 标准立方米 标立方米 标方", "bar": "bar",
    "square_meter": "m2 平方米", "hectare": "ha hm2 公顷", "square_kilometer": "km2 平方公里", "mu": "mu 亩",
    "pascal": "帕", "celsius": "degc °c 摄氏度", "yuan": "cny 元", "percent": "% pct", "one": "ratio",
    "hour": "h hr hours 小时 时", "day": "d day days 日 天", "year": "a y yr 年",
    "head": "head 头 羽 只", "piece": "count 盏 台 套 间夜",
}  # fmt: skip
WORDS: Final[Mapping[str, tuple[float, str]]] = {
    **{f"{one}{word}": (size, unit) for one, size in PREFIXES.items() for word, unit in _by_word(PREFIXED)},
    **{f"{mass}{what}": (size, unit) for mass, size in MASSES.items() for what, unit in _by_word(SUBSTANCES)},
    **{mass: (size, "gram") for mass, size in MASSES.items()},
    **{word: (1.0, unit) for word, unit in _by_word(COUNTED)},
    "mg": (1e-3, "gram"),
    "卡": (1e-3, "kilocalorie"),
}
"""What is counted, as it is written in NFKC and small letters: how much of which unit."""

CHINESE_PREFIXES: Final[Mapping[str, float]] = {"兆": 1e6, "吉": 1e9, "太": 1e12, "毫": 1e-3}
COUNTS: Final = {**{word: size for word, size in NUMERALS.items() if not word.isascii()}, **CHINESE_PREFIXES}
LONGEST_FIRST: Final = sorted({*WORDS, *COUNTS}, key=len, reverse=True)
TOKEN: Final = re.compile(
    rf"(?P<power>10\^\d+|1e\d+)|(?P<word>{'|'.join(map(re.escape, LONGEST_FIRST))})|(?P<sign>[*·/])", re.ASCII
)
BELOW: Final = re.compile(r"/\(([^()]+)\)")
IN_OTHER_WORDS: Final[Mapping[str, str]] = {
    "度日": "°c·d",
    "degree-days": "°c·d",
    "degree_days": "°c·d",
    "(th)": "th",
    "tph": "t/h",
    "蒸吨/": "t/",
    "蒸吨": "t/h",
    "头位": "头",
    "places": "head",
}

Kind = frozenset[tuple[str, int]]
"""Units that nothing defines, with their powers: what a size is of."""


def unit_size_faults(units: Mapping[str, Any]) -> Iterator[Fault]:
    """Return every unit of units.toml that is not as much as its spelling says."""
    for section in ("canonical", "spellings"):
        held = units.get(section)
        for spelling, products in held.items() if isinstance(held, dict) else ():
            yield from _unit_faults(f"units.toml, [{section}] {spelling}", spelling, texts(products))


def capacity_size_faults(read: Read) -> Iterator[str]:
    """Return every unit of a capacity (outputs.toml) that is not as much as its spelling says."""
    for name, bound in read.sections("outputs.toml", ("bounds", EVERY)) if read.has("units.toml") else ():
        yield from _capacity_faults(name, bound)


def _unit_faults(where: str, spelling: str, products: Sequence[str]) -> Iterator[Fault]:
    """One of the products is what the spelling says; one that is none is a fault of its own."""
    stated, made = size_of(spelling), [product_size(product) for product in products]
    sizes = [size for size in made if size and size[0] > 0]
    if stated and sizes and len(sizes) == len(made) and not any(is_same(size, stated) for size in sizes):
        is_it = f"{stated[0] / sizes[0][0]:.10g} times as much" if stated[1] == sizes[0][1] else f"of {_named(stated)}"
        text = f"{where}: '{products[0]}' is not what one {spelling} is, which is {is_it}; correct it"
        yield Misnamed("units.toml", spelling, text)


def _named(size: Size) -> str:
    return " * ".join(f"{base}^{power}" if power != 1 else base for base, power in size[1].items())


def _capacity_faults(name: str, bound: Mapping[str, Any]) -> Iterator[str]:
    """Spellings of one kind of unit are to each other as they say, and to the unit of the bound where it is of it."""
    spellings, unit = bound.get("spellings"), bound.get("unit")
    held = spellings if isinstance(spellings, dict) else {}
    by_kind: dict[Kind, dict[str, float]] = {}
    for spelling, value in held.items():
        stated, times = size_of(spelling), number(value)
        if stated and times and times > 0:
            by_kind.setdefault(frozenset(stated[1].items()), {})[spelling] = float(f"{times / stated[0]:.9g}")
    taken_in = size_of(unit) if isinstance(unit, str) else None
    for kind, sizes in by_kind.items():
        usual, count = Counter(sizes.values()).most_common(1)[0]
        if taken_in and kind == frozenset(taken_in[1].items()):
            usual, count = float(f"{1 / taken_in[0]:.9g}"), len(sizes)
        for spelling, size in sizes.items() if count > 1 else ():
            if size != usual:
                where, right = f"outputs.toml, [{name}.spellings] {spelling}", float(held[spelling]) * usual / size
                yield f"{where}: {held[spelling]!r} is not how much of {unit} one {spelling} is; write {right:.10g}"


def size_of(spelling: str) -> Size | None:
    """Return how much the spelling says that one of it is, of what; None where a part of it is not known."""
    rest = "".join(unicodedata.normalize("NFKC", spelling).split()).casefold()
    for words, others in IN_OTHER_WORDS.items():
        rest = rest.replace(words, others)
    rest = BELOW.sub(lambda below: "/" + re.sub("[*·]", "/", below[1]), rest)
    size, sign, before, powers = 1.0, 1, "", Counter[str]()
    while rest:
        token = TOKEN.match(rest)
        if token is None or (before.isalpha() and before.isascii() and token[0].isalpha() and token[0].isascii()):
            return None  # Gt is not a gram times a tonne
        rest, before = rest[token.end() :], token[0]
        if token["sign"]:
            sign = -1 if token[0] == "/" else 1
        else:
            of_token, bases = _size_of_token(token)
            size *= of_token**sign
            powers.update({base: sign * power for base, power in bases.items()})
    return size, {base: power for base, power in powers.items() if power}


def _size_of_token(token: re.Match[str]) -> Size:
    if token["power"]:
        return 10.0 ** int(re.split(r"\^|e", token[0])[1]), {}
    if token[0] in COUNTS:
        return COUNTS[token[0]], {}
    times, unit = WORDS[token[0]]
    size, bases = SIZES_OF_UNITS[unit]
    return times * size, bases
