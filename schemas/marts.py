"""What analysts query: positions, project months, attribution, outcomes and indicators (`mart.*`)."""

import datetime as dt
from typing import Final

from schemas.contract import Contract, Instant, Money, pa
from schemas.words.bases import AVERAGES, BASES, MONEY
from schemas.words.causes import CAUSES
from schemas.words.containers import CONTAINERS
from schemas.words.statuses import STATUSES

INDICATORS: Final = {
    "emission_reductions": "tCO2e",
    "standard_coal_saved": "tce",
    "cod_removed": "t",
    "ammonia_nitrogen_removed": "t",
    "so2_avoided": "t",
    "nox_avoided": "t",
    "water_saved": "m3",
}
"""What the regulator's green-credit table asks for, and its unit here."""

VERDICTS: Final = ["plausible", "flagged", "withheld", "refused"]
"""The verdicts of a plausibility check: as usual; questionable; implausible and withheld until a person releases it;
impossible and refused."""

ORIGINS: Final = ["delivered", "computed"]
"""Whether an indicator was sent or worked out."""

CONFIRMATIONS: Final = ["deliveries", "control_total", "statement"]
"""What confirms a ledger up to a day: what its sender delivered, a total that agrees, or the lender's word."""


class BalanceChange(Contract):
    """Each effective ledger entry as a signed change of its loan's balance on its value date."""

    loan_id: str
    entry_id: str
    value_date: dt.date
    flow_date: dt.date
    event: str
    currency: str
    balance_change_amount: Money
    disbursed_amount: Money
    repaid_amount: Money


class ExchangeRateInForce(Contract):
    """The days on which a trading day's rate converts a currency to CNY; a day without a row has no rate."""

    currency: str
    valid_from: dt.date
    valid_to: dt.date
    rate: float
    exchange_rate_date: dt.date = pa.Field(nullable=True)


class ProjectDenominator(Contract):
    """What a project's money is set against on which days, for each denominator that a rule may ask for."""

    project_id: str
    asked_denominator: str
    valid_from: dt.date
    valid_to: dt.date
    denominator: str
    investment_currency: str = pa.Field(nullable=True)
    invested_amount: Money = pa.Field(nullable=True)


class OverdrawnLoan(Contract):
    """Loans whose closing balance fell below zero, and the first day: from then on they have no share."""

    loan_id: str
    overdrawn_date: dt.date


class OutsideFacility(Contract):
    """Entries that lent money under a field before it belonged to the carbon reduction facility, or after."""

    loan_id: str
    entry_id: str


class LoanRole(Contract):
    """What each loan is to the rules: whether it finances a project, lends new money, is under the facility."""

    loan_id: str
    project_id: str
    lender: str
    currency: str
    is_project_finance: bool
    is_new_lending: bool
    is_under_facility: bool


class ProjectRole(Contract):
    """What each project of avoided emissions is to the rules: its formula, its promise, what must end anyway."""

    project_id: str
    commissioning_date: dt.date = pa.Field(nullable=True)
    reported_annual_reduction_tco2: float = pa.Field(nullable=True)
    has_no_formula: bool
    is_reported: bool
    is_impossible: bool
    is_mandated_baseline: bool


class AttributionRule(Contract):
    """Every plain basis and every profile as the rule by which a share is formed and what it is a share of."""

    rule_name: str = pa.Field(unique=True)
    basis: str = pa.Field(isin=BASES)
    counted_money: str = pa.Field(isin=MONEY)
    averaged_over: str = pa.Field(isin=AVERAGES)
    is_matched: bool
    denominator: str
    is_per_year: bool
    is_operating_only: bool
    is_zero_where_mandated: bool
    is_facility_only: bool
    is_formula_where_no_promise: bool


class LoanMonth(Contract):
    """A loan's month: opening, closing and daily-average balance, money disbursed and repaid."""

    loan_id: str
    project_id: str
    lender: str
    month_start_date: dt.date
    month_end_date: dt.date
    currency: str
    opening_balance: Money
    closing_balance: Money
    average_balance: float
    disbursed_amount: Money
    repaid_amount: Money
    closing_balance_cny: Money = pa.Field(nullable=True)


class ProjectMonth(Contract):
    """A project's month: baseline, project and leakage emissions and the reduction, or why there is none."""

    project_id: str
    month_start_date: dt.date
    operating_from_date: dt.date
    operating_to_date: dt.date
    method: str
    method_edition: str = pa.Field(nullable=True)
    baseline_emissions_tco2e: float = pa.Field(nullable=True)
    project_emissions_tco2e: float = pa.Field(nullable=True)
    leakage_tco2e: float = pa.Field(nullable=True)
    emission_reductions_tco2e: float = pa.Field(nullable=True)
    status: str = pa.Field(isin=STATUSES)
    is_spread: bool


class ProjectMonthPart(Contract):
    """A piece of a project's month between days on which its readings begin or end, for periods that cut the month."""

    project_id: str
    month_start_date: dt.date
    part_from_date: dt.date
    part_to_date: dt.date
    method: str
    project_emissions_tco2e: float = pa.Field(nullable=True)
    emission_reductions_tco2e: float = pa.Field(nullable=True)
    status: str = pa.Field(isin=STATUSES)
    readings_from_date: dt.date = pa.Field(nullable=True)
    readings_to_date: dt.date = pa.Field(nullable=True)


class ReadingUse(Contract):
    """Which records each formula's readings are made of, for which project and month: the lineage of the readings."""

    project_id: str
    month_start_date: dt.date
    symbol: str
    kind: str = pa.Field(nullable=True)
    item: str = pa.Field(nullable=True)
    metric: str
    value: float
    unit: str
    record_id: str = pa.Field(nullable=True)
    source: str = pa.Field(nullable=True)
    source_file: str = pa.Field(nullable=True)
    source_row: int = pa.Field(nullable=True)
    part_from_date: dt.date
    part_to_date: dt.date
    spread_by: str = pa.Field(nullable=True)
    part_value: float


class LoanConfirmation(Contract):
    """Up to which day the ledger of each loan is confirmed, and by what: entries after it may be missing."""

    loan_id: str
    confirmed_to_date: dt.date
    confirmed_by: str = pa.Field(isin=CONFIRMATIONS)


class FirstInvestment(Contract):
    """Each project's total investment as first delivered: its value at origination, frozen."""

    project_id: str
    first_total_investment: Money
    first_investment_currency: str


class BalanceSheet(Contract):
    """Each statement of a project's equity and debt by its date; a period takes the one in force at its end."""

    project_id: str
    balance_sheet_date: dt.date = pa.Field(nullable=True)
    total_equity: Money
    total_debt: Money
    investment_currency: str
    stated_at: Instant


class LoanRate(Contract):
    """Each rate that a lender has stated of a loan; a later one is a repricing and changes no past disclosure."""

    loan_id: str
    annual_rate_pct: float
    stated_at: Instant
    is_repricing: bool


class RemovalMonth(Contract):
    """A project's month of removals (forests, bamboo): what grew beyond the baseline; no avoided emissions."""

    project_id: str
    month_start_date: dt.date
    operating_from_date: dt.date
    operating_to_date: dt.date
    method: str
    method_edition: str = pa.Field(nullable=True)
    baseline_removals_tco2e: float = pa.Field(nullable=True)
    project_removals_tco2e: float = pa.Field(nullable=True)
    leakage_tco2e: float = pa.Field(nullable=True)
    removals_tco2e: float = pa.Field(nullable=True)
    status: str = pa.Field(isin=STATUSES)
    is_spread: bool


class OwnBaseYearMonth(Contract):
    """A transition project's month against its own base year; apart from green loans and from avoided emissions."""

    project_id: str
    month_start_date: dt.date
    operating_from_date: dt.date
    operating_to_date: dt.date
    method: str
    method_edition: str = pa.Field(nullable=True)
    own_base_year_emissions_tco2e: float = pa.Field(nullable=True)
    project_emissions_tco2e: float = pa.Field(nullable=True)
    leakage_tco2e: float = pa.Field(nullable=True)
    own_base_year_reductions_tco2e: float = pa.Field(nullable=True)
    status: str = pa.Field(isin=STATUSES)
    is_spread: bool


class Completeness(Contract):
    """How many days of operation the accepted readings cover, for each project, metric of its formula and month."""

    project_id: str
    metric: str
    month_start_date: dt.date
    operating_from_date: dt.date
    operating_to_date: dt.date
    operating_days: int
    covered_days: int
    out_of_season_days: int
    completeness_ratio: float
    spread_days: int
    spread_by: str = pa.Field(nullable=True)
    unspread_days: int
    meter_ratio: float = pa.Field(nullable=True)
    invoice_ratio: float = pa.Field(nullable=True)
    estimate_ratio: float = pa.Field(nullable=True)
    unstated_ratio: float = pa.Field(nullable=True)


class AttributedReduction(Contract):
    """A loan's part of its project's reduction in a quarter, half or year: on each balance basis, under each profile.

    A row has a basis or a profile, never both.
    """

    period: str
    period_from_date: dt.date
    period_to_date: dt.date
    basis: str = pa.Field(isin=BASES, nullable=True)
    loan_id: str
    project_id: str
    lender: str
    balance_cny: Money = pa.Field(nullable=True)
    emission_reductions_tco2e: float = pa.Field(nullable=True)
    attribution_factor_raw_ratio: float = pa.Field(nullable=True)
    attribution_factor_ratio: float = pa.Field(nullable=True)
    attributed_reductions_tco2e: float = pa.Field(nullable=True)
    status: str = pa.Field(isin=STATUSES)
    profile: str = pa.Field(nullable=True)
    annual_reductions_tco2e_per_year: float = pa.Field(nullable=True)
    attributed_annual_reductions_tco2e_per_year: float = pa.Field(nullable=True)
    denominator: str
    exchange_rate_date: dt.date = pa.Field(nullable=True)
    guaranteed_cny: Money = pa.Field(nullable=True)
    is_small_exposure: bool
    is_mandated_baseline: bool
    is_confirmed_to_period_end: bool


class ShareAboveOne(Contract):
    """Each lender of a project whose lenders together pass 1: its raw share, the one used, and what it gave up."""

    period: str
    period_from_date: dt.date
    period_to_date: dt.date
    basis: str = pa.Field(isin=BASES, nullable=True)
    profile: str = pa.Field(nullable=True)
    project_id: str
    lender: str
    project_raw_ratio: float
    attribution_factor_raw_ratio: float
    attribution_factor_ratio: float
    excess_ratio: float
    excess_cny: Money = pa.Field(nullable=True)


class DataQuality(Contract):
    """How each loan's figure under PCAF was made, and its score on PCAF's two scales; no figure, no score."""

    period: str
    period_from_date: dt.date
    period_to_date: dt.date
    loan_id: str
    project_id: str
    lender: str
    balance_cny: Money = pa.Field(nullable=True)
    status: str = pa.Field(isin=STATUSES)
    evidence: str = pa.Field(nullable=True)
    pcaf_option: str = pa.Field(nullable=True)
    project_finance_score: int = pa.Field(nullable=True, ge=1, le=5)
    avoided_emissions_score: int = pa.Field(nullable=True, ge=1, le=3)
    is_mandated_baseline: bool


class DataQualityTotal(Contract):
    """PCAF's scores of a lender or the whole book (*), weighted by the outstanding amount, and what they cover."""

    period: str
    period_from_date: dt.date
    period_to_date: dt.date
    lender: str
    outstanding_cny: Money = pa.Field(nullable=True)
    weighted_project_finance_score: float = pa.Field(nullable=True)
    weighted_avoided_emissions_score: float = pa.Field(nullable=True)
    coverage_ratio: float = pa.Field(nullable=True)


class AttributedElsewhere(Contract):
    """The columns of a loan's part in every container but avoided emissions; its tonnes have the container's names."""

    period: str
    period_from_date: dt.date
    period_to_date: dt.date
    basis: str = pa.Field(isin=BASES)
    loan_id: str
    project_id: str
    lender: str
    balance_cny: Money = pa.Field(nullable=True)
    attribution_factor_raw_ratio: float = pa.Field(nullable=True)
    attribution_factor_ratio: float = pa.Field(nullable=True)
    status: str = pa.Field(isin=STATUSES)
    is_confirmed_to_period_end: bool


class AttributedRemoval(AttributedElsewhere):
    """A loan's part of its project's removals in a quarter, half or year; a container of its own, reversible."""

    removals_tco2e: float = pa.Field(nullable=True)
    attributed_removals_tco2e: float = pa.Field(nullable=True)


class AttributedOwnBaseYearReduction(AttributedElsewhere):
    """A loan's part of a transition project's reduction against its own base year; kept apart from green loans."""

    own_base_year_reductions_tco2e: float = pa.Field(nullable=True)
    attributed_own_base_year_reductions_tco2e: float = pa.Field(nullable=True)


class AttributedAnnualReduction(Contract):
    """A loan's part of its project's promised annual reduction, by money disbursed in a period of the book."""

    period: str
    period_from_date: dt.date
    period_to_date: dt.date
    loan_id: str
    project_id: str
    lender: str
    disbursed_cny: Money = pa.Field(nullable=True)
    annual_reductions_tco2e_per_year: float = pa.Field(nullable=True)
    attribution_factor_raw_ratio: float = pa.Field(nullable=True)
    attribution_factor_ratio: float = pa.Field(nullable=True)
    attributed_annual_reductions_tco2e_per_year: float = pa.Field(nullable=True)
    status: str = pa.Field(isin=STATUSES)
    is_confirmed_to_period_end: bool


class ProjectOutcome(Contract):
    """Promised, expected and measured of a project in a calendar year; expected rests on survivors only.

    Expected is a promise by what registered projects of its kind delivered of theirs. Those that never issued are not
    among them: true medians are lower. The tonnes are of the row's container: rows of different ones are never added.
    """

    project_id: str
    calendar_year: int
    container: str = pa.Field(isin=CONTAINERS)
    operating_days: int
    promised_annual_reductions_tco2e_per_year: float = pa.Field(nullable=True)
    promised_reductions_tco2e: float = pa.Field(nullable=True)
    measured_reductions_tco2e: float = pa.Field(nullable=True)
    measured_to_promised_ratio: float = pa.Field(nullable=True)
    measured_minus_promised_tco2e: float = pa.Field(nullable=True)
    expected_median_tco2e: float = pa.Field(nullable=True)
    expected_p10_tco2e: float = pa.Field(nullable=True)
    expected_p90_tco2e: float = pa.Field(nullable=True)
    realisation_type_used: str = pa.Field(nullable=True)
    realisation_scope: str = pa.Field(nullable=True)
    realisation_projects_count: int = pa.Field(nullable=True)
    status: str = pa.Field(isin=STATUSES)


class Plausibility(Contract):
    """What each figure looks like beside what is usual or possible, with the verdict and the evidence."""

    project_id: str
    check_id: str
    figure: str
    period: str = pa.Field(nullable=True)
    period_from_date: dt.date = pa.Field(nullable=True)
    period_to_date: dt.date = pa.Field(nullable=True)
    value: float
    unit: str
    lower_value: float = pa.Field(nullable=True)
    upper_value: float = pa.Field(nullable=True)
    verdict: str = pa.Field(isin=VERDICTS)
    evidence: str
    evidence_zh: str
    parameter_status: str


class WithheldFigure(Contract):
    """Each project month whose figure was worked out and is implausible: withheld, or let through by a release."""

    project_id: str
    month_start_date: dt.date
    withheld_reductions_tco2e: float
    check_ids: str
    evidence: str
    evidence_zh: str
    is_released: bool
    reason: str = pa.Field(nullable=True)
    released_by: str = pa.Field(nullable=True)
    released_at: Instant = pa.Field(nullable=True)


class ImpossibleFigure(Contract):
    """Each project whose own annual figure is beyond what its capacity or land can give: it counts nowhere."""

    project_id: str
    reported_annual_reduction_tco2: float
    lowest_possible_tco2: float
    highest_possible_tco2: float
    evidence: str
    evidence_zh: str
    parameter_status: str


class FinancedEmission(Contract):
    """A loan's part of its project's own emissions in a period; never netted with avoided ones, removals or credits."""

    period: str
    period_from_date: dt.date
    period_to_date: dt.date
    loan_id: str
    project_id: str
    lender: str
    project_emissions_tco2e: float = pa.Field(nullable=True)
    attribution_factor_ratio: float = pa.Field(nullable=True)
    financed_emissions_tco2e: float = pa.Field(nullable=True)
    status: str = pa.Field(isin=STATUSES)


class PhysicalIndicator(Contract):
    """Readings that are not tonnes of CO2 (people served, output, area), carried as sent, and coal saved."""

    project_id: str
    metric: str
    period_start: dt.date
    period_end: dt.date
    value: float
    unit: str
    origin: str = pa.Field(isin=ORIGINS)


class GreenCreditIndicator(Contract):
    """The seven indicators of the regulator's green-credit table by year, lender and project; blank where no basis."""

    calendar_year: int
    lender: str
    project_id: str
    indicator: str = pa.Field(isin=list(INDICATORS))
    value: float = pa.Field(nullable=True)
    unit: str
    attribution_factor_ratio: float = pa.Field(nullable=True)
    attributed_value: float = pa.Field(nullable=True)
    origin: str = pa.Field(nullable=True, isin=ORIGINS)
    status: str = pa.Field(isin=STATUSES)
    reason: str = pa.Field(nullable=True)
    reason_zh: str = pa.Field(nullable=True)


class VerifiedReduction(Contract):
    """Verified reductions of monitoring periods beside the figure of the same days here: shown, never added to it."""

    project_id: str
    period_start: dt.date
    period_end: dt.date
    container: str = pa.Field(isin=CONTAINERS, nullable=True)
    credit_scheme: str
    verified_by: str
    verification_document: str
    verified_reduction_tco2e: float
    emission_reductions_tco2e: float = pa.Field(nullable=True)
    verified_minus_own_tco2e: float = pa.Field(nullable=True)
    status: str


class IssuedCredit(Contract):
    """Credits and green certificates as sent: a container of their own, never netted with or added to reductions."""

    project_id: str
    metric: str
    period_start: dt.date
    period_end: dt.date
    value: float
    unit: str
    credit_scheme: str = pa.Field(nullable=True)
    is_claimed_twice: bool


class BridgePart(Contract):
    """What one cause moved of the tonnes that a loan may claim, between two states."""

    project_id: str
    loan_id: str
    lender: str
    cause: str = pa.Field(isin=CAUSES)
    parameter_id: str = pa.Field(nullable=True)
    difference_tco2e: float


class BridgeQuarter(BridgePart):
    """Why what a loan may claim differs between the newest two complete quarters: what each cause moved."""

    basis: str = pa.Field(isin=BASES)
    from_period: str
    to_period: str


class BridgeNight(Contract):
    """Why what lenders may claim of quarters differs between the last two nights that differ: what each cause moved."""

    period: str
    basis: str = pa.Field(isin=BASES)
    project_id: str
    lender: str
    cause: str = pa.Field(isin=CAUSES)
    parameter_id: str = pa.Field(nullable=True)
    difference_tco2e: float
    known_before_at: Instant
    since: Instant
