"""Files read as a night would that finds them in their sender's inbox folder, beside the book that is landed already.

Nothing is landed: what is read lies in a folder of its own that is gone afterwards.
"""

import datetime as dt
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Final

from flows.forms.kept import answers_known
from flows.home.settings import Home
from flows.landing.completeness import UNFINISHED_ENDINGS
from flows.landing.files import Arrival, arrive, landed_bytes, new_receptions
from flows.landing.inbox import is_hidden, sender_of, unread, why_not
from flows.landing.reading import delivery_id_of
from flows.landing.receptions import Reception
from flows.landing.record import receptions
from flows.landing.refusal_files import is_own
from flows.published.answers.checked.words import WORDS
from flows.running.pipeline import Books, Staged, read_books
from schemas.errors import UsageError
from transforms.deliveries.rows.unanswered import LIST_ENDING
from transforms.deliveries.speakers.senders import folder_key
from transforms.ground.reference import Reference

OUTSIDE: Final = frozenset({"/", "..", "."})


@dataclass(frozen=True)
class Sent:
    """A file that was asked about: its name, and why a night passes it over or the delivery that it would be.

    Where the same bytes are landed already, the delivery is that one.
    """

    name: str
    passed_over: str | None = None
    source_file: str = ""
    delivery_id: str = ""
    content: bytes = b""


@dataclass(frozen=True)
class DryRun:
    """The files, in the order in which a night reads them, and the books with and without them."""

    sent: Sequence[Sent]
    books: Books


def sender_folder(paths: Sequence[Path], named: str | None, home: Home) -> str:
    """Return the folder below the inbox in which the files would lie: the named one, else their own.

    A file outside the inbox is a loose one. Raises UsageError where the files lie in several folders of the inbox, or
    the name is not that of a folder below it.
    """
    if named is not None:
        return _below(named)
    folders = sorted({_own_folder(path, home) for path in paths})
    if len(folders) > 1:
        raise UsageError(
            "the files are those of several senders",
            where=", ".join(map(str, paths)),
            available=", ".join(folder or "(loose)" for folder in folders),
            remedy="check the files of one sender at a time, or name it with --sender",
        )
    return folders[0]


def _below(named: str) -> str:
    parts = PurePosixPath(unicodedata.normalize("NFC", named)).parts
    if not parts or OUTSIDE.intersection(parts):
        raise UsageError(
            f"'{named}' names no folder below the inbox",
            where="--sender",
            available="a folder's name, as icbc_shangrao",
            remedy="name the folder into which the sender delivers",
        )
    return "/".join(parts)


def _own_folder(path: Path, home: Home) -> str:
    try:
        return sender_of(path.absolute(), home.inbox)
    except ValueError:
        return ""


@contextmanager
def dry_run(home: Home, paths: Sequence[Path], sender: str, reference: Reference, now: dt.datetime) -> Iterator[DryRun]:
    """Within, the large tables of the books lie in a folder of their own. Raises UsageError for what is not a file."""
    _refuse_missing(paths)
    with TemporaryDirectory(prefix="greenloan-check-") as folder:
        staged, known = Path(folder), receptions(home.landing)
        arrived = [_arrived(path, sender, staged, home) for path in sorted(paths, key=lambda one: one.name)]
        kept = [(one, one.keep()) for one in arrived if isinstance(one, Arrival)]
        new = new_receptions(kept, known, now)
        sent = [one if isinstance(one, Sent) else _sent(one, [*known, *new], staged) for one in arrived]
        with answers_known(home.parsed, home.root / "data"):
            books = read_books(home, reference, now, Staged(new, staged))
        yield DryRun(sent, books)


def _sent(arrival: Arrival, every: Sequence[Reception], staged: Path) -> Sent:
    """Its reception is the last one of its name: its own, or that of the same bytes which are landed already."""
    sender = folder_key(arrival.sender_folder)
    of_name = [one for one in every if one.name == arrival.name and folder_key(one.sender_folder) == sender]
    reception = of_name[-1]
    return Sent(
        arrival.name, None, reception.source_file, delivery_id_of(reception, every), landed_bytes(reception, staged)
    )


def _refuse_missing(paths: Sequence[Path]) -> None:
    missing = [str(path) for path in paths if not path.is_symlink() and not path.is_file()]
    if missing:
        raise UsageError(
            "there is no such file", where=", ".join(missing), available="files", remedy="name each file by its path"
        )
    names = [unicodedata.normalize("NFC", path.name) for path in paths]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise UsageError(
            "two of the files have one name, and a folder of the inbox holds one of a name",
            where=", ".join(doubled),
            available=", ".join(map(str, paths)),
            remedy="check them one after the other",
        )


def _passed_over(path: Path, home: Home) -> str | None:
    """Return why a night would not land the file; None where it would."""
    if is_hidden(path.name):
        return str(WORDS["passed_hidden"]["en"])
    if path.name.lower().endswith(UNFINISHED_ENDINGS):
        return str(WORDS["passed_unfinished"]["en"])
    if path.name.endswith(LIST_ENDING) and is_own(path, home.landing):
        return str(WORDS["passed_list"]["en"])
    return why_not(path)


def _arrived(path: Path, sender: str, staged: Path, home: Home) -> Arrival | Sent:
    reason = _passed_over(path, home)
    try:
        arrived = reason or arrive(path, sender, staged)
    except OSError as error:
        arrived = unread(error)
    return Sent(path.name, arrived) if isinstance(arrived, str) else arrived
