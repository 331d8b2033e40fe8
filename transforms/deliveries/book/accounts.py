"""The account of each delivered file: rows in are rows accepted and rows refused."""

from collections.abc import Collection, Sequence
from typing import Final

import polars as pl

from schemas.between.deliveries import RowFate, SentParameter, SentReading, SetAside, StatementOfProject
from schemas.contract import DataFrame, stacked, unchecked
from schemas.runs import LOST, DeliveryRecord, RefusedParameter, RefusedReading
from transforms.deliveries.rows.assembly import Assembly, Landed
from transforms.deliveries.speakers.files import sender_of_file
from transforms.deliveries.speakers.parties import by_strangers
from transforms.deliveries.speakers.senders import sender_of
from transforms.ground.sentences import in_words

OF_FILES: Final = "file_"
"""What the sentences begin with that say why a file is refused whole; of two that fit, the one listed first holds."""


def accounts_of(landed: list[Landed], rejected: DataFrame[SetAside], assembly: Assembly) -> DataFrame[DeliveryRecord]:
    """One row a file. Raises where rows in are not the rows accepted and refused: nothing may be lost."""
    refused = dict(rejected.group_by("delivery_id").agg(pl.col("source_row")).iter_rows())
    parts: dict[str, list[Landed]] = {}
    for file in landed:  # a list of loans is two tables
        parts.setdefault(file.delivery_id, []).append(file)
    rows = [_account_of(files, refused.get(delivery_id, []), assembly) for delivery_id, files in parts.items()]
    return unchecked(
        pl.DataFrame(rows, schema=DeliveryRecord.polars_schema()).sort("received_at", "source_file", "delivery_id"),
        DeliveryRecord,
    )


def refused_files(landed: list[Landed], assembly: Assembly) -> DataFrame[SetAside]:
    """One refusal without a line for each file that cannot be read at all.

    What breaks its rule is why, in Chinese: the sentence of sentences.toml that has the English.
    """
    words = assembly.reference.sentences
    rows = [
        {
            "table": file.table or "unknown",
            "source_file": file.source_file,
            "rule": (rule := "lost_file" if file.is_lost else "unreadable_file"),
            "reason": reason,
            "delivery_id": file.delivery_id,
            "broken": [{"rule": rule, "value": in_words(reason.partition("\n")[0], words, OF_FILES, "zh")}],
        }
        for file in landed
        if (reason := file.reason or assembly.unreadable.get(file.delivery_id))
    ]
    return unchecked(
        pl.DataFrame(rows, schema=SetAside.polars_schema()).unique("delivery_id", maintain_order=True), SetAside
    )


def _account_of(files: Sequence[Landed], refused_lines: Sequence[int], assembly: Assembly) -> dict[str, object]:
    file, height = files[0], sum(part.raw.height for part in files if part.raw)
    reason = file.reason or assembly.unreadable.get(file.delivery_id)
    known = {
        "delivery_id": file.delivery_id,
        "source_file": file.source_file,
        "sender_folder": file.sender_folder,
        "sender": sender_of(file.sender_folder),
        "delivered_table": file.table,
        "received_at": file.received_at,
        "size_bytes": file.size_bytes,
        "delivery_status": LOST if file.is_lost else "refused" if reason else "read",
        "reason": reason,
        "encoding": file.encoding,
        "recognised_by": file.recognised_by,
        "rows_total_count": file.raw.total_row_count if file.raw else None,
    }
    if reason or file.raw is None:
        count = file.raw.height if file.raw else file.row_count
        return {**known, "rows_in_count": count, "rows_accepted_count": 0, "rows_refused_count": count}
    counts = assembly.counts.get(file.delivery_id, {})
    repeated, superseded, refused = counts.get("repeated", 0), counts.get("superseded", 0), len(refused_lines)
    accepted = counts.get("accepted", 0) + repeated + superseded
    if accepted + refused != height:
        raise AssertionError(f"{file.source_file}: {height} rows in, {accepted} accepted, {refused} refused")
    if file.raw.lines is not None:
        return {**known, **_of_lines(file.raw.lines, refused_lines, _fates(file, assembly))}
    return {
        **known,
        "rows_in_count": file.raw.height,
        "rows_accepted_count": accepted,
        "rows_refused_count": refused,
        "rows_repeated_count": repeated,
        "rows_superseded_count": superseded,
    }


def _fates(file: Landed, assembly: Assembly) -> DataFrame[RowFate]:
    return stacked(assembly.fates).filter(delivery_id=file.delivery_id)


def _of_lines(lines: Collection[int], refused: Collection[int], fates: DataFrame[RowFate]) -> dict[str, int]:
    """Count a form's lines, of which one may hold several rows: refused if one of them is, a repeat if all are."""
    bad, every = set(refused), set(lines)
    by_line = fates.filter(~pl.col("source_row").is_in(list(bad))).group_by("source_row").agg(pl.col("fate").unique())
    outcomes = [set(fate) for fate in by_line["fate"].to_list()]
    return {
        "rows_in_count": len(every),
        "rows_accepted_count": len(every - bad),
        "rows_refused_count": len(every & bad),
        "rows_repeated_count": sum(fate == {"repeated"} for fate in outcomes),
        "rows_superseded_count": sum("superseded" in fate and "accepted" not in fate for fate in outcomes),
    }


def refused_readings(assembly: Assembly) -> DataFrame[RefusedReading]:
    """Return the project and period of each refused reading that says them."""
    rows = stacked([SentReading.empty_frame(), *assembly.refused_readings])
    return unchecked(
        _without_strangers(rows, assembly).select(RefusedReading.columns()).unique().sort(RefusedReading.columns()),
        RefusedReading,
    )


def refused_parameters(assembly: Assembly) -> DataFrame[RefusedParameter]:
    """Return what each refused parameter row was about."""
    rows = stacked([SentParameter.empty_frame(), *assembly.refused_parameters])
    named = rows.with_columns(project_id=pl.col("scope").str.split("/").list.first())
    own = (
        _without_strangers(named, assembly).select(RefusedParameter.columns()).unique().sort(RefusedParameter.columns())
    )
    return unchecked(own, RefusedParameter)


def _without_strangers(rows: pl.DataFrame, assembly: Assembly) -> pl.DataFrame:
    """Return the rows without those of a register or bank that has nothing to do with the project."""
    beside = rows.join(sender_of_file(rows["source_file"]), on="source_file", how="left")
    sent = unchecked(beside, StatementOfProject)
    return sent.join(by_strangers(sent, assembly), on=sent.columns, how="anti", nulls_equal=True)
