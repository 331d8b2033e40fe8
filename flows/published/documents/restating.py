"""Signed figures that move by more than the threshold are published anew on a person's word only (ADR 48).

reports/waiting/<report>/<period>/
    the document as it would be issued, and <document>.json: against which signed edition, and what moved
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Final, NamedTuple

from flows.home.settings import Home
from flows.home.writing import refuse_links, write_anew
from flows.published.documents.editions import Edition, editions_in
from flows.published.documents.sign_offs import signed_numbers
from reports.documents import Change

RESTATEMENTS: Final = "restatements"
"""What a person lets through by this name (--accept)."""


class Rule(NamedTuple):
    """From what change on, as a part of the signed figure, a person is asked; and whether one gave the word."""

    threshold_ratio: float
    is_accepted: bool = False


@dataclass(frozen=True)
class Waiting:
    """A document that waits for a person: how many figures moved beyond the threshold, and the first of them."""

    report: str
    period: str
    document: str
    signed_number: int
    threshold: str
    identity: str
    changes_count: int
    label: str
    unit: str
    before: str
    after: str


def signed_edition(shelf: Path) -> Edition | None:
    """Return the last of a document's editions that someone signed off; None where there is none to be read."""
    signed = signed_numbers(shelf)
    found = [one.edition for one in editions_in(shelf) if one.number in signed and one.edition]
    return found[-1] if found else None


def as_waiting(signed: Edition, name: str, threshold: str, identity: str, changes: Sequence[Change]) -> Waiting:
    """Return the record of a document with these changes against the signed edition."""
    first = changes[0]
    return Waiting(
        signed.report,
        signed.period,
        name,
        signed.number,
        threshold,
        identity,
        len(changes),
        first.label,
        first.unit,
        first.before,
        first.after,
    )


def lay_by(home: Home, waits: Waiting, pdf: bytes) -> None:
    """Write the document as it would be issued to where it waits, its record last."""
    folder = home.waiting / waits.report / waits.period
    refuse_links(folder / "document", home.root / "reports")
    folder.mkdir(parents=True, exist_ok=True)
    write_anew(folder / f"{waits.document}.pdf", pdf)
    write_anew(folder / f"{waits.document}.json", json.dumps(asdict(waits), ensure_ascii=False, indent=1).encode())


def waits_already(home: Home, waits: Waiting) -> bool:
    """Return whether this very document lies there with this record."""
    lies = (home.waiting / waits.report / waits.period / f"{waits.document}.pdf").is_file()
    return lies and waits in waiting_documents(home)


def withdraw(home: Home, report: str, period: str, name: str) -> None:
    """Take away what waits no more: it was let through, or its figures came back."""
    folder = home.waiting / report / period
    refuse_links(folder / "document", home.root / "reports")
    for ending in (".json", ".pdf"):
        (folder / f"{name}{ending}").unlink(missing_ok=True)


def waiting_documents(home: Home) -> list[Waiting]:
    """Return what waits; a record that cannot be read is none, and the next night writes it anew."""
    return [one for path in sorted(home.waiting.glob("*/*/*.json")) if (one := _read(path))]


def _read(path: Path) -> Waiting | None:
    try:
        held = json.loads(path.read_bytes())
        return Waiting(**{one.name: held[one.name] for one in fields(Waiting)})
    except (OSError, ValueError, TypeError, KeyError):
        return None
