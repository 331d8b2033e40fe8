"""Whether the landing is as it was received: files by digest, receptions by their chain and by what was published.

The chain does not show that its last links are gone together with their lines, as where an old backup was put back; the
published file can.
"""

from collections.abc import Collection
from pathlib import Path
from typing import Final, NamedTuple

import polars as pl

from flows.home.settings import Home
from flows.home.settings_file import read_settings
from flows.landing.files import file_faults
from flows.landing.lost import declared_lost
from flows.landing.reading import ID_DIGITS
from flows.landing.receptions import Reception, chain_end
from flows.landing.record import Fault, damaged, record_faults, recorded, wording_faults
from flows.warehouse.reading import read_existing
from schemas.deliveries import DELIVERIES as DELIVERED
from schemas.errors import EnvironmentFailure

DELIVERIES: Final = "ops.deliveries"
RUNS: Final = "ops.runs"


class Verification(NamedTuple):
    """What was looked at, every fault, and the declarations of lost files that count and that do not, in sentences."""

    looked_at: str
    faults: list[Fault]
    lost: list[str]
    superfluous: list[str]


def verify_landing(home: Home) -> Verification:
    """Look at everything; nothing is changed."""
    known, declarations = recorded(home.landing), read_settings(home.settings, DELIVERED).lost
    declared = declared_lost(known, home.landing, declarations)
    of_files = file_faults([one for one in known if one.number not in declared.lost], home.landing)
    lost = [f"[lost.{digest}]: {file} is declared lost: {why}" for (digest, file), why in declared.files.items()]
    superfluous = [f"[lost.{one}]: {why}" for one, why in declared.superfluous.items()]
    faults = [*record_faults(home.landing), *wording_faults(home.landing), *of_files, *_lost(known, home)]
    files = len({one.digest for one in known})
    looked_at = f"{len(known)} reception(s) of {files} file(s) in {home.landing}"
    return Verification(looked_at, faults, lost, superfluous)


def refuse_lost(known: Collection[Reception], home: Home) -> None:
    """Raise EnvironmentFailure where the published file rests on a delivery that no reception is about any more."""
    lost = _lost(known, home)
    if lost:
        raise damaged(lost, home.landing)


def _lost(known: Collection[Reception], home: Home) -> list[Fault]:
    """A fault for each file; none where there is no published file, or one that cannot be read (gates.predecessor)."""
    try:
        published = read_existing(home.warehouse, [DELIVERIES, RUNS]) if home.warehouse.exists() else {}
    except EnvironmentFailure:
        return []
    manifest, landed = home.landing / "receptions.jsonl", {one.digest[:ID_DIGITS] for one in known}
    held = published.get(DELIVERIES, pl.DataFrame())
    deliveries = held.to_dicts() if {"delivery_id", "source_file"} <= set(held.columns) else []
    gone = [
        Fault(manifest, f"no reception of {row['source_file']}, which was published")
        for row in deliveries
        if row["delivery_id"][:ID_DIGITS] not in landed
    ]
    return gone or _other_receptions(known, published.get(RUNS), manifest)


def _other_receptions(known: Collection[Reception], runs: pl.DataFrame | None, manifest: Path) -> list[Fault]:
    """A fault where the same files were received anew: what was received when is lost with the receptions before."""
    if runs is None or runs.is_empty() or not {"receptions_count", "receptions_digest"} <= set(runs.columns):
        return []
    count, digest = runs.select("receptions_count", "receptions_digest").row(0)
    if chain_end(known, count) == digest:
        return []
    return [Fault(manifest, f"its first {count} reception(s) are not those that were published: times and order moved")]


def verification_text(found: Verification, home: Home) -> str:
    """Return the answer: a line a fault and a declaration, and what was looked at."""
    named = [f"{fault.path.relative_to(home.landing)}: {fault.what}" for fault in found.faults]
    rest = "all others as received" if found.lost else "all as received"
    end = f"{len(found.faults)} fault(s)" if found.faults else rest
    return "\n".join([*named, *found.lost, *found.superfluous, f"{found.looked_at}: {end}"])
