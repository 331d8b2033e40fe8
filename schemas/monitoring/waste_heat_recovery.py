"""The frame on which the waste heat recovery formula is evaluated."""

import datetime as dt

import pandera.polars as pa

from schemas.contract import Contract


class WasteHeatRecoveryMonth(Contract):
    """A recovery plant's month: power and heat made, power taken by its auxiliaries, and the factors in force."""

    project_id: str
    month_start_date: dt.date
    power_generated_mwh: float = pa.Field(nullable=True, ge=0)
    electricity_consumed_mwh: float = pa.Field(nullable=True, ge=0)
    recovered_heat_gj: float = pa.Field(nullable=True, ge=0)
    waste_energy_cap_ratio: float = pa.Field(nullable=True, ge=0, le=1)
    waste_energy_ratio: float = pa.Field(nullable=True, ge=0, le=1)
    grid_cm_tco2_per_mwh: float = pa.Field(nullable=True, ge=0)
    baseline_efficiency_ratio: float = pa.Field(nullable=True, gt=0)
    baseline_fuel_tco2_per_gj: float = pa.Field(nullable=True, gt=0)
