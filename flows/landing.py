"""Deliveries land once under their digest and are never changed; each reception has its sidecar.

landing/files/<sha256>.<csv|parquet>           the bytes
landing/receptions/<received>_<digest>.json    name, size, digest, when it was received, the sender's folder
"""

import datetime as dt
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from schemas.errors import EnvironmentFailure

FORMS: Final = {".csv", ".parquet"}
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


def land(inbox: Path, landing: Path, now: dt.datetime) -> list[Reception]:
    """Land what is new in the inbox and return the new receptions; the inbox itself is only read.

    A file whose bytes are those last received under its name is known already.
    """
    if not inbox.is_dir():
        raise EnvironmentFailure(
            "the inbox is no folder", where=str(inbox), available="nothing",
            remedy="create it, or name another one with --inbox",
        )  # fmt: skip
    known = receptions(landing)
    latest = {(r.sender_folder, r.name): r.digest for r in known}
    number, landed = len(known), []
    for path in _delivered_files(inbox):
        sender = path.parent.relative_to(inbox).as_posix().removeprefix(".")
        digest, size = _store(path, landing)
        if latest.get((sender, path.name)) == digest:
            continue
        number += 1
        reception = Reception(path.name, sender, digest, size, now.isoformat(timespec="seconds"), number)
        _write_sidecar(reception, landing)
        landed.append(reception)
    return landed


def receptions(landing: Path) -> list[Reception]:
    """Return everything ever received, in the order of reception."""
    sidecars = (landing / "receptions").glob("*.json")
    read = [Reception(**json.loads(path.read_text(encoding="utf-8"))) for path in sidecars]
    return sorted(read, key=lambda reception: reception.number)


def landed_path(reception: Reception, landing: Path) -> Path:
    """Return where the bytes of a reception lie."""
    return landing / "files" / f"{reception.digest}{Path(reception.name).suffix.lower()}"


def _delivered_files(inbox: Path) -> Iterator[Path]:
    for path in sorted(inbox.rglob("*")):
        if path.is_file() and path.name not in IGNORED and not path.name.startswith(("~$", ".")):
            yield path


def _store(path: Path, landing: Path) -> tuple[str, int]:
    """Copy the bytes under their digest, whole or not at all; return the digest and the size."""
    files = landing / "files"
    files.mkdir(parents=True, exist_ok=True)
    partial = files / f".{os.getpid()}.partial"
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as source, partial.open("wb") as target:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            size += target.write(chunk)
        target.flush()
        os.fsync(target.fileno())
    stored = files / f"{digest.hexdigest()}{path.suffix.lower()}"
    if stored.exists():
        partial.unlink()
    else:
        partial.chmod(0o444)
        partial.replace(stored)
    return digest.hexdigest(), size


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
