"""What a number format makes of the number in its cell, and the text that a person reads there.

A cell that shows 3.50% holds 0.035; one that shows 00123 holds 123; one that shows 500.0万 holds 5000000, or 500.
"""

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final

from transforms.deliveries.sheets.marks import WORDS, words_of_format

UNSEEN: Final = re.compile(r"[_*].|\[[^\]]*\]")
LETTERS: Final = re.compile("[A-Za-z\u4e00-\u9fff]")
DAYS: Final = re.compile("[ymdhs]", re.IGNORECASE)
SCALING: Final = re.compile(r"[0#?.],+(?![0#?,])")
SCALE_WORDS: Final = re.compile(
    "[十拾百佰千仟万萬亿億‰‱]|基点|^\\s*(?:[kK]|M|[bB][pP][sS]?|mn|mio|bn|thousand|million|billion)\\s*$"
)
CURRENCIES: Final = {
    "US$": "USD", "HK$": "HKD", "NT$": "TWD", "S$": "SGD", "A$": "AUD", "C$": "CAD", "$": "USD", "€": "EUR", "£": "GBP",
    "₩": "KRW", "₽": "RUB", "₣": "CHF", "฿": "THB", "JP¥": "JPY",
    "美元": "USD", "美金": "USD", "欧元": "EUR", "英镑": "GBP", "港元": "HKD", "港币": "HKD", "日元": "JPY",
}  # fmt: skip
"""Signs that a format puts beside an amount. ¥ is both yuan and yen, and says nothing."""

BRACKETED: Final = re.compile(r"\[\$([^\]-]+)(?:-[^\]]*)?\]")
PERCENT: Final = Decimal(100)
"""A definition."""


@lru_cache(maxsize=512)
def kind_of(code: str) -> str:
    """Return what the format does: percent, zeros, scaled, worded (names a scale), named (has words), or nothing."""
    words = words_of_format(code)
    shown = UNSEEN.sub("", WORDS.sub("", code))
    if "%" in shown:
        return "percent"
    if re.fullmatch("0{2,}", shown) and not words:
        return "zeros"
    if SCALING.search(shown):
        return "scaled"
    if SCALE_WORDS.search(words):
        return "worded"
    return "named" if LETTERS.search(words) and not DAYS.search(shown) else ""


@lru_cache(maxsize=512)
def currency_of(code: str) -> str:
    """Return the currency whose sign the format shows, or nothing: [$$-409]#,##0.00 shows dollars."""
    signs = [*BRACKETED.findall(code), *(quoted or escaped for quoted, escaped in WORDS.findall(code))]
    bare = UNSEEN.sub("", WORDS.sub("", code))
    named = (CURRENCIES.get(sign.strip(), sign.strip()) for sign in [*signs, *(s for s in CURRENCIES if s in bare)])
    return next((name for name in named if name in CURRENCIES.values()), "")


def shown(text: str, code: str) -> str:
    """Return a number's text as its cell shows it: 0.035 as 3.5% (every digit kept), 123 as 00123."""
    kind = kind_of(code)
    if kind == "percent":
        return f"{(Decimal(text) * PERCENT).normalize():f}%"
    return text.zfill(len(code)) if kind == "zeros" and text.isdigit() else text
