"""Editions that were published before: the list of all of them, and one of them again, byte for byte."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from flows.home.settings import Home
from flows.published.documents import document_name, open_documents, written_to
from flows.published.editions import Found, editions_in, every_edition, shelf_of
from flows.published.kinds import Issue, Lang
from flows.published.wording import Wording
from schemas.errors import EnvironmentFailure, UsageError
from schemas.words.editions import MISSING, WHOLE

DIGITS: Final = 12
"""Of a digest that people compare by eye."""


def answer_editions(home: Home) -> list[dict[str, Any]]:
    """Return a row for each edition of each document, read from the record: what it is, why, and its files' state."""
    return [_row(home, found) for found in every_edition(home)]


def _row(home: Home, found: Found) -> dict[str, Any]:
    """What cannot be read is None."""
    edition = found.edition
    held = asdict(edition) if edition else {}
    return {
        "report": found.folder.parents[2].name,
        "period": found.folder.parents[1].name,
        "document": found.folder.parent.name,
        "lender": held.get("lender"),
        "lang": held.get("lang"),
        "edition": found.number,
        "reason": held.get("reason"),
        "state": found.state,
        "digest": edition.pdf_digest if edition else None,
        "snapshot_id": edition.provenance.snapshot_id if edition else None,
        "known_at": edition.known_at.isoformat() if edition else None,
        "printed_at": edition.printed_at.isoformat(timespec="seconds") if edition else None,
        "greenloan_version": held.get("greenloan_version"),
        "folder": found.folder.relative_to(home.root).as_posix(),
    }


def editions_text(rows: Sequence[dict[str, Any]], lang: Lang) -> str:
    """Return the list for the eye, a document's editions below its name."""
    wording = Wording(lang)
    lines = [] if rows else [wording("no_editions")]
    for place, row in enumerate(rows):
        if place == 0 or row["document"] != rows[place - 1]["document"]:
            lines.append(row["document"])
        lines.append(_line(row, wording))
    return "\n".join(lines)


def _line(row: dict[str, Any], wording: Wording) -> str:
    state = wording(f"edition_{row['state']}")
    if row["reason"] is None:
        return wording("line_edition_unread", number=row["edition"], state=state, folder=row["folder"])
    return wording(
        "line_edition",
        number=row["edition"],
        state=state,
        reason=wording(f"edition_{row['reason']}"),
        known_at=row["known_at"],
        snapshot=row["snapshot_id"],
        digest=row["digest"][:DIGITS],
    )


def print_again(home: Home, report: str, issue: Issue, number: int | None, known_at: dt.datetime | None) -> list[Path]:
    """Write an edition's files beside the newest ones: by its number, or the last one that knew nothing later.

    Raises UsageError where there is none, EnvironmentFailure where its files are not those that were published.
    """
    name = document_name(report, issue)
    shelf = shelf_of(home, report, issue.period, name)
    found = editions_in(shelf)
    chosen = _last(found, lambda one: one.number == number) if number else _last(found, _known_by(known_at))
    if chosen is None or chosen.state == MISSING:
        raise UsageError(
            f"there is no edition of {name} as asked for",
            where=f"--edition {number}" if number else f"--known-at {known_at}",
            available=_available(found),
            remedy="name one of these; greenloan editions lists those of every document",
        )
    if chosen.state != WHOLE:
        raise EnvironmentFailure(
            f"edition {chosen.number} of {name} is damaged: a file is gone, or is not the one that was published",
            where=str(chosen.folder),
            available=_available(found),
            remedy="put its files back from a backup; what was printed of the others is unchanged",
        )
    open_documents(home)
    return written_to(home, home.reports / report / issue.period / chosen.folder.name, name, chosen.contents())


def _known_by(known_at: dt.datetime | None) -> Callable[[Found], bool]:
    return lambda one: one.edition is not None and known_at is not None and one.edition.known_at <= known_at


def _last(found: Sequence[Found], holds: Callable[[Found], bool]) -> Found | None:
    return next((one for one in reversed(found) if holds(one)), None)


def _available(found: Sequence[Found]) -> str:
    """Number, state and moment of each."""
    listed = (
        f"{one.number} ({one.state}, {one.edition.known_at.isoformat() if one.edition else MISSING})" for one in found
    )
    return ", ".join(listed) or "none"
