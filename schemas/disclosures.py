"""Exactly what the disclosure documents print (`mart.disclosure_*`)."""

import datetime as dt
from typing import Final

from schemas.contract import Contract, Money, pa

WINDOWS: Final = ["quarter", "year_to_date", "since_start"]
"""The three windows of the carbon-reduction-loan disclosure, the narrowest first."""

WHOLE_BOOK: Final = "*"
"""The lender key of the rows that cover every lender; TOTAL likewise for the fields."""

TOTAL_FIELD: Final = "total"


class CrfDisclosure(Contract):
    """The quarterly carbon-reduction-loan table: a field's projects, money, rate and annual reduction."""

    period: str
    lender: str
    crf_field: str
    window: str = pa.Field(isin=WINDOWS)
    window_from_date: dt.date = pa.Field(nullable=True)
    window_to_date: dt.date
    project_count: int
    disbursed_cny: Money = pa.Field(nullable=True)
    weighted_rate_pct: float = pa.Field(nullable=True)
    attributed_annual_reductions_tco2e_per_year: float = pa.Field(nullable=True)
    coverage_ratio: float = pa.Field(nullable=True)


class CrfProject(Contract):
    """The projects behind a carbon-reduction-loan table, since the start, with each one's state."""

    period: str
    lender: str
    project_id: str
    project_name: str = pa.Field(nullable=True)
    crf_field: str
    method: str
    disbursed_cny: Money = pa.Field(nullable=True)
    disbursed_in_quarter_cny: Money = pa.Field(nullable=True)
    total_investment_cny: Money = pa.Field(nullable=True)
    attribution_factor_ratio: float = pa.Field(nullable=True)
    annual_reductions_tco2e_per_year: float = pa.Field(nullable=True)
    attributed_annual_reductions_tco2e_per_year: float = pa.Field(nullable=True)
    attributed_annual_in_quarter_tco2e_per_year: float = pa.Field(nullable=True)
    promised_last_four_quarters_tco2e: float = pa.Field(nullable=True)
    measured_last_four_quarters_tco2e: float = pa.Field(nullable=True)
    measured_minus_promised_last_four_quarters_tco2e: float = pa.Field(nullable=True)
    expected_median_last_four_quarters_tco2e: float = pa.Field(nullable=True)
    expected_p10_last_four_quarters_tco2e: float = pa.Field(nullable=True)
    expected_p90_last_four_quarters_tco2e: float = pa.Field(nullable=True)
    realisation_type_used: str = pa.Field(nullable=True)
    realisation_scope: str = pa.Field(nullable=True)
    realisation_projects_count: int = pa.Field(nullable=True)
    commissioning_date: dt.date = pa.Field(nullable=True)
    status: str
