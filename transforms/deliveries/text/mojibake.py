"""Text that was decoded by a wrong encoding somewhere on its way: known by what it becomes when that is undone."""

import re
from typing import Final

RUN: Final = re.compile(r"[^\x00-\x7f]{3,}")
LATIN_RUN: Final = 4
"""From this many accented letters in a row on it is not a word of a European language."""

LOSSY_RUN: Final = 5
LOST_PART: Final = 4
"""From how many signs on, and one byte in how many, may be lost: a wrong decoder drops what it cannot pair."""

CHINESE: Final = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef\U00020000-\U0003ffff]+")


def meant_by(text: str) -> str | None:
    """Return what the first garbled word of the text is when it is decoded rightly; None where none is garbled."""
    found = (_latin(run) or _chinese(run) for run in RUN.findall(text))
    return next((meant for meant in found if meant), None)


def mostly_meant(text: str) -> str | None:
    """Return the first word that is meant where at least half of the words are garbled; else None."""
    meant = [meant_by(run) for run in RUN.findall(text)]
    garbled = [word for word in meant if word]
    return garbled[0] if garbled and len(garbled) * 2 >= len(meant) else None


def _latin(run: str) -> str | None:
    """Chinese read as Latin letters: ÏîÄ¿ and é¡¹ç›® are 项目."""
    if len(run) < LATIN_RUN or CHINESE.search(run):
        return None
    try:
        content = b"".join(_latin_byte(sign) for sign in run)
    except UnicodeEncodeError:
        return None
    return next((meant for encoding in ("utf-8", "gb18030") if (meant := _decoded(content, encoding))), None)


def _latin_byte(sign: str) -> bytes:
    try:
        return sign.encode("cp1252")
    except UnicodeEncodeError:
        return sign.encode("latin-1")


def _chinese(run: str) -> str | None:
    """UTF-8 read as GB18030: 椤圭洰 is 项目."""
    try:
        content = run.encode("gb18030")
    except UnicodeEncodeError:
        return None
    kept = content.decode("utf-8", errors="ignore")
    lost = len(content) - len(kept.encode())
    return (
        kept
        if lost <= (len(content) // LOST_PART if len(run) >= LOSSY_RUN else 0) and CHINESE.fullmatch(kept)
        else None
    )


def _decoded(content: bytes, encoding: str) -> str | None:
    try:
        meant = content.decode(encoding)
    except UnicodeDecodeError:
        return None
    return meant if CHINESE.fullmatch(meant) else None
