"""The account of each delivered file: rows in are rows accepted and rows refused."""

import polars as pl

from schemas.runs import DeliveryRecord, RefusedParameter, RefusedReading, RejectedRow
from transforms.assembly import Assembly, Landed
from transforms.deliveries.parties import by_strangers
from transforms.senders import sender_of, sender_of_file


def accounts_of(landed: list[Landed], rejected: pl.DataFrame, assembly: Assembly) -> pl.DataFrame:
    """One row a file. Raises where rows in are not the rows accepted and refused: nothing may be lost."""
    refused = dict(rejected.group_by("delivery_id").len().iter_rows())
    rows = [_account_of(file, refused.get(file.delivery_id, 0), assembly) for file in landed]
    return pl.DataFrame(rows, schema=DeliveryRecord.polars_schema()).sort("received_at", "source_file", "delivery_id")


def refused_files(landed: list[Landed], assembly: Assembly) -> pl.DataFrame:
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


def _account_of(file: Landed, refused: int, assembly: Assembly) -> dict[str, object]:
    reason = file.reason or assembly.unreadable.get(file.delivery_id)
    known = {
        "delivery_id": file.delivery_id, "source_file": file.source_file, "sender_folder": file.sender_folder,
        "sender": sender_of(file.sender_folder), "delivered_table": file.table, "received_at": file.received_at,
        "size_bytes": file.size_bytes,
        "delivery_status": "refused" if reason else "read", "reason": reason,
        "encoding": file.encoding, "rows_total_count": file.raw.totals.height if file.raw else None,
    }  # fmt: skip
    if reason or file.raw is None:
        height = file.raw.height if file.raw else file.rows_count
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


def refused_readings(assembly: Assembly) -> pl.DataFrame:
    """Return the project and period of each refused reading that says them (schemas.runs.RefusedReading)."""
    schema = {"source_file": pl.String(), **RefusedReading.polars_schema()}
    rows = pl.concat([pl.DataFrame(schema=schema), *assembly.refused_readings])
    return _without_strangers(rows, assembly).select(RefusedReading.columns()).unique().sort(RefusedReading.columns())


def refused_parameters(assembly: Assembly) -> pl.DataFrame:
    """Return what each refused parameter row was about (schemas.runs.RefusedParameter)."""
    schema: dict[str, pl.DataType] = {"source_file": pl.String(), **RefusedParameter.polars_schema()}
    rows = pl.concat([pl.DataFrame(schema=schema), *assembly.refused_parameters])
    named = rows.with_columns(project_id=pl.col("scope").str.split("/").list.first())
    return _without_strangers(named, assembly).select(RefusedParameter.columns()).unique().sort(
        RefusedParameter.columns()
    )  # fmt: skip


def _without_strangers(rows: pl.DataFrame, assembly: Assembly) -> pl.DataFrame:
    """Return the rows without those of a register or bank that has nothing to do with the project."""
    sent = rows.join(sender_of_file(rows["source_file"]), on="source_file", how="left")
    return sent.join(by_strangers(sent, assembly), on=sent.columns, how="anti", nulls_equal=True)
