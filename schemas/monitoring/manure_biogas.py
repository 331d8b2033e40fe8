"""The frame on which the manure biogas formula is evaluated."""

import datetime as dt

import pandera.polars as pa

from schemas.contract import Contract


class ManureBiogasMonth(Contract):
    """A digester's month: methane of the manure before and at most, methane metered (infinite where none ever was),

    power used, and the factors in force.
    """

    project_id: str
    month_start_date: dt.date
    electricity_consumed_mwh: float = pa.Field(nullable=True, ge=0)
    manure_methane_before_m3: float = pa.Field(nullable=True, ge=0)
    manure_potential_m3: float = pa.Field(nullable=True, ge=0)
    metered_volume_burned_t: float = pa.Field(nullable=True, ge=0)
    metered_mass_burned_t: float = pa.Field(nullable=True, ge=0)
    methane_tco2e_per_t: float = pa.Field(nullable=True, ge=0)
    methane_density_t_per_m3: float = pa.Field(nullable=True, ge=0)
    uncertainty_correction_ratio: float = pa.Field(nullable=True, ge=0)
    digester_leak_ratio: float = pa.Field(nullable=True, ge=0)
    grid_tco2_per_mwh: float = pa.Field(nullable=True, ge=0)
