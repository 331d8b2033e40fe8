"""What may rest on a delivery that is lost for good: the projects of its sender, or all of them.

What was in its rows is not known: no figure is withheld for them, and each project that may lack them says so. It is
all projects where the table is shared or not known, and where nothing else is left of its sender.
"""

from collections.abc import Iterator
from typing import Final

import polars as pl

from schemas.contract import DataFrame
from schemas.deliveries import Accepted
from schemas.runs import LOST, DeliveryRecord
from transforms.ground.flag_rows import Notice, notice

OF_THE_SENDER: Final = frozenset({"projects", "loans", "ledger", "operating", "forest_strata"})
"""Tables whose rows speak of the sender's own projects; rows of any other may matter to every project."""


def lost_notices(deliveries: DataFrame[DeliveryRecord], tables: Accepted) -> Iterator[tuple[str, Notice]]:
    """Yield the flags of lost deliveries: of each file, and of each project whose figures may lack its rows."""
    senders = deliveries.select("delivery_id", "sender")
    stated = [tables[name].select("delivery_id", "project_id") for name in ("projects", "loans")]
    projects = pl.concat(stated).join(senders, on="delivery_id", how="left").drop_nulls("project_id")
    for one in deliveries.filter(pl.col("delivery_status") == LOST).sort("source_file", "delivery_id").to_dicts():
        found = notice("delivery_lost", file=one["source_file"], reason=one["reason"])
        own = projects.filter(pl.col("sender") == one["sender"])
        touched = own if one["delivered_table"] in OF_THE_SENDER and own.height else projects
        yield one["source_file"], found
        yield from ((project, found) for project in touched["project_id"].unique().sort())
