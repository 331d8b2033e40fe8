"""The rows that were refused, in the sender's own headers and encoding: to correct and send back.

`loans.csv` gets `loans.refused.csv`, in the sender's outbox or, where the settings say so, beside the delivery. What we
wrote ourselves is known by its digest and is not a delivery; once the sender has changed it, it is one.
"""

import csv
import errno
import hashlib
import io
import json
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Final, NamedTuple

import polars as pl

from flows.home.file_names import folder_name, is_safe, name_digest
from flows.home.inert import inert
from flows.home.limits import LARGEST_FILE_BYTES
from flows.home.settings import Home
from flows.home.writing import write_anew, written_into
from flows.landing.inbox import PassedOver, opened, printed
from flows.running.run_record import say
from schemas.contract import DataFrame
from schemas.runs import DeliveryRecord, RejectedRow
from transforms.deliveries.rows.unanswered import LIST_ENDING
from transforms.deliveries.tables.bodies import SURPLUS
from transforms.ground.sentences import SIGNS

REASON_HEADERS: Final = ("拒收原因", "refused_because")
BARE_ENCODINGS: Final = {"utf-16-le": "utf-16", "utf-16-be": "utf-16"}
"""Encodings that nothing in the file shows, and what is written instead."""

LARGEST_LIST_BYTES: Final = 4 * LARGEST_FILE_BYTES
"""Of the rows of the largest file with their reasons; what is larger is not a list of ours and is not read."""

UNFIT_FOR_NAMES: Final = re.compile(r'[\x00-\x1f\\:*?"<>|]')
LONGEST_NAME: Final = 64
"""Bytes of a file's, sheet's or member's name that go into the name of its list; disks take 255 for the whole."""
LONGEST_INNER: Final = 2 * LONGEST_NAME + 1
"""Bytes of a sheet's or member's name together with its folders in the archive."""


class Lists(NamedTuple):
    """The lists that were written, and those that could not be, with the reason."""

    written: list[Path]
    unwritten: list[PassedOver]


def write_refusals(
    home: Home, rejected: DataFrame[RejectedRow], deliveries: DataFrame[DeliveryRecord], place: str = "outbox"
) -> Lists:
    """Write a list for each file whose newest delivery has refused rows that nobody has sent again.

    place: `outbox` (a folder a sender), or `beside` the delivery as long as it lies in the inbox.
    """
    rows = rejected.filter(pl.col("source_row").is_not_null())
    latest = deliveries.unique("source_file", keep="last", maintain_order=True)
    written: list[Path] = []
    unwritten: list[PassedOver] = []
    received = {delivery["source_file"]: delivery["received_at"] for delivery in latest.to_dicts()}
    lists = _lists(home, deliveries["source_file"], latest, place)
    for delivery in latest.to_dicts():
        path = lists[delivery["source_file"]]
        if path is None:
            continue
        is_there = _is_file(path)
        folder = delivery["sender_folder"]
        returned = received.get(f"{folder}/{path.name}" if folder else path.name)
        is_answered = returned is not None and returned >= delivery["received_at"]
        own = rows.filter(pl.col("delivery_id") == delivery["delivery_id"]).sort("source_row")
        is_foreign = _is_link(path) or (is_there and not is_own(path, home.landing))
        if is_foreign:
            unwritten += [_in_the_way(path, home, place)] if own.height and not is_answered else []
            continue
        try:
            if own.height and not is_answered:
                written.append(_write(home, path, as_csv(own, encoding_of(delivery))))
            elif is_there:
                path.unlink()
        except OSError as error:
            unwritten.append(_unwritten(path, home, error))
    if written:
        where = home.outbox if place == "outbox" else "beside their deliveries"
        say(f"wrote {len(written)} list(s) of refused rows: {where}")
    return Lists(written, unwritten)


def _in_the_way(path: Path, home: Home, place: str) -> PassedOver:
    """A link, or a file that the sender has changed: nothing in the outbox is read."""
    if _is_link(path):
        reason = "a link lies where a list of refused rows belongs" if path.is_symlink() else "its folder is a link"
        return PassedOver(printed(path, home.root), f"{reason}: remove it")
    read = "it is read from the inbox alone: put it there" if place == "outbox" else "it is read tonight"
    return PassedOver(printed(path, home.root), f"it is a list of refused rows that was changed since: {read}")


def _unwritten(path: Path, home: Home, error: OSError) -> PassedOver:
    reason = f"the list of refused rows cannot be written: {error.strerror}; they are in ops.rejected_rows"
    return PassedOver(printed(path, home.root), reason)


def _lists(home: Home, received: pl.Series, latest: pl.DataFrame, place: str) -> dict[str, Path | None]:
    """Where each file's list lies. Files that would share one (loans.csv, loans.xlsx) keep it by age: a younger one's

    list ends with 8 hex digits of the digest of its file's name. received: every source file, the oldest first.
    """
    deliveries = {delivery["source_file"]: delivery for delivery in latest.to_dicts()}
    lists: dict[str, Path | None] = {}
    taken: set[str] = set()
    for source_file in received.unique(maintain_order=True):
        path = _place(home, deliveries[source_file], place)
        if path is not None and str(path).casefold() in taken:
            path = path.with_name(f"{path.name.removesuffix(LIST_ENDING)}-{name_digest(source_file)}{LIST_ENDING}")
        lists[source_file] = path
        taken.add(str(path).casefold())
    return lists


def _place(home: Home, delivery: dict[str, Any], place: str) -> Path | None:
    if place == "beside":
        return beside(home.inbox, delivery["source_file"], delivery["delivered_table"])
    return in_outbox(home.outbox, delivery["sender_folder"], delivery["source_file"], delivery["delivered_table"])


def in_outbox(outbox: Path, sender_folder: str, source_file: str, table: str | None) -> Path:
    """Return where the refusals of a delivered file, sheet or member lie; two never share a name."""
    delivered = source_file.removeprefix(f"{sender_folder}/") if sender_folder else source_file
    parts = [PurePosixPath(part).stem for part in re.split("[/#]", delivered) if part]
    safe = [*map(_safe, parts[:1]), *_inner(parts[1:])]
    parts_of_name = [table, *safe] if len(safe) > 1 else safe
    if ".".join(safe) != ".".join(parts):  # two names may have become one
        parts_of_name.append(hashlib.sha256(delivered.encode()).hexdigest()[:8])
    folder = outbox.joinpath(*map(folder_name, PurePosixPath(sender_folder).parts))
    return folder / f"{'.'.join(part for part in parts_of_name if part)}{LIST_ENDING}"


def _inner(parts: list[str]) -> list[str]:
    """Return the name within the file, of one part or none; of deep folders, its end is kept."""
    name = ".".join(map(_safe, parts)).encode()[-LONGEST_INNER:].decode(errors="ignore")
    return [name] if name else []


def _safe(part: str) -> str:
    """Return the name without what disks refuse, cut to a number of bytes."""
    fit = UNFIT_FOR_NAMES.sub("_", part).encode()[:LONGEST_NAME].decode(errors="ignore")
    return fit if is_safe(fit) else f"_{fit}_"


def encoding_of(delivery: Mapping[str, Any]) -> str:
    """Return the encoding in which what answers a delivery (schemas.runs.DeliveryRecord) is written."""
    read = str(delivery["encoding"])
    return BARE_ENCODINGS.get(read, read)


def beside(inbox: Path, source_file: str, table: str | None) -> Path | None:
    """Return where the refusals of a delivered file lie; None where the file does not lie in the inbox any more.

    A sheet's or member's name is part of the file's name; the table comes first, so that the list announces it.
    """
    ends = [at for at in range(1, len(source_file) + 1) if source_file[at : at + 1] in {"", "/", "#"}]
    outer = next((source_file[:at] for at in reversed(ends) if _is_file(inbox / source_file[:at])), None)
    if outer is None:
        return None
    inner = [PurePosixPath(part).stem for part in re.split("[/#]", source_file[len(outer) :]) if part]
    stem = PurePosixPath(outer).stem
    parts_of_name = [table, stem, *_inner(inner)] if inner else [stem]
    name = ".".join(part for part in parts_of_name if part)
    return (inbox / outer).with_name(f"{name}{LIST_ENDING}")


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a sheet's or member's name that is not a file name
        return False


def _is_link(path: Path) -> bool:
    """True of a list, or of the folder of its sender."""
    try:
        return path.is_symlink() or path.parent.is_symlink()
    except (OSError, ValueError):  # a name too long for the disk
        return False


def is_own(path: Path, landing: Path) -> bool:
    """True if the bytes are those that we wrote; what cannot be read is not known as ours."""
    try:
        with opened(path) as file:
            is_too_large = os.fstat(file.fileno()).st_size > LARGEST_LIST_BYTES
            digest = "" if is_too_large else hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return False
    return bool(digest) and (landing / "refusals" / digest).exists()


def _write(home: Home, path: Path, content: bytes) -> Path:
    marks = home.landing / "refusals"
    with written_into(marks):
        marks.mkdir(parents=True, exist_ok=True)
        (marks / hashlib.sha256(content).hexdigest()).touch()
    linked = next((folder for folder in _between(path, home) if folder.is_symlink()), None)
    if linked:
        raise OSError(errno.ELOOP, f"{printed(linked, home.root)} is a link")
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_anew(path, content)


def _between(path: Path, home: Home) -> list[Path]:
    """The folders above the list that a sender may have made: those below the outbox or the inbox, and these."""
    tops = {home.outbox, home.inbox}
    return [folder for folder in path.parents if folder in tops or tops & set(folder.parents)]


def _by_line(rows: pl.DataFrame) -> pl.DataFrame:
    """A line that is refused by two tables, as a loan and its drawing, is one to correct."""
    both = (("reason_zh", "zh"), ("reason", "en"))
    reasons = [pl.col(name).filter(pl.col(name) != "").str.join(SIGNS[lang].sentences) for name, lang in both]
    return rows.group_by("source_row", "row_text", maintain_order=True).agg(reasons)


def as_csv(rejected: DataFrame[RejectedRow], encoding: str) -> bytes:
    """Return the refused rows as sent, with the reason in two last columns that are passed over when they come back."""
    rows = _by_line(rejected)
    sent = [json.loads(text) for text in rows["row_text"]]
    header = [name for name in sent[0] if not name.startswith(SURPLUS)]
    lines = [[cell.strip() for cell in cells.values() if cell is not None] for cells in sent]
    reasons = rows.select("reason_zh", "reason").iter_rows()
    content = io.BytesIO()
    out = io.TextIOWrapper(content, marked_encoding(encoding, [header, *lines]), errors="replace", newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*(inert(name) for name in header), *REASON_HEADERS])
    writer.writerows([inert(cell) for cell in (*cells, *why)] for cells, why in zip(lines, reasons, strict=True))
    out.flush()
    return content.getvalue()


def marked_encoding(encoding: str, sent: Iterable[Iterable[str]]) -> str:
    """Return the encoding to write in.

    Rows in plain letters, which any encoding reads, get the mark by which a spreadsheet reads the reasons.
    """
    return "utf-8-sig" if encoding == "utf-8" and all(cell.isascii() for line in sent for cell in line) else encoding
