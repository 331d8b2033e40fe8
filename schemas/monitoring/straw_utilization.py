"""The frame on which the straw utilization formula is evaluated."""

import datetime as dt

import pandera.polars as pa

from schemas.contract import Contract


class StrawUtilizationMonth(Contract):
    """A straw project's month: straw not burned, straw returned to paddies, and the factors in force."""

    project_id: str
    month_start_date: dt.date
    straw_not_burned_t: float = pa.Field(nullable=True, ge=0)
    straw_returned_to_paddies_t: float = pa.Field(nullable=True, ge=0)
    burned_ratio: float = pa.Field(nullable=True, ge=0)
    straw_methane_t_per_t: float = pa.Field(nullable=True, ge=0)
    straw_n2o_t_per_t: float = pa.Field(nullable=True, ge=0)
    paddy_methane_t_per_t: float = pa.Field(nullable=True, ge=0)
    methane_tco2e_per_t: float = pa.Field(nullable=True, ge=0)
    n2o_tco2e_per_t: float = pa.Field(nullable=True, ge=0)
