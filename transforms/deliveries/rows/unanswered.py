"""Refused rows that nothing sent later answers: they wait for a person, and the `refusals` gate counts them."""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Final

import polars as pl

from schemas.catalog import frames_of
from schemas.contract import DataFrame, conform, stacked
from schemas.deliveries import DELIVERIES, Accepted
from schemas.runs import DeliveryRecord, RejectedRow, UnansweredRow
from transforms.deliveries.headers.columns import known_headers
from transforms.deliveries.rows.assembly import NOT_THEIRS
from transforms.deliveries.tables.split import NAMING
from transforms.deliveries.text.cells import read_cell, tidy
from transforms.deliveries.text.folding import folded
from transforms.ground.aliases import Aliases

LIST_ENDING: Final = ".refused.csv"
"""How the name of a list of refused rows ends, which we write and a sender corrects and sends back."""

RECEIVED: Final = ["delivery_id", "received_at"]
SLICE_ROWS: Final = 20_000
"""Rows whose texts are taken apart at a time: as objects they take ten times the room."""


def unanswered(
    rejected: DataFrame[RejectedRow], deliveries: DataFrame[DeliveryRecord], accepted: Accepted, aliases: Aliases
) -> DataFrame[UnansweredRow]:
    """Return the refusals that wait.

    A row is answered by one accepted under its key that was received with it
    or later; refused again, it waits once, as its sender's newest. A file refused whole waits until it is sent again.
    So does a row whose key cannot be read or is what was refused, or that contradicts another sender's,
    and until a list of refused rows comes back.
    """
    again = _sent_again(deliveries)
    waiting = rejected.filter(pl.col("rule") != "lost_file")  # nobody is asked for it any more
    lines = waiting.join(again, on="delivery_id", how="left", maintain_order="left")
    whole = lines.filter(pl.col("source_row").is_null() & (pl.col("file_again_at") == pl.col("received_at")))
    rows = lines.filter(pl.col("source_row").is_not_null())
    parts = [
        _of_table(some, str(table), frames_of(accepted), deliveries.select(RECEIVED), aliases)
        for (table,), some in rows.group_by("table", maintain_order=True)
    ]
    return stacked(conform(part, UnansweredRow) for part in (whole, *parts))


def _sent_again(deliveries: pl.DataFrame) -> pl.DataFrame:
    """Return of each delivery when its file came last, and when the last list of refused rows of its folder did."""
    is_list = pl.col("source_file").str.ends_with(LIST_ENDING)
    return deliveries.select(
        *RECEIVED,
        "sender_folder",
        file_again_at=pl.col("received_at").max().over("source_file"),
        list_again_at=pl.when(~is_list).then(
            pl.col("received_at").filter(is_list).max().over("sender_folder", "delivered_table")
        ),
    )


def _of_table(
    rows: pl.DataFrame, table: str, accepted: Mapping[str, pl.DataFrame], received: pl.DataFrame, aliases: Aliases
) -> pl.DataFrame:
    slices = rows["row_text"].to_frame().iter_slices(SLICE_ROWS)
    keys = [pl.Series(_keys(part["row_text"].to_list(), table, aliases), dtype=pl.String) for part in slices]
    keyed = rows.with_columns(key=pl.concat(keys))
    is_newest = pl.col("key").is_null() | pl.struct("key", "sender_folder").is_last_distinct()
    latest = keyed.sort("received_at", "source_row").filter(is_newest)
    current = _received(accepted[table], received).select(
        key=_joined([pl.col(name).cast(pl.String) for name in NAMING[table]]), answered_at="received_at"
    )
    answers = current.group_by("key").agg(pl.col("answered_at").max())
    beside = latest.join(answers, on="key", how="left", maintain_order="left")
    is_nameless = pl.col("key").is_null() | pl.col("column").is_in(NAMING[table])
    is_others = pl.col("rule").is_in(NOT_THEIRS)
    again = pl.max_horizontal("file_again_at", "list_again_at") > pl.col("received_at")
    accepted_since = ~is_others & (pl.col("answered_at") >= pl.col("received_at"))
    answered = accepted_since.fill_null(False) | ((is_nameless | is_others) & again).fill_null(False)
    return beside.filter(~answered)


def _received(rows: pl.DataFrame, received: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with the moment of their reception; a delivered parameter, which keeps none, with the last."""
    if "delivery_id" in rows.columns:
        return rows.join(received, on="delivery_id", how="left")
    delivered = rows.filter(pl.col("parameter_status") == "delivered")
    return delivered.with_columns(received_at=pl.lit(received["received_at"].max()))


def _keys(texts: Collection[str | None], table: str, aliases: Aliases) -> list[str | None]:
    """Return what each row is about, as the accepted rows have it; None where a part of it cannot be read."""
    rows = [json.loads(text or "{}") for text in texts]
    places: dict[tuple[str, ...], list[int]] = {}
    for at, cells in enumerate(rows):
        places.setdefault(tuple(cells), []).append(at)
    keys: list[str | None] = [None] * len(rows)
    for header, those in places.items():
        columns = {one.column: one.delivered for one in known_headers(table, header, aliases)}
        if set(NAMING[table]) <= set(columns):
            cells = {name: [rows[at][columns[name]] for at in those] for name in NAMING[table]}
            for at, key in zip(
                those, _typed(pl.DataFrame(cells, schema=dict.fromkeys(cells, pl.String)), table), strict=True
            ):
                keys[at] = key
    return keys


def _typed(cells: pl.DataFrame, table: str) -> pl.Series:
    schema = DELIVERIES[table].polars_schema()
    read = (read_cell(folded(tidy(name)), schema[name]).cast(pl.String) for name in NAMING[table])
    return cells.select(_joined(read).alias("key")).to_series()


def _joined(parts: Iterable[pl.Expr]) -> pl.Expr:
    return pl.concat_str(list(parts), separator="\x1f")
