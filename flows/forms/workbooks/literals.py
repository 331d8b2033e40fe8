"""The signs that a number format writes beside a number, and whether a reader sees another number for them.

A cell that holds 12 under 0"0" shows 120, 5 under "-"0 shows -5, 1234 under 0"."00 shows 12.34. A unit, a currency's
sign, thousands apart or the minus of a format's second part stay.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache
from typing import Final, NamedTuple

LONGEST: Final = 255
"""Characters of a number format; no spreadsheet program takes more."""

TOKENS: Final = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|_(?P<width>.)|\*(?P<fill>.)|\[\$(?P<sign>[^\]-]*)(?:-[^\]]*)?\]'
    r"|\[(?P<bracket>[^\]]*)\]|(?P<end>;)|(?P<general>General|G/通用格式|@)|(?P<power>E[+-][0#?]+)"
    r"|(?P<fraction>(?<=[0#?])\s*/\s*[0#?1-9][0#?\d]*)|(?P<place>[0#?])|(?P<point>\.)|(?P<comma>,)|(?P<percent>%)"
    r"|(?P<other>.)",
    re.DOTALL,
)
LITERAL: Final = frozenset({"quoted", "escaped", "sign", "fill", "other"})
NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
CONDITION: Final = re.compile(r"\s*(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)\s*")
OF_DAYS: Final = re.compile("[ymdhs]", re.IGNORECASE)
COLOUR: Final = re.compile(r"[A-Za-z]+\s*\d*|[\u4e00-\u9fff]+\d*")

UNIT_WITH_DIGIT: Final = re.compile(r"(?<![\d.])(?![Ee]\d)[A-Za-z]+\d+[A-Za-z]*(?!\d)")
"""tCO2e, m3: a digit behind letters is of their word, but where the number follows it, or for e3."""

MINUS: Final = r"[-\u2010-\u2015\u2212\ufe63\uff0d△▲]"
SIGNED: Final = re.compile(rf"(?<!\w){MINUS}|{MINUS}(?!\w)|负$")
IN_BRACKETS: Final = re.compile(r"[(（][^()（）]*[)）]")
APART: Final = " ,'’\u00a0\u202f"
THOUSANDS: Final = re.compile(rf"[{APART}]*\d+(?:[{APART}]\d{{3}})*(?:\.\d*)?")
POINTS: Final = ".．"


class Token(NamedTuple):
    """A piece of a format: which group of TOKENS it is, and its text."""

    kind: str
    text: str


Section = tuple[Token, ...]


class Face(NamedTuple):
    """A number as it is shown: its digits, what is written before and behind them, and the signs that part them."""

    before: str
    digits: str
    behind: str
    parting: str = ""

    @property
    def text(self) -> str:
        """What a reader sees."""
        return f"{self.before}{self.digits}{self.behind}".strip()


def shown_otherwise(text: str, code: str) -> str | None:
    """Return what a cell shows where a reader takes that for another number than it holds, or None."""
    if not NUMBER.fullmatch(text):
        return None
    value, parts = Decimal(text), _sections(code)
    at = _which(parts, _conditions(code), value)
    if _is_plain(code, at, (value > 0) - (value < 0)):
        return None
    face = _face(parts[at], abs(value))
    minus_is_added = value < 0 and not _is_for_negatives(parts, at)
    seen = f"-{face.text}" if minus_is_added else face.text
    return seen if _is_another(face, value, parts[at], minus_is_added=minus_is_added) else None


@lru_cache(maxsize=512)
def adds_to_days(code: str) -> bool:
    """Return whether a format of days writes digits of its own beside those of the day: "2025-"mm-dd."""
    parts = _sections(code)
    written = "".join(one.text for part in parts for one in part if one.kind in {"quoted", "escaped", "fill"})
    return any(map(_is_of_days, parts)) and any(sign.isdecimal() and sign != "0" for sign in written)


@lru_cache(maxsize=512)
def _is_plain(code: str, at: int, sign: int) -> bool:
    """Return whether a part shows every number of that sign as what it is: of days, or no signs within its digits."""
    parts = _sections(code)
    if any(_is_of_days(part) for part in parts):
        return True
    face = _face(parts[at], Decimal(abs(sign)))
    minus_is_added = sign < 0 and not _is_for_negatives(parts, at)
    return not face.parting and not _is_another(face, Decimal(sign), parts[at], minus_is_added=minus_is_added)


@lru_cache(maxsize=512)
def _conditions(code: str) -> tuple[tuple[str, Decimal] | None, ...]:
    return tuple(_condition(part) for part in _sections(code)[:2])


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[Section, ...]:
    parts: list[list[Token]] = [[]]
    for match in TOKENS.finditer(code[:LONGEST]):
        kind = match.lastgroup or ""
        if kind == "end":
            parts.append([])
        else:
            parts[-1].append(Token(kind, match[kind]))
    return tuple(map(tuple, parts))


def _is_of_days(part: Section) -> bool:
    return any(OF_DAYS.fullmatch(one.text) for one in part if one.kind == "other") or any(
        one.kind == "bracket" and re.fullmatch(r"h+|m+|s+", one.text, re.IGNORECASE) for one in part
    )


def _which(parts: Sequence[Section], conditions: Sequence[tuple[str, Decimal] | None], value: Decimal) -> int:
    """Return which part shows the value: the first whose condition holds, else that of its sign."""
    if any(conditions):
        fits = (at for at, condition in enumerate(conditions) if condition and _holds(value, *condition))
        free = (at for at, condition in enumerate(conditions) if not condition)
        return next(fits, next(free, min(2, len(parts) - 1)))
    if value < 0 and len(parts) > 1:
        return 1
    return 2 if value == 0 and len(parts) > 2 else 0


def _condition(part: Section) -> tuple[str, Decimal] | None:
    found = (CONDITION.fullmatch(one.text) for one in part if one.kind == "bracket")
    return next(((match[1], Decimal(match[2])) for match in found if match), None)


def _holds(value: Decimal, sign: str, limit: Decimal) -> bool:
    if sign == "<>":
        return value != limit
    return ("=" in sign and value == limit) or ("<" in sign and value < limit) or (">" in sign and value > limit)


def _is_for_negatives(parts: Sequence[Section], at: int) -> bool:
    """Return whether a part is for negative numbers alone, which it shows without a minus of their own."""
    condition = _condition(parts[at])
    if condition:
        sign, limit = condition
        return sign in {"<", "<="} and limit <= 0
    return at == 1 and not _condition(parts[0])


def _face(part: Section, size: Decimal) -> Face:
    """Return the number's digits in the places of the part, with the signs around them."""
    kinds = {one.kind for one in part}
    if kinds & {"general", "power", "fraction"} or "place" not in kinds:
        return _face_at_once(part, f"{size:f}")
    places = [at for at, one in enumerate(part) if one.kind == "place"]
    point = next((at for at, one in enumerate(part) if one.kind == "point"), places[-1])
    whole, decimals = [at for at in places if at <= point], [at for at in places if at > point]
    with localcontext(rounding=ROUND_HALF_UP):
        digits, _, rest = f"{_scaled(part, size):.{len(decimals)}f}".partition(".")
    shown = _filled(part, whole, digits) | dict(zip(decimals, rest, strict=True))
    pieces = [shown.get(at, _written([one])) for at, one in enumerate(part)]
    begin, end = min(places[0], point), max(places[-1], point) + 1
    parting = "".join(one.text for one in part[begin:end] if one.kind in LITERAL)
    before, digits_shown, behind = map("".join, (pieces[:begin], pieces[begin:end], pieces[end:]))
    return Face(before, digits_shown, behind, parting)


def _face_at_once(part: Section, digits: str) -> Face:
    """A number that is shown as a power or fraction, or as it is: its places are not looked at one by one."""
    own = [at for at, one in enumerate(part) if one.kind in {"general", "power", "fraction", "place", "point"}]
    begin, end = (own[0], own[-1] + 1) if own else (len(part), len(part))
    return Face(_written(part[:begin]), digits if own else "", _written(part[end:]))


def _written(tokens: Iterable[Token]) -> str:
    signs = {"percent": "%", "point": "."}
    return "".join(one.text if one.kind in LITERAL else signs.get(one.kind, "") for one in tokens)


def _scaled(part: Section, size: Decimal) -> Decimal:
    """Return the size in per cent, or in the thousands that commas behind the digits make of it."""
    signs = {"place": "0", "comma": ",", "point": "."}
    commas = "".join(re.findall(r"(?<=0),+(?=\.|$)", "".join(signs.get(one.kind, "") for one in part)))
    percents = sum(one.kind == "percent" for one in part)
    return size.scaleb(2 * percents - 3 * len(commas))


def _filled(part: Section, whole: Sequence[int], digits: str) -> dict[int, str]:
    """Fill the places of whole digits from the right; the first takes what is left."""
    shown = {}
    left = digits if digits != "0" else ""
    for at in reversed(whole):
        left, digit = (left[:-1], left[-1:]) if at != whole[0] else ("", left)
        shown[at] = digit or ("0" if part[at].text == "0" else "")
    return shown


def _is_another(face: Face, value: Decimal, part: Section, *, minus_is_added: bool) -> bool:
    before, behind = face.before.rstrip(), face.behind.lstrip()
    if value == 0:
        return _has_digit(before, behind, "123456789")
    if not face.digits and not any(one.kind in {"place", "general"} for one in part):
        return True
    if _has_digit(before, behind) or _goes_on(before[-1:]) or _goes_on(behind[:1]):
        return True
    if face.parting and (face.parting.strip(APART) or not THOUSANDS.fullmatch(face.digits)):
        return True
    minuses = minus_is_added + _has_minus(before, behind) + _is_bracketed(before, behind)
    return minuses != (value < 0) and not (minuses == 0 and _is_coloured(part))


def _has_digit(before: str, behind: str, digits: str = "") -> bool:
    """Return whether a digit is beside the number, but for words that have one of their own."""
    signs = UNIT_WITH_DIGIT.sub(" ", f"{before}0").removesuffix("0") + UNIT_WITH_DIGIT.sub(" ", behind)
    return any(sign.isdecimal() and (not digits or str(int(sign)) in digits) for sign in signs)


def _goes_on(sign: str) -> bool:
    """Return whether a sign beside the number is taken for a part of it: a point, 三 or ²; from 十 on it is a scale."""
    return bool(sign) and (sign in POINTS or unicodedata.numeric(sign, 10) < 10)


def _has_minus(before: str, behind: str) -> bool:
    return bool(SIGNED.search(before) or re.match(MINUS, behind))


def _is_bracketed(before: str, behind: str) -> bool:
    """Return whether brackets lie around the number; those around a unit are closed again."""
    return bool(re.search("[(（]", IN_BRACKETS.sub("", before)) or re.search("[)）]", IN_BRACKETS.sub("", behind)))


def _is_coloured(part: Section) -> bool:
    """0.00;[Red]0.00 shows negative numbers by their colour, as spreadsheet programs offer it."""
    return any(one.kind == "bracket" and COLOUR.fullmatch(one.text) for one in part)
