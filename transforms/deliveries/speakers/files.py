"""Which sender each file of a column of files is of."""

import polars as pl

from schemas.between.deliveries import SenderOfFile
from schemas.contract import DataFrame, unchecked
from transforms.deliveries.speakers.senders import sender_of


def sender_of_file(files: pl.Series) -> DataFrame[SenderOfFile]:
    """Return source_file and its sender, a row a file; a file's name begins with its folder below the inbox."""
    names = files.unique().sort().to_list()
    senders = {"source_file": names, "sender": [sender_of(name.rpartition("/")[0]) for name in names]}
    return unchecked(pl.DataFrame(senders, schema=SenderOfFile.polars_schema()), SenderOfFile)
