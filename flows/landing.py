"""Deliveries land once under their digest and are never changed; each reception has its sidecar.

landing/files/<sha256>.<csv|parquet>           the bytes
landing/receptions/<received>_<digest>.json    name, size, digest, when it was received, the sender's folder
"""

import datetime as dt
import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from schemas.errors import EnvironmentFailure

IGNORED: Final = {".gitkeep", ".DS_Store", "Thumbs.db"}
CHUNK: Final = 1 << 20


@dataclass(frozen=True)
class Reception:
    """A file as it was received: the sidecar's content."""

    name: str
    sender_folder: str
    digest: str
    size_bytes: int
    received_at: str
    number: int

    @property
    def source_file(self) -> str:
        """The file as people speak of it: <sender folder>/<name>."""
        return f"{self.sender_folder}/{self.name}" if self.sender_folder else self.name

    @property
    def moment(self) -> dt.datetime:
        """When it was received, in UTC."""
        return dt.datetime.fromisoformat(self.received_at)


class Arrival:
    """A file on its way in: digested as it is written, kept under its digest whole or not at all.

    Open until `keep` or `discard`.
    """

    def __init__(self, name: str, sender_folder: str, landing: Path) -> None:
        self.name, self.sender_folder, self.size_bytes = name, sender_folder, 0
        self._digest, self._files = hashlib.sha256(), landing / "files"
        self._files.mkdir(parents=True, exist_ok=True)
        self._open = NamedTemporaryFile(dir=self._files, prefix=".", suffix=".partial", delete=False)  # noqa: SIM115

    def write(self, chunk: bytes) -> None:
        """Add bytes."""
        self._digest.update(chunk)
        self.size_bytes += self._open.write(chunk)

    def keep(self) -> str:
        """Store the bytes under their digest and return it; bytes stored before are not stored again."""
        self._open.flush()
        os.fsync(self._open.fileno())
        stored = self._files / f"{self._digest.hexdigest()}{Path(self.name).suffix.lower()}"
        if not stored.exists():
            partial = Path(self._open.name)
            partial.chmod(0o444)
            partial.replace(stored)
        self.discard()
        return self._digest.hexdigest()

    def discard(self) -> None:
        """Forget what has not been kept."""
        self._open.close()
        Path(self._open.name).unlink(missing_ok=True)


def land(paths: Iterable[Path], inbox: Path, landing: Path, now: dt.datetime) -> list[Reception]:
    """Land what is new among the inbox's files and return the new receptions; the inbox itself is only read."""
    return receive((_arrived(path, inbox, landing) for path in paths), landing, now)


def delivered_files(inbox: Path) -> list[Path]:
    """Return every file of the inbox that somebody may have delivered, in order of its path."""
    if not inbox.is_dir():
        raise EnvironmentFailure(
            "the inbox is no folder", where=str(inbox), available="nothing",
            remedy="create it, or name another one with --inbox",
        )  # fmt: skip
    return [
        path
        for path in sorted(inbox.rglob("*"))
        if path.is_file() and path.name not in IGNORED and not path.name.startswith(("~$", "."))
    ]


def receive(arrivals: Iterable[Arrival], landing: Path, now: dt.datetime) -> list[Reception]:
    """Keep what has arrived and return the new receptions.

    A file whose bytes are those last received under its name is known already.
    """
    known = receptions(landing)
    latest = {(r.sender_folder, r.name): r.digest for r in known}
    number, landed = len(known), []
    for arrival in arrivals:
        digest, sender = arrival.keep(), arrival.sender_folder
        if latest.get((sender, arrival.name)) == digest:
            continue
        number += 1
        moment = now.isoformat(timespec="seconds")
        reception = Reception(arrival.name, sender, digest, arrival.size_bytes, moment, number)
        _write_sidecar(reception, landing)
        landed.append(reception)
    return landed


def receptions(landing: Path) -> list[Reception]:
    """Return everything ever received, in the order of reception."""
    sidecars = (landing / "receptions").glob("*.json")
    read = [Reception(**json.loads(path.read_text(encoding="utf-8"))) for path in sidecars]
    return sorted(read, key=lambda reception: reception.number)


def received_by(known: Iterable[Reception], moment: dt.datetime) -> list[Reception]:
    """Return what had been received by then; where nothing had, everything (transforms.book.assemble)."""
    listed = list(known)
    return [reception for reception in listed if reception.moment <= moment] or listed


def landed_path(reception: Reception, landing: Path) -> Path:
    """Return where the bytes of a reception lie."""
    return landing / "files" / f"{reception.digest}{Path(reception.name).suffix.lower()}"


def _arrived(path: Path, inbox: Path, landing: Path) -> Arrival:
    """Copy a delivered file; its sender is the folder under the inbox in which it lies."""
    with path.open("rb") as source:
        arrival = Arrival(path.name, path.parent.relative_to(inbox).as_posix().removeprefix("."), landing)
        while chunk := source.read(CHUNK):
            arrival.write(chunk)
    return arrival


def _write_sidecar(reception: Reception, landing: Path) -> None:
    folder = landing / "receptions"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{reception.number:08d}_{reception.digest[:16]}.json"
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(asdict(reception), ensure_ascii=False, indent=1), encoding="utf-8")
    partial.replace(path)


def clear_partials(landing: Path) -> None:
    """Remove what a killed run left half-written; nothing published ever points to it."""
    for partial in [*landing.glob("files/.*.partial"), *landing.glob("receptions/*.partial")]:
        partial.unlink()
