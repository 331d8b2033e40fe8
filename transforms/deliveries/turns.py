"""Which of two senders of one night came first: no folder takes another's loans because its name begins with an a."""

from typing import Final

import polars as pl

from schemas.contract import INSTANT_DTYPE
from transforms.assembly import Assembly

NIGHT: Final = ["sender", "received_at"]


def with_turn(table: str, rows: pl.DataFrame, assembly: Assembly) -> pl.DataFrame:
    """Return the rows with `turn`, by which they count as said one after the other: as received.

    Of one night a lender's loans come first from a sender that keeps a ledger, then from the one that states most of
    them, of equals from one that states fewer of others: a list or a row in a bank's name takes nothing from it. What
    a night holds does not change, and so this does not.
    """
    if table != "loans":
        return rows.with_columns(turn=pl.col("received_number").cast(pl.Int64))
    keeps = pl.DataFrame(
        list(assembly.bookkeepers), schema={"sender": pl.String, "received_at": INSTANT_DTYPE}, orient="row"
    ).with_columns(is_list=pl.lit(False))  # fmt: skip
    own, all_loans = (pl.col("loan_id").n_unique().over(by) for by in ([*NIGHT, "lender"], NIGHT))
    judged = rows.with_row_index("place").join(keeps, on=NIGHT, how="left", maintain_order="left").with_columns(
        pl.col("is_list").fill_null(True), own=-own.cast(pl.Int64), others=all_loans.cast(pl.Int64) - own,
    )  # fmt: skip
    order = ["received_at", "is_list", "own", "others", "received_number", "source_row"]
    ordered = judged.sort(order).with_columns(turn=pl.int_range(pl.len(), dtype=pl.Int64))
    return ordered.sort("place").drop("place", "is_list", "own", "others")
