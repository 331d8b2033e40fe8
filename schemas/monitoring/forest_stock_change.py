"""The frame on which the forest stock change formula is evaluated."""

import datetime as dt

import pandera.polars as pa

from schemas.contract import Contract


class ForestStockChangeMonth(Contract):
    """A managed forest's month: the CO2 of what its trees grew or lost, the area, and the baseline's rate."""

    project_id: str
    month_start_date: dt.date
    forest_area_time_ha_year: float = pa.Field(nullable=True, ge=0)
    tree_growth_tco2: float = pa.Field(nullable=True)
    baseline_removal_tco2_per_ha_year: float = pa.Field(nullable=True, ge=0)
