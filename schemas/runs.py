"""What operations read: runs, deliveries, refused rows, flags, gates (`ops.*`)."""

import datetime as dt
from typing import Final

from schemas.contract import Contract, Instant, Money, pa
from schemas.words.bases import BASES
from schemas.words.containers import CONTAINERS

LOST: Final = "lost"
"""What a delivery's status says of it where a person has declared it lost."""
DELIVERY_STATUSES: Final = ["read", "refused", LOST]


class Run(Contract):
    """The run that built this file: what it knew, what it made, how long it took."""

    run_id: str
    snapshot_id: str
    started_at: Instant
    known_at: Instant
    data_as_of_at: Instant = pa.Field(nullable=True)
    reaches_to_date: dt.date = pa.Field(nullable=True)
    greenloan_version: str
    deliveries_count: int
    rows_accepted_count: int
    rows_refused_count: int
    receptions_count: int
    receptions_digest: str


class DeliveryRecord(Contract):
    """Each landed file; each of its rows is accepted or refused; repeats and older versions are accepted."""

    delivery_id: str
    source_file: str
    sender_folder: str
    sender: str
    delivered_table: str = pa.Field(nullable=True)
    received_at: Instant
    size_bytes: int
    rows_in_count: int = pa.Field(nullable=True)
    rows_accepted_count: int = pa.Field(nullable=True)
    rows_refused_count: int = pa.Field(nullable=True)
    rows_repeated_count: int = pa.Field(nullable=True)
    rows_superseded_count: int = pa.Field(nullable=True)
    rows_total_count: int = pa.Field(nullable=True)
    encoding: str = pa.Field(nullable=True)
    recognised_by: str = pa.Field(nullable=True)
    delivery_status: str = pa.Field(isin=DELIVERY_STATUSES)
    reason: str = pa.Field(nullable=True)


class RejectedRow(Contract):
    """Each refused row once, by the first rule that it breaks; `reason` and `reason_zh` name every rule it breaks."""

    table: str
    source_file: str
    source_row: int = pa.Field(nullable=True)
    rule: str
    column: str = pa.Field(nullable=True)
    value: str = pa.Field(nullable=True)
    reason: str
    reason_zh: str
    delivery_id: str
    row_text: str = pa.Field(nullable=True)


class UnansweredRow(RejectedRow):
    """Each refusal that nothing sent later answers: its sender is to correct the row or file and send it again."""


class RefusedReading(Contract):
    """Project and days of each refused reading: where no other reading covers them the figure's status is refused."""

    project_id: str
    first_date: dt.date
    last_date: dt.date


class RefusedParameter(Contract):
    """Each refused parameter row by what it was about: a project's own factor has no default in its place."""

    parameter_id: str
    scope: str
    first_date: dt.date = pa.Field(nullable=True)
    last_date: dt.date = pa.Field(nullable=True)


class Reconciliation(Contract):
    """Each control total that a lender sent beside what the book has of that lender and day."""

    lender: str
    date: dt.date
    currency: str
    stated_loan_count: int = pa.Field(nullable=True)
    computed_loan_count: int
    difference_loan_count: int = pa.Field(nullable=True)
    stated_balance: Money = pa.Field(nullable=True)
    computed_balance: Money
    difference_balance: Money = pa.Field(nullable=True)
    is_reconciled: bool


class ReconciliationLoan(Contract):
    """The loans behind each control total that differs, to be compared one by one with the lender's list."""

    lender: str
    date: dt.date
    currency: str
    loan_id: str
    closing_balance: Money


class Flag(Contract):
    """What a reader must know of a project, loan or file before using its figures."""

    code: str
    subject: str
    message: str
    message_zh: str
    period_from_date: dt.date = pa.Field(nullable=True)
    period_to_date: dt.date = pa.Field(nullable=True)


class GateResult(Contract):
    """What the gates expected of this candidate and what they saw."""

    gate: str
    is_passed: bool
    is_accepted_by_hand: bool
    observed: str
    observed_zh: str
    expected: str
    expected_zh: str


class StateTotal(Contract):
    """Volumes and sums of this file beside those of the file published before it."""

    measure: str
    candidate_value: float = pa.Field(nullable=True)
    published_value: float = pa.Field(nullable=True)
    unit: str


class Restatement(Contract):
    """Each published figure that a later run stated anew: tonnes, money, shares, rates and counts.

    A project's month; its loans' part of a period by lender; what a disclosure prints of a project, or of a field of
    the facility (the subject is the field). Carried from file to file. Losing a figure is a restatement, too; the first
    statement of one is none.
    """

    subject: str
    lender: str = pa.Field(nullable=True)
    container: str = pa.Field(isin=CONTAINERS, nullable=True)
    basis: str = pa.Field(isin=BASES, nullable=True)
    profile: str = pa.Field(nullable=True)
    period: str
    period_from_date: dt.date
    period_to_date: dt.date
    figure_name: str
    before: float
    after: float = pa.Field(nullable=True)
    unit: str
    cause: str
    cause_zh: str
    since: Instant
