"""The frame on which the steam heating formula is evaluated."""

import datetime as dt

import pandera.polars as pa

from schemas.contract import Contract


class SteamHeatingMonth(Contract):
    """A heating plant's month: heat or steam metered, fuel and electricity used, and the factors in force."""

    project_id: str
    month_start_date: dt.date
    heat_delivered_gj: float = pa.Field(nullable=True, ge=0)
    steam_delivered_t: float = pa.Field(nullable=True, ge=0)
    electricity_consumed_mwh: float = pa.Field(nullable=True, ge=0)
    fuel_combustion_tco2: float = pa.Field(nullable=True, ge=0)
    steam_enthalpy_gj_per_t: float = pa.Field(nullable=True, gt=0)
    reference_enthalpy_gj_per_t: float = pa.Field(nullable=True, ge=0)
    baseline_efficiency_ratio: float = pa.Field(nullable=True, gt=0)
    coal_tco2_per_gj: float = pa.Field(nullable=True, gt=0)
    grid_tco2_per_mwh: float = pa.Field(nullable=True, ge=0)
