"""Factors and their sources: the parameter table, the record of each use, the list of documents."""

import datetime as dt
from typing import Final

from schemas.contract import Contract, pa
from schemas.words.bases import BASES
from schemas.words.containers import CONTAINERS

PARAMETER_STATUSES: Final = ["confirmed", "unconfirmed", "delivered", "derived"]

WITHOUT_FORMULA: Final = ("reported", "none")
METHOD_KINDS: Final = ["formula", *WITHOUT_FORMULA]

REALISATION_SCOPES: Final = ["all", "CN"]
EVIDENCE: Final = ["sourced", "engineering", "judgement"]
"""What a bound rests on: a published figure, physics and practice, or our own judgement."""

DENOMINATORS: Final = ["total_investment", "equity_plus_debt"]

REDUCTIONS: Final = ["measured_in_period", "promised_annual"]
MANDATED_BASELINES: Final = ["counts", "zero"]
LOANS_IN_SCOPE: Final = ["project_finance", "facility"]
WITHOUT_PROMISE: Final = ["blocked", "formula"]
GUARANTEES: Final = ["memo"]
"""What a profile says of each: profiles.toml."""


class Parameter(Contract):
    """Every factor that a formula may use: reference rows, delivered rows, rows derived from these."""

    parameter_id: str
    scope: str
    value: float
    unit: str
    valid_from: dt.date
    valid_to: dt.date
    source: str = pa.Field(str_length={"min_value": 1})
    locator: str = pa.Field(nullable=True)
    relative_uncertainty_pct: float = pa.Field(nullable=True)
    parameter_status: str = pa.Field(isin=PARAMETER_STATUSES)
    description: str = pa.Field(nullable=True)


class ParameterUse(Contract):
    """Which factor row each formula used, for which project and month: the lineage of the factors."""

    project_id: str
    month_start_date: dt.date
    symbol: str
    parameter_id: str
    scope: str
    value: float
    unit: str
    valid_from: dt.date
    valid_to: dt.date
    source: str
    locator: str = pa.Field(nullable=True)
    parameter_status: str = pa.Field(isin=PARAMETER_STATUSES)
    kind: str = pa.Field(nullable=True)
    item: str = pa.Field(nullable=True)


class Source(Contract):
    """The documents that reference rows cite."""

    source_id: str = pa.Field(unique=True)
    title: str
    publisher: str
    document: str = pa.Field(nullable=True)
    published: str = pa.Field(nullable=True)
    how_read: str


class FactorSet(Contract):
    """The published sets of factors, and which of each family is in force: its rows are the ones that formulas take."""

    factor_family: str
    factor_set: str
    is_in_force: bool
    family_title_zh: str
    family_title_en: str
    title_zh: str
    title_en: str


class MethodEntry(Contract):
    """The methods that a project may name, and whether they have a formula."""

    method: str = pa.Field(unique=True)
    method_kind: str = pa.Field(isin=METHOD_KINDS)
    container: str = pa.Field(isin=CONTAINERS)
    title_zh: str
    title_en: str
    formula: str = pa.Field(nullable=True)
    formula_zh: str = pa.Field(nullable=True)
    boundary_zh: str
    boundary_en: str


class MethodEdition(Contract):
    """The editions of each formula: the months from valid_from on take one, unless the project is held to another."""

    method: str
    method_edition: str
    valid_from: dt.date = pa.Field(nullable=True)
    title_zh: str = pa.Field(nullable=True)
    title_en: str = pa.Field(nullable=True)
    formula: str
    formula_zh: str


class Realisation(Contract):
    """Issued over expected reductions of registered projects by type: survivors only, so true medians are lower."""

    realisation_type: str
    realisation_subtype: str = pa.Field(nullable=True)
    realisation_scope: str = pa.Field(isin=REALISATION_SCOPES)
    realisation_projects_count: int = pa.Field(ge=1)
    p10_ratio: float
    p25_ratio: float
    median_ratio: float
    p75_ratio: float
    p90_ratio: float
    source_id: str
    locator: str


class Bound(Contract):
    """What a reading, parameter, rate or figure may be: impossible, implausible and questionable beyond the limits.

    An empty limit is none.
    """

    bound_id: str = pa.Field(unique=True)
    check_id: str
    method_or_scope: str
    condition: str = pa.Field(nullable=True)
    unit: str
    impossible_below: float = pa.Field(nullable=True)
    implausible_below: float = pa.Field(nullable=True)
    questionable_below: float = pa.Field(nullable=True)
    questionable_above: float = pa.Field(nullable=True)
    implausible_above: float = pa.Field(nullable=True)
    impossible_above: float = pa.Field(nullable=True)
    evidence: str = pa.Field(isin=EVIDENCE)
    source: str = pa.Field(str_length={"min_value": 1})
    remark: str = pa.Field(nullable=True)


class Profile(Contract):
    """The attribution rules of the field by name: which money, over what, of which reduction."""

    profile: str = pa.Field(unique=True)
    title_zh: str
    title_en: str
    profile_version: str
    source: str
    basis: str = pa.Field(isin=BASES)
    denominator: str = pa.Field(isin=DENOMINATORS)
    reduction: str = pa.Field(isin=REDUCTIONS)
    is_operating_only: bool
    mandated_baseline_rule: str = pa.Field(isin=MANDATED_BASELINES)
    loans_in_scope: str = pa.Field(isin=LOANS_IN_SCOPE)
    without_promise_rule: str = pa.Field(isin=WITHOUT_PROMISE)
    guarantee_rule: str = pa.Field(isin=GUARANTEES)
    small_exposure_parameter_id: str = pa.Field(nullable=True)
    unconfirmed: str = pa.Field(nullable=True)
    unconfirmed_zh: str = pa.Field(nullable=True)
    reason: str


class FacilityField(Contract):
    """The fields of the carbon reduction facility and the days on which money lent under them counts."""

    crf_field: str = pa.Field(unique=True)
    name_zh: str
    name_en: str
    valid_from: dt.date
    valid_to: dt.date
    source: str
