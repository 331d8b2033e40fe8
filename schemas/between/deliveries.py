"""What crosses the rooms of deliveries: a file's text on its way to accepted rows."""

import datetime as dt
from typing import Annotated

import polars as pl

from schemas.contract import Contract, Delivered, Instant, Money, pa
from schemas.runs import RefusedParameter, RefusedReading


class LineOfText(Contract):
    """A line of a large text, taken apart into as many columns as there are."""

    line: int

    class Config(Contract.Config):
        """The columns are the text's own."""

        strict = False


class SentRow(Contract):
    """A row as its sender sent it, as text under the sender's own headers."""

    source_row: int

    class Config(Contract.Config):
        """The columns are the sender's own."""

        strict = False


class SentText(Contract):
    """A row as text under the columns of its table, with the place that it is from."""

    delivery_id: str
    source_file: str
    source_row: int

    class Config(Contract.Config):
        """The columns are the table's own."""

        strict = False


class MisshapenLine(Contract):
    """A line with another number of fields than its header has."""

    source_row: int
    row_text: str = pa.Field(nullable=True)
    reason: str


class CellMark(Contract):
    """A cell that is refused for what the form shows of it beside its text."""

    source_row: int
    column: str
    rule: str
    reason: str


class StatedBalance(Contract):
    """The balance that a list states of a loan."""

    source_row: int
    loan_id: str
    stated_balance: Money
    date: dt.date = pa.Field(nullable=True)


class SetAside(Contract):
    """A refused row before its reason is written in Chinese: `broken` lists its rules and the cells to blame."""

    table: str
    source_file: str
    source_row: int = pa.Field(nullable=True)
    rule: str
    column: str = pa.Field(nullable=True)
    value: str = pa.Field(nullable=True)
    reason: str
    delivery_id: str
    row_text: str = pa.Field(nullable=True)
    broken: Annotated[pl.List, pl.Struct({"rule": pl.String, "column": pl.String, "value": pl.String})]


class RefusedRow(Delivered):
    """A refused row as its sender has it."""

    row_text: str = pa.Field(nullable=True)


class SenderOfFile(Contract):
    """The sender of a file."""

    source_file: str
    sender: str


class ListedLending(Contract):
    """A project and currency of a sender's list of loans, accepted or not."""

    sender: str
    received_at: Instant
    project_id: str = pa.Field(nullable=True)
    currency: str = pa.Field(nullable=True)


class Registration(Contract):
    """Who stated a project first."""

    project_id: str
    sender: str


class LoanRegistration(Registration):
    """Who stated a loan first."""

    loan_id: str
    lender: str


class StatementOfProject(Contract):
    """What a sender stated of a project."""

    project_id: str = pa.Field(nullable=True)
    sender: str


class SentReading(RefusedReading):
    """A refused reading and the file that it came in."""

    source_file: str


class SentParameter(RefusedParameter):
    """A refused parameter and the file that it came in."""

    source_file: str


class RowFate(Contract):
    """What became of an accepted row."""

    delivery_id: str
    source_row: int
    fate: str


class RefusedValue(Contract):
    """A reading that was set aside because its plant cannot have made it."""

    project_id: str
    period_start: dt.date
    period_end: dt.date
    value: float


class ReleasedMonth(Contract):
    """A month that a person released: its implausible figure counts."""

    project_id: str
    month_start_date: dt.date
    reason: str
    released_by: str
    released_at: Instant


class OutdatedRelease(ReleasedMonth):
    """A released month of which a reading is newer than the release."""

    newest_at: Instant
