"""Green finance around the loans: statistics, products, library, guarantees, stocks, values (`mart.*`); no tonnes."""

import datetime as dt
from typing import Final

from schemas.contract import Contract, Money, pa
from schemas.deliveries import LIBRARY_STATUSES
from schemas.registers.delivered import ACCOUNTING_BASES, ACQUISITION_TYPES, RIGHT_TYPES

GROUPINGS: Final = ["book", "lender", "county"]
BALANCE_STATUSES: Final = ["incomplete", "balanced", "differs"]
CONTINUITY_STATUSES: Final = ["first", "incomplete", "continues", "differs"]


class GreenLoanStatistic(Contract):
    """Green loan balance at each month-end: the whole book, each lender and each county, its growth and its rank."""

    month_end_date: dt.date
    is_quarter_end: bool
    grouping: str = pa.Field(isin=GROUPINGS)
    member: str
    county_name: str = pa.Field(nullable=True)
    loan_count: int
    unrated_loan_count: int
    balance_cny: Money = pa.Field(nullable=True)
    year_before_balance_cny: Money = pa.Field(nullable=True)
    balance_growth_ratio: float = pa.Field(nullable=True)
    balance_rank: int = pa.Field(nullable=True)


class ProductCatalogueEntry(Contract):
    """Ecological-rights credit products with the loans made under them and what is outstanding."""

    lender: str
    product_code: str
    product_name: str
    right_type: str = pa.Field(nullable=True, isin=RIGHT_TYPES)
    pledge_type: str = pa.Field(nullable=True)
    county_code: str = pa.Field(nullable=True)
    county_name: str = pa.Field(nullable=True)
    launched_date: dt.date = pa.Field(nullable=True)
    month_end_date: dt.date
    loans_made_count: int
    loan_count: int
    balance_cny: Money = pa.Field(nullable=True)


class LibraryProject(Contract):
    """The green project library: state, joint review and loans of each project; only admitted ones are in it."""

    project_id: str
    project_name: str = pa.Field(nullable=True)
    county_code: str = pa.Field(nullable=True)
    county_name: str = pa.Field(nullable=True)
    library_status: str = pa.Field(nullable=True, isin=LIBRARY_STATUSES)
    is_in_library: bool
    application_date: dt.date = pa.Field(nullable=True)
    review_date: dt.date = pa.Field(nullable=True)
    application_to_review_days: int = pa.Field(nullable=True)
    reviewing_bodies: str = pa.Field(nullable=True)
    reviewing_body_count: int = pa.Field(nullable=True)
    month_end_date: dt.date
    loan_count: int
    balance_cny: Money = pa.Field(nullable=True)


class Guarantee(Contract):
    """Guarantees outstanding by guarantor beside its fund: a memo; a guarantee attributes nothing until called."""

    guarantor: str
    county_code: str = pa.Field(nullable=True)
    county_name: str = pa.Field(nullable=True)
    month_end_date: dt.date
    loan_count: int
    guaranteed_cny: Money = pa.Field(nullable=True)
    outstanding_guarantee_cny: Money = pa.Field(nullable=True)
    fund_date: dt.date = pa.Field(nullable=True)
    fund_cny: Money = pa.Field(nullable=True)
    guarantee_to_fund_ratio: float = pa.Field(nullable=True)


class ForestRightHolding(Contract):
    """Forest rights that centres hold, by the way in which they came by them; land, not loans and not tonnes."""

    centre_name: str
    county_code: str = pa.Field(nullable=True)
    county_name: str = pa.Field(nullable=True)
    acquisition_type: str = pa.Field(isin=ACQUISITION_TYPES)
    month_end_date: dt.date
    acquisition_count: int
    defaulted_loan_count: int
    area_mu: float = pa.Field(nullable=True)
    area_ha: float = pa.Field(nullable=True)
    paid_cny: Money = pa.Field(nullable=True)


class NaturalResourceBalance(Contract):
    """Natural-resource balance sheet by county, year and class, with what does not add up; stocks, never tonnes."""

    county_code: str
    county_name: str = pa.Field(nullable=True)
    calendar_year: int
    resource_class: str
    unit: str
    opening: float = pa.Field(nullable=True)
    additions: float = pa.Field(nullable=True)
    losses: float = pa.Field(nullable=True)
    closing: float = pa.Field(nullable=True)
    computed_closing: float = pa.Field(nullable=True)
    closing_difference: float = pa.Field(nullable=True)
    balance_status: str = pa.Field(isin=BALANCE_STATUSES)
    previous_closing: float = pa.Field(nullable=True)
    opening_difference: float = pa.Field(nullable=True)
    continuity_status: str = pa.Field(isin=CONTINUITY_STATUSES)
    source: str = pa.Field(nullable=True)


class CountyEcologicalValue(Contract):
    """Ecological product value by county and year, accounted or projected, and its growth; money, never tonnes."""

    county_code: str
    county_name: str = pa.Field(nullable=True)
    calendar_year: int
    accounting_basis: str = pa.Field(isin=ACCOUNTING_BASES)
    ecological_product_value_cny: Money
    value_growth_ratio: float = pa.Field(nullable=True)
    source: str = pa.Field(nullable=True)


class _Indicators(Contract):
    """The columns of the tables of physical indicators."""

    project_id: str
    project_name: str = pa.Field(nullable=True)
    county_code: str = pa.Field(nullable=True)
    county_name: str = pa.Field(nullable=True)
    indicator: str
    title_zh: str
    title_en: str
    period_start: dt.date
    period_end: dt.date
    value: float
    unit: str


class AquacultureIndicator(_Indicators):
    """Aquaculture of the projects, as read: output and water area; never tonnes of CO2."""


class ScenicAreaIndicator(_Indicators):
    """Scenic areas and homestays of the projects, as read: visitors, room nights; never tonnes of CO2."""


class ReservoirIndicator(_Indicators):
    """Reservoirs and water works of the projects, as read: residents served, water surface; never tonnes of CO2."""


class StandingVolume(Contract):
    """Standing volume of each forest stratum and survey: a stock in m3, neither annual nor tonnes."""

    project_id: str
    project_name: str = pa.Field(nullable=True)
    county_code: str = pa.Field(nullable=True)
    county_name: str = pa.Field(nullable=True)
    stratum: str
    species: str = pa.Field(nullable=True)
    survey_date: dt.date
    area_mu: float = pa.Field(nullable=True)
    area_ha: float = pa.Field(nullable=True)
    standing_volume_m3: float = pa.Field(nullable=True)
