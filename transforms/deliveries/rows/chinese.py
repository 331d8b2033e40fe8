"""Why rows are refused, in Chinese: a sentence for each rule that a row breaks (data/reference/refusals.toml)."""

from typing import Final

import polars as pl

from schemas.between.deliveries import SetAside
from schemas.contract import DataFrame, conform
from schemas.runs import RejectedRow
from transforms.ground.aliases import Aliases
from transforms.ground.sentences import SIGNS, Sentences, filled

OTHER: Final = "other"
"""The sentence of a rule without one of its own."""


def in_chinese(refused: DataFrame[SetAside], sentences: Sentences, aliases: Aliases) -> DataFrame[RejectedRow]:
    """Return the refusals with every broken rule in Chinese too; sentences: Reference.refusals."""
    numbered = refused.with_row_index("at")
    named = (
        numbered.select("at", "table", "broken")
        .explode("broken")
        .unnest("broken")
        .join(_headers(aliases), on=["table", "column"], how="left", maintain_order="left")
    )
    column = pl.coalesce("header", "column").fill_null("")
    shown = named.with_columns(column=column, value=pl.col("value").fill_null(""))
    written = [
        some.with_columns(reason_zh=filled(sentences.get(str(rule), sentences[OTHER])["zh"], PLACES))
        for (rule,), some in shown.group_by("rule", maintain_order=True)
    ]
    empty = shown.clear().with_columns(reason_zh=pl.lit(None, pl.String))
    reasons = (
        pl.concat([empty, *written])
        .sort("at", maintain_order=True)
        .group_by("at", maintain_order=True)
        .agg(pl.col("reason_zh").unique(maintain_order=True).str.join(SIGNS["zh"].sentences))
    )
    return conform(numbered.join(reasons, on="at", how="left", maintain_order="left"), RejectedRow)


PLACES: Final = {"column": "column", "value": "value"}
"""What fills the places of a sentence."""


def _headers(aliases: Aliases) -> pl.DataFrame:
    """Return table, column and header: the first Chinese one under which a column may be sent."""
    rows = {
        (table, column): header
        for table, headers in aliases.columns.items()
        for header, column in reversed(list(headers.items()))
        if not header.isascii()
    }
    columns = {"table": pl.String, "column": pl.String, "header": pl.String}
    return pl.DataFrame([(*place, header) for place, header in rows.items()], schema=columns, orient="row")
