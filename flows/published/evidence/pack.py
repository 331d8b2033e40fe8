"""`greenloan evidence`: everything of which an auditor works a period's printed figures out again, in one file."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, Final

from flows.home.settings import Home
from flows.home.writing import write_anew
from flows.published.documents.editions import digest_of, editions_in, shelf_of
from flows.published.evidence.crate import crate_of
from flows.published.evidence.graph import Graph, rows_as_text
from flows.published.live.contents import read_contents
from flows.published.live.grid import SheetFullError
from flows.published.live.workbook import live_workbook
from flows.published.receipts.explained import tolerance_of
from flows.published.receipts.kinds import Document
from flows.published.receipts.numbers import Asked, published_documents, published_numbers, read_book
from flows.published.receipts.table import WORDS
from schemas.disclosures import WHOLE_BOOK
from schemas.errors import UsageError
from schemas.words.editions import WHOLE
from transforms.receipts.rows import Rows
from transforms.receipts.steps import Step

SUMS: Final = "sha256sums.txt"
CRATE: Final = "ro-crate-metadata.json"
VERIFY: Final = "verify.py"
LIVE: Final = "workbook.xlsx"
QUARTER: Final = re.compile(r"[0-9]{4}Q[1-4]")
FIGURES: Final = ["code", "report", "period", "lender", "label", "label_zh", "made_of", "printed", "unit"]
HOW: Final = ["written_as", "without_sign", "tolerance", "stored", "steps"]
FIRST_DAY_OF_A_ZIP: Final = (1980, 1, 1, 0, 0, 0)
READABLE: Final = 0o100644 << 16


def write_evidence(home: Home, period: str, lender: str | None, out: Path) -> dict[str, Any]:
    """Write the pack of the published figures of a quarter, or a year with its quarters; return what is in it.

    Raises UsageError where the published file has no figure of them.
    """
    published = published_documents(home.warehouse)
    wanted = [one for one in published if _is_of(one.period, period) and lender in {None, one.lender}]
    if not wanted:
        raise _nothing_published(published, period, lender)
    rows = read_book(home.warehouse, wanted)
    asked = list(published_numbers(rows, wanted))
    documents, missing = _documents(home, rows, asked)
    live = _live_workbook(home, period, wanted, lender)
    files = {**documents, **evidence_files(rows, asked), **live}
    (run,) = rows.tables["ops.runs"]
    files[CRATE] = crate_of({name: digest_of(content) for name, content in files.items()}, run, period, lender)
    sums = "".join(f"{digest_of(content)}  {name}\n" for name, content in sorted(files.items()))
    files[SUMS] = sums.encode()
    out.parent.mkdir(parents=True, exist_ok=True)
    write_anew(out, _zipped(files))
    written = {"out": str(out), "figures": len(asked), "documents": sorted(documents), "missing": missing}
    return {**written, "too_large": [] if live else [LIVE]}


def _live_workbook(home: Home, period: str, documents: Sequence[Document], lender: str | None) -> dict[str, bytes]:
    """The live workbook; none of a book that a sheet cannot hold."""
    quarters = {one.period for one in documents if QUARTER.fullmatch(one.period)}
    try:
        read = read_contents(home.warehouse, period, quarters, None if lender == WHOLE_BOOK else lender)
        return {LIVE: live_workbook(read)}
    except SheetFullError:
        return {}


def evidence_files(rows: Rows, asked: Sequence[Asked]) -> dict[str, bytes]:
    """Return the files of which the numbers are worked out again, by name."""
    graph, methods = Graph(), set[tuple[str, ...]]()
    figures = [_figure(one, graph, methods) for one in asked]
    leaves = {f"leaves/{table}.csv": _csv(*rows_as_text(held)) for table, held in sorted(graph.leaves.items())}
    documents = {one.document for one in asked}
    delivered = {row["source_file"] for held in graph.leaves.values() for row in held.values() if "source_file" in row}
    tables = {
        "runs": rows.tables["ops.runs"],
        "deliveries": [row for row in rows.tables["ops.deliveries"] if row["source_file"] in delivered],
        "editions": [row for row in rows.tables["ops.editions"] if Document.of(row) in documents],
    }
    cited = {"sources": rows.tables["core.sources"]}
    beside = {f"{name}.csv": _csv(*_table(held)) for name, held in {**tables, **cited}.items()}
    return {
        "figures.csv": _csv([*FIGURES, *HOW], figures),
        "steps.json": json.dumps(graph.as_json(), ensure_ascii=False, separators=(",", ":")).encode(),
        "formulas.py": graph.formulas().encode(),
        "formulas.txt": "".join(_methods(rows, methods)).encode(),
        VERIFY: resources.files(__package__).joinpath(VERIFY).read_bytes(),
        "README.txt": f"{WORDS['evidence_readme']['zh']}\n{WORDS['evidence_readme']['en']}".encode(),
        **leaves,
        **beside,
    }


def _figure(one: Asked, graph: Graph, methods: set[tuple[str, ...]]) -> list[str]:
    figure, receipt = one.figure, one.receipt or {}
    numbers = [graph.number(part) for part in figure.parts]
    methods |= {part.facts for part in figure.parts for part in _months(part)}
    named = {"code": one.code, "label": receipt.get("figure_label"), "label_zh": receipt.get("figure_label_zh")}
    printed = {name: receipt.get(name) for name in ("report", "period", "lender", "made_of", "unit")}
    shown = {**printed, **named, "printed": receipt.get("printed_text")}
    stored = ";".join("" if value is None else str(value) for value in figure.stored)
    steps = ";".join(map(str, numbers))
    written = [one.column.write.__name__, str(not one.column.has_sign).lower()]
    return [*(shown[name] or "" for name in FIGURES), *written, str(tolerance_of(one)), stored, steps]


def _months(part: Any) -> Iterator[Step]:  # noqa: ANN401 - a part of any kind
    """The steps that a method's formula makes."""
    if isinstance(part, Step):
        if part.name == "month" and part.facts and part.way == "formula":
            yield part
        for below in part.parts:
            yield from _months(below)


def _methods(rows: Rows, methods: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """The formulas as the documents print them."""
    for method, edition in sorted(methods):
        row = rows.one("core.method_editions", method=method, method_edition=edition) or {}
        lines = [str(row.get(name) or "") for name in ("formula_zh", "formula")]
        yield "\n".join([f"{method} ({edition})", *lines, "", ""])


def _documents(home: Home, rows: Rows, asked: Sequence[Asked]) -> tuple[dict[str, bytes], list[str]]:
    """The PDFs of the newest editions of the figures' documents, and those that are not there as published."""
    wanted = {one.document for one in asked}
    newest = {
        row["document_name"]: row
        for row in sorted(rows.tables["ops.editions"], key=lambda row: row["edition_number"])
        if Document.of(row) in wanted
    }
    found, lacking = dict[str, bytes](), list[str]()
    for name, row in newest.items():
        number = row["edition_number"]
        lies = [one for one in editions_in(shelf_of(home, row["report"], row["period"], name)) if one.number == number]
        if lies and lies[0].state == WHOLE and digest_of(lies[0].pdf()) == row["pdf_digest"]:
            pdfs = {file: content for file, content in lies[0].contents().items() if file.endswith(".pdf")}
            found |= {f"documents/{Path(file).stem}_edition-{number}.pdf": content for file, content in pdfs.items()}
        else:
            lacking.append(name)
    return found, sorted(lacking)


def _is_of(published: str, period: str) -> bool:
    """Whether what was published is of the period: that itself, or a quarter of the year."""
    return published == period or (len(period) == len("2025") and published.startswith(period))


def _nothing_published(published: Sequence[Document], period: str, lender: str | None) -> UsageError:
    listed = "; ".join(" ".join(one) for one in published)
    return UsageError(
        f"no figure of {period} was published{f' for {lender}' if lender else ''}",
        where="--period and --lender",
        available=listed or "nothing was published in an edition yet",
        remedy="name a quarter, a year or a lender of these; what disclose printed since is there after the next night",
    )


def _table(held: Sequence[Mapping[str, Any]]) -> tuple[list[str], list[list[str]]]:
    head, lines = rows_as_text(dict(enumerate(held))) if held else ([], [])
    return head, lines


def _csv(head: Sequence[str], lines: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(lines)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """The same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, FIRST_DAY_OF_A_ZIP)
            entry.external_attr, entry.compress_type = READABLE, zipfile.ZIP_DEFLATED
            pack.writestr(entry, content)
    return out.getvalue()
