"""What is known of receptions outside the landing: by the published file, and by the record of each run.

The chain does not show that its last links are gone together with their lines, as where an old backup was put back;
what knows of them does. A record of a run that is damaged, or of a time when records had no receptions, knows of none.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl

from flows.home.settings import Home
from flows.landing.inbox import opened
from flows.landing.receptions import ID_DIGITS, Anchor, Anchors
from flows.warehouse.reading import UNREADABLE, read_existing

DELIVERIES: Final = "ops.deliveries"
RUNS: Final = "ops.runs"
COUNT, DIGEST = "receptions_count", "receptions_digest"


def anchors_of(home: Home) -> Anchors:
    """Return what the published file and the records of the runs know."""
    published = _published(home)
    held = published.get(DELIVERIES, pl.DataFrame())
    deliveries = held.to_dicts() if {"delivery_id", "source_file"} <= set(held.columns) else []
    named = [(row["delivery_id"], row["source_file"]) for row in deliveries]
    files = [(one[:ID_DIGITS], name) for one, name in named if isinstance(one, str) and isinstance(name, str)]
    rows = published.get(RUNS, pl.DataFrame()).to_dicts()
    ends = [*((row, "the published file") for row in rows), *_recorded(home.runs)]
    anchors = [anchor for row, known_by in ends for anchor in _anchor(row, known_by)]
    return Anchors(list({one[:2]: one for one in reversed(anchors)}.values()), files)


def _published(home: Home) -> dict[str, pl.DataFrame]:
    """None where there is no published file, or one that cannot be read (flows.gates.predecessor)."""
    try:
        return read_existing(home.warehouse, [DELIVERIES, RUNS]) if home.warehouse.exists() else {}
    except UNREADABLE:
        return {}


def _recorded(runs: Path) -> Iterator[tuple[dict[str, object], str]]:
    for path in sorted(runs.glob("*.json")):
        try:
            with opened(path) as file:
                read = json.load(file)
        except (OSError, ValueError, RecursionError):
            continue
        if isinstance(read, dict):
            yield read, f"data/runs/{path.name}"


def _anchor(row: dict[str, object], known_by: str) -> list[Anchor]:
    """Return the last reception that a run knew of; none where it knew of none."""
    count, digest = row.get(COUNT), row.get(DIGEST)
    return [Anchor(count, digest, known_by)] if isinstance(count, int) and count > 0 and isinstance(digest, str) else []
