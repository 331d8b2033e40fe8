"""File names that are one-to-one with what they name, on every disk: two names never share a file."""

import hashlib
import re
import unicodedata
from typing import Final

LONGEST_READABLE: Final = 40
"""Characters of a name that are kept for the reader; disks take 255 bytes, a character up to four."""

DIGEST_DIGITS: Final = 8
UNFIT: Final = re.compile(r"[^\w-]+")
WITH_DIGEST: Final = re.compile(rf"-[0-9a-f]{{{DIGEST_DIGITS}}}$")
RESERVED: Final = re.compile(r"con|prn|aux|nul|(com|lpt)\d")
"""Devices that Windows opens in place of a file."""


UNFIT_ENDS: Final = (".", " ")
UNFIT_SIGNS: Final = re.compile(r'[\x00-\x1f\\/:*?"<>|]')


def is_safe(name: str) -> bool:
    """True for a name that every disk keeps as it is: no device (con, nul.txt), no point at its end, no sign lost."""
    stem = unicodedata.normalize("NFKC", name).casefold().partition(".")[0].strip()
    is_option = name.startswith("-")  # of every command that is given the folder's names
    return not (is_option or RESERVED.fullmatch(stem) or name.endswith(UNFIT_ENDS) or UNFIT_SIGNS.search(name))


def folder_name(name: str) -> str:
    """Return the name of a sender's folder as it is sent; as `file_name` writes it where a disk would not keep it."""
    return name if is_safe(name) else file_name(name)


def file_name(name: str, taken: str = "") -> str:
    """Return the name as part of a file's name: letters, digits, _ and - only, at most 49 characters.

    A name that disks keep as it is, is its own file name. Where signs are lost, or where disks or Unicode forms would
    take two names for one (capitals, full-width letters, accents, a reserved name, `taken`, our own digest's form), the
    first characters are followed by 8 hex digits of the name's digest. It depends on the name alone, so a
    document keeps its name whoever else is in the book.
    """
    readable = UNFIT.sub("_", unicodedata.normalize("NFKC", name).casefold())[:LONGEST_READABLE]
    readable = re.sub("^-", "_", readable)
    if readable == name and name != taken and not WITH_DIGEST.search(name) and not RESERVED.fullmatch(name):
        return name
    return f"{readable}-{name_digest(name)}"


def name_digest(name: str) -> str:
    """Return the first hex digits of the digest of the name, as written."""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:DIGEST_DIGITS]
