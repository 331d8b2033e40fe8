"""What a form states once beside its table: 单位：万元, (金额单位：人民币万元), 币种：美元, a remark below."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

SEPARATORS: Final = re.compile(r"[、,;/|及和与或()\[\]。.:\s]+")
MOST_REMARKS: Final = 8
"""Remarks side by side in one row, as 制表人：, 复核人：, 日期：; a row with more cells is none."""

LONGEST_UNIT: Final = 12
"""Characters; a longer text after 单位 is not a unit."""

TONNES: Final = re.compile(r"^(百万|千|万)?(?:吨|t)(?:二氧化碳(?:当量)?|co2e?)?$")
OTHER_MASSES: Final = re.compile(r"^(?:千克|公斤|克|kg|kt|mt|亿吨)(?:二氧化碳(?:当量)?|co2e?)?$")
FRACTIONS: Final = re.compile(r"^(?:人民币)?(?:角|分|厘|jiao|fen|cents?)$", re.IGNORECASE)
"""Parts of a yuan, in which no bank states amounts."""

MENTION: Final = re.compile(
    r"(?:^|[^0-9一二三四五六七八九十百千几数余多两.超过满逾达])(?:十|百|千)?[千万亿萬億](?:[美欧日港英]?[元圆圓鎊镑]"
    r"|[美港人日][币幣圆民])(?!以上|以下|以内|级|产值|增加值|工业|GDP|产出|投资|营收)"
    r"|(?<![0-9.,])(?<![0-9.,]\s)\b(?:thousands?|millions?|billions?|mn|bn)\b"
    r"|(?<![0-9.,])(?:1|10|100)\s?(?:thousands?|millions?|k|mn)\b"
    r"|(?:cny|rmb|usd|人民币|[¥$元])\s?1(?:0|,?000)0?0?(?:,?000)*(?![0-9.,]*[1-9])\b"
    r"|\b10\s?[\^*]{1,2}\s?\d|\b(?:amounts?|figures?|values?)\s+(?:are\s+)?(?:stated\s+)?in\s+1(?:0|,)",
    re.IGNORECASE,
)
"""A unit of money in passing, and not in an amount, as in 500万元以上 or RMB 5 million; a round power of ten is one."""

BRACKETS: Final = str.maketrans("[【〔「『《<{]】〕」』》>}", "((((((((" + "))))))))")


_ENDS: Final = r"(\w{1,7}?)(?:为单位|列示|计|$|[,。;)])"
OF_ALL: Final = (
    re.compile(f"以{_ENDS}"),
    re.compile(f"(?:金额|数据|数字)(?:单位)?(?::|[均都皆]?[为按以]){_ENDS}"),
)
"""Sentences that state one unit for all amounts: 以万元计, 金额均为万元."""


NUMBER: Final = re.compile(r"[\d\s.,:+\-]*")
"""What states no unit, and is a row's only cell where a file has lost the others."""


class Statement(NamedTuple):
    """One unit that a text states: where, the text, of what (money, tonnes, per mille, unclear), scale and currency."""

    where: str
    text: str
    of: str
    scale: int = 1
    currency: str = ""


def plain(text: str) -> str:
    """Return the text with full-width forms as ASCII ones."""
    return unicodedata.normalize("NFKC", text).strip()


def with_round_brackets(text: str) -> str:
    """Return the text with brackets of every kind as ()."""
    return text.translate(BRACKETS)


def statements(texts: Iterable[tuple[str, str]], beside: Mapping[str, Any]) -> list[Statement]:
    """Return what the texts state of units; `texts` are pairs of where and what, `beside` is of headers.toml."""
    return [found for where, text in texts for found in _of_text(where, plain(text), beside)]


def unit_of(word: str, beside: Mapping[str, Any], where: str = "") -> Statement | None:
    """Return what a single word says as a unit, or None."""
    word = plain(word).strip("()[] ")
    money = _money(word, beside)
    if money:
        return Statement(where, word, "money", *money)
    if tonnes := TONNES.match(word.lower()):
        return Statement(where, word, "tonnes", beside["scales"].get(tonnes[1], 1))
    if OTHER_MASSES.match(word.lower()):
        return Statement(where, word, "unclear tonnes")
    if FRACTIONS.match(word) or (word.lower() in beside["scales"] and not word[-1].isdigit()):
        return Statement(where, word, "unclear money")
    return Statement(where, word, "per mille") if word == "‰" else None


def currencies(texts: Iterable[tuple[str, str]], beside: Mapping[str, Any]) -> dict[str, str]:
    """Return the currencies that the texts name after a label such as 币种, each with where it is named."""
    label = _currency_label(tuple(beside["currency_labels"]))
    named = {}
    for where, text in texts:
        for stated in label.findall(plain(text)):
            for word in SEPARATORS.split(stated):
                code = beside["currencies"].get(word) or (word if re.fullmatch("[A-Z]{3}", word) else "")
                if code:
                    named[code] = where
    return named


def labelled_money(texts: Iterable[tuple[str, str]], beside: Mapping[str, Any]) -> list[Statement]:
    """Return the units of money that the texts state of all amounts: 金额单位：万元, 金额以万元为单位, 万元 alone."""
    label = _unit_label(tuple(beside["unit_labels"]), "(?:[:]|均?为|均?是)")
    found = []
    for where, text in texts:
        lone = [plain(text)] if len(plain(text)) <= LONGEST_UNIT else []
        for value in [*lone, *label.findall(plain(text)), *_of_all(plain(text))]:
            found += [unit._replace(text=plain(text)) for unit in _units(where, value, beside) if unit.of == "money"]
    return found


def remark_test(beside: Mapping[str, Any]) -> Callable[[Sequence[str]], bool]:
    """Return a test of whether a row holds remarks alone: 注：..., 填报人：..., or a unit: 单位：万元, 以万元计."""
    label = _remark(tuple(beside["remark_labels"]))

    def is_remark(cells: Sequence[str]) -> bool:
        filled = [plain(cell) for cell in cells if cell.strip()]
        if not filled or len(filled) > MOST_REMARKS:
            return False
        is_labelled = [bool(label.match(cell)) for cell in filled]
        return all(is_labelled) or ((len(filled) == 1 or is_labelled[0]) and _state_a_scale(filled, beside))

    return is_remark


def _state_a_scale(texts: Iterable[str], beside: Mapping[str, Any]) -> bool:
    found = statements((("", text) for text in texts if not NUMBER.fullmatch(text)), beside)
    return any(statement.scale != 1 or "unclear" in statement.of for statement in found)


def _of_text(where: str, text: str, beside: Mapping[str, Any]) -> list[Statement]:
    text_of_units = _currency_label(tuple(beside["currency_labels"])).sub(" ", with_round_brackets(text))
    labelled = _unit_label(tuple(beside["unit_labels"]), "(?:[:]|均?为|均?是|以)?").findall(text_of_units)
    if bare := next((value for value in labelled if value.strip().lower() in beside["scales"]), None):
        return [Statement(where, text, "unclear money", beside["scales"][bare.strip().lower()])]
    values = [text_of_units, *labelled, *_of_all(text)]
    values += re.findall(r"\(([^()]*)\)", with_round_brackets(text))
    found = [unit for value in values for unit in _units(where, value, beside)]
    if any(unit.of == "unclear money" for unit in found):  # of one text the doubt counts, not the yuan beside it
        found = [unit for unit in found if unit.of != "money" or unit.scale != 1]
    is_stated = any(unit.scale != 1 or unit.of != "money" for unit in found)
    if found and (is_stated or not MENTION.search(text)):
        return [unit._replace(text=text) for unit in dict.fromkeys(found)]
    return [Statement(where, text, "unclear money")] if MENTION.search(text) else []


def _of_all(text: str) -> list[str]:
    return [unit for pattern in OF_ALL for unit in pattern.findall(text)]


def _units(where: str, value: str, beside: Mapping[str, Any]) -> list[Statement]:
    whole = unit_of(value, beside, where) if len(value) <= 2 * LONGEST_UNIT else None
    if whole:
        return [whole._replace(text="")]
    words = [word for word in SEPARATORS.split(value) if 0 < len(word) <= LONGEST_UNIT]
    units = [unit_of(word, beside, where) for word in words]
    # a sentence that goes on is not a list of units
    return [unit._replace(text="") for unit in units if unit] if units and units[0] else []


def _money(word: str, beside: Mapping[str, Any]) -> tuple[int, str] | None:
    match = _money_words(tuple(beside["scales"]), tuple(beside["currencies"])).match(word)
    if match is None:
        return None
    folded = {name.lower(): code for name, code in beside["currencies"].items()}
    scale = next((part for part in match.group("before", "after") if part), "")
    named = [folded[part.lower()] for part in match.group("first", "last") if part]
    if not named:
        return None
    codes = {code for code in named if code}
    return (beside["scales"][scale.lower()] if scale else 1), (codes.pop() if len(codes) == 1 else "")


@cache
def _money_words(scales: tuple[str, ...], names: tuple[str, ...]) -> re.Pattern[str]:
    """A currency, a scale and a currency again, some of them: 人民币万元, 10k CNY, RMB million."""
    scale, name = ("|".join(map(re.escape, sorted(words, key=len, reverse=True))) for words in (scales, names))
    return re.compile(
        rf"^(?P<first>{name})?\s*(?P<before>{scale})?\s*(?P<last>{name})?\s*(?P<after>{scale})?$", re.IGNORECASE
    )


@cache
def _unit_label(labels: tuple[str, ...], after: str) -> re.Pattern[str]:
    words = "|".join(map(re.escape, labels))
    return re.compile(rf"(?:{words})\s*{after}\s*([^()]+)", re.IGNORECASE)


@cache
def _currency_label(labels: tuple[str, ...]) -> re.Pattern[str]:
    words = "|".join(map(re.escape, labels))
    return re.compile(rf"(?:{words})\s*:\s*([^\s():]+)", re.IGNORECASE)


@cache
def _remark(labels: tuple[str, ...]) -> re.Pattern[str]:
    words = "|".join(map(re.escape, sorted(labels, key=len, reverse=True)))
    return re.compile(rf"^[*※\s]*(?:{words})\s*\d?\s*(?:[:]|$|\d?[.、])", re.IGNORECASE)
