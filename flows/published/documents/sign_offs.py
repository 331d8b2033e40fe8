"""Who signed which edition off, and the copy that was signed, beside the edition (ADR 47). The program signs nothing.

disclosures/<report>/<period>/<document>/sign-off-<number>/
    the signed copy as it was given, and sign-off.json: of which edition, by whom, when, and the digests of both
"""

import datetime as dt
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from flows.home.settings import Home
from flows.published.documents.editions import Found, digest_of, entries, lies_in, put, shelves
from schemas.errors import UsageError
from schemas.words.editions import DAMAGED, MISSING, WHOLE

RECORD: Final = "sign-off.json"
NUMBERED: Final = re.compile(r"sign-off-([1-9]\d{0,8})")
LONGEST_NAME_BYTES: Final = 200


@dataclass(frozen=True)
class SignOff:
    """Who signed which edition of a document off, when, and the file that was signed with its digest.

    signed_at: as the person states it; recorded_at: by the clock; has_edition_bytes: the file begins with the edition's
    PDF, byte for byte, as one does that was signed in it. Of a scan only who reads both knows that they agree.
    """

    edition_number: int
    edition_digest: str
    signed_by: str
    signed_at: dt.datetime
    recorded_at: dt.datetime
    file_name: str
    file_digest: str
    has_edition_bytes: bool

    def text(self) -> str:
        """Return the record as it is written."""
        moments = {"signed_at": self.signed_at.isoformat(), "recorded_at": self.recorded_at.isoformat()}
        return json.dumps({**asdict(self), **moments}, ensure_ascii=False, indent=1)


@dataclass(frozen=True)
class FoundSignOff:
    """What lies under the number of a sign-off; `sign_off` is None where its record cannot be read."""

    folder: Path
    number: int
    sign_off: SignOff | None
    record_digest: str | None = None

    @cached_property
    def state(self) -> str:
        """Return whether the signed copy is there, byte for byte."""
        if self.sign_off is None:
            return DAMAGED if self.folder.exists() else MISSING
        is_whole = lies_in(self.folder, {self.sign_off.file_name: self.sign_off.file_digest})
        return WHOLE if is_whole else DAMAGED


def sign_offs_in(shelf: Path) -> list[FoundSignOff]:
    """Return a document's sign-offs by number, and those that are missing among them."""
    lying = {int(named[1]) for path in entries(shelf) if (named := NUMBERED.fullmatch(path.name))}
    return [_found(shelf, number) for number in range(1, max(lying, default=0) + 1)]


def every_sign_off(home: Home) -> list[FoundSignOff]:
    """Return the sign-offs of all documents that the record names."""
    return [found for shelf in shelves(home) for found in sign_offs_in(shelf)]


def lay_beside(shelf: Path, edition: Found, signed: "Signed", recorded_at: dt.datetime) -> FoundSignOff:
    """Write a signed copy and who signed it into the record, beside its edition; raise UsageError for a repeated one.

    The edition is whole, and the shelf's only writer is this process (editions.only_writer).
    """
    pdf = edition.pdf()
    digest, before = digest_of(signed.content), sign_offs_in(shelf)
    _refuse_repeated(edition, signed, digest, before)
    _refuse_earlier(edition, signed)
    sign_off = SignOff(
        edition_number=edition.number,
        edition_digest=digest_of(pdf),
        signed_by=signed.by,
        signed_at=signed.at,
        recorded_at=recorded_at,
        file_name=signed.name,
        file_digest=digest,
        has_edition_bytes=signed.content.startswith(pdf),
    )
    number, record = len(before) + 1, sign_off.text().encode()
    folder = put(shelf, f"sign-off-{number}", {signed.name: signed.content, RECORD: record})
    return FoundSignOff(folder, number, sign_off, digest_of(record))


@dataclass(frozen=True)
class Signed:
    """A signed copy as it is given: its file's name and bytes, who signed, when."""

    name: str
    content: bytes
    by: str
    at: dt.datetime


def signed_copy(path: Path, content: bytes, by: str, at: dt.datetime, now: dt.datetime) -> Signed:
    """Return the copy with who signed it; raise UsageError where nobody is named, or it cannot have been signed yet."""
    if not by.strip():
        raise UsageError(
            "nobody is named who signed",
            where="--by",
            available="the name of a person",
            remedy="name who signed; nothing was recorded",
        )
    if at > now:
        raise UsageError(
            f"it cannot have been signed at {at.isoformat()}, which is still to come",
            where="--at",
            available=f"moments up to {now.isoformat()}",
            remedy="correct the moment; nothing was recorded",
        )
    if not by.strip().isprintable():
        raise UsageError(
            "the name of who signed has signs that cannot be printed",
            where="--by",
            available="the name of a person, on one line",
            remedy="write it without line ends; nothing was recorded",
        )
    if not content:
        raise UsageError(
            "the signed copy is empty",
            where=str(path),
            available="a PDF or a scan of the signed document",
            remedy="name the file that was signed; nothing was recorded",
        )
    if path.name == RECORD or path.name.startswith(".") or len(path.name.encode()) > LONGEST_NAME_BYTES:
        raise UsageError(
            f"a signed copy cannot have the name {path.name}",
            where=str(path),
            available=f"a name of at most {LONGEST_NAME_BYTES} bytes that begins with no dot, and is not {RECORD}",
            remedy="rename the file; nothing was recorded",
        )
    return Signed(path.name, content, by.strip(), at)


def _refuse_repeated(edition: Found, signed: Signed, digest: str, before: Sequence[FoundSignOff]) -> None:
    for one in before:
        known = one.sign_off
        if known and (known.edition_number, known.file_digest, known.signed_by) == (edition.number, digest, signed.by):
            raise UsageError(
                f"this copy, signed by {signed.by}, is already beside edition {edition.number}",
                where=str(one.folder),
                available=f"signed at {known.signed_at.isoformat()}, recorded at {known.recorded_at.isoformat()}",
                remedy="nothing is left to do; another person's or another copy is recorded beside it",
            )


def _refuse_earlier(edition: Found, signed: Signed) -> None:
    if edition.edition and signed.at < edition.edition.known_at:
        raise UsageError(
            f"edition {edition.number} cannot have been signed at {signed.at.isoformat()}",
            where="--at",
            available=f"it knows what was known at {edition.edition.known_at.isoformat()}",
            remedy="correct the moment, or name the edition that was signed; nothing was recorded",
        )


def _found(shelf: Path, number: int) -> FoundSignOff:
    folder = shelf / f"sign-off-{number}"
    try:
        record = b"" if folder.is_symlink() else (folder / RECORD).read_bytes()
    except OSError:
        return FoundSignOff(folder, number, None)
    return FoundSignOff(folder, number, _parsed(record), digest_of(record))


def _parsed(record: bytes) -> SignOff | None:
    """A record that is not whole is none."""
    try:
        held: dict[str, Any] = json.loads(record)
        moments = {name: dt.datetime.fromisoformat(held[name]) for name in ("signed_at", "recorded_at")}
        sign_off = SignOff(**{one.name: held[one.name] for one in fields(SignOff)} | moments)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    is_whole = (
        None not in {moments["signed_at"].tzinfo, moments["recorded_at"].tzinfo}
        and Path(sign_off.file_name).name == sign_off.file_name
        and isinstance(sign_off.edition_number, int)
    )
    return sign_off if is_whole else None
