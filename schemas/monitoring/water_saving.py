"""The frame on which the water saving formula is evaluated."""

import datetime as dt

import pandera.polars as pa

from schemas.contract import Contract


class WaterSavingMonth(Contract):
    """A water project's month: water saved, the electricity of a cubic metre, and the grid's factor."""

    project_id: str
    month_start_date: dt.date
    water_saved_m3: float = pa.Field(nullable=True)
    water_energy_mwh_per_m3: float = pa.Field(nullable=True, ge=0)
    grid_tco2_per_mwh: float = pa.Field(nullable=True, ge=0)
