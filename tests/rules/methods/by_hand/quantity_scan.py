"""Finds texts that do arithmetic with quantities: a text names them singly (words_of_arithmetic.toml).

formula_scan.py finds signs between any two operands. Here the operands are what formulas are about, so that many more
words join them, and no sign at all multiplies them.
"""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from tests.rules.methods.by_hand.formula_scan import BASES, SIGNS, spelled

WORDS: Final = tomllib.loads(Path(__file__).with_name("words_of_arithmetic.toml").read_text("utf-8"))
KINDS: Final = {"nothing": "O", "multiple": "M", "multiplied": "T", "arithmetic": "A", "between": "B", "quantity": "Q"}
"""The kinds of pieces, in the order in which they are tried, each with its letter."""

PASSED: Final = "the|an?|its|their|whole|total|own|all|this|that|those|of|is|are|was|were|between|project's|emissions"
ORDERS: Final = re.compile(
    "|".join(
        [
            r"[QZN][FK]{0,2}B[FXA]{0,2}[QZ]",
            r"[QZ][FK]{0,2}B[FX]{0,2}N",
            r"[QZ][FKXNB]{0,3}A[FKXNB]{0,3}[QZ]",
            r"A[FXNB]{0,2}[QZ][FKXNB]{0,3}[QZ]",
            r"[QZ][FKXNB]{0,3}[QZ][FX]{0,2}A",
            r"[QZ]F?A[FB]?N",
            r"NF?AF{0,2}[QZ]",
            r"MF{0,3}Q",
            r"QF{0,2}X?T",
        ]
    )
)
"""Orders of pieces that are a formula.

Beside those of KINDS: Z: a sign; N: a number; F: a word passed over; K: a comma or a dash; X: another word.
"""


def one_of(names: list[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


INDEXED: Final = rf"(?:{one_of([sign for sign in BASES if len(sign) > 1])})_\w+"
LONG_SIGN: Final = rf"(?<!\w)(?:{one_of([sign for sign in SIGNS if len(sign) > 1])}|{INDEXED})(?!\w)"
"""A sign of several letters; one of a single letter counts beside such a one."""

ANY_SIGN: Final = rf"(?<!\w)(?:{one_of([*SIGNS])})(?!\w)"
MARKS: Final = r"(?:[^\w\s,;.、，()|/`\"]{1,3}|(?:over|per|applied (?:on|to))\b)"
NO_ARITHMETIC: Final = r"(?:and|n?or|to|with|is|in|for|as)\b"
SIDE_BY_SIDE: Final = re.compile(
    "|".join(
        [
            rf"{LONG_SIGN}[ ()]+{ANY_SIGN}",
            rf"{ANY_SIGN}[ ()]+{LONG_SIGN}",
            rf"(?<![\w.,/-])\d+(?:\.\d+)?[ (]*{LONG_SIGN}",
            rf"{LONG_SIGN}\(\d",
            rf"{ANY_SIGN}\({ANY_SIGN}",
            rf"\w\({ANY_SIGN}, ?{ANY_SIGN}\)",
            rf"{LONG_SIGN} ?(?!{NO_ARITHMETIC})[a-z]+ ?{LONG_SIGN}",
            rf"{LONG_SIGN} ?{MARKS} ?{ANY_SIGN}",
            rf"{ANY_SIGN} ?{MARKS} ?{LONG_SIGN}",
        ]
    )
)
"""Two signs, or a number and one, with nothing or a mark between them: whatever the mark means."""

IN_CODE: Final = re.compile(r"`[^`]*`")
CALLED: Final = re.compile(r"\.(?:add|sub|mul|div|truediv|plus|minus|times)\(")
PLACE: Final = re.compile(r"\{(\w+)\}")
PLACES_DIVIDED: Final = re.compile(r"\{(\w+)\} ?/ ?\{(\w+)\}")
IN_LETTERS: Final = str.maketrans({"η": "eta", "ρ": "rho", "Δ": "delta_"})
BY_LETTERS: Final = {
    sign.translate(IN_LETTERS).casefold(): sign for sign in sorted(SIGNS) if len(sign) > 1 or sign == "Q"
}
"""Each sign as code spells it."""


def _patterns() -> Iterator[str]:
    yield rf"(?P<Z>(?-i:{LONG_SIGN}))"
    for kind, letter in KINDS.items():
        english, chinese = "|".join(WORDS[kind]["en"]), "|".join(WORDS[kind]["zh"])
        yield rf"(?P<{letter}>(?<![\w-])(?<!never )(?<!not )(?:{english})(?:'s)?(?!\w)|{chinese})"
    yield r"(?P<N>\d[\d.,]*(?: ?%)?|\b(?:two|three|nine)\b)"
    yield rf"(?P<F>(?<!\w)(?:{PASSED})(?!\w))"
    yield r"(?P<K>[,，、—-])|(?P<X>[一-龥]|[\w'’]+)|[^\s`'\"()“”\[\]]"


PIECE: Final = re.compile("|".join(_patterns()), re.IGNORECASE)


@cache
def joined_quantities(text: str) -> tuple[str, ...]:
    """Return what the text does with quantities or with signs side by side."""
    text = IN_CODE.sub(_with_signs, PLACES_DIVIDED.sub(r"{\1} over {\2}", spelled(text)))
    text = re.sub(r" +", " ", PLACE.sub(_put_in, text))
    pieces = [*PIECE.finditer(text)]
    letters = "".join(piece.lastgroup or "O" for piece in pieces)
    found = [text[pieces[one.start()].start() : pieces[one.end() - 1].end()] for one in ORDERS.finditer(letters)]
    return (*found, *(one[0] for one in SIDE_BY_SIDE.finditer(text)))


def in_words(name: str) -> str:
    """Return a name of code as the sign that it spells, with whatever index, or as its words."""
    base, _, index = name.partition("_")
    if name.casefold() in BY_LETTERS:
        return BY_LETTERS[name.casefold()]
    return f"{BY_LETTERS[base]}_{index}" if index and base in BY_LETTERS else name.replace("_", " ")


def _with_signs(code: re.Match[str]) -> str:
    """A span of code in words, its marks of arithmetic between blanks."""
    named = re.sub(r"[^\W_]+(?:_\w+)?", lambda name: in_words(name[0]), CALLED.sub(" times ", code[0]))
    return re.sub(r"(?<=[\w ])[-*/](?=[\w ])", " - ", named)


def _put_in(place: re.Match[str]) -> str:
    """What is put in there, if it is named by words."""
    name = in_words(place[1])
    return f" {name} " if PIECE.fullmatch(name) else place[0]
