"""How the numbers of each kind of document are worked out anew. A new kind is a module and a line here."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final, NamedTuple

from reports.codes import Column
from transforms.receipts.numbers import Numbers
from transforms.receipts.rows import Rows

MODULES: Final = {
    "crf": ("flows.published.receipts.crf", "CRF"),
    "annual": ("flows.published.receipts.yearly", "ANNUAL"),
    "pcaf": ("flows.published.receipts.yearly", "PCAF"),
}
"""The module that has a kind's receipts, and what they are called there."""


class Document(NamedTuple):
    """A document in whichever language: its kind, its period and whose it is."""

    report: str
    period: str
    lender: str

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Document":
        """Return the document that a row of ops.editions or mart.receipts is of."""
        return cls(*(row[name] for name in cls._fields))


@dataclass(frozen=True)
class Receipts:
    """How a kind's numbers are found and worked out anew.

    profile: the rule that they follow; printed: the table that has its documents, by period and lender; tables: what
    they are looked up in; rows_of: of large tables the SQL conditions of the documents' rows; numbers: those of a
    document; columns: by the kind of row, its columns by name; project_of: whose number it is, by the names of its row.
    """

    profile: str
    printed: str
    tables: Sequence[str]
    rows_of: Callable[[Collection[Document]], Mapping[str, str]]
    numbers: Callable[[Rows, str, str], Numbers]
    columns: Mapping[str, Mapping[str, Column]]
    project_of: Callable[[Sequence[str]], str | None]


def receipts_of_kind(report: str) -> Receipts:
    """Return how the kind's numbers are worked out; its module is imported only now."""
    module, name = MODULES[report]
    receipts: Receipts = getattr(import_module(module), name)
    return receipts


def kind_of_row(names: Sequence[str]) -> str:
    """Return the kind of the row that the names are of."""
    return "input" if names[0] == "range" and len(names) > 1 else names[0]
