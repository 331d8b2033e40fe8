"""Which documents are printed already: one of which no datum, word or font has changed keeps its bytes (ADR 38).

What is remembered of a document is a cache: without it the document is printed anew, from the state of this night.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import reports
from flows.home.writing import refuse_links, write_anew
from reports.documents import Document, Provenance

OF_PRINTING: Final = (".py", ".typ", ".toml", ".mplstyle")
"""How files end that decide how something is printed: templates, words, code, style."""

LIBRARIES: Final = ("typst", "matplotlib", "numpy", "manimgx-fonts-cjk", "pylopdf-fonts-zh-cn")
"""Packages that decide it: those that print and draw, and the fonts."""


@dataclass(frozen=True)
class Printed:
    """A document as it was printed: what it is, from which state of the book, and its files by name with digests."""

    identity: str
    known_at: dt.datetime
    provenance: Provenance
    files: Mapping[str, str]

    def lies_in(self, folder: Path) -> bool:
        """Return whether every file is there, byte for byte."""
        try:
            return all(_digest((folder / name).read_bytes()) == digest for name, digest in self.files.items())
        except OSError:
            return False


def identity_of(document: Document) -> str:
    """Return the digest of all that decides how a document looks, but for the state that it was printed from."""
    data = {name: value for name, value in asdict(document).items() if name != "provenance"}
    return _digest(json.dumps([_program(), data], ensure_ascii=False).encode())


def printed_before(memory: Path, identity: str, run: Mapping[str, Any]) -> Printed | None:
    """Return how the same document was printed by an earlier night; None of a state known in the past.

    A past state is rebuilt to see what was printed then, with its own moment and snapshot; and none keeps a moment that
    is still to come, which a wrong clock left. run: the row of ops.runs.
    """
    before = _read(memory)
    is_past = run["known_at"] < run["started_at"]
    if is_past or before is None or before.identity != identity or before.known_at > run["known_at"]:
        return None
    return before


def remember(memory: Path, identity: str, run: Mapping[str, Any], document: Document, written: list[Path]) -> None:
    """Keep what was printed; where that cannot be written, the next night prints it again."""
    if run["known_at"] < run["started_at"]:
        return
    record = {
        "identity": identity,
        "known_at": run["known_at"].isoformat(),
        "provenance": asdict(document.provenance),
        "files": {path.name: _digest(path.read_bytes()) for path in written},
    }
    with suppress(OSError):
        refuse_links(memory, memory.parents[2])
        memory.parent.mkdir(parents=True, exist_ok=True)
        write_anew(memory, json.dumps(record, ensure_ascii=False, indent=1).encode())


def _read(memory: Path) -> Printed | None:
    """A record that is not whole is none."""
    try:
        held = json.loads(memory.read_text(encoding="utf-8"))
        known_at = dt.datetime.fromisoformat(held["known_at"])
        files = {str(name): str(digest) for name, digest in held["files"].items()}
        printed = Printed(held["identity"], known_at, Provenance(**held["provenance"]), files)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    is_whole = known_at.tzinfo is not None and bool(files) and all(Path(name).name == name for name in files)
    return printed if is_whole else None


@cache
def _program() -> str:
    """The digest of templates, words and code of reports/, with the versions of libraries and fonts."""
    top = Path(reports.__path__[0])
    digest = hashlib.sha256(" ".join(f"{name} {version(name)}" for name in LIBRARIES).encode())
    for path in sorted(path for pattern in ("*", "*/*") for path in top.glob(pattern) if path.suffix in OF_PRINTING):
        digest.update(f"\n{path.relative_to(top).as_posix()}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
