"""The frame on which the bamboo formula is evaluated."""

import datetime as dt

import pandera.polars as pa

from schemas.contract import Contract


class BambooMonth(Contract):
    """A bamboo stand's month: the change of its biomass, that of ordinary management, and the factors in force."""

    project_id: str
    month_start_date: dt.date
    biomass_change_t: float = pa.Field(nullable=True)
    baseline_biomass_change_t: float = pa.Field(nullable=True)
    carbon_fraction_tc_per_t: float = pa.Field(nullable=True, gt=0)
    carbon_tco2_per_tc: float = pa.Field(nullable=True, gt=0)
