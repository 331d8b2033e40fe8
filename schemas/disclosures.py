"""Exactly what the disclosure documents print (`mart.disclosure_*`), and which were published (`ops.editions`)."""

import datetime as dt
from typing import Final

from schemas.contract import Contract, Instant, Money, pa
from schemas.words.containers import CONTAINERS
from schemas.words.editions import EDITION_REASONS, EDITION_STATES
from schemas.words.statuses import STATUSES

WINDOWS: Final = ["quarter", "year_to_date", "since_start"]
"""The three windows of the carbon-reduction-loan disclosure, the narrowest first."""

WHOLE_BOOK: Final = "*"
"""The lender key of the rows that cover every lender; TOTAL likewise for the fields."""

TOTAL_FIELD: Final = "total"

COUNTY: Final = "county:"
"""What the lender key of a county's rows begins with, before its code."""


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


class YearlyLine(Contract):
    """What a year's statement says of a method's projects, and of all (total): money, coverage, tonnes.

    Each container has its column: they are never added, and none is taken off the emissions financed.
    """

    period: str
    lender: str
    method: str
    project_count: int
    loan_count: int
    balance_cny: Money = pa.Field(nullable=True)
    balance_growth_ratio: float = pa.Field(nullable=True)
    undrawn_cny: Money = pa.Field(nullable=True)
    coverage_ratio: float = pa.Field(nullable=True)
    attributed_reductions_tco2e: float = pa.Field(nullable=True)
    attributed_reductions_tco2e_per_million_cny: float = pa.Field(nullable=True)
    attributed_own_base_year_reductions_tco2e: float = pa.Field(nullable=True)
    attributed_removals_tco2e: float = pa.Field(nullable=True)
    financed_emissions_tco2e: float = pa.Field(nullable=True)
    financed_emissions_tco2e_per_million_cny: float = pa.Field(nullable=True)
    emissions_coverage_ratio: float = pa.Field(nullable=True)
    weighted_project_finance_score: float = pa.Field(nullable=True)


class YearlyProject(Contract):
    """The projects behind a year's statement: each one's financing, and its tonnes whole and financed.

    project_tonnes_tco2e and attributed_tco2e are those of the container of its method.
    """

    period: str
    lender: str
    project_id: str
    project_name: str = pa.Field(nullable=True)
    county_code: str = pa.Field(nullable=True)
    method: str
    container: str = pa.Field(isin=CONTAINERS)
    status: str = pa.Field(isin=STATUSES, nullable=True)
    loan_count: int
    balance_cny: Money = pa.Field(nullable=True)
    undrawn_cny: Money = pa.Field(nullable=True)
    denominator: str = pa.Field(nullable=True)
    invested_cny: Money = pa.Field(nullable=True)
    attribution_factor_ratio: float = pa.Field(nullable=True)
    project_tonnes_tco2e: float = pa.Field(nullable=True)
    attributed_tco2e: float = pa.Field(nullable=True)
    project_emissions_tco2e: float = pa.Field(nullable=True)
    financed_emissions_tco2e: float = pa.Field(nullable=True)
    project_finance_score: int = pa.Field(nullable=True)
    covered_cny: float
    known_cny: float
    least_cny: float = pa.Field(nullable=True)
    emitting_cny: float


class EditionEntry(Contract):
    """Each edition of each document that was published by then; one whose record is lost keeps what is remembered."""

    report: str
    period: str
    document_name: str
    edition_number: int
    lender: str = pa.Field(nullable=True)
    lang: str = pa.Field(nullable=True)
    edition_reason: str = pa.Field(isin=EDITION_REASONS, nullable=True)
    edition_state: str = pa.Field(isin=EDITION_STATES)
    pdf_digest: str = pa.Field(nullable=True)
    record_digest: str = pa.Field(nullable=True)
    snapshot_id: str = pa.Field(nullable=True)
    known_at: Instant = pa.Field(nullable=True)
    printed_at: Instant = pa.Field(nullable=True)
    is_accepted_by_hand: bool = pa.Field(nullable=True)
    greenloan_version: str = pa.Field(nullable=True)


class SignOffEntry(Contract):
    """Who signed which edition of a document off, and the digest of the signed copy that lies beside it."""

    report: str
    period: str
    document_name: str
    sign_off_number: int
    edition_number: int = pa.Field(nullable=True)
    signed_by: str = pa.Field(nullable=True)
    signed_at: Instant = pa.Field(nullable=True)
    recorded_at: Instant = pa.Field(nullable=True)
    file_name: str = pa.Field(nullable=True)
    file_digest: str = pa.Field(nullable=True)
    edition_digest: str = pa.Field(nullable=True)
    record_digest: str = pa.Field(nullable=True)
    has_edition_bytes: bool = pa.Field(nullable=True)
    sign_off_state: str = pa.Field(isin=EDITION_STATES)


class EditionFigure(Contract):
    """Every figure that an edition prints, under a key that is the same in every edition and language of a document."""

    report: str
    period: str
    document_name: str
    edition_number: int
    figure_key: str
    figure_label: str
    printed_text: str
    value: float = pa.Field(nullable=True)
    unit: str
    receipt_code: str = pa.Field(nullable=True)


class Receipt(Contract):
    """Every published number by its code, as its newest edition prints it; greenloan explain CODE unfolds it.

    A number has one code in every edition and in both languages.
    """

    receipt_code: str = pa.Field(unique=True)
    report: str
    period: str
    lender: str
    figure_label: str = pa.Field(nullable=True)
    figure_label_zh: str = pa.Field(nullable=True)
    printed_text: str
    value: float = pa.Field(nullable=True)
    unit: str
    made_of: str
    made_of_zh: str
