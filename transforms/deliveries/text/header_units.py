"""The unit in a header: 合同金额(万元), 合同金额【单位：万元】 and 合同金额/万元 are one column in one unit."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import polars as pl

from schemas.contract import MONEY_DTYPE
from transforms.deliveries.text.statements import SEPARATORS as SEPARATED
from transforms.deliveries.text.statements import Statement, unit_of, with_round_brackets

SEPARATORS: Final = "/,:;、|_-—~ \n"
KINDS: Final = {"%": "per cent", "年": "years"}
YUAN: Final = frozenset({"", "CNY"})


def parted(header: str, words: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Yield the ways in which a header (half-width) falls into a name and a unit, the plainest first.

    words: units that may follow a name with nothing between, as in 年利率%.
    """
    yield header, ""
    text = with_round_brackets(header)
    if text.endswith(")"):
        name, _, unit = text.removesuffix(")").rpartition("(")
        yield name.rstrip(SEPARATORS), unit.strip()
    for separator in SEPARATORS:
        name, found, unit = text.rpartition(separator)
        if found:
            yield name.rstrip(SEPARATORS), unit.strip()
    if text != header:
        yield text, ""
    for word in sorted(words, key=len, reverse=True):
        if text.endswith(word) and not (word.isascii() and word.isalnum()):
            yield text.removesuffix(word), word


def scale_of(unit: str, of: str, words: Mapping[str, int], beside: Mapping[str, Any]) -> int | None:
    """Return what one of the unit is in the column's own unit; None where it does not fit a column of that kind.

    words, beside: scales and words of data/reference/headers.toml. A column of no kind takes any unit of 1.
    """
    found = _named(unit, words, beside)
    scales = {scale for _, scale in found}
    fits = all(kind == of or (not of and scale == 1) for kind, scale in found)
    return scales.pop() if fits and len(scales) == 1 else None


def _named(unit: str, words: Mapping[str, int], beside: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Return kind and scale of what a unit names; nothing where a part of it is not understood, or foreign money."""
    named = _without_label(unit, tuple(beside["unit_labels"]))
    whole = _word(named, words, beside)
    parts = [whole] if whole else [_word(part, words, beside) for part in SEPARATED.split(named) if part]
    known = [part for part in parts if part]
    return [(part.of, part.scale) for part in known] if len(known) == len(parts) else []


def _word(word: str, words: Mapping[str, int], beside: Mapping[str, Any]) -> Statement | None:
    known = unit_of(word, beside)
    if known is None and word in words:
        return Statement("", word, KINDS[word], words[word])
    return known if known and known.currency in YUAN else None


def _without_label(unit: str, labels: tuple[str, ...]) -> str:
    """单位：万元 and 金额单位为万元 are 万元."""
    ends = [unit.lower().rfind(label) + len(label) for label in labels if label in unit.lower()]
    return unit[max(ends) :].lstrip(":：为 ") if ends else unit


def unit_kind(column: str, dtype: pl.DataType) -> str:
    """Return of what a column's unit is: money, tonnes, per cent, years, or nothing that a header states."""
    if dtype == MONEY_DTYPE:
        return "money"
    ends = {"_tco2": "tonnes", "_tco2e": "tonnes", "_pct": "per cent", "_years": "years", "_year": "years"}
    return next((kind for end, kind in ends.items() if column.endswith(end)), "")
