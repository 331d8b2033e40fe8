"""The frame on which the fertiliser N2O formula is evaluated."""

import datetime as dt

import pandera.polars as pa

from schemas.contract import Contract


class FertilizerN2oMonth(Contract):
    """A farm's month: land fertilised, nitrogen applied, and the factors in force."""

    project_id: str
    month_start_date: dt.date
    fertilised_ha: float = pa.Field(nullable=True, ge=0)
    nitrogen_applied_tn: float = pa.Field(nullable=True, ge=0)
    baseline_nitrogen_tn_per_ha: float = pa.Field(nullable=True, ge=0)
    direct_ratio: float = pa.Field(nullable=True, ge=0)
    volatilised_ratio: float = pa.Field(nullable=True, ge=0)
    volatilised_n2o_ratio: float = pa.Field(nullable=True, ge=0)
    leached_ratio: float = pa.Field(nullable=True, ge=0)
    leached_n2o_ratio: float = pa.Field(nullable=True, ge=0)
    nitrogen_tn2o_per_tn: float = pa.Field(nullable=True, ge=0)
    n2o_tco2e_per_tn2o: float = pa.Field(nullable=True, ge=0)
