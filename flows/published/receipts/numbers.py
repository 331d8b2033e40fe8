"""Which number of which document a code is, looked up in the published file alone."""

import difflib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from flows.warehouse.reading import read_tables
from reports.codes import RowCodes, as_code, code_of
from reports.crf.columns import COLUMNS
from schemas.catalog import frames_of
from schemas.errors import UsageError
from transforms.receipts.crf import TABLES, CrfNumbers, Figure
from transforms.receipts.rows import Rows

REPORT: Final = "crf"
BESIDE: Final = ("mart.receipts", "ops.flags", "core.profiles", "core.sources", "core.method_editions")
"""Tables beside those that numbers are worked out of: what is beside them."""

NEAREST: Final = 5


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


def read_book(warehouse: Path) -> Rows:
    """Return what numbers are looked up in."""
    return Rows(frames_of(read_tables(warehouse, *TABLES, *BESIDE)))


def asked_for(rows: Rows, typed: str) -> Asked:
    """Return the number of the code; raise UsageError where the file has none of it."""
    code = as_code(typed)
    receipts = {row["receipt_code"]: row for row in rows.tables["mart.receipts"]}
    if code is not None:
        for period, lender in _documents(rows, receipts.get(code)):
            for one in numbers_of(CrfNumbers(rows, period, lender), receipts):
                if one.code == code:
                    return one
    raise _no_such_number(typed, code, receipts)


def published_numbers(rows: Rows, period: str | None = None, lender: str | None = None) -> Iterator[Asked]:
    """Yield every published number that the file has the rows of, those of one document next to each other."""
    receipts = {row["receipt_code"]: row for row in rows.tables["mart.receipts"]}
    documents = {(row["period"], row["lender"]) for row in receipts.values() if row["report"] == REPORT}
    for of_period, of_lender in sorted(documents):
        if period in {None, of_period} and lender in {None, of_lender}:
            for one in numbers_of(CrfNumbers(rows, of_period, of_lender), receipts):
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


def _documents(rows: Rows, receipt: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """The document of the receipt; without one every document that the file can print."""
    if receipt is not None:
        return [(receipt["period"], receipt["lender"])]
    return sorted({(row["period"], row["lender"]) for row in rows.tables["mart.disclosure_crf"]}, reverse=True)


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
