"""Refused rows that nobody has answered yet: a row accepted later under the same key answers them."""

import json
from collections.abc import Iterable, Mapping

import polars as pl

from schemas.deliveries import DELIVERIES
from transforms.deliveries.cells import read_cell, tidy
from transforms.deliveries.folding import folded
from transforms.deliveries.grids import NAMING
from transforms.deliveries.headers import Aliases, known_headers

RECEIVED = ["delivery_id", "received_at"]


def unanswered(
    rejected: pl.DataFrame, deliveries: pl.DataFrame, accepted: Mapping[str, pl.DataFrame], aliases: Aliases
) -> pl.DataFrame:
    """Return the newest refusal of each key that no row received with it or later answers (schemas.runs.RejectedRow).

    accepted: the rows that count, by table. A row whose key cannot be read stays until its file is sent again.
    """
    lines = rejected.filter(pl.col("source_row").is_not_null())
    received = deliveries.select(RECEIVED)
    parts = [
        _of_table(rows.join(received, on="delivery_id", how="left"), str(table), accepted, received, aliases)
        for (table,), rows in lines.group_by("table", maintain_order=True)
    ]
    return pl.concat([rejected.clear(), *(part.select(rejected.columns) for part in parts)])


def _of_table(
    rows: pl.DataFrame, table: str, accepted: Mapping[str, pl.DataFrame], received: pl.DataFrame, aliases: Aliases
) -> pl.DataFrame:
    keyed = rows.with_columns(key=pl.Series([_key(text, table, aliases) for text in rows["row_text"]], dtype=pl.String))
    latest = keyed.sort("received_at", "source_row").filter(pl.col("key").is_null() | pl.col("key").is_last_distinct())
    current = _received(accepted[table], received).select(
        key=_joined([pl.col(name).cast(pl.String) for name in NAMING[table]]), answered_at="received_at"
    )
    answers = current.group_by("key").agg(pl.col("answered_at").max())
    beside = latest.join(answers, on="key", how="left", maintain_order="left")
    return beside.filter(pl.col("answered_at").is_null() | (pl.col("answered_at") < pl.col("received_at")))


def _received(rows: pl.DataFrame, received: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with the moment of their reception; a delivered parameter, which keeps none, with the last."""
    if "delivery_id" in rows.columns:
        return rows.join(received, on="delivery_id", how="left")
    delivered = rows.filter(pl.col("parameter_status") == "delivered")
    return delivered.with_columns(received_at=pl.lit(received["received_at"].max()))


def _key(row_text: str | None, table: str, aliases: Aliases) -> str | None:
    """What the row is about, as the accepted rows have it; None where a part of it cannot be read."""
    sent = {name: text for name, text in json.loads(row_text or "{}").items() if text is not None}
    headers = {header.column: header.delivered for header in known_headers(table, sent, aliases)}
    if not set(NAMING[table]) <= set(headers):
        return None
    cells = pl.DataFrame({name: [str(sent[headers[name]])] for name in NAMING[table]})
    schema = DELIVERIES[table].polars_schema()
    typed = (read_cell(folded(tidy(name)), schema[name]).cast(pl.String) for name in NAMING[table])
    key: str | None = cells.select(_joined(typed).alias("key")).item()
    return key


def _joined(parts: Iterable[pl.Expr]) -> pl.Expr:
    return pl.concat_str(list(parts), separator="\x1f")
