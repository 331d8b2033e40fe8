"""A sheet or file as text, with what its form says of the cells beside their text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from schemas.between.deliveries import LineOfText
from schemas.contract import DataFrame
from transforms.deliveries.text.statements import Statement


@dataclass(frozen=True)
class Grid:
    """A sheet or file as text; `lines` numbers its rows as a person counts them.

    is_padded: short rows are filled up by the form itself, so that their length says nothing.
    is_unended: its last line has no end, as in a file that was cut off.
    refusal: why this member of an archive cannot be read.
    kinds: for each row a letter a cell: t text, n number, x one of more digits than a spreadsheet keeps, d day, b true.
    notes: by row and column, counted from 0, what a cell shows that its text does not say (flows.forms.workbooks).
    merged: first row and column, last row and column of each merged range.
    margins: where a text is outside the cells (a page header, a text box, the document's title), and what it says;
    remarks: likewise of texts that hang on single cells.
    elsewhere: units that other sheets of the same workbook state (deliveries.siblings).
    copies: columns that are copies of others (deliveries.tables.appended), and of which.
    below: rows of a large text beside those that are lists, all of one width, as columns `0`, `1` ... and `line`.
    """

    name: str
    rows: list[list[str]]
    lines: list[int]
    sheet: str | None = None
    is_hidden: bool = False
    is_padded: bool = False
    encoding: str = "utf-8-sig"
    delimiter: str = ","
    is_unended: bool = False
    refusal: str | None = None
    kinds: Sequence[str] = ()
    notes: Mapping[tuple[int, int], tuple[str, str]] = field(default_factory=dict)
    merged: Sequence[tuple[int, int, int, int]] = ()
    is_1904: bool = False
    are_formats_known: bool = True
    margins: Sequence[tuple[str, str]] = ()
    remarks: Sequence[tuple[str, str]] = ()
    elsewhere: Sequence[Statement] = ()
    copies: Mapping[int, int] = field(default_factory=dict)
    below: DataFrame[LineOfText] | None = None

    @cached_property
    def merged_from(self) -> frozenset[tuple[int, int]]:
        """The first cell of each merged range, where its text is: row and column."""
        return frozenset((top, left) for top, left, bottom, right in self.merged if (top, left) != (bottom, right))
