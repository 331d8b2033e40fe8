"""A book under way: the landed files that it is made of, the rows accepted so far, and what was set aside."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final, TypedDict, cast

import polars as pl

from schemas.between.deliveries import (
    ListedLending,
    LoanRegistration,
    RefusedRow,
    RefusedValue,
    Registration,
    RowFate,
    SentParameter,
    SentReading,
    SetAside,
)
from schemas.between.ground import BrokenRule
from schemas.contract import D, DataFrame, Delivered, conform
from schemas.deliveries import Accepted
from schemas.marts import BalanceSheet, FirstInvestment, LoanRate
from transforms.deliveries.rows.raw_table import RawTable, with_row_texts
from transforms.ground.flag_rows import Notice
from transforms.ground.reference import Reference
from transforms.ground.refusals import MOST_REFUSED, hopeless_file, is_hopeless, separate


@dataclass(frozen=True)
class Landed:
    """A landed file: who sent it, when, and its rows as text, or why it cannot be read.

    row_count: how many rows a part has that is refused before it is read as a table; None where nobody can know.
    recognised_by: by what the table was recognised where its name announces none, and what was read of the form.
    is_lost: a person has declared that its bytes are lost for good; the reason is theirs.
    """

    delivery_id: str
    source_file: str
    sender_folder: str
    received_at: dt.datetime
    received_number: int
    size_bytes: int
    table: str | None
    raw: RawTable | None
    reason: str | None = None
    encoding: str = "utf-8-sig"
    is_unended: bool = False
    row_count: int | None = None
    recognised_by: str | None = None
    is_lost: bool = False


NOT_THEIRS: Final = ["not_your_project", "another_senders_row", "another_senders_loan", "shared_scope", "constant"]
"""Rules that refuse a row because of who sent it: it says nothing of the project that it names."""


class Registered(TypedDict, total=False):
    """Who stated each project and loan first, once they are read."""

    projects: DataFrame[Registration]
    loans: DataFrame[LoanRegistration]


@dataclass
class Assembly:
    """The tables under way and what has been set aside so far.

    senders: everyone who delivered; lenders: who delivered loans, accepted or not; founder: who was alone on the first
    night; bookkeepers: who delivered a ledger, and when it was received; lending: their lists of loans, accepted or
    not; authorities: by table; current: rows with what is known of their reception beside their contract's columns.
    raws: the landed tables as text, by delivery and table; unreadable: deliveries refused whole, and why.
    by_line: deliveries that are counted by their lines, which may hold several rows each; fates: what became of each of
    their rows, by line.
    """

    reference: Reference
    known_at: dt.datetime
    senders: Collection[str] = ()
    lenders: Collection[str] = ()
    founder: str | None = None
    authorities: Mapping[str, Collection[str]] = field(default_factory=dict)
    bookkeepers: Collection[tuple[str, dt.datetime]] = ()
    lending: DataFrame[ListedLending] = field(default_factory=ListedLending.empty_frame)
    registered: Registered = field(default_factory=Registered)
    current: Accepted = field(default_factory=lambda: cast("Accepted", {}))
    rejected: list[DataFrame[SetAside]] = field(default_factory=list)
    refused_readings: list[DataFrame[SentReading]] = field(default_factory=list)
    refused_parameters: list[DataFrame[SentParameter]] = field(default_factory=list)
    implausible: list[DataFrame[RefusedValue]] = field(default_factory=list)
    flags: list[tuple[str, Notice]] = field(default_factory=list)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    by_line: Collection[str] = ()
    fates: list[DataFrame[RowFate]] = field(default_factory=list)
    unreadable: dict[str, str] = field(default_factory=dict)
    raws: Mapping[tuple[str, str], RawTable] = field(default_factory=dict)
    first_investments: DataFrame[FirstInvestment] = field(default_factory=FirstInvestment.empty_frame)
    balance_sheets: DataFrame[BalanceSheet] = field(default_factory=BalanceSheet.empty_frame)
    loan_rates: DataFrame[LoanRate] = field(default_factory=LoanRate.empty_frame)

    def refuse(self, rows: DataFrame[D], found: DataFrame[BrokenRule], table: str) -> DataFrame[D]:
        """Set aside the rows with findings; return the others, and none of a file of which most are refused."""
        if hopeless := self._hopeless(rows, found, table):
            is_left = ~pl.col("delivery_id").is_in(hopeless)
            numbered = rows.select("delivery_id").with_row_index("was")
            places = numbered.filter(is_left).select("was").with_row_index("now")
            left = found.join(places, left_on="at", right_on="was", maintain_order="left")
            rows, found = rows.filter(is_left), conform(left.with_columns(at="now"), BrokenRule)
        separated = separate(rows, found, table, partial(self._with_texts, table=table))
        self.note_refused(table, separated.rejected, separated.refused_rows)
        return separated.kept

    def _with_texts(self, rows: DataFrame[Delivered], table: str) -> DataFrame[RefusedRow]:
        return with_row_texts(
            rows, [self.raws[name, table] for name in rows["delivery_id"].unique(maintain_order=True)]
        )

    def _hopeless(self, rows: DataFrame[Delivered], found: DataFrame[BrokenRule], table: str) -> list[str]:
        """Return the deliveries of which most rows are refused by now, each noted with its reason.

        The lines of a list are accepted or refused one by one: they may be rows of several tables.
        """
        if found.height + sum(rejected.height for rejected in self.rejected) <= MOST_REFUSED:
            return []
        first = found.unique("at", keep="first", maintain_order=True)
        reasons = (
            rows.select("delivery_id", "source_file").with_row_index("at").join(first, on="at", maintain_order="left")
        )
        hopeless = {}
        for (delivery_id, source_file), some in reasons.group_by("delivery_id", "source_file", maintain_order=True):
            earlier = sum(rejected["delivery_id"].eq(delivery_id).sum() for rejected in self.rejected)
            height = self.raws[str(delivery_id), table].height
            if delivery_id not in self.by_line and is_hopeless(some.height + earlier, height):
                error = hopeless_file(str(source_file), some.height + earlier, height, some["reason"][0])
                hopeless[str(delivery_id)] = str(error)
        self.unreadable |= hopeless
        return list(hopeless)

    def note_refused(self, table: str, rejected: DataFrame[SetAside], refused_rows: DataFrame[Delivered]) -> None:
        """Keep the refusals; of readings reported by then, and of parameters, also what and when they were about."""
        if rejected.is_empty():
            return
        self.rejected.append(rejected)
        others = rejected.filter(pl.col("rule").is_in(NOT_THEIRS)).select("delivery_id", "source_row")
        own = refused_rows.join(others, on=["delivery_id", "source_row"], how="anti")
        if table == "operating":
            known = own.filter(pl.col("reported_at").fill_null(self.known_at) <= self.known_at)
            named = known.select("project_id", "source_file", first_date="period_start", last_date="period_end")
            self.refused_readings.append(conform(named.drop_nulls(), SentReading))
        if table == "parameters":
            self.refused_parameters.append(_what_was_to_hold(own))


def _what_was_to_hold(rows: DataFrame[Delivered]) -> DataFrame[SentParameter]:
    """Return what each row was to hold for.

    Days that are out of order do not show when the row was to be in force.
    """
    ordered = (pl.col("valid_from") <= pl.col("valid_to")).fill_null(True)
    dates = {
        name: pl.when(ordered).then(column)
        for name, column in (("first_date", "valid_from"), ("last_date", "valid_to"))
    }
    named = rows.select("source_file", "parameter_id", "scope", **dates)
    return conform(named.drop_nulls(["parameter_id", "scope"]), SentParameter)
