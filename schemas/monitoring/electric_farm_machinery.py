"""The frame on which the electric farm machinery formula is evaluated."""

import datetime as dt

import pandera.polars as pa

from schemas.contract import Contract


class ElectricFarmMachineryMonth(Contract):
    """A fleet's month: diesel that the machines replaced would have burned, fuel and electricity used, factors."""

    project_id: str
    month_start_date: dt.date
    replaced_diesel_t: float = pa.Field(nullable=True, ge=0)
    fuel_combustion_tco2: float = pa.Field(nullable=True, ge=0)
    electricity_consumed_mwh: float = pa.Field(nullable=True, ge=0)
    diesel_ncv_gj_per_t: float = pa.Field(nullable=True, gt=0)
    diesel_tco2_per_gj: float = pa.Field(nullable=True, gt=0)
    grid_tco2_per_mwh: float = pa.Field(nullable=True, ge=0)
    grid_loss_ratio: float = pa.Field(nullable=True, ge=0, lt=1)
