"""The frame on which the building retrofit formula is evaluated."""

import datetime as dt

import pandera.polars as pa

from schemas.contract import Contract


class BuildingRetrofitMonth(Contract):
    """A building's month: electricity and fuels of the baseline year and of now, how they are adjusted, the grid."""

    project_id: str
    month_start_date: dt.date
    baseline_electricity_mwh: float = pa.Field(nullable=True, ge=0)
    baseline_combustion_tco2: float = pa.Field(nullable=True, ge=0)
    electricity_consumed_mwh: float = pa.Field(nullable=True, ge=0)
    fuel_combustion_tco2: float = pa.Field(nullable=True, ge=0)
    occupancy_adjustment_ratio: float = pa.Field(nullable=True, ge=0)
    weather_adjustment_ratio: float = pa.Field(nullable=True, ge=0)
    grid_tco2_per_mwh: float = pa.Field(nullable=True, ge=0)
