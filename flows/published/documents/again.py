"""Editions that were published before: the list of all of them, and one of them again, byte for byte."""

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import polars as pl

from flows.home.settings import Home
from flows.published.documents.editions import editions_in, shelf_of
from flows.published.documents.tables import KEY, edition_tables
from flows.published.documents.written import document_name, open_documents, written_to
from flows.published.kinds.kinds import Issue, Lang
from flows.published.wording import Wording
from schemas.contract import DataFrame
from schemas.disclosures import EditionEntry
from schemas.errors import EnvironmentFailure, UsageError
from schemas.words.editions import MISSING, WHOLE

LATEST: Final = dt.datetime.max.replace(tzinfo=dt.UTC)
DIGITS: Final = 12
"""Of a digest that people compare by eye."""


def answer_editions(home: Home) -> list[dict[str, Any]]:
    """Return a row for each edition of each document: what it is, why, who signed it, whether its files are whole."""
    tables = edition_tables(home, LATEST)
    signed: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for one in tables.sign_offs.to_dicts():
        signed.setdefault(tuple(one[name] for name in KEY), []).append(_as_signed(one))
    rows = tables.editions.to_dicts()
    return [{**_as_listed(row), "signed": signed.get(tuple(row[name] for name in KEY), [])} for row in rows]


def _as_signed(row: Mapping[str, Any]) -> dict[str, Any]:
    moments = {name: row[name] and row[name].isoformat(timespec="seconds") for name in ("signed_at", "recorded_at")}
    return {
        "number": row["sign_off_number"],
        "by": row["signed_by"],
        **moments,
        "file": row["file_name"],
        "digest": row["file_digest"],
        "has_edition_bytes": row["has_edition_bytes"],
        "state": row["sign_off_state"],
    }


def _as_listed(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row as the command names its parts; what is not known is None."""
    moments = {name: row[name] and row[name].isoformat(timespec="seconds") for name in ("known_at", "printed_at")}
    return {
        "report": row["report"],
        "period": row["period"],
        "document": row["document_name"],
        "lender": row["lender"],
        "lang": row["lang"],
        "edition": row["edition_number"],
        "reason": row["edition_reason"],
        "state": row["edition_state"],
        "digest": row["pdf_digest"],
        "snapshot_id": row["snapshot_id"],
        **moments,
        "is_accepted_by_hand": row["is_accepted_by_hand"],
        "greenloan_version": row["greenloan_version"],
    }


def editions_text(rows: Sequence[dict[str, Any]], lang: Lang) -> str:
    """Return the list for the eye, a document's editions below its name."""
    wording = Wording(lang)
    lines = [] if rows else [wording("no_editions")]
    for place, row in enumerate(rows):
        if place == 0 or row["document"] != rows[place - 1]["document"]:
            lines.append(row["document"])
        lines.append(_line(row, wording))
        lines.extend(_signed_line(one, wording) for one in row["signed"])
    return "\n".join(lines)


def _line(row: dict[str, Any], wording: Wording) -> str:
    state = wording(f"edition_{row['state']}")
    if row["reason"] is None:
        return wording("line_edition_unread", number=row["edition"], state=state)
    return wording(
        "line_edition",
        number=row["edition"],
        state=state,
        reason=wording(f"edition_{row['reason']}"),
        known_at=row["known_at"],
        snapshot=row["snapshot_id"],
        digest=row["digest"][:DIGITS],
    )


def _signed_line(one: Mapping[str, Any], wording: Wording) -> str:
    state = wording(f"edition_{one['state']}")
    if one["by"] is None:
        return wording("line_sign_off_unread", number=one["number"], state=state)
    return wording(
        "line_sign_off",
        by=one["by"],
        signed_at=one["signed_at"],
        file=one["file"],
        digest=one["digest"][:DIGITS],
        holds=wording("sign_off_holds" if one["has_edition_bytes"] else "sign_off_apart"),
        state=state,
    )


def print_again(home: Home, report: str, issue: Issue, number: int | None, known_at: dt.datetime | None) -> list[Path]:
    """Write an edition's files beside the newest ones: by its number, or the last one that knew nothing later.

    Raises UsageError where there is none, EnvironmentFailure where its files are not those that were published.
    """
    name = document_name(report, issue)
    shelf = shelf_of(home, report, issue.period, name)
    listed = edition_tables(home, LATEST).editions.filter(pl.col("document_name") == name)
    asked = pl.col("edition_number") == number if number else pl.col("known_at") <= known_at
    chosen = listed.filter(asked, pl.col("edition_state") != MISSING).tail(1).to_dicts()
    if not chosen:
        raise UsageError(
            f"there is no edition of {name} as asked for",
            where=f"--edition {number}" if number else f"--known-at {known_at}",
            available=_available(listed),
            remedy="name one of these; greenloan editions lists those of every document",
        )
    found = editions_in(shelf)[chosen[0]["edition_number"] - 1]
    if chosen[0]["edition_state"] != WHOLE:
        raise EnvironmentFailure(
            f"edition {found.number} of {name} is damaged: a file is gone, or is not the one that was published",
            where=str(found.folder),
            available=_available(listed),
            remedy="put its files back from a backup; what was printed of the others is unchanged",
        )
    open_documents(home)
    return written_to(home, home.reports / report / issue.period / found.folder.name, name, found.contents())


def _available(listed: DataFrame[EditionEntry]) -> str:
    """Number, state and moment of each."""
    moment = pl.col("known_at").dt.strftime("%Y-%m-%dT%H:%M:%S+00:00").fill_null("-")
    texts = listed.select(pl.format("{} ({}, {})", "edition_number", "edition_state", moment)).to_series()
    return ", ".join(texts) or "none"
