"""The sender's own file with what was refused in it: an XLSX with marked cells, a text with two columns of reasons.

What comes in another form, or cannot be marked, gets a list of its refused rows as the outbox has it.
"""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Final, NamedTuple

import polars as pl

from flows.forms.apart import read_apart
from flows.forms.archive import unpacked
from flows.forms.encodings import first_text
from flows.forms.lines import Lines, read_rows
from flows.forms.readers import READERS
from flows.forms.text import delimiter_of, text_grids
from flows.forms.workbooks.workbook import ZIP_MAGIC
from flows.home.inert import inert
from flows.home.writing import write_anew
from flows.landing.refusal_files import REASON_HEADERS, as_csv, in_outbox, marked_encoding
from flows.published.answers.checked import marking
from flows.published.answers.checked.dry import Sent
from flows.published.answers.checked.places import place_of
from schemas.contract import DataFrame
from schemas.errors import UnreadableDelivery
from schemas.runs import RejectedRow
from transforms.ground.aliases import Aliases
from transforms.ground.sentences import SIGNS, put_in

MEMORY_BYTES: Final = 512 << 20
MEMORY_PER_BYTE: Final = 60
"""What marking may hold: a base, and so much for each byte that the workbook unpacks to."""

MOST_MEMORY_BYTES: Final = 4 << 30
REASON_WORDS: Final = {"zh": REASON_HEADERS[0], "en": REASON_HEADERS[1]}
Reasons = dict[int, tuple[str, str]]
"""By line: why it is refused, in Chinese and in English."""


class Refused(NamedTuple):
    """What is refused of a file (schemas.runs.RejectedRow), and the encoding of each of its deliveries."""

    rejected: DataFrame[RejectedRow]
    encodings: Mapping[str, str]


def write_copies(sent: Sent, refused: Refused, folder: Path, lang: str, aliases: Aliases) -> list[Path]:
    """Write what answers a file into the folder, and return it; nothing where nothing of it was refused."""
    rejected, encodings = refused
    if rejected.is_empty():
        return []
    folder.mkdir(parents=True, exist_ok=True)
    name = PurePosixPath(sent.name)
    suffix = name.suffix.lower()
    try:
        if sent.content.startswith(ZIP_MAGIC) and suffix in {".xlsx", ".xlsm"}:
            stem = name.stem if suffix == ".xlsx" else sent.name
            return [write_anew(folder / f"{stem}.checked.xlsx", _marked(sent, rejected, lang, aliases))]
        if READERS.get(suffix) is text_grids:
            content = _with_reasons(sent, rejected, next(iter(encodings.values())))
            return [write_anew(folder / f"{name.stem}.checked{name.suffix}", content)]
    except (ValueError, UnreadableDelivery):
        pass  # a list of what is refused says the same
    return _lists(sent, refused, folder)


def _marked(sent: Sent, rejected: DataFrame[RejectedRow], lang: str, aliases: Aliases) -> bytes:
    found = [mark for row in rejected.to_dicts() if (mark := _mark(sent, row, lang, aliases))]
    marks = _once_a_cell(found, lang)
    if not marks:
        raise ValueError("nothing of it has a sheet")
    memory = MEMORY_BYTES + MEMORY_PER_BYTE * sum(len(part) for _, part in unpacked(sent.content, sent.name))
    head = json.dumps(marks).encode()
    return read_apart(Path(marking.__file__), head + b"\n" + sent.content, min(memory, MOST_MEMORY_BYTES))


def _once_a_cell(marks: Sequence[marking.Mark], lang: str) -> list[marking.Mark]:
    """A cell that is refused for several readings or tables has each reason once."""
    places: dict[tuple[str, int, tuple[int, ...]], dict[str, None]] = {}
    for sheet, row, columns, reason in marks:
        places.setdefault((sheet, row, tuple(columns)), {})[reason] = None
    title, sign = SIGNS[lang].titled, SIGNS[lang].sentences
    return [
        (*place[:2], list(place[2]), put_in(title, {"title": REASON_WORDS[lang], "text": sign.join(reasons)}))
        for place, reasons in places.items()
    ]


def _mark(sent: Sent, row: dict[str, Any], lang: str, aliases: Aliases) -> marking.Mark | None:
    """A sheet that is refused whole has its reason in its first cell."""
    _, has_sheet, sheet = row["source_file"].removeprefix(sent.source_file).partition("#")
    if not has_sheet:
        return None
    reason = row["reason_zh" if lang == "zh" else "reason"]
    if row["source_row"] is None:
        return sheet, 1, [1], reason
    place = place_of(row, aliases)
    return sheet, place.line, place.columns, reason


def _with_reasons(sent: Sent, rejected: DataFrame[RejectedRow], encoding: str) -> bytes:
    """The text as it was sent, each refused line with its reasons in two last columns that are passed over."""
    reasons = _by_line(rejected)
    delimiter = delimiter_of(first_text(sent.content, encoding))
    lines = list(read_rows(Lines(io.TextIOWrapper(io.BytesIO(sent.content), encoding, newline="")), delimiter))
    header = next((list(json.loads(text)) for text in rejected["row_text"] if text), None)
    at = next((number for number, cells in lines if header and _trimmed(cells) == header), None)
    width = max((len(cells) for number, cells in lines if number in reasons or number == at), default=0)
    first = next(iter(lines))[0]
    reasons = {number or first: words for number, words in reasons.items()}
    reasons = {**reasons, **({at: REASON_HEADERS} if at is not None else {})}
    content = io.BytesIO()
    marked = marked_encoding(encoding, (cells for _, cells in lines))
    out = io.TextIOWrapper(content, marked, errors="replace", newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    for number, cells in lines:
        why = reasons.get(number, ("", "") if at is not None and number > at else None)
        padding = [""] * (width - len(cells)) if why else []
        writer.writerow([inert(cell) for cell in (*cells, *padding, *(why or ()))])
    out.flush()
    return content.getvalue()


def _by_line(rejected: DataFrame[RejectedRow]) -> Reasons:
    """What is refused whole is under line 0."""
    reasons: Reasons = {}
    for line, chinese, english in rejected.select("source_row", "reason_zh", "reason").iter_rows():
        before = reasons.get(line or 0)
        words = (chinese, english)
        reasons[line or 0] = _both(before, words) if before else words
    return reasons


def _both(before: tuple[str, str], words: tuple[str, str]) -> tuple[str, str]:
    chinese, english = (
        one if two in one else f"{one}{SIGNS[lang].sentences}{two}"
        for one, two, lang in zip(before, words, ("zh", "en"), strict=True)
    )
    return chinese, english


def _trimmed(cells: Sequence[str]) -> list[str]:
    trimmed = [cell.strip() for cell in cells]
    while trimmed and not trimmed[-1]:
        trimmed.pop()
    return trimmed


def _lists(sent: Sent, refused: Refused, folder: Path) -> list[Path]:
    sender = sent.source_file.removesuffix(sent.name).rstrip("/")
    rows = refused.rejected.filter(pl.col("source_row").is_not_null() & pl.col("row_text").is_not_null())
    written = []
    for delivery_id in rows["delivery_id"].unique(maintain_order=True):
        own = rows.filter(delivery_id=delivery_id).sort("source_row")
        first = own.row(0, named=True)
        place = in_outbox(folder, "", first["source_file"].removeprefix(f"{sender}/"), first["table"])
        written.append(write_anew(place, as_csv(own, refused.encodings[delivery_id])))
    return written
