"""What outcomes, registers and ranges rest on."""

import datetime as dt

from schemas.contract import Contract, Money, pa
from schemas.words.containers import CONTAINERS
from schemas.words.statuses import STATUSES


class ProjectRealisation(Contract):
    """What registered projects of each project's kind delivered of what they promised."""

    project_id: str
    realisation_type_used: str = pa.Field(nullable=True)
    realisation_scope: str = pa.Field(nullable=True)
    realisation_projects_count: int = pa.Field(nullable=True)
    p10_ratio: float = pa.Field(nullable=True)
    median_ratio: float = pa.Field(nullable=True)
    p90_ratio: float = pa.Field(nullable=True)


class DoubleClaim(Contract):
    """Credits or certificates of a project whose reductions its lenders claim as well."""

    project_id: str
    credit_type: str
    first_month: str
    last_month: str
    issued: str


class UncataloguedLoan(Contract):
    """A loan whose product is missing from its lender's own catalogue."""

    loan_id: str
    lender: str
    product_code: str


class UncertainInput(Contract):
    """A reading or factor of a project's month, and what its month's figure moves with it."""

    project_id: str
    month_start_date: dt.date
    symbol: str
    item: str = pa.Field(nullable=True)
    input: str
    origin: str
    parameter_id: str = pa.Field(nullable=True)
    scope: str = pa.Field(nullable=True)
    elasticity_ratio: float
    sensitivity_tco2e: float
    relative_uncertainty_ratio: float


class InputName(Contract):
    """An input's number and what it is."""

    input_number: int
    input: str
    origin: str
    parameter_id: str = pa.Field(nullable=True)
    scope: str = pa.Field(nullable=True)
    relative_uncertainty_ratio: float = pa.Field(nullable=True)


class InputContribution(Contract):
    """What an input's error moves of a project's figure of a period."""

    period: str
    project_id: str
    input_number: int
    origin: str
    contribution_tco2e: float = pa.Field(nullable=True)


class DrawableYear(Contract):
    """A project's year that may be drawn at random, and how often it would be."""

    method: str
    project_id: str
    calendar_year: int
    draws_count: int


class FirstLending(Contract):
    """The first day of which money under the facility stayed lent, by lender (the whole book under *)."""

    lender: str
    start_date: dt.date


class LentInWindow(Contract):
    """What a loan under the facility lent in a window that ends with a quarter, and what it brings about in a year."""

    period: str
    window: str
    window_from_date: dt.date
    window_to_date: dt.date
    lender: str
    loan_id: str
    project_id: str
    crf_field: str
    balance_cny: Money = pa.Field(nullable=True)
    annual_rate_pct: float = pa.Field(nullable=True)
    emission_reductions_tco2e: float = pa.Field(nullable=True)
    attribution_factor_ratio: float = pa.Field(nullable=True)
    attributed_reductions_tco2e: float = pa.Field(nullable=True)
    status: str


class FinancedLoan(Contract):
    """A loan at a year's end: its share of its project, and its part of the tonnes of the project's container."""

    period: str
    loan_id: str
    project_id: str
    lender: str
    container: str = pa.Field(isin=CONTAINERS)
    balance_cny: Money = pa.Field(nullable=True)
    attribution_factor_ratio: float = pa.Field(nullable=True)
    emission_reductions_tco2e: float = pa.Field(nullable=True)
    attributed_reductions_tco2e: float = pa.Field(nullable=True)
    project_emissions_tco2e: float = pa.Field(nullable=True)
    financed_emissions_tco2e: float = pa.Field(nullable=True)
    status: str = pa.Field(isin=STATUSES)


class UndrawnLoan(Contract):
    """What of a contract had not been lent at a year's end."""

    period: str
    loan_id: str
    project_id: str
    lender: str
    undrawn_cny: Money = pa.Field(nullable=True)
