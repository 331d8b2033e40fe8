"""Reductions of periods, and what each loan may claim of them."""

import datetime as dt

from schemas.contract import Contract, Money, pa


class PeriodReduction(Contract):
    """A project's reduction over a period, or why there is none."""

    project_id: str
    er_status: str
    emission_reductions_tco2e: float = pa.Field(nullable=True)


class ReductionInPeriod(PeriodReduction):
    """A project's reduction over each of several periods."""

    period: str
    period_from_date: dt.date
    period_to_date: dt.date


class MonthInPeriod(Contract):
    """What of a project's month lies in a period: a row a month, or a row a piece of one that the period cuts."""

    period: str
    project_id: str
    month_start_date: dt.date
    method: str
    status: str
    part_days: int
    part_tco2e: float = pa.Field(nullable=True)
    part_project_tco2e: float = pa.Field(nullable=True)
    is_cut: bool


class Attributed(Contract):
    """What a loan may claim in a period, by a basis or a profile."""

    loan_id: str
    project_id: str
    lender: str
    balance_cny: Money = pa.Field(nullable=True)
    emission_reductions_tco2e: float = pa.Field(nullable=True)
    attribution_factor_raw_ratio: float = pa.Field(nullable=True)
    attribution_factor_ratio: float = pa.Field(nullable=True)
    attributed_reductions_tco2e: float = pa.Field(nullable=True)
    status: str
    denominator: str = pa.Field(nullable=True)
    exchange_rate_date: dt.date = pa.Field(nullable=True)
    guaranteed_cny: Money = pa.Field(nullable=True)


class AttributedInPeriod(Attributed):
    """What loans may claim in each of several periods."""

    period: str
    period_from_date: dt.date
    period_to_date: dt.date


class LoanShare(Contract):
    """A loan's share of its project, whatever becomes of the tonnes."""

    loan_id: str
    project_id: str
    lender: str
    share_ratio: float = pa.Field(nullable=True)
    is_counted: bool
    has_investment: bool


class ClaimedTogether(Contract):
    """A project of which its lenders together claim more than all."""

    project_id: str
    together_ratio: float
    lenders: str
