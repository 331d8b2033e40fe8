"""The frame on which the industrial energy saving formula is evaluated."""

import datetime as dt

import pandera.polars as pa

from schemas.contract import Contract


class IndustrialEnergySavingMonth(Contract):
    """A plant's month: CO2 of the fuels saved, electricity saved, and the factor of the grid."""

    project_id: str
    month_start_date: dt.date
    saved_fuel_tco2: float = pa.Field(nullable=True)
    electricity_saved_mwh: float = pa.Field(nullable=True)
    grid_tco2_per_mwh: float = pa.Field(nullable=True, ge=0)
