"""Who sent a file: the first folder under the inbox, or the source, whatever year or day its name ends in."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:  # the command line imports this module before its first line
    from transforms.deliveries.rows.assembly import Landed

Authorities = Mapping[str, Collection[str]]
"""Delivered table to the senders that may state what others share in it, and replace others' rows."""

LOOSE: Final = "(loose files)"
"""The sender of files that lie in the inbox itself, or in folders named after a day or a year only."""

UNSEEN: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""What Unicode shows as nothing (Default_Ignorable_Code_Point): variation selectors, fillers, joiners."""

_DAY: Final = r"(19|20)\d\d([-_.]?(\d\d([-_.]?\d\d)?|[QqHh]\d))?"
_DATED: Final = re.compile(rf"([-_. ]|^){_DAY}$")


def sender_of(folder: str) -> str:
    """Return the sender of a folder under the inbox: icbc of icbc/2025Q2 and of icbc_2025; loose files of 2025-06-30.

    A bank that files its deliveries by day, or parts a source by year, is one sender all the same; so it is where the
    year is in full width.
    """
    named = (_undated(part) for part in folder.split("/"))
    return next((name for name in named if folded(name)), LOOSE)


def _undated(part: str) -> str:
    """Return the name without its year or day, as it is spelled: the day is looked for in what its spellings share."""
    shared = folded(part)
    dated = _DATED.search(shared)
    if dated is None:
        return part.strip()
    name = shared[: dated.start()].strip()
    spelled = (part[:end].strip() for end in range(len(part)) if folded(part[:end]) == name)
    return next(spelled, name)


def folded(name: str) -> str:
    """Return what the spellings of one name share: case, Unicode form, width, blanks and what nobody sees do not count.

    Folding twice makes it the same for what the first brings about, as for 𝐁 and ß.
    """
    name = UNSEEN.sub("", name)
    for _ in range(2):
        name = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(name.split())


def folder_key(folder: str) -> tuple[str, ...]:
    """Return what the spellings of one folder share, part by part."""
    return tuple(folded(part) for part in folder.split("/"))


def one_spelling(folders: Iterable[str]) -> dict[str, str]:
    """Return each folder in the spelling in which its sender, and it, came first: BANK/2025 for ＢＡＮＫ/2025."""
    senders: dict[str, str] = {}
    whole: dict[tuple[str, ...], str] = {}
    spelled: dict[str, str] = {}
    for folder in folders:
        sender = sender_of(folder)
        named = folder.replace(sender, senders.setdefault(folded(sender), sender), 1)
        spelled[folder] = whole.setdefault(folder_key(named), named)
    return spelled


def spelled_as_sent(authorities: Authorities, senders: Collection[str]) -> Authorities:
    """Return the authorities in the spelling of the senders that delivered: the settings may spell them otherwise."""
    sent = {folded(sender): sender for sender in senders}
    return {table: [sent.get(folded(name), name) for name in names] for table, names in authorities.items()}


def founder(landed: Iterable["Landed"]) -> str | None:
    """Return the sender that alone delivered on the first night; None where several did."""
    files = list(landed)
    first = min((file.received_at for file in files), default=None)
    senders = {sender_of(file.sender_folder) for file in files if file.received_at == first}
    return senders.pop() if len(senders) == 1 else None
