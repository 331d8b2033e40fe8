"""The frame on which the rice methane formula is evaluated."""

import datetime as dt

import pandera.polars as pa

from schemas.contract import Contract


class RiceMethaneMonth(Contract):
    """A rice project's month: methane before and now, more nitrous oxide, and the potentials in force."""

    project_id: str
    month_start_date: dt.date
    methane_before_t: float = pa.Field(nullable=True, ge=0)
    methane_now_t: float = pa.Field(nullable=True, ge=0)
    more_n2o_t: float = pa.Field(nullable=True, ge=0)
    methane_tco2e_per_t: float = pa.Field(nullable=True, ge=0)
    n2o_tco2e_per_t: float = pa.Field(nullable=True, ge=0)
