"""What the frames of every form of steam heating share."""

import datetime as dt

import pandera.polars as pa

from schemas.contract import Contract


class DeliveredHeatMonth(Contract):
    """A heating plant's month: heat or steam metered at the users."""

    project_id: str
    month_start_date: dt.date
    heat_delivered_gj: float = pa.Field(nullable=True, ge=0)
    steam_delivered_t: float = pa.Field(nullable=True, ge=0)
    steam_enthalpy_gj_per_t: float = pa.Field(nullable=True, gt=0)
    reference_enthalpy_gj_per_t: float = pa.Field(nullable=True, ge=0)


class ReplacedBoilersMonth(DeliveredHeatMonth):
    """A heating plant's month, and the boilers that would have made its heat."""

    baseline_efficiency_ratio: float = pa.Field(nullable=True, gt=0)
    baseline_fuel_tco2_per_gj: float = pa.Field(nullable=True, gt=0)
    electricity_consumed_mwh: float = pa.Field(nullable=True, ge=0)
    grid_tco2_per_mwh: float = pa.Field(nullable=True, ge=0)
