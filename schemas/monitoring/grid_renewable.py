"""The frame on which the grid renewables formula is evaluated."""

import datetime as dt

import pandera.polars as pa

from schemas.contract import Contract


class GridRenewableMonth(Contract):
    """A power plant's month: net electricity supplied and the factors in force."""

    project_id: str
    month_start_date: dt.date
    electricity_supplied_mwh: float = pa.Field(nullable=True)
    grid_cm_tco2_per_mwh: float = pa.Field(nullable=True, ge=0)
    reservoir_tco2e_per_mwh: float = pa.Field(nullable=True, ge=0)
