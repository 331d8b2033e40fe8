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


def file_name(name: str, taken: str = "") -> str:
    """Return the name as part of a file's name: letters, digits, _ and - only, at most 49 characters.

    A name that disks keep as it is, is its own file name. Where signs are lost, or where disks or Unicode forms would
    take two names for one (capitals, full-width letters, accents, a reserved name, `taken`, our own digest's form), the
    first characters are followed by 8 hex digits of the name's digest. It depends on the name alone, so a
    document keeps its name whoever else is in the book.
    """
    readable = UNFIT.sub("_", unicodedata.normalize("NFKC", name).casefold())[:LONGEST_READABLE]
    if readable == name and name != taken and not WITH_DIGEST.search(name) and not RESERVED.fullmatch(name):
        return name
    return f"{readable}-{name_digest(name)}"


def name_digest(name: str) -> str:
    """Return the first hex digits of the digest of the name, as written."""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:DIGEST_DIGITS]
