"""Signed figures that move by more than the threshold are published anew on a person's word only (ADR 48).

reports/waiting/<report>/<period>/
    the document as it would be issued, and <document>.json: against which signed edition, and what moved
"""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Final, NamedTuple

import polars as pl

from flows.home.settings import Home
from flows.home.writing import refuse_links, write_anew
from flows.published.documents.editions import editions_in
from flows.published.documents.sign_offs import sign_offs_in
from reports.documents import BESIDE, Change, PrintedFigure
from schemas.catalog import Published

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


class Baseline(NamedTuple):
    """What a person stated last of a document: the edition's number, and what it prints."""

    number: int
    figures: Sequence[PrintedFigure]


def baseline(shelves: Sequence[Path], remembered: Published) -> Baseline | None:
    """Return what a person signed off last, or let through after that; None where nobody signed anything.

    shelves: of the document in each language, as who signs one signs its figures. A sign-off or an edition that the
    record has lost counts as the published file remembers it.
    """
    stated, is_signed = list[tuple[dt.datetime, Path, int]](), False
    for shelf in shelves:
        own = pl.col("document_name") == shelf.name
        signed = remembered["ops.sign_offs"].filter(own).select("recorded_at", "edition_number").drop_nulls().rows()
        signed += [
            (one.sign_off.recorded_at, one.sign_off.edition_number) for one in sign_offs_in(shelf) if one.sign_off
        ]
        let = remembered["ops.editions"].filter(own & pl.col("is_accepted_by_hand").fill_null(value=False))
        accepted = let.select("printed_at", "edition_number").rows()
        editions = [one.edition for one in editions_in(shelf) if one.edition]
        accepted += [(one.printed_at, one.number) for one in editions if one.is_accepted_by_hand]
        is_signed = is_signed or bool(signed)
        stated += [(moment, shelf, number) for moment, number in (*signed, *accepted)]
    if not is_signed:
        return None
    _, shelf, number = max(stated)
    return Baseline(number, _printed(shelf, number, remembered))


def _printed(shelf: Path, number: int, remembered: Published) -> Sequence[PrintedFigure]:
    """What an edition prints, as the published file remembers it; one issued since, as the record has it."""
    own = (pl.col("document_name") == shelf.name) & (pl.col("edition_number") == number)
    known = remembered["ops.edition_figures"].filter(own)
    if not known.is_empty():
        columns = ("figure_key", "figure_label", "printed_text", "unit")
        return [PrintedFigure(*row) for row in known.select(columns).iter_rows()]
    found = [one.edition for one in editions_in(shelf) if one.number == number and one.edition]
    return found[0].figures if found else ()


def as_waiting(shelf: Path, signed: Baseline, threshold: str, identity: str, changes: Sequence[Change]) -> Waiting:
    """Return the record of the shelf's document with these changes against what a person stated."""
    first = changes[0]
    return Waiting(
        shelf.parents[1].name,
        shelf.parent.name,
        shelf.name,
        signed.number,
        threshold,
        identity,
        len(changes),
        first.label,
        first.unit,
        first.before,
        first.after,
    )


def lay_by(home: Home, waits: Waiting, contents: Mapping[str, bytes]) -> None:
    """Write the document as it would be issued to where it waits, its record last."""
    folder = home.waiting / waits.report / waits.period
    refuse_links(folder / "document", home.root / "reports")
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        if name.endswith(".pdf"):
            write_anew(folder / name, content)
    write_anew(folder / f"{waits.document}.json", json.dumps(asdict(waits), ensure_ascii=False, indent=1).encode())


def waits_already(home: Home, waits: Waiting) -> bool:
    """Return whether this very document lies there with this record."""
    lies = (home.waiting / waits.report / waits.period / f"{waits.document}.pdf").is_file()
    return lies and waits in waiting_documents(home)


def withdraw(home: Home, report: str, period: str, name: str) -> None:
    """Take away what waits no more: it was let through, or its figures came back."""
    folder = home.waiting / report / period
    refuse_links(folder / "document", home.root / "reports")
    for ending in (".json", ".pdf", *(f"_{word}.pdf" for word in BESIDE)):
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
