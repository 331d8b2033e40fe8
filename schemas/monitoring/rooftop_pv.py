"""The frame on which the rooftop PV formula is evaluated."""

import datetime as dt

import pandera.polars as pa

from schemas.contract import Contract


class RooftopPvMonth(Contract):
    """A roof's month: electricity used by the host, electricity exported, and the factor that each replaces."""

    project_id: str
    month_start_date: dt.date
    electricity_self_used_mwh: float = pa.Field(nullable=True, ge=0)
    electricity_exported_mwh: float = pa.Field(nullable=True, ge=0)
    self_use_tco2_per_mwh: float = pa.Field(nullable=True, ge=0)
    export_tco2_per_mwh: float = pa.Field(nullable=True, ge=0)
