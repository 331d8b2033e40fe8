"""The record of each run, failed ones included: one JSON file a run, and the snapshot that its inputs make."""

import datetime as dt
import hashlib
import json
import re
import sys
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, NamedTuple

from flows.home.inert import printable
from flows.home.settings import CHECKOUT
from flows.home.writing import write_anew, written_into
from flows.landing.inbox import PassedOver
from flows.landing.receptions import Reception
from schemas.errors import GreenloanError

"""Moments that state no zone are the senders' own."""


_saving: Final = threading.Lock()


@dataclass
class RunRecord:
    """What a run did: stages with seconds, the outcome, and the words for its reader.

    number: counts the runs of a home in the order in which they began, whatever the clock showed.
    receptions_digest: the link of the last reception after landing; later nights compare (flows/landing/anchors.py).
    is_anew: nothing was taken over from the night before (flows/running/earlier.py).
    error: what ended it, by its kind and, of one of our own, what was wrong and where (schemas/errors.py).
    """

    run_id: str
    started_at: str
    known_at: str
    inbox: str
    outcome: str = "under way"
    snapshot_id: str = ""
    message: str = ""
    stages: dict[str, float] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    gates: list[dict[str, Any]] = field(default_factory=list)
    reports: list[str] = field(default_factory=list)
    accepted_gates: list[str] = field(default_factory=list)
    passed_over: list[PassedOver] = field(default_factory=list)
    healed: list[str] = field(default_factory=list)
    number: int = 0
    receptions_count: int = 0
    receptions_digest: str = ""
    is_anew: bool = False
    error: dict[str, str] = field(default_factory=dict)

    def ends_with(self, error: BaseException) -> None:
        """Note what ended the run: in the words of the error, and its parts for readers of another language."""
        self.outcome = "refused" if getattr(error, "exit_code", 3) == 1 else "failed"
        if isinstance(error, KeyboardInterrupt):
            self.message = INTERRUPTED
            return
        self.message = str(error) or type(error).__name__
        parts = {"what": error.what, "where": error.where} if isinstance(error, GreenloanError) else {}
        self.error = {"kind": type(error).__name__, **parts}

    def save(self, folder: Path) -> None:
        """Write the record whole or not at all."""
        content = json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()
        with _saving, written_into(folder):  # Ctrl-C saves it from another thread
            folder.mkdir(parents=True, exist_ok=True)
            write_anew(folder / f"{self.number:08d}_{self.run_id}.json", content)


INTERRUPTED: Final = "interrupted"
"""The message of a run that Ctrl-C ended."""

IN_EVERY_RECORD: Final = frozenset({"run_id", "started_at", "known_at", "outcome", "message", "stages", "gates"})
"""What records of every version hold."""


NUMBERED: Final = re.compile(r"(\d{8,})_(.*)")
"""The name of a record: its number, and the id of its run. Those of before runs were numbered have the id alone."""


class LastRun(NamedTuple):
    """The record written last that can be read, the one before it, and those after it that cannot be read."""

    run: dict[str, Any] | None
    before: dict[str, Any] | None
    damaged: list[Path]


def last_run(folder: Path) -> LastRun:
    """Return the record written last; None where there is no run, or none that can be read."""
    damaged: list[Path] = []
    run = None
    for path in reversed(_in_order(folder)):
        record = _record(path)
        if record and run:
            return LastRun(run, record, damaged)
        if run is None:
            damaged += [] if record else [path]
            run = record
    return LastRun(run, None, damaged)


def next_number(folder: Path) -> int:
    """Return the number of the run that follows those on file."""
    return max((_place_in_order(path)[0] for path in folder.glob("*.json")), default=0) + 1


def newest_start(folder: Path, but: str) -> dt.datetime | None:
    """Return the latest moment at which a run on file began, but for one run; None where there is no other."""
    records = [record for path in _in_order(folder) if (record := _record(path)) and record["run_id"] != but]
    return max((began(record) for record in records), default=None)


def has_landed_from(folder: Path, inbox: Path) -> bool:
    """Return whether a run on file has landed from this inbox, which was there, then."""
    records = (_record(path) for path in _in_order(folder))
    return any(record.get("inbox") == str(inbox) and "land" in record["stages"] for record in records if record)


def began(record: dict[str, Any]) -> dt.datetime:
    """Return when the run began by the clock."""
    return dt.datetime.fromisoformat(record["started_at"])


def _in_order(folder: Path) -> list[Path]:
    """The records as they were written. The clock does not count: it may have been wrong."""
    return sorted(folder.glob("*.json"), key=_place_in_order)


def _place_in_order(path: Path) -> tuple[int, str]:
    named = NUMBERED.fullmatch(path.stem)
    return (int(named[1]), named[2]) if named else (0, path.stem)


def _record(path: Path) -> dict[str, Any] | None:
    try:
        read = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
        is_whole = isinstance(read, dict) and set(read) >= IN_EVERY_RECORD and began(read).tzinfo is not None
    except (OSError, ValueError, TypeError):
        return None
    return read if is_whole else None


def run_id(started: dt.datetime) -> str:
    """Return the id of a run: when it began."""
    return started.strftime("%Y%m%dT%H%M%S%fZ")


DECIDING: Final = (
    "schemas/**/*.py",
    "transforms/**/*.py",
    "flows/forms/**/*.py",
    "flows/landing/*.py",
    "flows/reference/**/*.py",
    "flows/running/pipeline.py",
    "flows/warehouse/*.sql",
    "flows/warehouse/macros.py",
    "requirements.lock",
)
"""What of the program decides a figure: contracts, computation, the readers of files and of the record of receptions,

the order in which they work, the SQL macros, the libraries' versions."""


def deciding_files(reference: list[Path], checkout: Path = CHECKOUT) -> str:
    """Return the digest of the tables and modules that decide a figure, as they are now."""
    digest = hashlib.sha256()
    for path in [*reference, *_program(checkout)]:
        digest.update(path.relative_to(checkout).as_posix().encode() + b"\n" + path.read_bytes())
    return digest.hexdigest()


def snapshot_id(
    receptions: list[Reception], decided_by: str, known_at: dt.datetime, agreed: Mapping[str, list[str]]
) -> str:
    """Return the digest of everything that decides the figures (docs/glossary.md, snapshot): same inputs, same id.

    A reception counts with its number, its moment (as far as it was known then), whether it came with the one before,
    its bytes and its name. decided_by: deciding_files. agreed: of greenloan.toml the authorities by table and, under
    `lost`, the files left out.
    """
    digest = hashlib.sha256()
    nights = {moment: night for night, moment in enumerate(sorted({one.moment for one in receptions}))}
    for one in receptions:
        moment = min(one.moment, known_at).isoformat()
        digest.update(f"{one.number} {nights[one.moment]} {moment} {one.digest} {one.source_file}\n".encode())
    digest.update(decided_by.encode())
    digest.update(known_at.isoformat().encode())
    digest.update(json.dumps(agreed, sort_keys=True).encode() if agreed else b"")
    return digest.hexdigest()[:12]


def _program(checkout: Path) -> list[Path]:
    return sorted({path for pattern in DECIDING for path in checkout.glob(pattern)})


def greenloan_version() -> str:
    """Return the installed version."""
    return version("greenloan")


def say(message: str) -> None:
    """Print where the run is, for the person who started it; standard output is for answers only."""
    line = f"{dt.datetime.now().astimezone():%H:%M:%S}  {printable(message)}\n"
    print(line, file=sys.stderr, end="", flush=True)  # one write: what an interruption says begins on a line of its own
