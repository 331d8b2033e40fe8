"""The frame on which the LED lighting formula is evaluated."""

import datetime as dt

import pandera.polars as pa

from schemas.contract import Contract


class LedLightingMonth(Contract):
    """A lighting project's month: what the lamps replaced would have used, what the new ones used, and the factors."""

    project_id: str
    month_start_date: dt.date
    replaced_lighting_mwh: float = pa.Field(nullable=True, ge=0)
    new_lighting_mwh: float = pa.Field(nullable=True, ge=0)
    grid_tco2_per_mwh: float = pa.Field(nullable=True, ge=0)
    rebound_ratio: float = pa.Field(nullable=True, ge=0, le=1)
