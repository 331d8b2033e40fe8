"""The frame on which the coal-rate formula of grid renewables is evaluated."""

import datetime as dt

import pandera.polars as pa

from schemas.contract import Contract


class GridRenewableCoalRateMonth(Contract):
    """A power plant's month: net electricity supplied, the coal rate of thermal power and CO2 per standard coal."""

    project_id: str
    month_start_date: dt.date
    electricity_supplied_mwh: float = pa.Field(nullable=True)
    supply_coal_tce_per_mwh: float = pa.Field(nullable=True, gt=0)
    coal_tco2_per_tce: float = pa.Field(nullable=True, gt=0)
