"""All landed files -> one book: the rows that count, every refusal, and the account of each file."""

import datetime as dt
from dataclasses import dataclass
from typing import Final, cast

import polars as pl

from schemas.between.deliveries import RefusedValue, Registration, RowFate, SetAside
from schemas.between.ground import BrokenRule
from schemas.catalog import frames_of
from schemas.contract import INSTANT_DTYPE, D, DataFrame, Delivered, conform, like, stacked, unchecked
from schemas.deliveries import DELIVERIES, Accepted, LedgerEntry, Loan, OperatingRecord, Project
from schemas.errors import UnreadableDelivery
from schemas.marts import BalanceSheet, FirstInvestment, LoanRate
from schemas.runs import DeliveryRecord, Flag, RefusedParameter, RefusedReading, RejectedRow
from transforms.deliveries.book.accounts import accounts_of, refused_files, refused_parameters, refused_readings
from transforms.deliveries.book.balance_sheets import balance_sheets, undated_statements
from transforms.deliveries.book.first_statements import first_investments, stated_rates
from transforms.deliveries.book.releases import Released, released_at_last
from transforms.deliveries.book.relisted import drawn_twice, in_stated_order, moved_entries, read_twice, settled_lists
from transforms.deliveries.checks import references
from transforms.deliveries.checks.capacities import unusable_capacities
from transforms.deliveries.checks.names import with_ids
from transforms.deliveries.checks.rules import CHECKS, possible_readings
from transforms.deliveries.checks.stated_balances import differing_balances
from transforms.deliveries.headers.columns import Header, nearest, read_headers
from transforms.deliveries.headers.monthly_layout import CELL
from transforms.deliveries.headers.unit_rows import UNIT_HEADERS
from transforms.deliveries.rows.accept import accept
from transforms.deliveries.rows.assembly import Assembly, Landed
from transforms.deliveries.rows.chinese import in_chinese
from transforms.deliveries.rows.faults import FAULTS, failed_on
from transforms.deliveries.rows.raw_table import RawTable
from transforms.deliveries.rows.totals import differing_totals
from transforms.deliveries.rows.versions import (
    RECEPTION,
    Versions,
    conflicts,
    current_entries,
    current_readings,
    current_rows,
)
from transforms.deliveries.speakers.senders import Authorities, founder, sender_of, spelled_as_sent
from transforms.deliveries.speakers.speaking import registered, spoken_out_of_turn
from transforms.deliveries.speakers.turns import lending
from transforms.deliveries.tables.remarked import is_of_remarks
from transforms.deliveries.text.per_hundred import unit_header
from transforms.ground.flag_rows import Notice, notice, noticed, with_sentences
from transforms.ground.places import with_places
from transforms.ground.reference import Reference
from transforms.projects.forests import with_forests_apart

KEYS: Final = {
    "projects": ["project_id"],
    "loans": ["loan_id"],
    "ledger": ["loan_id", "entry_id", "booked_at"],
    "operating": ["project_id", "metric", "record_id", "version", "reported_at", "period_start", "period_end"],
    "parameters": ["parameter_id", "scope", "valid_from", "valid_to"],
    "fx": ["date", "base", "quote"],
    "forest_strata": ["project_id", "stratum", "survey_date"],
    "control_totals": ["lender", "date", "currency"],
    "releases": ["project_id", "period"],
    "verified_reductions": ["project_id", "credit_scheme", "period_start", "period_end"],
    "products": ["lender", "product_code"],
    "guarantors": ["guarantor", "date"],
    "forest_rights": ["acquisition_id"],
    "natural_resources": ["county_code", "calendar_year", "resource_class"],
    "ecological_product_values": ["county_code", "calendar_year", "accounting_basis"],
    "published_statistics": ["statistic", "area_code", "as_of_date"],
}
"""What one row of each table is about; two different rows of one file about the same thing are a conflict."""


REGISTERS: Final = {"projects": ["project_id"], "loans": ["loan_id", "project_id", "lender"]}
"""Tables by which a sender becomes a party of a project, and what is kept of their first statements."""

NOBODY: Final[Authorities] = {}

ALWAYS_SETTLED: Final = frozenset({"projects", "loans", "ledger", "operating"})
"""Tables that leave something behind for others even where nobody delivered them."""

PASSED_OVER: Final = frozenset({"refused_because", "拒收原因", CELL})
"""Columns that we add to refused rows and do not read when they come back corrected."""


@dataclass(frozen=True)
class Book:
    """What the bank's files say, as known: `tables` by name, each following its contract.

    implausible: deliveries.checks.possible.Refusal.refused of the readings set aside for their capacity factor.
    """

    tables: Accepted
    rejected: DataFrame[RejectedRow]
    deliveries: DataFrame[DeliveryRecord]
    flags: DataFrame[Flag]
    refused_readings: DataFrame[RefusedReading]
    refused_parameters: DataFrame[RefusedParameter]
    implausible: DataFrame[RefusedValue]
    first_investments: DataFrame[FirstInvestment]
    balance_sheets: DataFrame[BalanceSheet]
    loan_rates: DataFrame[LoanRate]
    released: Released


def assemble(
    landed: list[Landed], reference: Reference, known_at: dt.datetime, authorities: Authorities = NOBODY
) -> Book:
    """Return the book that the landed files make, as known at the moment; each row accepted or refused.

    authorities: who may state what others share, by table (deliveries.speakers.speaking).

    What was received later was not known then, whatever moments it states. Where nothing had been received by then, as
    where a bank's history was landed at once, the moments that the rows state decide alone.
    """
    landed = in_stated_order([file for file in landed if file.received_at <= known_at] or landed)
    assembly = _assembly(landed, reference, known_at, authorities)
    for table in DELIVERIES:
        # a large table is held by one name alone
        _settle(table, _uncontradicted(table, _accepted_rows(table, landed, assembly), assembly), assembly)
    _set_forests_apart(assembly)
    assembly.flags += differing_balances(landed, assembly.current["loans"], assembly.current["ledger"])
    assembly.flags += unusable_capacities(assembly.current["projects"], reference)
    rejected = unchecked(pl.concat([SetAside.empty_frame(), *assembly.rejected]), SetAside)
    rejected = rejected.filter(~pl.col("delivery_id").is_in(list(assembly.unreadable)))
    refused = in_chinese(stacked([rejected, refused_files(landed, assembly)]), reference.refusals, reference.aliases)
    return Book(
        tables=_accepted(assembly.current),
        rejected=refused.sort("source_file", "delivery_id", "source_row", maintain_order=True),
        deliveries=accounts_of(landed, rejected, assembly),
        flags=with_sentences(noticed(with_places(assembly.flags, reference.sentences)), reference.flags),
        refused_readings=refused_readings(assembly),
        refused_parameters=refused_parameters(assembly),
        implausible=unchecked(
            pl.concat(assembly.implausible).unique().sort("project_id", "period_start", "value"), RefusedValue
        ),
        first_investments=assembly.first_investments,
        balance_sheets=assembly.balance_sheets,
        loan_rates=assembly.loan_rates,
        released=released_at_last(assembly.current["releases"], assembly.current["operating"]),
    )


def _assembly(landed: list[Landed], reference: Reference, known_at: dt.datetime, authorities: Authorities) -> Assembly:
    """An assembly of nothing yet, which knows who sent what."""
    senders = frozenset(sender_of(file.sender_folder) for file in landed)
    lenders = frozenset(sender_of(file.sender_folder) for file in landed if file.table == "loans")
    bookkeepers = {(sender_of(file.sender_folder), file.received_at) for file in landed if file.table == "ledger"}
    by_line = frozenset(file.delivery_id for file in landed if file.raw and file.raw.lines is not None)
    return Assembly(
        reference,
        known_at,
        senders,
        lenders,
        founder(landed),
        spelled_as_sent(authorities, senders),
        frozenset(bookkeepers),
        lending(landed if len(senders) > 1 else [], reference.aliases),
        by_line=by_line,
        raws={(file.delivery_id, file.table): file.raw for file in landed if file.table and file.raw},
    )


def _accepted(current: Accepted) -> Accepted:
    """The tables without what is known of the reception of their rows."""
    return cast("Accepted", {name: conform(rows, DELIVERIES[name]) for name, rows in frames_of(current).items()})


def _accepted_rows(table: str, landed: list[Landed], assembly: Assembly) -> DataFrame[Delivered]:
    """Read every landed file of the table; a file that cannot be read is refused whole."""
    received = {
        "received_at": INSTANT_DTYPE,
        "received_number": pl.Int64(),
        "sender": pl.String(),
        "is_named": pl.Boolean(),
        "as_of": pl.Date(),
    }
    empty = pl.DataFrame(schema={**DELIVERIES[table].polars_schema(), **received})
    files = (_rows_of(file, file.raw, empty, assembly) for file in landed if file.table == table and file.raw)
    rows = pl.concat([empty, *(rows for rows in files if rows is not None)], how="diagonal")
    return unchecked(_in_one_piece(rows), DELIVERIES[table])


def _in_one_piece(rows: pl.DataFrame) -> pl.DataFrame:
    """Polars formats text by row over one chunk only; column by column, because all at once take the room twice."""
    return pl.DataFrame([rows.drop_in_place(name).rechunk() for name in rows.columns])


def _rows_of(file: Landed, raw: RawTable, empty: pl.DataFrame, assembly: Assembly) -> pl.DataFrame | None:
    """Return a file's accepted rows, None where it cannot be read; what is refused or flagged is noted."""
    table = raw.table
    try:
        headers, unknown = read_headers(
            table, [c for c in raw.cells.columns if c != "source_row"], assembly.reference.aliases
        )
    except UnreadableDelivery as error:
        assembly.unreadable[file.delivery_id] = str(error)
        return None
    unread = [name for name in (*unknown, *raw.unread) if not _is_read(table, name, raw)]
    notices = [_unknown_header(table, name, assembly.reference) for name in unread]
    notices += [notice("unended_file")] if file.is_unended else []
    notices += [*differing_totals(raw, headers), *raw.notices]
    assembly.flags += [(file.source_file, one) for one in notices]
    try:
        accepted = accept(raw, headers)
        rows = pl.concat([empty, accepted.rows.with_columns(**_received(file, headers))], how="diagonal")
    except UnreadableDelivery as error:
        assembly.unreadable[file.delivery_id] = str(error)
        return None
    except FAULTS as error:
        assembly.unreadable[file.delivery_id] = failed_on(file.source_file, error)
        return None
    refused_rows = like(accepted.refused_rows.with_columns(**_received(file, headers)), accepted.refused_rows)
    if table == "operating":
        refused_rows = with_ids(refused_rows, assembly.current["projects"], assembly.registered["projects"]).rows
    assembly.note_refused(table, accepted.rejected, refused_rows)
    return rows


def _received(file: Landed, headers: list[Header]) -> dict[str, pl.Expr]:
    return {
        "received_at": pl.lit(file.received_at).cast(INSTANT_DTYPE),
        "received_number": pl.lit(file.received_number, pl.Int64),
        "sender": pl.lit(sender_of(file.sender_folder)),
        "is_named": pl.lit(any(header.is_name for header in headers)),
        "as_of": pl.lit(file.raw.as_of if file.raw else None, pl.Date),
    }


def _is_read(table: str, header: str, raw: RawTable) -> bool:
    """Return whether an unknown header was read all the same: of lists, remarks, rates a 100, or units of amounts.

    单位 alone may name an organisation: then no unit was understood.
    """
    states_units = any(one.code == "unit_beside_table" for one in raw.notices)
    is_of_units = header.strip().lower() in UNIT_HEADERS and states_units
    is_of_rates = table == "fx" and unit_header([header]) is not None
    return header in PASSED_OVER or header in raw.used or is_of_remarks(header) or is_of_units or is_of_rates


def _unknown_header(table: str, name: str, reference: Reference) -> Notice:
    near = ", ".join(nearest(table, name, reference.aliases)) or None
    return notice("unknown_header", header=name, table=table, near=near)


def _uncontradicted(table: str, rows: DataFrame[Delivered], assembly: Assembly) -> DataFrame[Delivered]:
    """Check the rows and set contradictions aside."""
    if rows.is_empty() and table not in ALWAYS_SETTLED:
        return rows
    rows = CHECKS[table](rows, assembly)
    rows = assembly.refuse(rows, conflicts(rows, KEYS[table]), table)
    rows = assembly.refuse(rows, spoken_out_of_turn(table, rows, KEYS[table], assembly), table)
    if table == "operating":
        rows = assembly.refuse(rows, read_twice(unchecked(rows, OperatingRecord)), table)
    if table == "ledger":
        rows = assembly.refuse(rows, drawn_twice(unchecked(rows, LedgerEntry)), table)
        rows = _without_moved(unchecked(rows, LedgerEntry), assembly)
    return rows


def _settle(table: str, settled: DataFrame[Delivered], assembly: Assembly) -> None:
    """Choose the rows that count, and note what became of the others."""
    if settled.is_empty() and table not in ALWAYS_SETTLED:
        _keep(table, settled, assembly)
        return
    if table in REGISTERS:
        who = registered(table, settled, assembly, *REGISTERS[table])
        cast("dict[str, DataFrame[Registration]]", assembly.registered)[table] = who
    if table == "projects":
        settled = assembly.refuse(settled, undated_statements(unchecked(settled, Project), RECEPTION), table)
    versions = _versions(table, settled, assembly.known_at)
    current, aside, repeated = versions.current, versions.superseded, versions.repeated
    del versions  # it would hold a copy of a large table
    if table == "ledger":
        entries = unchecked(current, LedgerEntry)
        relisted = settled_lists(entries, unchecked(settled, LedgerEntry), _partly_refused(assembly))
        aside = like(pl.concat([aside, relisted.aside], how="diagonal"), aside)
        assembly.flags += relisted.flags
        current = assembly.refuse(relisted.current, references.reversed_entry(relisted.current), table)
    if table == "operating":
        settled = settled.clear()
        readings = unchecked(current, OperatingRecord)
        current = assembly.refuse(readings, references.overlapping_periods(readings), table)
        del readings
        current = possible_readings(unchecked(current, OperatingRecord), assembly)
    known = pl.col("received_at") <= assembly.known_at
    if table == "projects":
        stated = pl.concat([settled.filter(known), current.filter(~known)], how="diagonal")
        projects = unchecked(stated, Project)
        assembly.first_investments = conform(first_investments(projects, RECEPTION), FirstInvestment)
        assembly.balance_sheets = conform(balance_sheets(projects, RECEPTION), BalanceSheet)
    if table == "loans":
        stated = pl.concat([settled.filter(known), current.filter(~known)], how="diagonal")
        assembly.loan_rates = conform(stated_rates(unchecked(stated, Loan), RECEPTION), LoanRate)
    order = KEYS[table] if assembly.by_line else []  # several rows of one line
    _keep(table, _in_order(current, ["source_file", "source_row", *order]), assembly)
    _count(assembly, {"accepted": current, "repeated": repeated, "superseded": aside})


def _keep(table: str, rows: DataFrame[Delivered], assembly: Assembly) -> None:
    """Take the rows for those of the table that count."""
    frames_of(assembly.current)[table] = rows


def _in_order(rows: DataFrame[D], by: list[str]) -> DataFrame[D]:
    """Return the rows sorted; those that are in order, as one large file's are, as they are."""
    return rows if rows.select(pl.struct(by).is_sorted()).item() else rows.sort(by)


def _without_moved(entries: DataFrame[LedgerEntry], assembly: Assembly) -> DataFrame[LedgerEntry]:
    """Refuse the entries of each list in turn that may be earlier ones with another day.

    What is refused is not an earlier entry of a later list, and a list of which a line is asked takes nothing back.
    """
    while (found := moved_entries(entries, _partly_refused(assembly))).height:
        numbers = entries.with_row_index("at").select("at", "received_number").join(found, on="at")
        first = numbers.filter(pl.col("received_number") == pl.col("received_number").min())
        entries = assembly.refuse(entries, conform(first, BrokenRule), "ledger")
    return entries


def _partly_refused(assembly: Assembly) -> frozenset[str]:
    return frozenset(delivery_id for rows in assembly.rejected for delivery_id in rows["delivery_id"].unique())


def _set_forests_apart(assembly: Assembly) -> None:
    """Take forests out of the `reported` projects, and say of each that it was sent as one."""
    sent, methods = assembly.current["projects"], assembly.reference.methods
    taken = with_forests_apart(sent, assembly.current["forest_strata"], methods)
    moved = taken.filter(taken["method"] != sent["method"])["project_id"].to_list()
    assembly.current["projects"] = taken
    assembly.flags += [(project_id, notice("forest_sent_as_reported")) for project_id in moved]


def _versions(table: str, rows: DataFrame[D], known_at: dt.datetime) -> Versions[D]:
    if table == "ledger":
        return current_entries(rows, known_at)
    if table == "operating":
        return current_readings(rows, known_at)
    return current_rows(rows, KEYS[table], known_at)


def _count(assembly: Assembly, parts: dict[str, DataFrame[Delivered]]) -> None:
    for kind, rows in parts.items():
        if assembly.by_line:
            of_lines = rows.filter(pl.col("delivery_id").is_in(list(assembly.by_line)))
            fates = of_lines.select("delivery_id", "source_row", fate=pl.lit(kind))
            assembly.fates.append(unchecked(fates, RowFate))
        for delivery_id, count in rows.group_by("delivery_id").len().iter_rows():
            counts = assembly.counts.setdefault(delivery_id, {})
            counts[kind] = counts.get(kind, 0) + count
