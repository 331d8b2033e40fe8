"""The frame on which the wastewater formula is evaluated."""

import datetime as dt

import pandera.polars as pa

from schemas.contract import Contract


class WastewaterTreatmentMonth(Contract):
    """A wastewater plant's month: methane of the old and the new treatment, methane burned, electricity, factors."""

    project_id: str
    month_start_date: dt.date
    replaced_methane_t: float = pa.Field(nullable=True, ge=0)
    treated_methane_t: float = pa.Field(nullable=True, ge=0)
    methane_recovered_t: float = pa.Field(nullable=True, ge=0)
    methane_destruction_ratio: float = pa.Field(nullable=True, ge=0, le=1)
    electricity_consumed_mwh: float = pa.Field(nullable=True, ge=0)
    methane_tco2e_per_t: float = pa.Field(nullable=True, gt=0)
    grid_tco2_per_mwh: float = pa.Field(nullable=True, ge=0)
