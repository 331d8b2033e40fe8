"""New, resent, corrected and deleted messages -> the rows that count, as known at a moment."""

import datetime as dt
from typing import Final, Generic, NamedTuple

import polars as pl

from schemas.between.ground import BrokenRule
from schemas.contract import D, DataFrame, Delivered, conform, like, stacked
from transforms.ground.refusals import no_findings

RECEPTION = ["received_at", "received_number"]
"""When a row's file was landed, and its order among the landed files."""


FILE: Final = ["received_number", "as_of"]


class Versions(NamedTuple, Generic[D]):
    """Rows that count; accepted rows that repeat one exactly; accepted rows that do not count (any more, or yet)."""

    current: DataFrame[D]
    repeated: DataFrame[D]
    superseded: DataFrame[D]


ASIDE: Final = frozenset(
    {
        "delivery_id",
        "source_file",
        "source_row",
        "message",
        "sender",
        "is_named",
        "is_derived",
        "source_cells",
        "as_of",
        "_known",
        "_rank",
        "_moment",
        *RECEPTION,
    }
)
"""Columns for where a row was, who sent it and how: no part of its content."""


def content(rows: DataFrame[Delivered]) -> pl.Expr:
    """Row content, ignoring delivery, position and reception; that it deletes is part of it."""
    columns = [pl.col(name) for name in rows.columns if name not in ASIDE]
    deletes = [pl.col("message").eq_missing("delete").alias("deletes")] if "message" in rows.columns else []
    return pl.struct(*columns, *deletes)


def conflicts(rows: DataFrame[Delivered], key: list[str]) -> DataFrame[BrokenRule]:
    """Findings for rows of one file that state one key in two ways with nothing to show which is right.

    A file's sheets and members are one file, but for those that state different days of themselves (as_of).
    """
    same = [*(name for name in FILE if name in rows.columns), *key]
    again = rows.with_row_index("at").filter(may_repeat(same)).filter(pl.len().over(same) > 1)
    clashing = again.filter(content(rows).n_unique().over(same) > 1)
    if clashing.is_empty():
        return no_findings()
    words = pl.concat_str([pl.lit("rows of this file say different things of "), *_named(key)])
    found = clashing.select(
        "at",
        rule=pl.lit("conflicting_rows"),
        column=pl.lit(key[0]),
        value=pl.col(key[0]).cast(pl.String),
        reason=words + pl.lit("; keep one, or distinguish them by version and time"),
    )
    return conform(found, BrokenRule)


def _named(key: list[str]) -> list[pl.Expr]:
    return [pl.concat_str(pl.lit(f"{name} "), pl.col(name).cast(pl.String).fill_null("-"), pl.lit(" ")) for name in key]


def may_repeat(key: list[str]) -> pl.Expr:
    """Return whether the key may be that of another row too, by a hash: to group all rows takes ten times the room."""
    return pl.struct(key).hash().is_duplicated()


def parted(rows: DataFrame[D], is_so: pl.Expr) -> tuple[DataFrame[D], DataFrame[D]]:
    """Return the rows of which it is so and those of which it is not; all of them as they are, not as a copy."""
    mask = rows.select(is_so.alias("is_so")).to_series()
    return (rows, rows.clear()) if mask.all() else (rows.filter(mask), rows.filter(~mask))


def current_rows(rows: DataFrame[D], key: list[str], known_at: dt.datetime) -> Versions[D]:
    """Return the newest row of each key among the files landed by then; where none was, the first one landed.

    For tables that carry no time of their own (projects, loans, parameters, fx, strata).
    """
    known = pl.col("received_at") <= known_at
    rank = pl.when(known).then(pl.col("received_number")).otherwise(-pl.col("received_number"))
    return _newest(like(rows.with_columns(_known=known, _rank=rank), rows), key, ["_known", "_rank"])


def current_entries(rows: DataFrame[D], known_at: dt.datetime) -> Versions[D]:
    """Return the ledger as known then: of each entry the version booked last, deleted ones left out."""
    key = ["loan_id", "entry_id"]
    received, later = parted(rows, pl.col("booked_at") <= known_at)
    moment: pl.Expr = pl.col("booked_at")
    if "is_derived" in rows.columns:  # booked on the day that the list states, which may be what it corrects
        moment = pl.when(~pl.col("is_derived").fill_null(False)).then("booked_at")
    versions = _newest(like(received.with_columns(_moment=moment), rows), key, ["_moment", "received_number"])
    return _without_deleted(versions, later)


def current_readings(rows: DataFrame[D], known_at: dt.datetime) -> Versions[D]:
    """Return the readings as known then: of each record the rows that no higher version replaces, no deleted ones.

    A record whose period was split carries its id twice; both parts count, and a version that restates one part
    leaves the other as it is. A delete message takes away every part of its record received by then.
    """
    record = ["project_id", "metric", "record_id"]
    received, later = parted(rows, pl.col("reported_at") <= known_at)
    known, deleted = parted(received, pl.lit(~_gone(received, record)))
    standing, replaced = parted(known, pl.lit(_is_current(known, record)))
    part = [*record, "period_start", "period_end"]
    versions = _newest(standing, part, ["reported_at", "received_number"])
    superseded = stacked([versions.superseded, replaced, deleted, later])
    return Versions(versions.current, versions.repeated, superseded)


def _is_current(rows: pl.DataFrame, record: list[str]) -> pl.Series:
    """True for rows that no higher version of their record replaces.

    A version replaces the rows whose days it covers. Where it covers no day of any of them, the record's period itself
    was corrected, and it replaces them all: nothing that may be wrong is left to count beside it.
    """
    dated = rows.select(*record, "period_start", "period_end", "version").with_row_index("at")
    again = dated.filter(may_repeat(record))
    numbered = again.with_columns(rank=pl.col("version").rank("dense").over(record))
    standing = numbered.filter(rank=1)
    for rank in range(2, numbered["rank"].n_unique() + 1):
        newer = numbered.filter(rank=rank)
        standing = pl.concat([_not_replaced(standing, newer, record), newer])
    replaced = again.join(standing, on="at", how="anti")["at"]
    return ~dated["at"].is_in(replaced.implode())


def _not_replaced(standing: pl.DataFrame, newer: pl.DataFrame, record: list[str]) -> pl.DataFrame:
    pairs = standing.select("at", *record, "period_start", "period_end").join(newer, on=record, suffix="_newer")
    overlap = (pl.col("period_start") <= pl.col("period_end_newer")) & (
        pl.col("period_start_newer") <= pl.col("period_end")
    )
    covered = pairs.with_columns(is_covered=overlap).with_columns(is_part=pl.col("is_covered").any().over(record))
    replaced = covered.filter(pl.col("is_covered") | ~pl.col("is_part"))
    return standing.join(replaced, on="at", how="anti")


def _gone(rows: pl.DataFrame, record: list[str]) -> pl.Series:
    """True for delete messages and for what was received before the newest one of the same record."""
    is_delete = pl.col("message").eq_missing("delete")
    newest = (
        rows.filter(is_delete)
        .sort("version", "reported_at")
        .group_by(record)
        .agg(deleted=pl.col("version").last(), moment=pl.col("reported_at").last())
    )
    if newest.is_empty():
        return pl.repeat(value=False, n=rows.height, dtype=pl.Boolean, eager=True)
    beside = rows.select(*record, "version", "reported_at", "message").join(
        newest, on=record, how="left", maintain_order="left", nulls_equal=True
    )
    is_same_version = pl.col("version") == pl.col("deleted")
    earlier = (pl.col("version") < pl.col("deleted")) | (is_same_version & (pl.col("reported_at") <= pl.col("moment")))
    return beside.select(gone=is_delete | earlier.fill_null(value=False))["gone"]


def _newest(rows: DataFrame[D], key: list[str], order: list[str]) -> Versions[D]:
    """Keep the last row of each key by `order`; rows that say the same as the kept one are repeats."""
    spare = [name for name in ("_known", "_rank", "_moment") if name in rows.columns]
    alone, others = parted(rows, ~may_repeat(key))
    newest = _newest_of_several(others, key, order)
    parts = (pl.concat([alone, newest.current]), newest.repeated, newest.superseded)
    current, repeated, superseded = (like(part.drop(spare), rows) for part in parts)
    return Versions(current, repeated, superseded)


def _newest_of_several(rows: DataFrame[D], key: list[str], order: list[str]) -> Versions[D]:
    stated = [name for name in FILE if name in rows.columns]
    ordered = rows.sort(*order, *stated, "source_row", maintain_order=True)
    contents = content(rows)
    latest = pl.int_range(pl.len()).over(key) == pl.len().over(key) - 1
    marked = ordered.with_columns(_latest=latest, _same=contents == contents.last().over(key))
    same = pl.col("_same")
    picked = (pl.col("_latest"), ~pl.col("_latest") & same, ~pl.col("_latest") & ~same)
    current, repeated, superseded = (like(marked.filter(is_so).drop("_latest", "_same"), rows) for is_so in picked)
    return Versions(current, repeated, superseded)


def _without_deleted(versions: Versions[D], others: DataFrame[D]) -> Versions[D]:
    current, deleted = parted(versions.current, pl.col("message").ne_missing("delete"))
    return Versions(current, versions.repeated, stacked([versions.superseded, deleted, others]))
