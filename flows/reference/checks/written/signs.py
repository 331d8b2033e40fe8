"""Signs in the reference tables that nobody sees, and beginnings that a spreadsheet would compute.

Each is one fault. The other checks look at the text as it was meant, so that nothing follows from it.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, Final

FORMULAS: Final = "=+-@"
UNSEEN: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0" + "".join(map(chr, range(0xFE00, 0xFE10))))
"""Signs that are drawn as nothing, beside those that Unicode calls controls, formats and blanks."""

NAMELESS: Final = {"\n": "a line break", "\r": "a line break", "\t": "a tab"}
BAR: Final = "|"
BARS: Final = "｜¦│∣ǀ"
"""Signs that look like the one between two names of a cell."""

NEVER_MEANT: Final = UNSEEN | frozenset(BARS)

PARTING: Final = "、；;，,"
"""Signs by which people part names where a cell has `|`, and a list a text for each."""

NO_VALUE: Final = "-"
"""What a spelling of units.toml may be: no unit."""

OF_SENTENCES: Final = ("unconfirmed", "unconfirmed_zh")
"""Keys of lists that hold words for people; all others hold names."""

OF_LINES: Final = "reason"
"""The key whose text may have several lines."""


def strange(text: str, *, is_code: bool = False) -> str | None:
    """Return what no person meant to write in a text, and what to do; None where all is plain.

    is_code: it is a name that other tables cite, written in the letters of ASCII alone.
    """
    is_seen = text.isprintable() and NEVER_MEANT.isdisjoint(text) and (text.isascii() or not is_code)
    for at, sign in enumerate("" if is_seen else text, 1):
        if _is_unseen(sign) or (is_code and not sign.isascii()):
            return f"'{text}' holds {_named(sign)} at position {at}; write it without"
        if sign in BARS:
            return f"'{text}' holds {_named(sign)} at position {at}; write {BAR} between two names of a cell"
    if text != text.strip():
        return f"'{text}' has blanks around it; take them away"
    if text and text[0] in FORMULAS:
        return f"'{text}' begins with {text[0]}, as a formula of a spreadsheet does; write it without"
    return None


def unparted(text: str, signs: str, remedy: str) -> str | None:
    """Return what parts the names of a text by another sign than is read, and what to do; None where nothing does."""
    parting = next((sign for sign in text if sign in signs), None)
    return f"'{text}' holds {parting} between names; {remedy}" if parting else None


def meant(text: str, *, is_code: bool = False) -> str:
    """Return the text as it was likely meant: without what `strange` finds."""
    if strange(text, is_code=is_code) is None:
        return text
    first_line = next((line for line in text.splitlines() if line.strip()), "")
    seen = "".join(BAR if sign in BARS else sign for sign in first_line if not _is_unseen(sign))
    seen = seen.strip().lstrip(FORMULAS)
    return unicodedata.normalize("NFKC", seen) if is_code else seen


def plain_entries(name: str, entries: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return a TOML file's entries as they were meant, and the faults of their keys and texts."""
    faults: list[str] = []
    return _plain_section(name, "", entries, faults), faults


def _plain_section(name: str, path: str, section: Mapping[str, Any], faults: list[str]) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for key, held in section.items():
        where = f"{name}, [{path}]" if path else name
        known = _plain_text(f"{where} {meant(key)}: its name", key, faults)
        below = f"{path}.{known}" if path else known
        plain[known] = (
            _plain_section(name, below, held, faults)
            if isinstance(held, Mapping)
            else _plain_value(f"{where} {known}:", known, held, faults)
        )
    return plain


def _plain_value(where: str, key: str, held: object, faults: list[str]) -> object:
    if isinstance(held, list):
        if key not in OF_SENTENCES:
            named = [one for one in held if isinstance(one, str)]
            parted = (unparted(one, BAR + PARTING, 'write each as a text of its own: ["...", "..."]') for one in named)
            faults += [f"{where} {what}" for what in parted if what]
        return [_plain_value(where, key, one, faults) for one in held]
    if not isinstance(held, str) or not held.strip(" "):
        return held
    if key == OF_LINES and "\r" not in held:
        lines = [_plain_text(where, line, faults) for line in held.split("\n")]
        return "\n".join(lines)
    return _plain_text(where, held, faults)


def _plain_text(where: str, text: str, faults: list[str]) -> str:
    what = None if text == NO_VALUE else strange(text)
    if what is None:
        return text
    faults.append(f"{where} {what}")
    return meant(text)


def strange_cells(cells: Mapping[str, str], codes: Mapping[str, bool]) -> Iterator[tuple[str, str]]:
    """Return the columns of a row whose texts are strange, and what is with each; codes: columns of texts."""
    for column, is_code in codes.items():
        what = strange(cells[column], is_code=is_code) if cells[column].strip(" ") else None
        if what is not None:
            yield column, what


def _is_unseen(sign: str) -> bool:
    return not sign.isprintable() or sign in UNSEEN


def _named(sign: str) -> str:
    name = NAMELESS.get(sign) or unicodedata.name(sign, "a sign without a name").lower()
    return f"U+{ord(sign):04X} ({name})"
