"""The grid of a province on a day: regions are redrawn by editions of the margins, so a grid has dates.

A month that lies in two regions has none: a factor holds for the whole of its period or not at all.
"""

from typing import Final

import polars as pl

from schemas.between.activity import OperatingMonth, RunningMonth
from schemas.between.ground import Region
from schemas.contract import DataFrame, unchecked

PLACE: Final = ["province_code", "operating_from_date", "operating_to_date"]


def with_grid_regions(months: DataFrame[RunningMonth], regions: DataFrame[Region]) -> DataFrame[OperatingMonth]:
    """Return the months with grid_region, null where no row of the province covers all of the month's operation, and

    region_technology, the grid and the kind of power (margin_kind) for which a combined margin holds.
    """
    placed = (
        months.select(PLACE)
        .unique()
        .join(regions.select("province_code", "grid_region", "valid_from", "valid_to"), on="province_code")
        .filter(
            (pl.col("valid_from") <= pl.col("operating_from_date"))
            & (pl.col("valid_to") >= pl.col("operating_to_date"))
        )
    )
    joined = months.join(placed.select(*PLACE, "grid_region"), on=PLACE, how="left", maintain_order="left")
    return unchecked(
        joined.with_columns(region_technology=pl.col("grid_region") + "/" + pl.col("margin_kind")), OperatingMonth
    )
