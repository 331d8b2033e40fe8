"""Which number of which document a code is, looked up in the published file alone."""

import difflib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

from flows.warehouse.connection import connect
from flows.warehouse.macros import quoted
from flows.warehouse.reading import read_tables, tables_of
from reports.codes import RowCodes, as_code, code_of
from reports.crf.columns import COLUMNS
from schemas.catalog import frames_of
from schemas.disclosures import WHOLE_BOOK
from schemas.errors import UsageError
from transforms.ground.calendar import named_quarter
from transforms.receipts.crf import TABLES, CrfNumbers, Figure
from transforms.receipts.rows import Rows

REPORT: Final = "crf"
BESIDE: Final = ("mart.receipts", "ops.flags", "core.profiles", "core.sources", "core.method_editions", "ops.editions")
"""Tables beside those that numbers are worked out of: what is beside them."""

OF_PROJECTS: Final = (
    "core.projects",
    "core.loans",
    "core.operating",
    "core.forest_strata",
    "mart.project_roles",
    "mart.verified_reductions",
)
OF_LOANS: Final = ("core.ledger", "core.loan_rates")
OF_MONTHS: Final = (
    "mart.parameter_uses",
    "mart.reading_uses",
    "mart.project_months",
    "mart.project_month_parts",
    "mart.removal_months",
    "mart.own_base_year_months",
)
"""Tables that are large in a large book."""

LOOKING_BACK: Final = 1
"""Years before that of a quarter: the last complete one, and the four quarters up to it."""

NEAREST: Final = 5

Document: TypeAlias = tuple[str, str]
"""Period and lender."""


class Asked(NamedTuple):
    """A number: its code, its document, the names of its row, its column; its receipt, where it was published."""

    code: str
    numbers: CrfNumbers
    names: tuple[str, ...]
    place: int
    column: str
    receipt: Mapping[str, Any] | None

    @property
    def figure(self) -> Figure:
        """What it is made of, and what is stored of it."""
        return self.numbers.figure(self.names, self.place, self.column)

    @property
    def kind(self) -> str:
        """The kind of its row."""
        return kind_of_row(self.names)


def read_book(warehouse: Path, documents: Collection[Document]) -> Rows:
    """Return what the documents' numbers are looked up in: of large tables the rows of their projects alone."""
    with connect(warehouse) as connection:
        return Rows(frames_of(tables_of(connection, *TABLES, *BESIDE, rows=_rows_of(documents))))


def _rows_of(documents: Collection[Document]) -> dict[str, str]:
    """The SQL conditions; months are of the two years that a document looks back on, or of verified periods."""
    lenders = {lender for _, lender in documents}
    named = ", ".join(quoted(lender) for lender in sorted(lenders))
    of_lenders = "true" if WHOLE_BOOK in lenders else f"lender IN ({named})"
    lent = f"SELECT project_id FROM core.loans WHERE crf_field IS NOT NULL AND {of_lenders}"
    projects = f"project_id IN ({lent})"
    loans = f"loan_id IN (SELECT loan_id FROM core.loans WHERE {projects})"
    first = min((named_quarter(period).first.year for period, _ in documents), default=0) - LOOKING_BACK
    verified = "project_id IN (SELECT project_id FROM core.verified_reductions)"
    months = f"{projects} AND (month_start_date >= DATE '{first:04}-01-01' OR {verified})"
    return {
        **dict.fromkeys(OF_PROJECTS, projects),
        **dict.fromkeys(OF_LOANS, loans),
        **dict.fromkeys(OF_MONTHS, months),
    }


def published_documents(warehouse: Path) -> list[Document]:
    """Return the documents that have receipts, as period and lender."""
    receipts = read_tables(warehouse, "mart.receipts")["mart.receipts"].filter(report=REPORT)
    return sorted(receipts.select("period", "lender").unique().iter_rows())


def printable_documents(warehouse: Path) -> list[Document]:
    """Return every document that the file can print, the newest first."""
    table = read_tables(warehouse, "mart.disclosure_crf")["mart.disclosure_crf"]
    return sorted(table.select("period", "lender").unique().iter_rows(), reverse=True)


def asked_for(warehouse: Path, typed: str) -> Asked:
    """Return the number of the code; raise UsageError where the file has none of it."""
    code = as_code(typed)
    receipts = {row["receipt_code"]: row for row in read_tables(warehouse, "mart.receipts")["mart.receipts"].to_dicts()}
    if code is None:
        raise _no_such_number(typed, code, receipts)
    receipt = receipts.get(code)
    documents = printable_documents(warehouse) if receipt is None else [(receipt["period"], receipt["lender"])]
    for document in documents:
        rows = read_book(warehouse, [document])
        for one in numbers_of(CrfNumbers(rows, *document), receipts):
            if one.code == code:
                return one
    raise _no_such_number(typed, code, receipts)


def published_numbers(rows: Rows, documents: Collection[Document]) -> Iterator[Asked]:
    """Yield every published number of the documents, those of one next to each other. rows: read_book of them."""
    receipts = {row["receipt_code"]: row for row in rows.tables["mart.receipts"]}
    for document in sorted(documents):
        for one in numbers_of(CrfNumbers(rows, *document), receipts):
            if one.receipt is not None:
                yield one


def numbers_of(numbers: CrfNumbers, receipts: Mapping[str, Mapping[str, Any]]) -> Iterator[Asked]:
    """Yield every number that a document could print."""
    codes, times = RowCodes(REPORT, numbers.period, numbers.lender), Counter[tuple[str, ...]]()
    for names in numbers.names():
        row, place = codes(*names), times[names]
        times[names] += 1
        for column, letter in COLUMNS[kind_of_row(names)].items():
            code = code_of(row, letter)
            yield Asked(code, numbers, names, place, column, receipts.get(code))


def kind_of_row(names: tuple[str, ...]) -> str:
    """Return the kind of the row that the names are of."""
    return "input" if names[0] == "range" and len(names) > 1 else names[0]


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
