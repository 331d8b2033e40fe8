"""What numbers of a document of any kind are: a row, named as its code names it, and a column."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from transforms.receipts.rows import Rows
from transforms.receipts.steps import Part, Value


class Figure(NamedTuple):
    """A printed number, or the two ends of a printed range: what it is made of, and what is stored of it."""

    parts: tuple[Part, ...]
    stored: tuple[Value, ...]


class Numbers(Protocol):
    """The numbers of one document."""

    rows: Rows
    period: str
    lender: str

    def names(self) -> Iterator[tuple[str, ...]]:
        """Yield the names of every row, as the document counts those of the same names."""
        ...

    def figure(self, names: Sequence[str], place: int, column: str) -> Figure:
        """Return the number in the column of a row; place: of several rows of the same names which one, from 0."""
        ...
