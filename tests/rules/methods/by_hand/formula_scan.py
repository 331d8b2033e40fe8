"""Finds formulas in a text: two operands, one of them a name, that an arithmetic sign or word joins.

What joins may be half or full width, a sign of mathematics, an English or a Chinese word. Numbers alone are not
a formula (`4 x 1`), nor is a unit (`tCO2/MWh`), a date, an id, a limit (`more than 12 times its electricity`).
"""

import html
import re
import tomllib
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from transforms.factors.derived_parameters import COMBINED_MARGIN, FUEL_EF
from transforms.methods.catalog import EDITIONS
from transforms.methods.engine.lines import lines_of
from transforms.methods.engine.tree import names_of, read_back, symbols_of


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ROOT: Final = Path(__file__).resolve().parents[4]
LINES: Final = [line for method in EDITIONS.values() for line in lines_of(method)]
DERIVED: Final = {one.sign for factor in (FUEL_EF, COMBINED_MARGIN) for one in names_of(read_back(factor))}
SIGNS: Final = DERIVED | {line.sign for line in LINES} | {one.sign for line in LINES for one in symbols_of(line.body)}
"""Every sign that a formula is printed with."""

GASES: Final = {"CO2", "CH4", "N2O"}
BASES: Final = {sign.partition("_")[0] for sign in SIGNS if "_" in sign} - GASES
SPELLINGS: Final = tomllib.loads((ROOT / "data/reference/units.toml").read_text("utf-8"))["spellings"]
PARTS: Final = {part for spelling in SPELLINGS for part in re.split(r"[/*·()°\s]", spelling)}
OTHER_UNITS: Final = words(
    """
    l g y yr hr hours days weeks month months years kw km m wh cny 天 月 日 人 次 瓦 平方米
    吨二氧化碳 克标准煤 元
    """
)
UNITS: Final = {unicodedata.normalize("NFKC", part).casefold() for part in PARTS} | OTHER_UNITS
"""The units of the registry, and those that no delivery is in."""

QUANTITIES: Final = re.compile(
    r"emission|reduction|balance|investment|heat|fuel|power|electric|energy|efficienc|factor|share|baseline|promise|measured"
    r"|expected|equity|debt|money|amount|tonnes|cost|denominator|capacit|issued|flow"
    r"|排放|减排|余额|投资|热|电|煤|燃料|因子|效率|系数|份额|承诺|预期|实测|发放|金额|产量|面积",
    re.IGNORECASE,
)
NUMERALS: Final = words(
    """
    two three four five six seven eight nine ten eleven twelve twenty hundred
    thousand million half
    """
)
NO_FACTOR: Final = words("many several some few at of how all other what own reporting booking")
"""`at times`, `several times`, `reporting times`."""

DETERMINERS: Final = words("the its an that this their each every what those any all")
SKIPPED: Final = DETERMINERS | words("a of by with as total whole")
LIMITS: Final = words(
    """
    than above below between within most least under exceeds and to beyond about
    """
)
"""Behind one of them a multiple is a limit, as in `more than 12 times its electricity`."""

OF_WHAT: Final = (
    r"(?:the |its )?(?:total |whole )?"
    r"(?:baseline|project emissions?|emissions?|reductions?|heat|fuel|power|electricity|energy|gain|promise)\b"
)
LESS: Final = (
    r"(?<!much )(?<!no )(?<!with )(?<!is )(?<!are )(?<!or )(?<!far )\bless\b"
    r"(?= (?:the|its|what|those|all|project|leakage|emissions|losses|own|[A-Z]{1,3}\b|[A-Z]\w*_|\{))"
)
ENGLISH: Final = (
    (r"\b[Mm]ultipl(?:ied|y|ying|ies)\b((?: [\w']+){0,3}?) (?:by|with)\b", r"\1 ×"),
    (r"\b[Dd]ivid(?:ed|e|ing|es)\b((?: [\w']+){0,3}?) (?:by|through)\b", r"\1 ÷"),
    (r"\btimes\b", "⨉"),
    (r"\bplus\b|\bincreased by\b", "+"),
    (r"\bminus\b|\breduced by\b", "−"),
    (r"\b(?:[Ss]ubtract|[Dd]educt)(?:ed|ing)?\b(?= (?:[\w']+ ){0,4}from\b)", "∑"),
    (LESS, "−"),
    (r"\b(?:product|quotient|sum|ratio|difference) (?:of|between) (?=(?:[\w']+ ){1,5}(?:and|to|over)\b)", "∑"),
    (r"\bsquare root of\b", "√"),
    (r"\b(?:twice|double|triple|thrice)\b(?= (?:the|its|what|[A-Z]{2})\b)", "2 ⨉"),
    (r"\bsquared\b|\bcubed\b", "^ 2"),
    (r"\bequals?\b(?: to\b)?|\badded to\b", "≙"),
    (r"\\(?:frac|sum|sqrt)\b|\b(?:frac|sqrt|sum|prod|min|max|exp|ln|log)(?=\()", "∑"),
    (r"\\(?:cdot|div|ast)\b", "×"),
    (r"\\(?=[A-Za-z ])", " "),
    (r"Σ", "∑"),
    (r"<sup>", "^"),
    (r"(?<=[A-Z一-龥])[xX](?=[\d一-龥])|(?<=\d)[xX](?=[一-龥])", "×"),
    (rf"\b(?:a|one|two|three) (?:third|quarter|fifth|tenth)s?(?= of {OF_WHAT})", "9 ×"),
    (rf"\b(?:two|three|four|five|six|seven|eight|nine|ten|\d+)-?fold(?= {OF_WHAT})", "9 × "),
    (r"\bover (?:the |its )?(?=(?:(?:total|project|project's) )*(?:investment|denominator|equity|cost)\b)", "÷"),
)
CHINESE: Final = (
    (r"乘以|乘上|(?<!相)乘(?=[^客坐车用机务数])", "×"),
    (r"除以|除(?=\d)", "÷"),
    (r"减去|扣减|扣除|(?<![增加递削缩抵])减(?![排少碳免速半值持轻缓除污税退产低量])", "−"),
    (r"加上|(?<=[\d放热量数额])加(?=[\d一-龥A-Za-z(])(?![权总强以工])", "+"),
    (r"之[和积商差]|的差额?(?![别异距])|乘积", "∏"),
    (r"等于|即为", "≙"),
    (r"(?<![不勿得])(?<!年度)(?<!跨年)相[乘除加减]|被[^,，。;；]{1,8}[乘除](?!去|外|名)|的和(?![谐平睦])", "∏"),
    (r"除(?=[^,，。;；]{0,3}(?:因子|效率|系数|总投资))|比(?=总投资)", "÷"),
    (r"(?<=[放热量数额])的?打?[\d一二三四五六七八九]+(?:折(?![旧算合扣标减])|成(?![本为立]))", "× 9"),
    (r"(?<=[放热量数额])(?:翻[倍番]|加倍|减半)", "× 9"),
    (r"[一二三四五六七八九十]分之[一二三四五六七八九]的?(?=(?:热|电|燃料|排放|减排|基准))", "9 × "),
    (r"抵扣", "−"),
)
LIMITS_ZH: Final = re.compile(r"(?:不可能|超过|达到|不足|至少|高于|低于|不低于|上限|下限)[^,，。;；]{0,12}$")
MULTIPLE_ZH: Final = re.compile(r"的?[\d一二三四五六七八九十百千万两几.]+倍")

NOT_ARITHMETIC: Final = frozenset("<>≤≥≦≧≪≫|~¬≠→←↑↓↔⇒⇔∞∈∉∀∃∧∨")
ARITHMETIC: Final = frozenset("*÷✕✖✗➕➖➗＊")
AMBIGUOUS: Final = frozenset("/-–—·•^≙xXхХχ")
APART: Final = r"[,，(|]\s+(?=[×÷⨉−]\s)"
"""`Q, times 9`."""

UNIT: Final = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True) if unit)
ONE_SPELLING: Final = (
    (r"\\(?:math|text|operator|bold)\w*\s*\{([^{}]*)\}", r"\1"),
    (r"\\[dtc]frac\b", r"\\frac"),
    (r"\\(?:times|over)(?![a-z])", lambda found: {"t": " × ", "o": " ÷ "}[found[0][1]]),
    (r"\\[,;:!]|\{(?=-\})|(?<=\{-)\}", " "),
    (r"_\{(\w+)\}|<sub>(\w+)</sub>", r"_\1\2"),
    (r"\\(?:sum|prod)_\w", " ∑ "),
    (r"</?(?:i|b|em|strong|var|sub|code)>", ""),
    (r"[\u2010-\u2012\u2015\u2043\u02D7\uFE58\uFE63]", "-"),
    (r"[∙⋅]", "·"),
    (rf"(?<=[\w一-龥]) ?[(\[](?:{UNIT})(?:/(?:{UNIT}))*[)\]](?= ?[=:×÷*/−–—-]|$| [a-z])", ""),
)
"""Other writings of the same signs, and marks that a reader does not see."""

POWERS: Final = r"(?<=[A-Za-zΑ-ω])[²³¹⁰⁴-⁹](?!\w)"
BEFORE: Final = frozenset("∑Σ√∏")
"""Signs that join what is behind them (of ∏: before them)."""

TOKEN: Final = re.compile(
    r"(?P<place>\{[^{}]*\}|◦)|(?P<number>\d(?:[\d,]*\d)?(?:\.\d+)?(?:e[+-]?\d+)?(?: ?[%万亿])?)"
    r"|(?P<word>[一-龥]+|[^\W\d一-龥_](?:(?![一-龥])[\w'’])*|_\w+)|(?P<blank>[ \t]+)|(?P<other>.|\n)"
)
OPENING: Final = frozenset("([{‘“\"'`「『《<")
CLOSING: Final = frozenset(")]}’”\"'`」』》>")
LABEL: Final = re.compile(r"(?<=\d)((?: \w+)?) \([A-Za-z ]+\)")
"""`1.19 t (fir)`: what a number is of."""


class Token(NamedTuple):
    """A piece of a text; kind: place (filled in later), number, word, blank or other."""

    kind: str
    text: str


class Operand(NamedTuple):
    """A side of a sign, where it is, and whether it is a number or the unit of one."""

    token: Token
    at: int
    is_number: bool


class Relation(NamedTuple):
    """What is joined, and by what."""

    left: str
    sign: str
    right: str


@cache
def relations(text: str) -> tuple[Relation, ...]:
    """Return what the text joins by arithmetic, as far as a name is among the operands."""
    read = tokens(in_signs(text))
    return tuple(found for at in range(len(read)) if (found := _relation(read, at)))


def spelled(text: str) -> str:
    """Return the text half width, with one dash, one blank, and without marks, units in brackets and letters unseen."""
    seen = "".join(letter for letter in html.unescape(text) if unicodedata.category(letter) != "Cf").replace("－", "−")
    text = unicodedata.normalize("NFKC", re.sub(POWERS, " ^ 2", seen))
    for pattern, plain in ONE_SPELLING:
        text = re.sub(pattern, plain, text)
    return LABEL.sub(r"\1", text)


def in_signs(text: str) -> str:
    """Return the text with its arithmetic words as signs, all of them half width."""
    text = spelled(text)
    for pattern, sign in (*ENGLISH, *CHINESE):
        text = re.sub(pattern, f" {sign} ", text)
    text = re.sub(APART, " ", text)
    return MULTIPLE_ZH.sub(lambda found: found[0] if LIMITS_ZH.search(text[: found.start()]) else " × 9 × ", text)


def tokens(text: str) -> list[Token]:
    return [Token(str(found.lastgroup), found[0]) for found in TOKEN.finditer(text)]


def is_arithmetic(sign: str) -> bool:
    return sign in ARITHMETIC or (len(sign) == 1 and unicodedata.category(sign) == "Sm" and sign not in NOT_ARITHMETIC)


def is_sign(text: str) -> bool:
    """Whether formulas are printed with it, or it looks like it: Greek, or the letters of a sign with another index."""
    return text in SIGNS or text.partition("_")[0] in BASES or any("Α" <= letter <= "ω" for letter in text)


def is_unit(text: str) -> bool:
    return text.casefold() in UNITS


def _relation(read: list[Token], at: int) -> Relation | None:
    sign = read[at].text
    if read[at].kind not in {"other", "word"} or not (is_arithmetic(sign) or sign in AMBIGUOUS):
        return None
    left, right = _operand(read, at, -1), _operand(read, at, 1)
    if sign in BEFORE:
        left = right = left if sign == "∏" else right
    if left is None or right is None or (left.is_number and right.is_number):
        return None
    if not ({left.token.kind, right.token.kind} & {"word", "place"}) or not _joins(read, at, left, right):
        return None
    return Relation(left.token.text, sign, right.token.text)


def _operand(read: list[Token], at: int, step: int) -> Operand | None:
    """The next operand in a direction; None where the clause ends before it."""
    at += step
    brackets = OPENING if step > 0 else CLOSING
    while 0 <= at < len(read):
        token = read[at]
        is_passed = token.kind == "blank" or token.text in brackets
        if step > 0 and not is_passed:
            is_passed = token.text in SKIPPED or is_arithmetic(token.text) or token.text == "-"
        if not is_passed:
            known = token.kind in {"place", "number", "word"}
            return Operand(token, at, _is_number(read, at)) if known else None
        at += step
    return None


def _is_number(read: list[Token], at: int) -> bool:
    """A number, or its unit; what is filled in before a unit is a number."""
    token = read[at]
    if token.kind == "number":
        return True
    if token.kind == "place":
        behind = next((one.text for one in read[at + 1 :] if one.kind != "blank"), "")
        return is_unit(behind)
    before = [one for one in read[max(0, at - 6) : at] if one.kind != "blank"]
    return is_unit(token.text) and bool(before) and (before[-1].kind in {"number", "place"} or before[-1].text == "/")


def _joins(read: list[Token], at: int, left: Operand, right: Operand) -> bool:
    """Whether a sign that has other uses is arithmetic here."""
    sign, one, other = read[at].text, left.token, right.token
    is_open = [0 <= side < len(read) and read[side].kind == "blank" for side in (at - 1, at + 1)]
    if sign == "⨉":
        return _multiplies(read, left, at)
    if sign in "+-−–±*" and is_open == [True, False]:  # of what is behind it alone, as in `+40 %`, `date -u`
        return is_sign(one.text) and (is_sign(other.text) or other.kind == "number")
    if sign in "/*·^" and is_unit(one.text) and (is_unit(other.text) or other.kind == "number"):
        return False
    rule = RULES.get(sign)
    return rule is None or rule(one, other, all(is_open))


def _equals(one: Token, other: Token, is_open: bool) -> bool:
    """Not of what states a value: `is_electric = 1`, `{name} = {value}`, `SCALE=1`; but of any sign."""
    if one.text in SIGNS:
        return True
    is_name = re.fullmatch(r"[a-z][a-z0-9_.]*", one.text) is not None and not _is_equal(one, other, is_open)
    is_setting = not is_open and one.text.isascii() and one.kind == "word"
    return not (is_name or is_setting or (one.kind == "place" and other.kind == "place"))


def _divides(one: Token, other: Token, is_open: bool) -> bool:
    """Signs, quantities, a quantity and a number; not `签字 / 盖章`, `金额/万元`, figures put in."""
    if "place" in {one.kind, other.kind}:
        return is_open and one.kind != other.kind
    quantities = [is_sign(each.text) or bool(QUANTITIES.search(each.text)) for each in (one, other)]
    is_of_a_unit = is_unit(other.text) and not is_sign(one.text)
    return not is_of_a_unit and (all(quantities) or (any(quantities) and "number" in {one.kind, other.kind}))


def _subtracts(one: Token, other: Token, is_open: bool) -> bool:
    """Signs; between blanks also a sign and a word, or a number; not a date, an id, a hyphen."""
    signs = [is_sign(each.text) for each in (one, other)]
    quantities = [each.kind == "word" and bool(QUANTITIES.search(each.text)) for each in (one, other)]
    is_chinese = all("一" <= each.text[0] <= "龥" for each in (one, other))
    if all(signs) or (all(quantities) and (is_open or is_chinese)):
        return True
    return is_open and (any(signs) or "number" in {one.kind, other.kind})


def _dashes(one: Token, other: Token, is_open: bool) -> bool:
    """Of signs."""
    return is_sign(one.text) and is_sign(other.text)


def _dots(one: Token, other: Token, is_open: bool) -> bool:
    """Not between words of a headline."""
    return not any(each.kind == "place" or "一" <= each.text[0] <= "龥" for each in (one, other))


def _bullets(one: Token, other: Token, is_open: bool) -> bool:
    """Of signs and numbers."""
    return all(is_sign(each.text) or each.kind == "number" for each in (one, other))


def _is_equal(one: Token, other: Token, is_open: bool) -> bool:
    """Of signs and quantities."""
    return all(is_sign(each.text) or bool(QUANTITIES.search(each.text)) for each in (one, other))


def _powers(one: Token, other: Token, is_open: bool) -> bool:
    """Not of figures put in."""
    return not one.kind == other.kind == "place"


RULES: Final[dict[str, Callable[[Token, Token, bool], bool]]] = {
    "=": _equals,
    "/": _divides,
    "-": _subtracts,
    "–": _subtracts,
    "—": _dashes,
    "·": _dots,
    "•": _bullets,
    "^": _powers,
    "≙": _is_equal,
}
"""When a sign that has other uses is arithmetic: of its sides, and whether it is between blanks."""


def _multiplies(read: list[Token], left: Operand, at: int) -> bool:
    """Whether `times` multiplies: `Q times 9`, `nine times the emissions`; not `three times a year`, nor a limit."""
    if left.token.text in NO_FACTOR:
        return False
    if not left.is_number and left.token.text not in NUMERALS:
        return True
    before: list[str] = []
    for one in reversed(read[max(0, left.at - 6) : left.at]):
        if one.text in ";.:":
            break
        before.append(one.text)
    behind = next((one.text for one in read[at + 1 :] if one.kind != "blank"), "")
    is_quantity = behind != "a" and (is_sign(behind) or bool(QUANTITIES.search(behind)))
    return not LIMITS.intersection(before) and (behind in DETERMINERS or behind in "({[◦" or is_quantity)
