"""The rows that were refused, beside the delivery, in the sender's own headers and encoding: to correct and send back.

`loans.csv` gets `loans.refused.csv`. What we wrote ourselves is known by its digest and is no delivery; once the sender
has changed it, it is one.
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import polars as pl

from flows.run_record import say
from flows.settings import Home

ENDING: Final = ".refused.csv"
REASON_HEADER: Final = "refused_because"
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


def write_refusals(home: Home, rejected: pl.DataFrame, deliveries: pl.DataFrame) -> list[Path]:
    """Write a file beside each delivery that is still in the inbox and has refused rows; return their paths."""
    rows = rejected.filter(pl.col("source_row").is_not_null())
    latest = deliveries.filter(pl.int_range(pl.len()).over("source_file") == pl.len().over("source_file") - 1)
    written = []
    for delivery in latest.to_dicts():
        path = beside(home.inbox, delivery["source_file"])
        own = rows.filter(pl.col("delivery_id") == delivery["delivery_id"]).sort("source_row").to_dicts()
        if own and path.parent.is_dir():
            written += _write(home, path, _as_csv(own).encode(delivery["encoding"], errors="replace"))
        elif path.exists() and is_own(path, home.landing):
            path.unlink()
    if written:
        say(f"wrote {len(written)} list(s) of refused rows beside their deliveries")
    return written


def beside(inbox: Path, source_file: str) -> Path:
    """Return where the refusals of a delivered file lie; a sheet's or member's name is part of the file's name."""
    outer, *inner = source_file.replace("#", "\0").split("\0")
    path = inbox / outer
    while path.suffix == "" or not path.parent.is_dir():  # an archive's member: folder/archive.zip/member.csv
        if path.parent in (path, inbox):
            break
        inner = [path.name, *inner]
        path = path.parent
    name = ".".join([path.stem, *(Path(part).stem for part in inner)])
    return path.with_name(f"{name}{ENDING}")


def is_own(path: Path, landing: Path) -> bool:
    """True if the bytes are those that we wrote."""
    return (landing / "refusals" / hashlib.sha256(path.read_bytes()).hexdigest()).exists()


def _write(home: Home, path: Path, content: bytes) -> list[Path]:
    marks = home.landing / "refusals"
    marks.mkdir(parents=True, exist_ok=True)
    (marks / hashlib.sha256(content).hexdigest()).touch()
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.write_bytes(content)
        return [partial.replace(path)]
    except OSError as error:
        say(f"could not write {path}: {error}; the refused rows are in ops.rejected_rows")
        return []


def _as_csv(rows: list[dict[str, Any]]) -> str:
    """The refused rows as sent, with the reason in a last column that is passed over when it comes back."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    sent = [json.loads(row["row_text"]) for row in rows]
    header = next((list(cells) for cells in sent if isinstance(cells, dict)), [])
    writer.writerow([*header, REASON_HEADER])
    for row, cells in zip(rows, sent, strict=True):
        fields = list(cells.values()) if isinstance(cells, dict) else cells
        writer.writerow([*_inert(fields), row["reason"]])
    return out.getvalue()


def _inert(cells: Iterable[str | None]) -> list[str]:
    """A cell that a spreadsheet would take for a formula gets an apostrophe, which is taken off when it comes back."""
    return [f"'{cell}" if _is_formula(cell or "") else (cell or "") for cell in cells]


def _is_formula(cell: str) -> bool:
    if not cell.startswith(FORMULA_STARTS):
        return False
    try:
        float(cell.replace(",", ""))
    except ValueError:
        return True
    return False
