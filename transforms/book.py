"""All landed files -> one book: the rows that count, every refusal, and the account of each file."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from schemas.contract import INSTANT_DTYPE, conform
from schemas.deliveries import DELIVERIES
from schemas.errors import UnreadableDelivery
from schemas.marts import FirstInvestment, LoanRate
from schemas.runs import DeliveryRecord, Flag, RefusedReading, RejectedRow
from transforms import plausibility
from transforms.deliveries import references, units
from transforms.deliveries.accept import RawTable, accept
from transforms.deliveries.headers import nearest, read_headers
from transforms.deliveries.refusals import separate
from transforms.deliveries.totals import differing_totals
from transforms.denominators import first_investments
from transforms.lending_rates import stated_rates
from transforms.reference import Reference
from transforms.versions import RECEPTION, Versions, conflicts, current_entries, current_readings, current_rows

KEYS: Final = {
    "projects": ["project_id"],
    "loans": ["loan_id"],
    "ledger": ["loan_id", "entry_id", "booked_at"],
    "operating": ["project_id", "metric", "record_id", "version", "reported_at", "period_start", "period_end"],
    "parameters": ["parameter_id", "scope", "valid_from", "valid_to"],
    "fx": ["date", "base", "quote"],
    "forest_strata": ["project_id", "stratum", "survey_date"],
    "control_totals": ["lender", "date", "currency"],
    "products": ["lender", "product_code"],
    "guarantors": ["guarantor", "date"],
    "forest_rights": ["acquisition_id"],
    "natural_resources": ["county_code", "calendar_year", "resource_class"],
    "ecological_product_values": ["county_code", "calendar_year", "accounting_basis"],
    "published_statistics": ["statistic", "area_code", "as_of_date"],
}
"""What one row of each table is about; two different rows of one file about the same thing are a conflict."""


PASSED_OVER: Final = frozenset({"refused_because"})
"""Columns that we add to refused rows and do not read when they come back corrected."""


@dataclass(frozen=True)
class Landed:
    """A landed file: who sent it, when, and its rows as text, or why it cannot be read."""

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


@dataclass(frozen=True)
class Book:
    """What the bank's files say, as known: `tables` by name, each following its contract.

    implausible: transforms.plausibility.Refusal.refused of the readings set aside for their capacity factor.
    """

    tables: dict[str, pl.DataFrame]
    rejected: pl.DataFrame
    deliveries: pl.DataFrame
    flags: pl.DataFrame
    refused_readings: pl.DataFrame
    implausible: pl.DataFrame
    first_investments: pl.DataFrame
    loan_rates: pl.DataFrame


@dataclass
class _Assembly:
    """The tables under way and what has been set aside so far."""

    reference: Reference
    known_at: dt.datetime
    current: dict[str, pl.DataFrame] = field(default_factory=dict)
    rejected: list[pl.DataFrame] = field(default_factory=list)
    refused_readings: list[pl.DataFrame] = field(default_factory=list)
    implausible: list[pl.DataFrame] = field(default_factory=list)
    flags: list[dict[str, str]] = field(default_factory=list)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    first_investments: pl.DataFrame = field(default_factory=FirstInvestment.empty_frame)
    loan_rates: pl.DataFrame = field(default_factory=LoanRate.empty_frame)

    def refuse(self, rows: pl.DataFrame, found: pl.DataFrame, table: str) -> pl.DataFrame:
        """Set aside the rows with findings; return the others."""
        separated = separate(rows, found, table)
        self.note_refused(table, separated.rejected, separated.refused_rows)
        return separated.kept

    def note_refused(self, table: str, rejected: pl.DataFrame, refused_rows: pl.DataFrame) -> None:
        """Keep the refusals; of readings reported by then also the project and the days that they were about."""
        self.rejected.append(rejected)
        if table == "operating":
            known = refused_rows.filter(pl.col("reported_at").fill_null(self.known_at) <= self.known_at)
            named = known.select("project_id", first_date="period_start", last_date="period_end")
            self.refused_readings.append(named.drop_nulls())


def assemble(landed: list[Landed], reference: Reference, known_at: dt.datetime) -> Book:
    """Return the book that the landed files make, as known at the moment; each row accepted or refused.

    What was received later was not known then, whatever moments it states. Where nothing had been received by then, as
    where a bank's history was landed at once, the moments that the rows state decide alone.
    """
    landed = [file for file in landed if file.received_at <= known_at] or landed
    assembly = _Assembly(reference, known_at)
    for table in DELIVERIES:
        rows = _accepted_rows(table, landed, assembly)
        checked = _CHECKS[table](rows, assembly)
        _settle(table, checked, assembly)
    rejected = pl.concat([RejectedRow.empty_frame(), *assembly.rejected])
    whole = _refused_files(landed, assembly)
    return Book(
        tables={table: conform(rows, DELIVERIES[table]) for table, rows in assembly.current.items()},
        rejected=pl.concat([rejected, whole]).sort("source_file", "delivery_id", "source_row"),
        deliveries=_account(landed, rejected, assembly),
        flags=pl.DataFrame(assembly.flags, schema=Flag.polars_schema()),
        refused_readings=_refused_readings(assembly),
        implausible=pl.concat(assembly.implausible).unique().sort("project_id", "period_start", "value"),
        first_investments=assembly.first_investments,
        loan_rates=assembly.loan_rates,
    )


def _accepted_rows(table: str, landed: list[Landed], assembly: _Assembly) -> pl.DataFrame:
    """Read every landed file of the table; a file that cannot be read is refused whole."""
    received = {"row_text": pl.String(), "received_at": INSTANT_DTYPE, "received_number": pl.Int64()}
    frames = [pl.DataFrame(schema={**DELIVERIES[table].polars_schema(), **received})]
    for file in landed:
        if file.table != table or file.raw is None:
            continue
        try:
            headers, unknown = read_headers(
                table, [c for c in file.raw.cells.columns if c != "source_row"], assembly.reference.aliases
            )
        except UnreadableDelivery as error:
            assembly.unreadable[file.delivery_id] = str(error)
            continue
        assembly.flags += [
            _unknown_header(file, table, name, assembly.reference) for name in unknown if name not in PASSED_OVER
        ]
        assembly.flags += [_differing_total(file, sentence) for sentence in differing_totals(file.raw, headers)]
        assembly.flags += [_unended(file)] if file.is_unended else []
        accepted = accept(file.raw, headers)
        assembly.note_refused(table, accepted.rejected, accepted.refused_rows)
        frames.append(
            accepted.rows.with_columns(
                pl.lit(file.received_at).cast(INSTANT_DTYPE).alias("received_at"),
                pl.lit(file.received_number, pl.Int64).alias("received_number"),
            )
        )
    return pl.concat(frames, how="diagonal", rechunk=True)  # polars formats text by row over one chunk only


def _unknown_header(file: Landed, table: str, name: str, reference: Reference) -> dict[str, str]:
    near = ", ".join(nearest(table, name, reference.aliases)) or "none"
    return {
        "code": "unknown_header",
        "subject": file.source_file,
        "message": f"column '{name}' is not known in {table} and was not read; nearest known: {near}",
        "message_zh": f"{table} 表不认识列“{name}”，未读取；最接近的列名：{near}",
    }


def _differing_total(file: Landed, sentence: str) -> dict[str, str]:
    return {
        "code": "total_row_differs", "subject": file.source_file, "message": sentence,
        "message_zh": f"合计行与明细不符：{sentence}",
    }  # fmt: skip


def _unended(file: Landed) -> dict[str, str]:
    return {
        "code": "unended_file", "subject": file.source_file,
        "message": "its last line has no end: if the file was cut off, its last row is cut too, and rows are missing",
        "message_zh": "文件最后一行没有换行符：若文件被截断，末行可能不完整，且可能缺行",
    }  # fmt: skip


def _check_projects(rows: pl.DataFrame, assembly: _Assembly) -> pl.DataFrame:
    return assembly.refuse(rows, references.known_method(rows, assembly.reference.methods), "projects")


def _check_loans(rows: pl.DataFrame, assembly: _Assembly) -> pl.DataFrame:
    rows, unknown_fields = references.known_crf_field(rows, assembly.reference.crf_fields)
    unknown = references.known_key(rows, "project_id", assembly.current["projects"]["project_id"], table="projects")
    return assembly.refuse(rows, pl.concat([unknown, unknown_fields]), "loans")


def _check_ledger(rows: pl.DataFrame, assembly: _Assembly) -> pl.DataFrame:
    loans = assembly.current["loans"]
    unknown = references.known_key(rows, "loan_id", loans["loan_id"], table="loans")
    return assembly.refuse(rows, pl.concat([unknown, references.loan_currency(rows, loans)]), "ledger")


def _check_operating(rows: pl.DataFrame, assembly: _Assembly) -> pl.DataFrame:
    reference, projects = assembly.reference, assembly.current["projects"]
    table = reference.conversions
    sent = rows.drop("delivered_metric", "delivered_value", "delivered_unit")
    converted, found = units.convert_readings(sent, units.metric_table(reference.metrics), table)
    unknown = references.known_key(converted, "project_id", projects["project_id"], table="projects")
    upper = reference.plausibility["capacity_factor"]["upper"]
    impossible = plausibility.capacity_factor(converted, projects, table, upper)
    assembly.implausible.append(impossible.refused)
    return assembly.refuse(converted, pl.concat([unknown, found, impossible.found]), "operating")


def _check_parameters(rows: pl.DataFrame, assembly: _Assembly) -> pl.DataFrame:
    reference = assembly.reference
    converted, found = units.convert_parameters(rows, reference.parameter_kinds, reference.conversions)
    return assembly.refuse(converted, found, "parameters")


def _nothing_to_look_up(rows: pl.DataFrame, assembly: _Assembly) -> pl.DataFrame:  # noqa: ARG001
    return rows


def _check_forest_strata(rows: pl.DataFrame, assembly: _Assembly) -> pl.DataFrame:
    known = assembly.current["projects"]["project_id"]
    return assembly.refuse(rows, references.known_key(rows, "project_id", known, table="projects"), "forest_strata")


def _check_forest_rights(rows: pl.DataFrame, assembly: _Assembly) -> pl.DataFrame:
    """A right may come from no loan of the book; a loan that it names must be known."""
    known = assembly.current["loans"]["loan_id"]
    return assembly.refuse(rows, references.known_key(rows, "loan_id", known, table="loans"), "forest_rights")


_CHECKS: Final[dict[str, Callable[[pl.DataFrame, _Assembly], pl.DataFrame]]] = {
    "projects": _check_projects,
    "loans": _check_loans,
    "ledger": _check_ledger,
    "operating": _check_operating,
    "parameters": _check_parameters,
    "fx": _nothing_to_look_up,
    "forest_strata": _check_forest_strata,
    "control_totals": _nothing_to_look_up,
    "products": _nothing_to_look_up,
    "guarantors": _nothing_to_look_up,
    "forest_rights": _check_forest_rights,
    "natural_resources": _nothing_to_look_up,
    "ecological_product_values": _nothing_to_look_up,
    "published_statistics": _nothing_to_look_up,
}


def _settle(table: str, rows: pl.DataFrame, assembly: _Assembly) -> None:
    """Choose the rows that count, set contradictions aside, and note what became of the others."""
    settled = assembly.refuse(rows, conflicts(rows, KEYS[table]), table)
    versions = _versions(table, settled, assembly.known_at)
    current = versions.current
    if table == "ledger":
        current = assembly.refuse(current, references.reversed_entry(current), table)
    if table == "operating":
        current = assembly.refuse(current, references.overlapping_periods(current), table)
    known = pl.col("received_at") <= assembly.known_at
    if table == "projects":
        stated = pl.concat([settled.filter(known), current.filter(~known)], how="diagonal")
        assembly.first_investments = conform(first_investments(stated, RECEPTION), FirstInvestment)
    if table == "loans":
        stated = pl.concat([settled.filter(known), current.filter(~known)], how="diagonal")
        assembly.loan_rates = conform(stated_rates(stated, RECEPTION), LoanRate)
    assembly.current[table] = current.sort("source_file", "source_row")
    _count(assembly, {"accepted": current, "repeated": versions.repeated, "superseded": versions.superseded})


def _versions(table: str, rows: pl.DataFrame, known_at: dt.datetime) -> Versions:
    if table == "ledger":
        return current_entries(rows, known_at)
    if table == "operating":
        return current_readings(rows, known_at)
    return current_rows(rows, KEYS[table], known_at)


def _count(assembly: _Assembly, parts: dict[str, pl.DataFrame]) -> None:
    for kind, rows in parts.items():
        for delivery_id, count in rows.group_by("delivery_id").len().iter_rows():
            assembly.counts.setdefault(delivery_id, {})[kind] = count


def _account(landed: list[Landed], rejected: pl.DataFrame, assembly: _Assembly) -> pl.DataFrame:
    """One row a file. Raises where rows in are not the rows accepted and refused: nothing may be lost."""
    refused = dict(rejected.group_by("delivery_id").len().iter_rows())
    rows = [_account_of(file, refused.get(file.delivery_id, 0), assembly) for file in landed]
    return pl.DataFrame(rows, schema=DeliveryRecord.polars_schema()).sort("received_at", "source_file", "delivery_id")


def _refused_files(landed: list[Landed], assembly: _Assembly) -> pl.DataFrame:
    """One refusal without a line for each file that cannot be read at all."""
    rows = [
        {
            "table": file.table or "unknown", "source_file": file.source_file, "rule": "unreadable_file",
            "reason": reason, "delivery_id": file.delivery_id,
        }
        for file in landed
        if (reason := file.reason or assembly.unreadable.get(file.delivery_id))
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=RejectedRow.polars_schema())


def _account_of(file: Landed, refused: int, assembly: _Assembly) -> dict[str, object]:
    reason = file.reason or assembly.unreadable.get(file.delivery_id)
    known = {
        "delivery_id": file.delivery_id, "source_file": file.source_file, "sender_folder": file.sender_folder,
        "delivered_table": file.table, "received_at": file.received_at, "size_bytes": file.size_bytes,
        "delivery_status": "refused" if reason else "read", "reason": reason,
        "encoding": file.encoding, "rows_total_count": file.raw.totals.height if file.raw else None,
    }  # fmt: skip
    if reason or file.raw is None:
        height = file.raw.height if file.raw else None
        return {**known, "rows_in_count": height, "rows_accepted_count": 0, "rows_refused_count": height}
    counts = assembly.counts.get(file.delivery_id, {})
    repeated, superseded = counts.get("repeated", 0), counts.get("superseded", 0)
    accepted = counts.get("accepted", 0) + repeated + superseded
    if accepted + refused != file.raw.height:
        raise AssertionError(f"{file.source_file}: {file.raw.height} rows in, {accepted} accepted + {refused} refused")
    return {
        **known, "rows_in_count": file.raw.height, "rows_accepted_count": accepted, "rows_refused_count": refused,
        "rows_repeated_count": repeated, "rows_superseded_count": superseded,
    }  # fmt: skip


def _refused_readings(assembly: _Assembly) -> pl.DataFrame:
    """Return the project and period of each refused reading that says them (schemas.runs.RefusedReading)."""
    parts = pl.concat([RefusedReading.empty_frame(), *assembly.refused_readings])
    return parts.unique().sort("project_id", "first_date", "last_date")
