"""Rows of one sender against those of another: the first accepted statement counts, the same again is a repeat."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from schemas.between.ground import BrokenRule
from schemas.contract import DataFrame, Delivered, conform, stacked, unchecked
from transforms.deliveries.rows.versions import content
from transforms.ground.refusals import no_findings

ORDER: Final = ["turn", "source_row"]
"""Which of two rows came first (deliveries.speakers.turns)."""

REMEDY: Final = pl.format(
    '; agree it with that sender or, where both are one house, write two lines into greenloan.toml: [senders."{}"] and '
    'authority = ["{}"]',
    "sender",
    "spoken_table",
)
"""What to do, of rows with their sender and `spoken_table`, the table that they are of."""

MARKS: Final = frozenset(
    {
        "at",
        "is_authority",
        "speaker",
        "lender_speaker",
        "owner",
        "is_owner",
        "service",
        "owns",
        "may",
        "stated",
        "place",
        "newest",
        "turn",
        "spoken_table",
        "candidate",
    }
)
"""Columns that this room and its callers add to a row: not part of the row's content."""


def first(column: str, over: Sequence[str]) -> pl.Expr:
    """Return the column's value in the row of the group that came first, of those that have one."""
    return pl.col(column).sort_by(*ORDER).drop_nulls().first().over(*over)


def out_of_turn(
    rows: pl.DataFrame, may: pl.Expr, key: list[str], *, rule: str, reason: pl.Expr
) -> DataFrame[BrokenRule]:
    """Findings for the rows whose sender may not state them, unless they repeat the newest row of one that may."""
    marked = rows.rechunk().with_row_index("at").with_columns(may=may)
    broken = marked.filter(~pl.col("may")).join(repeats(marked, key), on="at", how="anti", maintain_order="left")
    found = broken.with_columns(reason=reason).select(
        "at",
        rule=pl.lit(rule),
        column=pl.lit(key[0]),
        value=pl.col(key[0]).cast(pl.String),
        reason=pl.col("reason") + REMEDY,
    )
    return conform(found, BrokenRule)


def repeats(rows: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """Return `at` of the rows without `may` that state what the newest row with `may` before them states of the key."""
    about = rows.join(rows.filter(~pl.col("may")).select(key).unique(), on=key, how="semi", nulls_equal=True)
    unmarked = unchecked(about.drop(MARKS & set(about.columns)), Delivered)
    ordered = about.with_columns(stated=unmarked.select(content(unmarked)).to_series()).sort(ORDER)
    placed = ordered.with_row_index("place").with_columns(newest=pl.when("may").then("place").forward_fill().over(key))
    newest = placed.select(newest="place", own="stated")
    pairs = placed.filter(~pl.col("may")).join(newest, on="newest")
    return pairs.filter(pl.col("stated") == pl.col("own")).select("at")


def contradictions(
    rows: pl.DataFrame, same: list[str], clash: pl.Expr, key: list[str], refused: DataFrame[BrokenRule]
) -> DataFrame[BrokenRule]:
    """Findings for rows that clash with an earlier accepted one of another sender about the same thing.

    clash: an expression over a row's columns and those of the earlier one, ending in _other; refused: findings of the
    same rows that are out already.
    """
    numbered = rows.rechunk().with_row_index("at")
    numbered = numbered.join(refused.select("at"), on="at", how="anti", maintain_order="left")
    several = numbered.filter(pl.col("sender").n_unique().over(same) > 1)
    kept, found = several.clear(), [no_findings()]
    for _, file in several.sort(ORDER).group_by("received_number", maintain_order=True):
        clashing = _clashing(file, kept, same, clash, key)
        found.append(_as_findings(clashing, same))
        kept = pl.concat([kept, file.join(clashing, on="at", how="anti", maintain_order="left")])
    return stacked(found).sort("at")


def _clashing(file: pl.DataFrame, kept: pl.DataFrame, same: list[str], clash: pl.Expr, key: list[str]) -> pl.DataFrame:
    """The file's rows beside the first row of another sender that each contradicts."""
    pairs = file.join(kept, on=same, suffix="_other", maintain_order="left_right").filter(
        (pl.col("sender") != pl.col("sender_other")) & ~pl.col("is_authority") & clash.fill_null(False)
    )
    both = pl.concat([kept.with_columns(may=pl.lit(True)), file.with_columns(may=pl.lit(False))])
    repeated = repeats(both, key)
    return pairs.join(repeated, on="at", how="anti", maintain_order="left").unique(
        "at", keep="first", maintain_order=True
    )


def _as_findings(clashing: pl.DataFrame, same: list[str]) -> DataFrame[BrokenRule]:
    where = pl.format("{} line {}", "source_file_other", "source_row_other")
    reason = pl.format("it contradicts {} of {}, which came first", where, "sender_other") + REMEDY
    found = clashing.select(
        "at",
        rule=pl.lit("another_senders_row"),
        column=pl.lit(same[0]),
        value=pl.col(same[0]).cast(pl.String),
        reason=reason,
    )
    return conform(found, BrokenRule)
