"""What the tonnes behind an edition were worked out from, kept with the record, to be compared with later (ADR 44).

disclosures/states/<snapshot>.json           which tables, by their digest
disclosures/states/tables/<digest>.parquet   each table once, however many snapshots have it
"""

import hashlib
import io
import json
from pathlib import Path
from typing import Final, cast

import polars as pl

from flows.home.settings import Home
from flows.home.writing import refuse_links, sync, write_anew, written_into
from flows.warehouse.holdings import OF_STATES
from flows.warehouse.reading import UNREADABLE, read_tables
from schemas.catalog import TABLES, Published
from schemas.contract import conform
from schemas.errors import EnvironmentFailure

OF_KEPT: Final = (*OF_STATES, "core.profiles", "ops.runs")


def keep_state(home: Home, snapshot: str) -> None:
    """Keep the state of the published file, where it is that of the snapshot and is not kept yet.

    A file that cannot be read, or was swapped for another one meanwhile, keeps no document back: its state is not kept.
    """
    record = _record(home, snapshot)
    if record.exists():
        return
    try:
        read = read_tables(home.warehouse, *OF_KEPT)
    except UNREADABLE:
        return
    if read["ops.runs"]["snapshot_id"].item() != snapshot:
        return
    tables = _tables(home)
    refuse_links(tables / "table", home.disclosures)
    with written_into(tables):
        tables.mkdir(parents=True, exist_ok=True)
        digests = {name: _keep(tables, cast("pl.DataFrame", read[name])) for name in OF_KEPT}
        sync(write_anew(record, json.dumps(digests, indent=1).encode()))
        sync(record.parent)


def kept_snapshots(home: Home) -> list[str]:
    """Return the snapshots of which the state is kept."""
    return sorted(path.stem for path in _record(home, "*").parent.glob("*.json"))


def kept_state(home: Home, snapshot: str) -> Published | None:
    """Return the tables of a snapshot, None where nothing is kept of it; raise where they are not what was kept."""
    record = _record(home, snapshot)
    if not record.is_file():
        return None
    try:
        digests = json.loads(record.read_bytes())
        frames = {name: _read(_tables(home), name, str(digests[name])) for name in OF_KEPT}
    except (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError) as error:
        raise EnvironmentFailure(
            f"the kept state of snapshot {snapshot} is damaged, or of another version of the program",
            where=str(record),
            available=", ".join(kept_snapshots(home)),
            remedy="lay disclosures/states back from the backup",
        ) from error
    return cast("Published", frames)


def _record(home: Home, snapshot: str) -> Path:
    return home.disclosures / "states" / f"{snapshot}.json"


def _tables(home: Home) -> Path:
    return home.disclosures / "states" / "tables"


def _keep(folder: Path, frame: pl.DataFrame) -> str:
    """Write the table under its digest where it is not there yet; return the digest."""
    sink = io.BytesIO()
    frame.write_parquet(sink, compression="zstd")
    content = sink.getvalue()
    digest = hashlib.sha256(content).hexdigest()
    path = folder / f"{digest}.parquet"
    if not path.exists():
        sync(write_anew(path, content))
    return digest


def _read(folder: Path, name: str, digest: str) -> pl.DataFrame:
    content = (folder / f"{digest}.parquet").read_bytes()
    if hashlib.sha256(content).hexdigest() != digest:
        raise ValueError(name)
    return conform(pl.read_parquet(io.BytesIO(content)), TABLES[name])
