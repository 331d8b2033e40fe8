"""The record of editions: what was published stays, byte for byte, each edition in a folder of its own (ADR 43).

disclosures/<report>/<period>/<document>/edition-<number>/
    the document's files, and edition.json: what they are, every figure that they print, from which state, and why
"""

import datetime as dt
import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from flows.home.ownership import READABLE
from flows.home.settings import Home
from flows.home.writing import refuse_links, sync, written_into
from reports.documents import Cause, Change, EditionNotice, PrintedFigure, Provenance
from schemas.words.editions import CLOCK, DAMAGED, EDITION_REASONS, FIGURES, FIRST, MISSING, UNREADABLE, WHOLE, WORDS

RECORD: Final = "edition.json"
NUMBERED: Final = re.compile(r"edition-([1-9]\d{0,8})")
BESIDE: Final = ".edition.partial"
"""Where an edition is written before it is one."""


@dataclass(frozen=True)
class Edition:
    """A document as it was published: which, why, from which state of the book, its files by name with their digests.

    identity: the digest of all that it prints but for that state (identity.py beside this); known_at: the moment
    up to which that state knows, as the document says; printed_at: by the clock; is_accepted_by_hand: a person let
    signed figures move beyond the threshold.
    """

    report: str
    period: str
    lender: str
    lang: str
    number: int
    reason: str
    identity: str
    known_at: dt.datetime
    printed_at: dt.datetime
    greenloan_version: str
    provenance: Provenance
    files: Mapping[str, str]
    figures: tuple[PrintedFigure, ...]
    notice: EditionNotice
    is_accepted_by_hand: bool = False

    @property
    def pdf_digest(self) -> str:
        """The digest of the PDF."""
        return next(digest for name, digest in self.files.items() if name.endswith(".pdf"))

    def still_holds(self, identity: str, known_at: dt.datetime) -> bool:
        """Return whether a document of this identity is this edition; none that knows of moments still to come."""
        return self.identity == identity and self.known_at <= known_at

    def text(self) -> str:
        """Return the record as it is written."""
        held = {one.name: getattr(self, one.name) for one in fields(self)}
        moments = {name: value.isoformat() for name, value in held.items() if isinstance(value, dt.datetime)}
        parts = {"provenance": asdict(self.provenance), "notice": asdict(self.notice)}
        listed = {**parts, "figures": [one._asdict() for one in self.figures]}
        return json.dumps({**held, **moments, **listed}, ensure_ascii=False, indent=1)


@dataclass(frozen=True)
class Found:
    """What lies under the number of an edition; `edition` is None where its record cannot be read."""

    folder: Path
    number: int
    edition: Edition | None
    record_digest: str | None = None

    @cached_property
    def state(self) -> str:
        """Return whether every file is there, byte for byte."""
        if self.edition is None:
            return DAMAGED if self.folder.exists() else MISSING
        return WHOLE if lies_in(self.folder, self.edition.files) else DAMAGED

    def contents(self) -> dict[str, bytes]:
        """Return the document's files."""
        names = self.edition.files if self.edition else ()
        return {name: (self.folder / name).read_bytes() for name in names}

    def pdf(self) -> bytes:
        """Return the document's PDF."""
        return next(content for name, content in self.contents().items() if name.endswith(".pdf"))


def last_of(found: Sequence[Found]) -> Found | None:
    """Return what has the highest number."""
    return found[-1] if found else None


def notice_then(found: Sequence[Found], identity: str, known_at: dt.datetime) -> EditionNotice:
    """Return what the document stated of its edition when the moment was the newest; nothing where it was none."""
    of_then = [one.edition for one in found if one.edition and one.edition.still_holds(identity, known_at)]
    return of_then[-1].notice if of_then else EditionNotice()


def reason_of(last: Found | None, figures: Sequence[PrintedFigure], known_at: dt.datetime) -> str:
    """Return why a document with these figures is an edition after the last one."""
    if last is None:
        return FIRST
    if last.edition is None:
        return UNREADABLE
    if last.edition.known_at > known_at:
        return CLOCK
    return WORDS if _values(figures) == _values(last.edition.figures) else FIGURES


def _values(figures: Sequence[PrintedFigure]) -> list[tuple[str, str, str]]:
    return sorted((one.key, one.printed, one.unit) for one in figures)


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of the bytes."""
    return hashlib.sha256(content).hexdigest()


def lies_in(folder: Path, files: Mapping[str, str]) -> bool:
    """Return whether the files lie in the folder with these digests."""
    try:
        return all(digest_of((folder / name).read_bytes()) == digest for name, digest in files.items())
    except OSError:
        return False


def shelf_of(home: Home, report: str, period: str, document: str) -> Path:
    """Return the folder of a document's editions; raise OSError where a link lies on the way there."""
    shelf = home.disclosures / report / period / document
    refuse_links(shelf / RECORD, home.disclosures)
    return shelf


def editions_in(shelf: Path, published: int = 0) -> list[Found]:
    """Return what lies under the numbers of a document's editions, and those that are missing among them.

    published: the highest number that is known to have been given.
    """
    lying = {int(named[1]) for path in entries(shelf) if (named := NUMBERED.fullmatch(path.name))}
    return [_found(shelf, number) for number in range(1, max({*lying, published}) + 1)]


def every_edition(home: Home) -> list[Found]:
    """Return the editions of all documents that the record names."""
    return [found for shelf in shelves(home) for found in editions_in(shelf)]


def shelves(home: Home) -> list[Path]:
    """Return the folder of each document's editions."""
    folders = [home.disclosures]
    for _ in range(3):
        folders = [one for folder in folders for one in entries(folder) if one.is_dir() and not one.is_symlink()]
    return folders


@contextmanager
def only_writer(shelf: Path) -> Iterator[None]:
    """Let one process at a time make editions of a document; what a dead one left half-written is removed."""
    with written_into(shelf):
        shelf.mkdir(parents=True, exist_ok=True)
        lock = os.open(shelf, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        shutil.rmtree(shelf / BESIDE, ignore_errors=True)
        yield
    finally:
        os.close(lock)


def keep(shelf: Path, edition: Edition, contents: Mapping[str, bytes]) -> Found:
    """Write an edition into the record."""
    record = edition.text().encode()
    folder = put(shelf, f"edition-{edition.number}", {**contents, RECORD: record})
    return Found(folder, edition.number, edition, digest_of(record))


def put(shelf: Path, name: str, contents: Mapping[str, bytes]) -> Path:
    """Write a folder whole beside its place, onto the disk, and then into its place: it is there or it is not."""
    beside = shelf / BESIDE
    with written_into(shelf):
        beside.mkdir()
        for file, content in contents.items():
            path = beside / file
            path.write_bytes(content)
            path.chmod(READABLE)
            sync(path)
        sync(beside)
        folder = beside.rename(shelf / name)
        sync(shelf)
    return folder


def entries(folder: Path) -> list[Path]:
    """Return what lies in a folder, by name; nothing where there is none."""
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _found(shelf: Path, number: int) -> Found:
    folder = shelf / f"edition-{number}"
    try:
        record = b"" if folder.is_symlink() else (folder / RECORD).read_bytes()
    except OSError:
        return Found(folder, number, None)
    return Found(folder, number, _parsed_record(record, shelf, number), digest_of(record))


def _parsed_record(record: bytes, shelf: Path, number: int) -> Edition | None:
    """A record that is not whole, or is about another document than lies there, is none."""
    try:
        held = json.loads(record)
        held.setdefault("is_accepted_by_hand", False)  # of a program that knew no threshold
        edition = Edition(**{one.name: held[one.name] for one in fields(Edition)} | _parsed(held))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    place = (shelf.parent.parent.name, shelf.parent.name, number)
    is_whole = (
        (edition.report, edition.period, edition.number) == place
        and edition.reason in EDITION_REASONS
        and None not in (edition.known_at.tzinfo, edition.printed_at.tzinfo)
        and all(Path(name).name == name for name in edition.files)
        and any(name.endswith(".pdf") for name in edition.files)
    )
    return edition if is_whole else None


def _parsed(held: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "known_at": dt.datetime.fromisoformat(held["known_at"]),
        "printed_at": dt.datetime.fromisoformat(held["printed_at"]),
        "provenance": Provenance(**held["provenance"]),
        "files": {str(name): str(digest) for name, digest in held["files"].items()},
        "figures": tuple(PrintedFigure(**one) for one in held["figures"]),
        "notice": _notice(held["notice"]),
    }


def _cause(held: Mapping[str, str]) -> Cause:
    """A cause; records of an earlier program had the project's id alone."""
    return Cause(held["project"] if "project" in held else held["project_id"], held["text"])


def _notice(held: Mapping[str, Any]) -> EditionNotice:
    lists = {name: tuple(value) for name, value in held.items() if isinstance(value, list)}
    changes, causes = tuple(Change(**one) for one in held["changes"]), tuple(_cause(one) for one in held["causes"])
    return EditionNotice(**{**held, **lists, "changes": changes, "causes": causes})
