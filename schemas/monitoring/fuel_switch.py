"""The frame on which the fuel switch formula is evaluated."""

import datetime as dt

import pandera.polars as pa

from schemas.contract import Contract


class FuelSwitchMonth(Contract):
    """A boiler house's month after the switch: heat, CO2 and upstream methane of its fuels, and the fuel before."""

    project_id: str
    month_start_date: dt.date
    fuel_heat_gj: float = pa.Field(nullable=True, ge=0)
    fuel_combustion_tco2: float = pa.Field(nullable=True, ge=0)
    upstream_methane_t: float = pa.Field(nullable=True, ge=0)
    electricity_consumed_mwh: float = pa.Field(nullable=True, ge=0)
    efficiency_gain_ratio: float = pa.Field(nullable=True, gt=0)
    baseline_fuel_tco2_per_gj: float = pa.Field(nullable=True, gt=0)
    grid_tco2_per_mwh: float = pa.Field(nullable=True, ge=0)
    methane_tco2e_per_t: float = pa.Field(nullable=True, ge=0)
