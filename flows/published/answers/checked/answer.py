"""What `greenloan check` answers: each file and sheet, its refused rows and why, and what the figures become.

As data its keys are English and the reasons in both languages; in print everything is in one.
"""

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import polars as pl

from flows.home.settings import Home
from flows.landing.refusal_files import encoding_of
from flows.published.answers.checked.copies import Refused, write_copies
from flows.published.answers.checked.dry import DryRun, Sent, dry_run, sender_folder
from flows.published.answers.checked.moved import figures_moved
from flows.published.answers.checked.places import place_of
from flows.published.answers.checked.printed import printed_answer
from flows.published.kinds.kinds import Lang
from flows.reference.tables import read_reference
from flows.running.run_record import say
from schemas.contract import DataFrame
from schemas.errors import UsageError
from schemas.runs import RejectedRow
from transforms.deliveries.book.book import Book
from transforms.deliveries.rows.raw_table import RawTable
from transforms.ground.reference import Reference

CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
INDENT: Final = "  "


class Asked(NamedTuple):
    """What is checked: files, their sender's folder, where marked copies go, the language; None is up to the files."""

    files: Sequence[Path]
    sender: str | None = None
    out: Path | None = None
    lang: Lang | None = None


class Worded(NamedTuple):
    """The answer as data, and in print."""

    data: dict[str, Any]
    text: str


def answer_check(home: Home, asked: Asked, now: dt.datetime) -> Worded:
    """Return what a night that begins now would make of the files, and write the marked copies.

    Raises UsageError for what is not a file, files of several senders, or an --out among what a night reads or writes.
    """
    _refuse_own_folder(home, asked.out)
    sender, reference = sender_folder(asked.files, asked.sender, home), read_reference()
    with dry_run(home, asked.files, sender, reference, now) as run:
        lang = asked.lang or _lang(run)
        folders = _folders(home, asked)
        files = [_file(one, run, folders[one.name], lang, reference) for one in run.sent]
        say("working out the figures with these files, and without")
        moved = figures_moved(run.books, reference, now)
    refused, whole = sum(map(_refused_count, files)), sum(map(_whole_count, files))
    answer = {
        "sender": sender,
        "home": str(home.root),
        "is_clean": not (refused or whole),
        "rows_refused_count": refused,
        "refused_whole_count": whole,
        "files": files,
        "figures": moved,
    }
    return Worded(answer, printed_answer(answer, lang, reference))


def _refuse_own_folder(home: Home, out: Path | None) -> None:
    if out and _is_own(home, out.resolve()):
        raise UsageError(
            "marked copies do not go where a night reads or writes",
            where=str(out),
            available="any folder but the inbox and data/ of the home",
            remedy="name another folder with --out",
        )


def _is_own(home: Home, folder: Path) -> bool:
    return any(top in {folder, *folder.parents} for top in (home.inbox, home.root / "data"))


def _folders(home: Home, asked: Asked) -> dict[str, Path | None]:
    """Where the copies of each file go: beside it, but not where the next night would take them for deliveries."""
    beside = {path.name: path.resolve().parent for path in asked.files}
    return {name: asked.out or (None if _is_own(home, folder) else folder) for name, folder in beside.items()}


def _lang(run: DryRun) -> Lang:
    """The language of the senders' own headers; where none is read, of the names of files and sheets."""
    ids = tuple(one.delivery_id for one in run.sent if one.delivery_id)
    own = [one for one in run.books.landed if one.delivery_id.startswith(ids)] if ids else []
    headers = [name for one in own if one.raw for name in _sent_headers(one.raw)]
    words = headers or [one.source_file for one in own]
    return "zh" if any(CHINESE.search(word) for word in words) else "en"


def _sent_headers(raw: RawTable) -> list[str]:
    return [*raw.used, *raw.unread] if raw.lines is not None else raw.cells.columns


def _file(sent: Sent, run: DryRun, folder: Path | None, lang: Lang, reference: Reference) -> dict[str, Any]:
    if sent.passed_over:
        return {"file": sent.name, "passed_over": sent.passed_over, "parts": [], "copies": [], "copy_note": None}
    book = run.books.after
    is_own = pl.col("delivery_id").str.contains(rf"^{re.escape(sent.delivery_id)}(-\d+)?$")
    deliveries, rejected = book.deliveries.filter(is_own), book.rejected.filter(is_own)
    encodings = {one["delivery_id"]: encoding_of(one) for one in deliveries.to_dicts()}
    copies = write_copies(sent, Refused(rejected, encodings), folder, lang, reference.aliases) if folder else []
    note = None if copies or rejected.is_empty() else "copy_without_lines" if folder else "copy_needs_out"
    return {
        "file": sent.name,
        "passed_over": None,
        "parts": [_part(one, rejected, book, reference) for one in deliveries.to_dicts()],
        "copies": [str(path) for path in copies],
        "copy_note": note,
    }


def _part(
    delivery: dict[str, Any], rejected: DataFrame[RejectedRow], book: Book, reference: Reference
) -> dict[str, Any]:
    own = rejected.filter(delivery_id=delivery["delivery_id"])
    whole = own.filter(pl.col("source_row").is_null())["reason_zh"]
    flags = book.flags.filter(pl.col("subject") == delivery["source_file"])
    rows = own.filter(pl.col("source_row").is_not_null()).sort("source_row", maintain_order=True).to_dicts()
    refused = [_refused(row, reference) for row in rows]
    return {
        "part": delivery["source_file"],
        "table": delivery["delivered_table"],
        "recognised_by": delivery["recognised_by"],
        "is_refused_whole": delivery["delivery_status"] != "read",
        "reason": delivery["reason"],
        "reason_zh": next(iter(whole), None),
        "rows_in_count": delivery["rows_in_count"],
        "rows_accepted_count": delivery["rows_accepted_count"],
        "rows_refused_count": delivery["rows_refused_count"],
        "refused": list({tuple(row.values()): row for row in refused}.values()),  # one cell may have been many readings
        "notes": flags.select("code", "message", "message_zh").unique(maintain_order=True).to_dicts(),
    }


def _refused(row: dict[str, Any], reference: Reference) -> dict[str, Any]:
    place = place_of(row, reference.aliases)
    words = {name: row[name] for name in ("rule", "value", "reason", "reason_zh")}
    return {"line": place.line, "cell": place.address, "header": place.header, "written": place.written, **words}


def _refused_count(file: dict[str, Any]) -> int:
    return sum(part["rows_refused_count"] or 0 for part in file["parts"])


def _whole_count(file: dict[str, Any]) -> int:
    return sum(bool(part["is_refused_whole"]) for part in file["parts"]) + bool(file["passed_over"])
