"""What documents of every kind have: the state of the book that they were printed from, and the files they become."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from reports.numbers import BEIJING, moment


@dataclass(frozen=True)
class Provenance:
    """Snapshot, moment known at, newest row, and the document's date, which is the data's: there is no clock here."""

    snapshot_id: str
    known_at: str
    data_as_of: str
    document_date: str


class PrintedFigure(NamedTuple):
    """A figure as printed, under a key that names it in every edition and language; unit: empty of a bare number.

    code: reports.codes; empty in records of editions from before there were codes.
    """

    key: str
    label: str
    printed: str
    unit: str
    code: str = ""


@dataclass(frozen=True)
class Change:
    """A figure that another edition printed otherwise."""

    label: str
    unit: str
    before: str
    after: str


@dataclass(frozen=True)
class Cause:
    """What moved figures of a project."""

    project: str
    text: str


@dataclass(frozen=True)
class EditionNotice:
    """What an edition says of the one before it; of a first one nothing is printed.

    unknown: projects whose figures changed for no known cause;
    joined, left: projects that only one of the two lists; attached: every change as CSV.
    """

    number: str = ""
    before: str = ""
    reason: str = ""
    changes: tuple[Change, ...] = ()
    changes_count: str = ""
    more_count: str = ""
    causes: tuple[Cause, ...] = ()
    has_more_causes: bool = False
    unknown: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    attached: str = ""


@dataclass(frozen=True)
class Attachment:
    """A CSV file inside the PDF: all rows, unrounded."""

    name: str
    text: str


@dataclass(frozen=True)
class Document:
    """Exactly what is printed. Beside its provenance and its edition it is the same while no datum changes.

    restatement_threshold: from what change on a signed figure is published anew on a person's word only, as printed;
    is_waiting: it is a draft that waits for this word; attachments: the tables behind it, which lie beside it, too.
    """

    provenance: Provenance
    edition: EditionNotice = field(default=EditionNotice(), kw_only=True)
    restatement_threshold: str = field(default="", kw_only=True)
    is_waiting: bool = field(default=False, kw_only=True)
    attachments: tuple[Attachment, ...] = field(default=(), kw_only=True)


BESIDE: Final = ("basis",)
"""What names of documents end with that are issued with another: a basis of preparation. None is a language."""


@dataclass(frozen=True)
class Rendered:
    """A document as files: one PDF (PDF/A-3a and PDF/UA-1) and its pages as PNG.

    beside: what is issued with it, by the word of BESIDE that its name ends with; twin: reports.house.twin.
    """

    pdf: bytes
    pages: tuple[bytes, ...]
    beside: Mapping[str, "Rendered"] = field(default_factory=dict)
    twin: str = ""


def provenance(run: Mapping[str, Any]) -> Provenance:
    """Return the provenance of what is printed from the tables of a run."""
    as_of = run["data_as_of_at"] or run["known_at"]
    return Provenance(
        snapshot_id=run["snapshot_id"],
        known_at=moment(run["known_at"]),
        data_as_of=moment(run["data_as_of_at"]),
        document_date=as_of.astimezone(BEIJING).date().isoformat(),
    )
