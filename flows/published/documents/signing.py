"""Signing an edition off: a signed copy is laid beside it, or made with the bank's certificate at a person's word."""

import datetime as dt
from pathlib import Path
from typing import Final, NamedTuple

from flows.home.settings import Home
from flows.published.documents.editions import Found, editions_in, last_of, only_writer, shelf_of
from flows.published.documents.sign_offs import FoundSignOff, lay_beside, sign_offs_in, signed_copy
from flows.published.documents.written import document_name, open_documents
from flows.published.kinds.kinds import Issue
from schemas.errors import EnvironmentFailure, UsageError
from schemas.words.editions import WHOLE

LARGEST_BYTES: Final = 100 * 2**20
"""Of a signed copy: a scan of a hundred pages has a tenth of it."""


class Certificate(NamedTuple):
    """A PKCS #12 file with the signer's key and certificate, and its passphrase."""

    path: Path
    passphrase: bytes


class Word(NamedTuple):
    """A person's word: of which edition (None: the newest), by whom, when."""

    number: int | None
    by: str
    at: dt.datetime | None


def sign_off(home: Home, report: str, issue: Issue, word: Word, copy: Path | Certificate) -> FoundSignOff:
    """Record who signed an edition off, with the signed copy; return what was recorded.

    copy: a file that was signed elsewhere, or the certificate to sign the edition with now: in the last copy of it that
    was signed so, as a second signature follows the first.
    Raises UsageError where there is no such edition or copy, EnvironmentFailure where the edition is damaged.
    """
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)  # as a night's moment is: the next one knows of it
    name = document_name(report, issue)
    shelf = shelf_of(home, report, issue.period, name)
    edition = _edition(shelf, name, word.number)
    open_documents(home)
    with only_writer(shelf):
        if isinstance(copy, Certificate):
            path, content = Path(f"{name}_signed.pdf"), _signed_now(shelf, edition, copy, word.by)
        else:
            path, content = copy, _read(copy)
        signed = signed_copy(path, content, word.by, word.at or now, now)
        return lay_beside(shelf, edition, signed, now)


def _edition(shelf: Path, name: str, number: int | None) -> Found:
    found = editions_in(shelf)
    asked = last_of(found) if number is None else next((one for one in found if one.number == number), None)
    if asked is None:
        raise UsageError(
            f"there is no edition of {name} to sign off",
            where="--edition" if number else str(shelf),
            available=", ".join(str(one.number) for one in found) or "none",
            remedy="name an edition that was published: greenloan editions",
        )
    if asked.state != WHOLE:
        raise EnvironmentFailure(
            f"edition {asked.number} of {name} is {asked.state}: what was published cannot be compared with the copy",
            where=str(asked.folder),
            available=", ".join(f"{one.number} ({one.state})" for one in found),
            remedy="put its files back from a backup, then sign it off",
        )
    return asked


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise UsageError(
                f"the signed copy has {path.stat().st_size:,} bytes",
                where=str(path),
                available=f"at most {LARGEST_BYTES:,}",
                remedy="scan it with fewer dots, or as PDF",
            )
        return path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"the signed copy cannot be read: {error.strerror}",
            where=str(path),
            available="a PDF or a scan of the signed document",
            remedy="name the file as it lies",
        ) from error


def _signed_now(shelf: Path, edition: Found, certificate: Certificate, by: str) -> bytes:
    try:
        from flows.published.documents.signature import signed_with
    except ImportError as error:
        raise EnvironmentFailure(
            "pyHanko, which signs with a certificate, is not installed",
            where="--certificate",
            available="a copy that was signed elsewhere can be laid beside: greenloan sign-off ... FILE",
            remedy="pip install 'greenloan[sign]', or sign the PDF with the bank's own program",
        ) from error
    return signed_with(_to_sign(shelf, edition), *certificate, by)


def _to_sign(shelf: Path, edition: Found) -> bytes:
    """The last copy that was signed in the edition's own PDF, or that PDF."""
    signed = [
        (one.folder, one.sign_off.file_name)
        for one in sign_offs_in(shelf)
        if one.sign_off and one.sign_off.edition_number == edition.number and one.state == WHOLE
        if one.sign_off.has_edition_bytes
    ]
    return edition.pdf() if not signed else signed[-1][0].joinpath(signed[-1][1]).read_bytes()
