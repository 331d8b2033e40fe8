"""Which sender each file of a column of files is of."""

import polars as pl

from transforms.deliveries.speakers.senders import sender_of


def sender_of_file(files: pl.Series) -> pl.DataFrame:
    """Return source_file and its sender, a row a file; a file's name begins with its folder below the inbox."""
    names = files.unique().sort().to_list()
    return pl.DataFrame(
        {"source_file": names, "sender": [sender_of(name.rpartition("/")[0]) for name in names]},
        schema={"source_file": pl.String, "sender": pl.String},
    )
