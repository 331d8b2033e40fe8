"""Figures of a page, and the arithmetic of its examples: numbers alone, and what they come to."""

import math
import re
from collections.abc import Iterable
from typing import Final, NamedTuple

ASIDE: Final = re.compile(r"```.*?```|`[^`\n]*`|\]\([^)]*\)", re.DOTALL)
"""Names in code, queries and addresses."""
FIGURE: Final = re.compile(
    r"(?<![\w.,/:-])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+|\d+(?=\**(?: (?:to|and) [\d.,]+)?"
    r"(?: ?(?:%|million|吨|万吨)| ?(?:t|tonnes|tons|tCO2e?|MWh|kWh|GJ|tce|kg|m3|a year)\b(?!/))))"
    r"(?![\d.]*[-/]\d|\d*\.\d)"
)
"""A number with a point or a comma, and one of a unit, of per cent, of millions or a year."""
FIGURE_OR_CELL: Final = re.compile(rf"{FIGURE.pattern}|(?<=\| )(\d+)(?= \|)")
"""Whole numbers of a table, too."""
NUMBER: Final = r"\d[\d,]*(?:\.\d+)?"
UNIT: Final = r"(?: (?:MWh|kWh|GJ|tce|tCO2e?|t|m3|kg|mu)(?:/\w+)?)?"
STEP: Final = rf"{UNIT} ?[x×+/] ?{NUMBER}"
CHAIN: Final = re.compile(rf"(?<![\w.,/^(])(?<![x×+/−-] )({NUMBER}(?:{STEP})+){UNIT}\s*=\s*\**({NUMBER})")


class Worked(NamedTuple):
    """The chain as it is written, and its result."""

    numbers: str
    result: str

    def comes_out(self) -> bool:
        """Whether it is right to the last digit of its result."""
        digits = len(self.result.partition(".")[2])
        stated, value = float(self.result.replace(",", "")), come_to(self.numbers)
        return math.isclose(value, stated, rel_tol=0, abs_tol=0.5001 * 10**-digits)


def worked_in(text: str) -> list[Worked]:
    return [Worked(*found) for found in CHAIN.findall(re.sub(r"\s+", " ", text))]


def come_to(numbers: str) -> float:
    """Return a sum of products and quotients, as `3,600 x 15/30 + 3,800 x 15/31`."""
    bare = re.sub(rf"(?<=\d){UNIT}(?= ?[x×+/=]|$)", "", numbers.replace(",", ""))
    return sum(_product(term) for term in bare.split("+"))


def _product(term: str) -> float:
    first, *others = re.split(r"\s*([x×/])\s*", term.strip())
    value = float(first)
    for sign, number in zip(others[::2], others[1::2], strict=True):
        value = value / float(number) if sign == "/" else value * float(number)
    return value


def figures_in(text: str, form: re.Pattern[str] = FIGURE) -> list[str]:
    """Return every figure of a text, as written."""
    return [found[0] for found in form.finditer(ASIDE.sub("◦", text))]


def is_among(written: str, values: Iterable[float]) -> bool:
    """Return whether one of the values is the figure, rounded as it is written."""
    digits = len(written.partition(".")[2])
    return any(written in {f"{abs(value):,.{digits}f}", f"{abs(value):.{digits}f}"} for value in values)


def next_one(figure: str) -> str:
    """The figure with its last digit one higher, or lower after nine."""
    digit = int(figure[-1])
    return f"{figure[:-1]}{digit + 1 if digit < 9 else digit - 1}"
