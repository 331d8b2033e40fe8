"""Deliveries land once under their digest and are never changed; what is read from there is checked against it.

landing/files/<sha256>.<csv|parquet>   the bytes
landing/receptions/                    who sent them and when (flows/landing/record.py)
"""

import datetime as dt
import hashlib
import os
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from flows.home.ownership import READABLE
from flows.home.writing import sync, written_into
from flows.landing.inbox import PassedOver, opened, printed, sender_of, too_large, unread
from flows.landing.receptions import NO_ANCHORS, Anchors, Reception, moments, next_reception, source_file
from flows.landing.record import (
    Fault,
    complete_manifest,
    damaged,
    receptions,
    refuse_folder,
    restore_manifest,
    restore_sidecars,
    write,
)
from schemas.errors import EnvironmentFailure
from transforms.deliveries.speakers.senders import folder_key, one_spelling

CHUNK: Final = 1 << 20
LONGEST_ENDING_BYTES: Final = 16


class Arrival:
    """A file on its way in: digested as it is written, kept under its digest whole or not at all.

    Open until `keep` or `discard`.
    """

    def __init__(self, name: str, sender_folder: str, landing: Path) -> None:
        self.name, self.sender_folder, self.size_bytes, self.is_rewritten = name, sender_folder, 0, False
        self._digest, self._files = hashlib.sha256(), landing / "files"
        with written_into(self._files):
            self._files.mkdir(parents=True, exist_ok=True)
            self._open = NamedTemporaryFile(dir=self._files, prefix=".", suffix=".partial", delete=False)  # noqa: SIM115

    def write(self, chunk: bytes) -> None:
        """Add bytes."""
        self._digest.update(chunk)
        with written_into(self._files):
            self.size_bytes += self._open.write(chunk)

    def keep(self) -> str:
        """Store the bytes under their digest and return it; bytes that are there already, and whole, stay."""
        try:
            with written_into(self._files):
                return self._stored()
        finally:
            self.discard()

    def _stored(self) -> str:
        self._open.flush()
        os.fsync(self._open.fileno())
        digest = self._digest.hexdigest()
        stored = self._files / _stored_name(digest, self.name)
        if not _is_stored(stored, digest, self.size_bytes):
            refuse_folder(stored, self._files.parent)
            partial = Path(self._open.name)
            partial.chmod(READABLE)
            partial.replace(stored)
            self.is_rewritten = True
            sync(self._files)
        return digest

    def discard(self) -> None:
        """Forget what has not been kept."""
        with suppress(OSError):  # a full disk does not take what was still to be written
            self._open.close()
        with written_into(self._files):
            Path(self._open.name).unlink(missing_ok=True)


def land(  # noqa: PLR0913 - what arrives, where it goes, what is compared and what is noted
    paths: Iterable[Path],
    inbox: Path,
    landing: Path,
    now: dt.datetime,
    healed: list[str] | None = None,
    *,
    anchors: Anchors = NO_ANCHORS,
) -> tuple[list[Reception], list[PassedOver]]:
    """Land what is new among the inbox's files; return the new receptions and the files that could not be read.

    The inbox itself is only read. What was damaged in the landing and is whole again is added to `healed`, in words. A
    file that vanishes or cannot be read keeps no other from landing.
    """
    passed: list[PassedOver] = []
    return receive(_arrivals(paths, inbox, landing, passed), landing, now, healed, anchors), passed


def receive(
    arrivals: Iterable[Arrival],
    landing: Path,
    now: dt.datetime,
    healed: list[str] | None = None,
    anchors: Anchors = NO_ANCHORS,
) -> list[Reception]:
    """Keep what has arrived and return the new receptions.

    A file whose bytes are those last received under its name is known already; where its landed copy or its sidecar
    was damaged, it heals them. Raises EnvironmentFailure where the record of receptions is not whole after that, or not
    what is known of it elsewhere: nothing takes the number of a reception that is missing.
    """
    kept = [(arrival, arrival.keep()) for arrival in arrivals]
    arrived = {(folder_key(arrival.sender_folder), arrival.name, digest) for arrival, digest in kept}
    restored, is_manifest_new = restore_sidecars(arrived, landing), restore_manifest(arrived, landing, anchors)
    known = receptions(landing, anchors)
    complete_manifest(known, landing)
    if healed is not None:
        healed += _healed(kept, restored, {one.digest for one in known})
        healed += ["receptions.jsonl: it was changed or gone"] if is_manifest_new else []
    landed = new_receptions(kept, known, now)
    for reception in landed:
        write(reception, known, landing)
        known.append(reception)
    return landed


def new_receptions(
    kept: Iterable[tuple[Arrival, str]], known: Sequence[Reception], now: dt.datetime
) -> list[Reception]:
    """Return a reception for each kept arrival, with its digest, whose bytes are not those last received by its name.

    known: every earlier reception, in their order. Nothing is written.
    """
    folders = {folder_key(one.sender_folder): one.sender_folder for one in reversed(known)}
    latest = {(folder_key(one.sender_folder), one.name): one.digest for one in known}
    as_spelled = {(one.sender_folder, one.name): one.digest for one in known}  # once, two spellings were two senders
    landed: list[Reception] = []
    for arrival, digest in kept:
        sender = folder_key(arrival.sender_folder)
        if digest in (latest.get((sender, arrival.name)), as_spelled.get((arrival.sender_folder, arrival.name))):
            continue
        facts = {
            "name": arrival.name,
            "sender_folder": folders.setdefault(sender, arrival.sender_folder),
            "digest": digest,
            "size_bytes": arrival.size_bytes,
        }
        landed.append(next_reception(landed[-1:] or known[-1:], facts, now))
    return landed


def _healed(kept: list[tuple[Arrival, str]], restored: list[Reception], known: Collection[str]) -> list[str]:
    """Say what was damaged: the landing is written by nobody but the program, so someone was there."""
    files = [
        f"files/{digest[:16]}... of {source_file(arrival.sender_folder, arrival.name)}: it was changed or gone"
        for arrival, digest in kept
        if arrival.is_rewritten and digest in known
    ]
    return files + [
        f"receptions/{one.number:08d}_*.json of {one.source_file}: it was changed or gone" for one in restored
    ]


def received_by(known: Iterable[Reception], moment: dt.datetime, now: dt.datetime) -> list[Reception]:
    """Return what had been received by then, at the times that count (flows.landing.receptions.moments).

    Where nothing had, everything (deliveries.book.book). Folders are spelled as their sender first spelled them.
    """
    listed = list(known)
    counted, folders = moments(listed, now), one_spelling(one.sender_folder for one in listed)
    dated = [
        replace(
            one, received_at=counted[one.number].isoformat(timespec="seconds"), sender_folder=folders[one.sender_folder]
        )
        for one in listed
    ]
    return [reception for reception in dated if reception.moment <= moment] or dated


def landed_path(reception: Reception, landing: Path) -> Path:
    """Return where the bytes of a reception lie."""
    return landing / "files" / _stored_name(reception.digest, reception.name)


def landed_bytes(reception: Reception, landing: Path) -> bytes:
    """Return the bytes as they were received; raise EnvironmentFailure where they are not those any more."""
    content = _looked_at(reception, landing)
    if isinstance(content, Fault):
        raise damaged([content], landing)
    return content


def file_faults(known: Iterable[Reception], landing: Path) -> list[Fault]:
    """Return what is wrong with the landed files, each file looked at once."""
    by_path: dict[Path, list[Reception]] = {}
    for reception in known:
        by_path.setdefault(landed_path(reception, landing), []).append(reception)
    return [
        fault
        for _, same in sorted(by_path.items())
        if isinstance(fault := _looked_at(same[-1], landing, [one.source_file for one in same]), Fault)
    ]


def clear_partials(landing: Path) -> None:
    """Remove what a killed run left half-written; nothing published ever points to it."""
    for partial in [*landing.glob("files/.*.partial"), *landing.glob("receptions/*.partial")]:
        with written_into(partial.parent):
            partial.unlink()


def _arrivals(paths: Iterable[Path], inbox: Path, landing: Path, passed: list[PassedOver]) -> Iterator[Arrival]:
    for path in paths:
        try:
            arrived = arrive(path, sender_of(path, inbox), landing)
        except OSError as error:
            arrived = unread(error)
        if isinstance(arrived, Arrival):
            yield arrived
        else:
            passed.append(PassedOver(printed(path, inbox), arrived))


def arrive(path: Path, sender_folder: str, landing: Path) -> Arrival | str:
    """Copy a sender's file; return why where it is too large. What cannot be read, as a link, is an OSError."""
    with opened(path) as source:
        if reason := too_large(os.fstat(source.fileno()).st_size):
            return reason
        arrival = Arrival(_composed(path.name), sender_folder, landing)
        try:
            while chunk := source.read(CHUNK):
                arrival.write(chunk)
        except (OSError, EnvironmentFailure):  # the sender's file cannot be read, or ours not be written
            arrival.discard()
            raise
    return arrival


def _looked_at(reception: Reception, landing: Path, names: Collection[str] = ()) -> bytes | Fault:
    """Return the landed bytes, or what is wrong with them; bytes of another size are not even read.

    names: what else they were received as.
    """
    received = "received as " + ", ".join(sorted({reception.source_file, *names}))
    path = landed_path(reception, landing)
    try:
        with opened(path) as file:
            size_bytes = os.fstat(file.fileno()).st_size
            content = file.read(reception.size_bytes) if size_bytes == reception.size_bytes else b""
    except FileNotFoundError:
        return Fault(path, f"it is missing ({received})")
    except OSError as error:
        return Fault(path, f"{unread(error)} ({received})")
    if size_bytes != reception.size_bytes:
        return Fault(path, f"it has {size_bytes:,} of {reception.size_bytes:,} bytes ({received})")
    if hashlib.sha256(content).hexdigest() != reception.digest:
        return Fault(path, f"its bytes are not those that were received ({received})")
    return content


def _is_stored(path: Path, digest: str, size_bytes: int) -> bool:
    """False where the file is missing, a link, cannot be read or is another."""
    try:
        with opened(path) as file:
            is_whole = os.fstat(file.fileno()).st_size == size_bytes
            return is_whole and hashlib.file_digest(file, "sha256").hexdigest() == digest
    except OSError:
        return False


def _stored_name(digest: str, name: str) -> str:
    """The digest and the ending that shows the form; an ending that no form has is left out where it is long."""
    ending = Path(name).suffix.lower()
    return digest + (ending if len(ending.encode()) <= LONGEST_ENDING_BYTES else "")


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name)
