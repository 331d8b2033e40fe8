"""The tables that source systems deliver, row for row, once read and accepted (`core.*`).

A check's `title` names the column to blame and its `description` the sentence shown to the sender.
"""

import datetime as dt
from typing import Final, TypedDict, get_args

import polars as pl

from schemas.contract import CURRENCY, DataFrame, Delivered, Instant, Money, pa
from schemas.registers import delivered as registers

LOAN_TYPES: Final = ["new", "refinance", "working_capital"]
MESSAGES: Final = ["new", "resend", "late", "correct", "delete"]
INVESTMENT_BASES: Final = ["estimate", "approved", "settled", "illustrative"]
LIBRARY_STATUSES: Final = ["applied", "reviewed", "admitted", "withdrawn"]
RELEASED_PERIOD: Final = r"^[0-9]{4}(Q[1-4]|H[12]|-(0[1-9]|1[0-2]))?$"
"""2025, 2025H1, 2025Q1 or 2025-03."""
READING_SOURCES: Final = ["meter", "invoice", "estimate", "survey"]
EVENT_EFFECTS: Final = {
    "DISBURSEMENT": 1, "TRANSFER_IN": 1,
    "REPAYMENT": -1, "PREPAYMENT": -1, "WRITE_OFF": -1, "TRANSFER_OUT": -1,
    "REVERSAL": 0,
}  # fmt: skip
"""Sign of each event in the balance; a REVERSAL takes the opposite sign of the entry that it names."""


def _is_deletion() -> pl.Expr:
    return pl.col("message").eq_missing("delete")


def _all_there(*columns: str) -> pl.Expr:
    return pl.all_horizontal(pl.col(column).is_not_null() for column in columns)


class Project(Delivered):
    """The green projects that loans pay for, one row a project, as accepted."""

    project_id: str = pa.Field(str_length={"min_value": 1})
    project_name: str = pa.Field(nullable=True)
    method: str
    method_edition: str = pa.Field(nullable=True)
    province_or_country: str = pa.Field(nullable=True)
    commissioning_date: dt.date = pa.Field(nullable=True)
    total_investment: Money = pa.Field(nullable=True, ge=0)
    investment_currency: str = pa.Field(nullable=True, str_matches=CURRENCY)
    capacity: float = pa.Field(nullable=True, ge=0)
    capacity_unit: str = pa.Field(nullable=True)
    design_annual_value: float = pa.Field(nullable=True)
    design_unit: str = pa.Field(nullable=True)
    reported_annual_reduction_tco2: float = pa.Field(nullable=True)
    borrower_name: str = pa.Field(nullable=True)
    county_code: str = pa.Field(nullable=True)
    category_code: str = pa.Field(nullable=True)
    catalogue_version: str = pa.Field(nullable=True)
    total_equity: Money = pa.Field(nullable=True)
    total_debt: Money = pa.Field(nullable=True)
    balance_sheet_date: dt.date = pa.Field(nullable=True)
    investment_basis: str = pa.Field(nullable=True, isin=INVESTMENT_BASES)
    is_mandated_baseline: bool = pa.Field(nullable=True)
    library_status: str = pa.Field(nullable=True, isin=LIBRARY_STATUSES)
    review_date: dt.date = pa.Field(nullable=True)
    reviewing_bodies: str = pa.Field(nullable=True)
    realisation_type: str = pa.Field(nullable=True)
    lifetime_years: float = pa.Field(nullable=True, gt=0)
    credit_scheme: str = pa.Field(nullable=True)
    application_date: dt.date = pa.Field(nullable=True)
    verified_by: str = pa.Field(nullable=True)

    @pa.dataframe_check(
        name="investment_needs_currency",
        title="investment_currency",
        description="an investment needs its currency",
    )
    def _investment_needs_currency(cls, data: pa.PolarsData) -> pl.LazyFrame:
        invested = pl.col("total_investment").is_not_null()
        return data.lazyframe.select(~invested | pl.col("investment_currency").is_not_null())


class Loan(Delivered):
    """The loans, one row a loan, as accepted."""

    loan_id: str = pa.Field(str_length={"min_value": 1})
    project_id: str = pa.Field(str_length={"min_value": 1})
    lender: str = pa.Field(str_length={"min_value": 1})
    currency: str = pa.Field(str_matches=CURRENCY)
    contract_amount: Money = pa.Field(nullable=True, ge=0)
    sign_date: dt.date = pa.Field(nullable=True)
    maturity_date: dt.date = pa.Field(nullable=True)
    annual_rate_pct: float = pa.Field(nullable=True)
    loan_type: str = pa.Field(isin=LOAN_TYPES)
    refinances_loan_id: str = pa.Field(nullable=True)
    product_code: str = pa.Field(nullable=True)
    pledge_type: str = pa.Field(nullable=True)
    guarantor: str = pa.Field(nullable=True)
    guaranteed_amount: Money = pa.Field(nullable=True, ge=0)
    crf_field: str = pa.Field(nullable=True)
    catalogue_version: str = pa.Field(nullable=True)

    @pa.dataframe_check(
        name="maturity_after_signing",
        title="maturity_date",
        description="a loan cannot mature before it is signed",
    )
    def _maturity_after_signing(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(pl.col("maturity_date") >= pl.col("sign_date"))


class LedgerEntry(Delivered):
    """The loan ledger: disbursements, repayments, reversals, transfers and write-offs, as known."""

    entry_id: str = pa.Field(str_length={"min_value": 1})
    loan_id: str = pa.Field(str_length={"min_value": 1})
    value_date: dt.date = pa.Field(nullable=True)
    booked_at: Instant
    event: str = pa.Field(nullable=True, isin=list(EVENT_EFFECTS))
    amount: Money = pa.Field(nullable=True, gt=0)
    currency: str = pa.Field(nullable=True, str_matches=CURRENCY)
    reverses_entry_id: str = pa.Field(nullable=True)
    message: str = pa.Field(nullable=True, isin=MESSAGES)

    @pa.dataframe_check(
        name="reversal_names_entry",
        title="reverses_entry_id",
        description="a REVERSAL names the entry that it cancels, and no other event does",
    )
    def _reversal_names_entry(cls, data: pa.PolarsData) -> pl.LazyFrame:
        is_reversal = pl.col("event") == "REVERSAL"
        return data.lazyframe.select((is_reversal == pl.col("reverses_entry_id").is_not_null()) | _is_deletion())

    @pa.dataframe_check(
        name="entry_is_complete",
        title="amount",
        description="value_date, event, amount and currency must be there (only a delete message may leave them out)",
    )
    def _entry_is_complete(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(_is_deletion() | _all_there("value_date", "event", "amount", "currency"))


class OperatingRecord(Delivered):
    """Readings from the projects, in the metric's own unit, as known; dates are inclusive."""

    record_id: str = pa.Field(str_length={"min_value": 1})
    project_id: str = pa.Field(str_length={"min_value": 1})
    period_start: dt.date = pa.Field(nullable=True)
    period_end: dt.date = pa.Field(nullable=True)
    metric: str = pa.Field(str_length={"min_value": 1})
    value: float = pa.Field(nullable=True)
    unit: str = pa.Field(nullable=True, str_length={"min_value": 1})
    reported_at: Instant
    version: int = pa.Field(ge=0)
    source: str = pa.Field(nullable=True, isin=READING_SOURCES)
    message: str = pa.Field(nullable=True, isin=MESSAGES)
    delivered_metric: str
    delivered_value: float = pa.Field(nullable=True)
    delivered_unit: str = pa.Field(nullable=True)

    @pa.dataframe_check(
        name="reading_is_complete",
        title="value",
        description="period_start, period_end, value and unit must be there (only a delete message may leave them out)",
    )
    def _reading_is_complete(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(_is_deletion() | _all_there("period_start", "period_end", "value", "unit"))

    @pa.dataframe_check(
        name="period_ends_after_start",
        title="period_end",
        description="a period cannot end before it starts",
    )
    def _period_ends_after_start(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(pl.col("period_end") >= pl.col("period_start"))


class DeliveredParameter(Delivered):
    """Parameter rows that a bank sends: project-specific values and overrides."""

    parameter_id: str = pa.Field(str_length={"min_value": 1})
    scope: str = pa.Field(str_length={"min_value": 1})
    value: float
    unit: str = pa.Field(str_length={"min_value": 1})
    valid_from: dt.date
    valid_to: dt.date
    source: str = pa.Field(str_length={"min_value": 1})
    locator: str = pa.Field(nullable=True)
    relative_uncertainty_pct: float = pa.Field(nullable=True, ge=0)
    description: str = pa.Field(nullable=True)

    @pa.dataframe_check(
        name="validity_ends_after_start",
        title="valid_to",
        description="a value cannot end before it starts",
    )
    def _validity_ends_after_start(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(pl.col("valid_to") >= pl.col("valid_from"))


class ExchangeRate(Delivered):
    """Exchange rates: one unit of `base` buys `rate` units of `quote` on the date."""

    date: dt.date
    base: str = pa.Field(str_matches=CURRENCY)
    quote: str = pa.Field(str_matches=CURRENCY)
    rate: float = pa.Field(gt=0)
    source: str = pa.Field(str_length={"min_value": 1})


class ForestStratum(Delivered):
    """Forest survey strata, as accepted; two surveys of the same strata give the forest methods their readings."""

    project_id: str = pa.Field(str_length={"min_value": 1})
    stratum: str = pa.Field(str_length={"min_value": 1})
    species: str = pa.Field(nullable=True)
    area: float = pa.Field(nullable=True, ge=0)
    area_unit: str = pa.Field(nullable=True)
    survey_date: dt.date
    volume: float = pa.Field(nullable=True, ge=0)
    volume_unit: str = pa.Field(nullable=True)


class ControlTotal(Delivered):
    """A lender's own totals on a day, to reconcile with, or its word that the ledger is complete up to that day."""

    lender: str = pa.Field(str_length={"min_value": 1})
    date: dt.date
    number_of_loans: int = pa.Field(nullable=True, ge=0)
    balance: Money = pa.Field(nullable=True)
    currency: str = pa.Field(str_matches=CURRENCY)
    is_complete: bool = pa.Field(nullable=True)

    @pa.dataframe_check(
        name="total_states_something",
        title="balance",
        description="a control total states a number of loans, a balance, or that the ledger is complete (is_complete)",
    )
    def _total_states_something(cls, data: pa.PolarsData) -> pl.LazyFrame:
        counted = pl.col("number_of_loans").is_not_null() | pl.col("balance").is_not_null()
        return data.lazyframe.select(counted | pl.col("is_complete").fill_null(False))


class VerifiedPeriod(Delivered):
    """Reductions that a verifier found for a monitoring period (CDM, CCER ...), as sent; dates are inclusive."""

    project_id: str = pa.Field(str_length={"min_value": 1})
    period_start: dt.date
    period_end: dt.date
    verified_reduction_tco2e: float
    credit_scheme: str = pa.Field(str_length={"min_value": 1})
    verified_by: str = pa.Field(str_length={"min_value": 1})
    verification_document: str = pa.Field(str_length={"min_value": 1})

    @pa.dataframe_check(
        name="period_ends_after_start",
        title="period_end",
        description="a period cannot end before it starts",
    )
    def _period_ends_after_start(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(pl.col("period_end") >= pl.col("period_start"))


class Release(Delivered):
    """A person's word that a project's implausible figure of a period counts: who, when and why."""

    project_id: str = pa.Field(str_length={"min_value": 1})
    period: str = pa.Field(str_matches=RELEASED_PERIOD)
    reason: str = pa.Field(str_length={"min_value": 1})
    released_by: str = pa.Field(str_length={"min_value": 1})
    released_at: Instant


class Accepted(TypedDict):
    """The accepted rows by table, in the order in which references are resolved."""

    projects: DataFrame[Project]
    loans: DataFrame[Loan]
    ledger: DataFrame[LedgerEntry]
    operating: DataFrame[OperatingRecord]
    parameters: DataFrame[DeliveredParameter]
    fx: DataFrame[ExchangeRate]
    forest_strata: DataFrame[ForestStratum]
    control_totals: DataFrame[ControlTotal]
    releases: DataFrame[Release]
    verified_reductions: DataFrame[VerifiedPeriod]
    products: DataFrame[registers.Product]
    guarantors: DataFrame[registers.Guarantor]
    forest_rights: DataFrame[registers.ForestRight]
    natural_resources: DataFrame[registers.NaturalResource]
    ecological_product_values: DataFrame[registers.EcologicalProductValue]
    published_statistics: DataFrame[registers.PublishedStatistic]


DELIVERIES: Final[dict[str, type[Delivered]]] = {
    name: get_args(table)[0] for name, table in Accepted.__annotations__.items()
}
"""Delivered table to its contract, in that order."""

OPTIONAL_COLUMNS: Final[dict[str, frozenset[str]]] = {
    "projects": frozenset(
        {
            "borrower_name",
            "county_code",
            "category_code",
            "catalogue_version",
            "total_equity",
            "total_debt",
            "balance_sheet_date",
            "investment_basis",
            "is_mandated_baseline",
            "library_status",
            "review_date",
            "reviewing_bodies",
            "realisation_type",
            "lifetime_years",
            "credit_scheme",
            "application_date",
            "verified_by",
            "method_edition",
        }
    ),
    "loans": frozenset(
        {
            "product_code",
            "pledge_type",
            "guarantor",
            "guaranteed_amount",
            "crf_field",
            "catalogue_version",
        }
    ),
    "ledger": frozenset({"message"}),
    "operating": frozenset({"source", "message"}),
    "parameters": frozenset({"locator", "relative_uncertainty_pct", "description"}),
    "fx": frozenset(),
    "forest_strata": frozenset(),
    "control_totals": frozenset({"number_of_loans", "balance", "currency", "is_complete"}),
    "releases": frozenset(),
    "verified_reductions": frozenset(),
    "products": frozenset({"pledge_type", "right_type", "county_code", "launched_date"}),
    "guarantors": frozenset({"county_code", "currency", "source"}),
    "forest_rights": frozenset({"county_code", "release_date", "loan_id", "paid_cny", "source"}),
    "natural_resources": frozenset({"source"}),
    "ecological_product_values": frozenset({"source"}),
    "published_statistics": frozenset({"stated_as"}),
}
"""Columns that a delivery may leave out."""

DEFAULTS: Final[dict[str, dict[str, str]]] = {
    "control_totals": {"currency": "CNY"},
    "guarantors": {"currency": "CNY"},
    "published_statistics": {"stated_as": "exactly"},
}
"""What a delivery means that leaves the column out or the cell empty."""

ROW_CHECKS: Final[dict[str, tuple[str, ...]]] = {
    "investment_needs_currency": ("total_investment", "investment_currency"),
    "maturity_after_signing": ("sign_date", "maturity_date"),
    "reversal_names_entry": ("event", "reverses_entry_id", "message"),
    "entry_is_complete": ("value_date", "event", "amount", "currency", "message"),
    "reading_is_complete": ("period_start", "period_end", "metric", "value", "unit", "message"),
    "period_ends_after_start": ("period_start", "period_end"),
    "validity_ends_after_start": ("valid_from", "valid_to"),
    "total_states_something": ("number_of_loans", "balance"),
    "release_after_acquisition": ("acquisition_date", "release_date"),
}
"""What each check of a whole row reads: where one of these cells is refused, the check ignores the row."""

WORKED_OUT_COLUMNS: Final = frozenset(
    {"delivery_id", "source_file", "source_row", "delivered_metric", "delivered_value", "delivered_unit"}
)
"""Columns of the contracts that no sender fills in."""
