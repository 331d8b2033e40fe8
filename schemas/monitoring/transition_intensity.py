"""The frame on which the transition formula is evaluated."""

import datetime as dt

import pandera.polars as pa

from schemas.contract import Contract


class TransitionIntensityMonth(Contract):
    """A borrower's month: product, own emissions, and the base year's intensity."""

    project_id: str
    month_start_date: dt.date
    product_output_t: float = pa.Field(nullable=True, ge=0)
    own_emissions_tco2e: float = pa.Field(nullable=True, ge=0)
    base_year_tco2e_per_t: float = pa.Field(nullable=True, ge=0)
