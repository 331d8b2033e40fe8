"""The frame on which the saving per tonne of product is evaluated."""

import datetime as dt

import pandera.polars as pa

from schemas.contract import Contract


class IndustrialEnergySavingPerOutputMonth(Contract):
    """A plant's month: its output, the energy that it took, and the base year's energy per tonne."""

    project_id: str
    month_start_date: dt.date
    product_output_t: float = pa.Field(nullable=True, ge=0)
    fuel_combustion_tco2: float = pa.Field(nullable=True, ge=0)
    electricity_consumed_mwh: float = pa.Field(nullable=True, ge=0)
    baseline_fuel_gj_per_t: float = pa.Field(nullable=True, ge=0)
    baseline_power_mwh_per_t: float = pa.Field(nullable=True, ge=0)
    baseline_fuel_tco2_per_gj: float = pa.Field(nullable=True, ge=0)
    grid_tco2_per_mwh: float = pa.Field(nullable=True, ge=0)
