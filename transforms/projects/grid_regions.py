"""The grid of a province on a day: regions are redrawn by editions of the margins, so a grid has dates.

A month that lies in two regions has none: a factor holds for the whole of its period or not at all.
"""

from typing import Final

import polars as pl

PLACE: Final = ["province_code", "operating_from_date", "operating_to_date"]


def with_grid_regions(months: pl.DataFrame, regions: pl.DataFrame) -> pl.DataFrame:
    """Return the months with grid_region, null where no row of the province covers all of the month's operation, and

    region_technology, the grid and the kind of power (margin_kind) for which a combined margin holds.
    """
    placed = months.select(PLACE).unique().join(
        regions.select("province_code", "grid_region", "valid_from", "valid_to"), on="province_code"
    ).filter(
        (pl.col("valid_from") <= pl.col("operating_from_date")) & (pl.col("valid_to") >= pl.col("operating_to_date"))
    )  # fmt: skip
    joined = months.join(placed.select(*PLACE, "grid_region"), on=PLACE, how="left", maintain_order="left")
    return joined.with_columns(region_technology=pl.col("grid_region") + "/" + pl.col("margin_kind"))


def two_grids_at_once(regions: pl.DataFrame) -> list[str]:
    """Return the provinces of which two rows share a day, or whose row ends before it begins, with their grids."""
    before = pl.col("valid_to").shift(1).over("province_code")
    ordered = regions.sort("province_code", "valid_from")
    wrong = ordered.filter((pl.col("valid_from") <= before) | (pl.col("valid_from") > pl.col("valid_to")))
    return [f"{code}: {grid} from {day}" for code, grid, day in
            wrong.select("province_code", "grid_region", "valid_from").iter_rows()]  # fmt: skip
