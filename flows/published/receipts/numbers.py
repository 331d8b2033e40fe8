"""Which number of which document a code is, looked up in the published file alone."""

import difflib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from flows.published.receipts.kinds import MODULES, Document, Receipts, kind_of_row, receipts_of_kind
from flows.warehouse.connection import connect
from flows.warehouse.reading import read_tables, tables_of
from reports.codes import Column, RowCodes, as_code, code_of
from schemas.catalog import frames_of
from schemas.errors import UsageError
from transforms.receipts.numbers import Figure, Numbers
from transforms.receipts.rows import Rows

BESIDE: Final = ("mart.receipts", "ops.flags", "core.profiles", "core.sources", "core.method_editions", "ops.editions")
"""Tables beside those that numbers are worked out of: what is beside them."""

NEAREST: Final = 5


class Asked(NamedTuple):
    """A number: its code, its document, the names of its row, its column; its receipt, where it was published."""

    code: str
    document: Document
    numbers: Numbers
    names: tuple[str, ...]
    place: int
    column_name: str
    receipt: Mapping[str, Any] | None

    @property
    def figure(self) -> Figure:
        """What it is made of, and what is stored of it."""
        return self.numbers.figure(self.names, self.place, self.column_name)

    @property
    def kind(self) -> str:
        """The kind of its row."""
        return kind_of_row(self.names)

    @property
    def of_kind(self) -> Receipts:
        """How numbers of its kind of document are worked out."""
        return receipts_of_kind(self.document.report)

    @property
    def column(self) -> Column:
        """Its column: how it is written."""
        return self.of_kind.columns[self.kind][self.column_name]


def read_book(warehouse: Path, documents: Collection[Document]) -> Rows:
    """Return what the documents' numbers are looked up in: of large tables the rows of their projects alone."""
    tables, conditions = _looked_up(documents)
    with connect(warehouse) as connection:
        return Rows(frames_of(tables_of(connection, *tables, *BESIDE, rows=conditions)))


def _looked_up(documents: Collection[Document]) -> tuple[list[str], dict[str, str]]:
    """The tables, and the rows of each that one of the kinds asks for; all rows where one has no condition."""
    of_kinds = defaultdict[str, list[Document]](list)
    for one in documents:
        of_kinds[one.report].append(one)
    asked = defaultdict[str, list[str | None]](list)
    for report, own in of_kinds.items():
        kind = receipts_of_kind(report)
        conditions = kind.rows_of(own)
        for table in kind.tables:
            asked[table].append(conditions.get(table))
    joined = {table: " OR ".join(f"({one})" for one in every) for table, every in asked.items() if None not in every}
    return [*asked], joined


def published_documents(warehouse: Path) -> list[Document]:
    """Return the documents that have receipts."""
    receipts = read_tables(warehouse, "mart.receipts")["mart.receipts"].select(Document._fields)
    return sorted(Document(*row) for row in receipts.unique().iter_rows())


def printable_documents(warehouse: Path) -> list[Document]:
    """Return every document that the file can print, of each kind the newest first."""
    found: list[Document] = []
    for report in MODULES:
        printed = receipts_of_kind(report).printed
        table = frames_of(read_tables(warehouse, printed))[printed]
        rows = table.select("period", "lender").unique().iter_rows()
        found += sorted((Document(report, *row) for row in rows), reverse=True)
    return found


def asked_for(warehouse: Path, typed: str) -> Asked:
    """Return the number of the code; raise UsageError where the file has none of it."""
    code = as_code(typed)
    receipts = {row["receipt_code"]: row for row in read_tables(warehouse, "mart.receipts")["mart.receipts"].to_dicts()}
    if code is None:
        raise _no_such_number(typed, code, receipts)
    receipt = receipts.get(code)
    published = [] if receipt is None else [Document.of(receipt)]
    for document in published or printable_documents(warehouse):
        rows = read_book(warehouse, [document])
        for one in numbers_of(rows, document, receipts):
            if one.code == code:
                return one
    raise _no_such_number(typed, code, receipts)


def published_numbers(rows: Rows, documents: Collection[Document]) -> Iterator[Asked]:
    """Yield every published number of the documents, those of one next to each other. rows: read_book of them."""
    receipts = {row["receipt_code"]: row for row in rows.tables["mart.receipts"]}
    for document in sorted(documents):
        for one in numbers_of(rows, document, receipts):
            if one.receipt is not None:
                yield one


def numbers_of(rows: Rows, document: Document, receipts: Mapping[str, Mapping[str, Any]]) -> Iterator[Asked]:
    """Yield every number that a document could print."""
    kind = receipts_of_kind(document.report)
    numbers = kind.numbers(rows, document.period, document.lender)
    codes, times = RowCodes(*document), Counter[tuple[str, ...]]()
    for names in numbers.names():
        row, place = codes(*names), times[names]
        times[names] += 1
        for column, letter in kind.columns[kind_of_row(names)].items():
            code = code_of(row, letter)
            yield Asked(code, document, numbers, names, place, column, receipts.get(code))


def _no_such_number(typed: str, code: str | None, receipts: Mapping[str, Mapping[str, Any]]) -> UsageError:
    plain = code or "".join(typed.upper().split())
    nearest = difflib.get_close_matches(plain, list(receipts), NEAREST, cutoff=0.5)
    available = "; ".join(f"{one} ({receipts[one]['figure_label']})" for one in nearest)
    whole = f"{len(receipts)} codes in mart.receipts, none like it"
    return UsageError(
        f"'{typed}' is the code of no number in this file"
        if code
        else f"'{typed}' is not a code: three groups of three letters and one, as K3F-9XW-TPM-D",
        where="CODE",
        available=f"nearest: {available}" if available else whole,
        remedy="compare it with the last section of the document; a document of another file is explained by that file",
    )
