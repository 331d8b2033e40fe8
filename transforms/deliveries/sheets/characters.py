"""Signs that no person typed: refused by code point and place."""

import unicodedata
from collections.abc import Iterator
from typing import Final

import polars as pl

from schemas.between.deliveries import SentText
from schemas.between.ground import BrokenRule
from schemas.contract import DataFrame, Delivered, unchecked
from schemas.deliveries import WORKED_OUT_COLUMNS
from transforms.deliveries.sheets.marks import FREE_TEXTS
from transforms.deliveries.text.mojibake import meant_by

DAMAGE: Final = "锟斤拷|烫烫烫|屯屯屯"
"""What Chinese programs show for bytes that were no text."""

ESCAPES: Final = r"_x[0-9A-Fa-f]{4}_|&(?:amp|lt|gt|nbsp|quot|apos|#\d{1,6}|#x[0-9A-Fa-f]{1,5});"
"""A sign as a spreadsheet or a web page writes it down, not yet read back."""

LATIN_REMAINS: Final = r"\?{3,}|[^?]\?{2,}|\?{2,}[^?]|\x{EF}\x{BB}\x{BF}|\x{E2}\x{20AC}|[\x{C2}\x{C3}][\x{80}-\x{BF}]"
"""What remains of a name that an encoding without its signs has seen: ????, ï»¿, â€™, Ã©."""

INVISIBLE: Final = (
    r"\p{Cf}\x{034F}\x{115F}\x{1160}\x{17B4}\x{17B5}\x{180B}-\x{180F}\x{2800}\x{3164}\x{FE00}-\x{FE0F}\x{FFA0}"
    r"\x{E0100}-\x{E01EF}"
)
CONTROLS: Final = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
BREAKS: Final = r"\t\n\r"
LAYOUT: Final = r"\x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}"
"""Blanks other than the plain one, which only a note may hold; a name may be broken into lines, an id may not."""

IN_NOTES: Final = rf"[\p{{Co}}\p{{Cn}}\x{{FFFD}}{INVISIBLE}{CONTROLS}]|{DAMAGE}"
IN_NAMES: Final = rf"[{LAYOUT}]|{IN_NOTES}|{ESCAPES}|{LATIN_REMAINS}"
IN_IDS: Final = rf"[{BREAKS}]|{IN_NAMES}"

NOT_ASCII: Final = r"[^\x00-\x7f]{3}"

KINDS: Final = {"Co": "a sign for private use", "Cn": "no sign of Unicode", "Cc": "a control character"}


def strange_cells(text: DataFrame[SentText], contract: type[Delivered]) -> DataFrame[BrokenRule]:
    """Return a finding for each cell with a sign that nobody typed."""
    names = [name for name in contract.columns() if name not in WORKED_OUT_COLUMNS]
    patterns = {name: _pattern(name) for name in names}
    anywhere = text.select(pl.col(name).str.contains(patterns[name]).any() for name in names).row(0, named=True)
    texts = [name for name, dtype in contract.polars_schema().items() if name in names and dtype == pl.String]
    foreign = text.select(pl.col(name).str.contains(NOT_ASCII).any() for name in texts).row(0, named=True)
    found = [one for name in texts if foreign[name] for one in _garbled(text, name)]
    found += [one for name in names if anywhere[name] for one in _strange(text, name, patterns[name])]
    return unchecked(pl.DataFrame(found, schema=BrokenRule.polars_schema(), orient="row"), BrokenRule)


def _pattern(name: str) -> str:
    return IN_NOTES if name in FREE_TEXTS else IN_NAMES if name.endswith("_name") else IN_IDS


def _strange(text: pl.DataFrame, name: str, pattern: str) -> Iterator[tuple[int, str, str, str, str]]:
    cells = text.rechunk().select(name).with_row_index("at").filter(pl.col(name).str.contains(pattern))
    for at, cell, sign in cells.with_columns(sign=pl.col(name).str.extract(f"({pattern})")).iter_rows():
        reason = f"{name} holds {_named(sign)} at position {cell.index(sign) + 1}; correct it in the source system"
        yield at, "strange_character", name, cell, reason


def _garbled(text: pl.DataFrame, name: str) -> Iterator[tuple[int, str, str, str, str]]:
    """Texts that became others by a wrong encoding."""
    words = text[name].filter(text[name].str.contains(NOT_ASCII)).unique(maintain_order=True)
    meant = {word: repaired for word in words if (repaired := meant_by(word))}
    if not meant:
        return
    cells = text.rechunk().select(name).with_row_index("at").filter(pl.col(name).is_in(list(meant)))
    for at, cell in cells.iter_rows():
        reason = f"{name} '{cell}' was decoded by a wrong encoding: '{meant[cell]}' is garbled; export the table again"
        yield at, "garbled_text", name, cell, reason


def _named(sign: str) -> str:
    if len(sign) > 1:
        return f"'{sign}', which is what remains of damaged text,"
    name = unicodedata.name(sign, KINDS.get(unicodedata.category(sign), "without a name"))
    return f"U+{ord(sign):04X} ({name.lower()})"
