"""Which of two senders of one night came first: no folder takes another's loans because its name begins with an a."""

from typing import Final

import polars as pl

NIGHT: Final = ["sender", "received_at"]


def with_turn(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with `turn`, by which they count as said one after the other: as received.

    Of one night a lender's loans come first from the sender that states most of them, of equals from one that states
    fewer of others. One row in a lender's name takes nothing from it. What a night holds does not change, and so this
    does not.
    """
    if table != "loans":
        return rows.with_columns(turn=pl.col("received_number").cast(pl.Int64))
    count = pl.len().cast(pl.Int64).over(*NIGHT, "lender")
    judged = rows.with_row_index("place").with_columns(others=count.max().over(*NIGHT) - count, own=-count)
    ordered = judged.with_columns(others=pl.col("others") > 0).sort("received_at", "own", "others", "received_number",
                                                                    "source_row")  # fmt: skip
    return (
        ordered.with_columns(turn=pl.int_range(pl.len(), dtype=pl.Int64)).sort("place").drop("place", "others", "own")
    )
