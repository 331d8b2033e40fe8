"""Tables that cross from one stage of the computation to another and are not published."""

import datetime as dt
from typing import Annotated, Final

import pandera.polars as pa
import polars as pl

from schemas.contract import Contract, Instant, Money


class County(Contract):
    """The counties on file."""

    county_code: str
    county_name: str


class Region(Contract):
    """A province and the days on which it is on one grid."""

    province_code: str
    province_zh: str
    province_en: str
    grid_region: str = pa.Field(nullable=True)
    valid_from: dt.date
    valid_to: dt.date
    aliases: str = pa.Field(nullable=True)


class FieldOnFile(Contract):
    """A field of the carbon reduction facility as data/reference/crf_fields.csv lists it."""

    crf_field: str
    name_zh: str
    name_en: str
    valid_from: dt.date
    valid_to: dt.date
    aliases: str = pa.Field(nullable=True)
    source_id: str


class UnitConversion(Contract):
    """What one of a spelling of a unit is in another unit: multiplier over divisor."""

    canonical_unit: str
    spelling: str
    multiplier: float
    divisor: float


class ProjectScope(Contract):
    """What factors may hold for, project by project, whatever the day."""

    project_id: str
    method: str
    method_edition: str = pa.Field(nullable=True)
    commissioning_date: dt.date = pa.Field(nullable=True)
    reported_annual_reduction_tco2: float = pa.Field(nullable=True)
    province_code: str = pa.Field(nullable=True)
    technology: str
    margin_kind: str


class OperatingMonth(ProjectScope):
    """A project's month of operation, with its grid then."""

    month_start_date: dt.date
    operating_from_date: dt.date
    operating_to_date: dt.date
    grid_region: str = pa.Field(nullable=True)
    region_technology: str = pa.Field(nullable=True)


class MonthlyPart(Contract):
    """The part of a reading that falls in a month."""

    project_id: str
    metric: str
    record_id: str
    source: str = pa.Field(nullable=True)
    period_start: dt.date
    month_start_date: dt.date
    part_from_date: dt.date
    part_to_date: dt.date
    value: float
    is_spread: bool
    spread_by: str = pa.Field(nullable=True)


class CompleteReading(Contract):
    """What a metric comes to in a month of operation whose every day is covered."""

    project_id: str
    month_start_date: dt.date
    metric: str
    value: float
    is_spread: bool


class ReportedItem(Contract):
    """A fuel, species, animal ... that a project has ever reported."""

    project_id: str
    kind: str
    item: str
    metric: str


class ConditionNotShown(Contract):
    """A condition of a method that was not shown to hold of a project.

    verdict is `not_stated`, `broken`, or `weak` where the condition is about evidence only.
    """

    project_id: str
    condition: str
    verdict: str
    clause: str
    sentence_en: str = pa.Field(alias="sentence")
    sentence_zh: str
    facts: str = pa.Field(nullable=True)


class FlagFacts(Contract):
    """A flag before its sentence is written: what fills the places of the sentence, in both languages."""

    code: str
    subject: str
    wording: str
    facts: Annotated[pl.List, pl.Struct({"place": pl.String, "en": pl.String, "zh": pl.String})]
    period_from_date: dt.date = pa.Field(nullable=True)
    period_to_date: dt.date = pa.Field(nullable=True)


class FactorGap(Contract):
    """A symbol of a method for which no factor is in force in a project's month, and what is on file."""

    project_id: str
    month_start_date: dt.date
    symbol: str
    parameter_id: str
    scope: str = pa.Field(nullable=True)
    on_file: str = pa.Field(nullable=True)
    kind: str = pa.Field(nullable=True)
    item: str = pa.Field(nullable=True)


class RefusedFactor(Contract):
    """A project's own factor that was refused, and the days that it was for."""

    project_id: str
    parameter_id: str
    scope: str
    first_date: dt.date = pa.Field(nullable=True)
    last_date: dt.date = pa.Field(nullable=True)


class RefusedFactorMonth(Contract):
    """A project's month whose own factor was refused."""

    project_id: str
    month_start_date: dt.date
    parameter_id: str
    scope: str


class SurveyFinding(Contract):
    """Why two surveys of a forest give no reading, or give one with a remark."""

    project_id: str
    finding: str
    strata: str = pa.Field(nullable=True)
    earlier_date: dt.date = pa.Field(nullable=True)
    later_date: dt.date = pa.Field(nullable=True)


class RefusedValue(Contract):
    """A reading that was set aside because its plant cannot have made it."""

    project_id: str
    period_start: dt.date
    period_end: dt.date
    value: float


class ReleasedMonth(Contract):
    """A month that a person released: its implausible figure counts."""

    project_id: str
    month_start_date: dt.date
    reason: str
    released_by: str
    released_at: Instant


class OutdatedRelease(ReleasedMonth):
    """A released month of which a reading is newer than the release."""

    newest_at: Instant


class ProjectRealisation(Contract):
    """What registered projects of each project's kind delivered of what they promised."""

    project_id: str
    realisation_type_used: str = pa.Field(nullable=True)
    realisation_scope: str = pa.Field(nullable=True)
    realisation_projects_count: int = pa.Field(nullable=True)
    p10_ratio: float = pa.Field(nullable=True)
    median_ratio: float = pa.Field(nullable=True)
    p90_ratio: float = pa.Field(nullable=True)


class ForestArea(Contract):
    """The area of each forest by its newest survey."""

    project_id: str
    area_mu: float = pa.Field(nullable=True)
    area_ha: float = pa.Field(nullable=True)


class HeatBalance(Contract):
    """The heat that a plant delivered in a month and that of the fuel which it burned."""

    project_id: str
    month_start_date: dt.date
    heat_gj: float = pa.Field(nullable=True)
    fuel_gj: float = pa.Field(nullable=True)


class Finding(Contract):
    """A month's figure outside a bound: which check, how far, and the family of checks that it counts with."""

    project_id: str
    month_start_date: dt.date
    check_id: str
    figure: str
    kind: str = pa.Field(nullable=True)
    value: float
    numbers: str
    verdict_level: str
    unit: str
    lower_value: float = pa.Field(nullable=True)
    upper_value: float = pa.Field(nullable=True)
    evidence: str
    is_below: bool
    family: str = pa.Field(nullable=True)


class HeldMonth(Contract):
    """A project's month that is withheld."""

    project_id: str
    month_start_date: dt.date


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


BETWEEN: Final[tuple[type[Contract], ...]] = (
    County,
    Region,
    FieldOnFile,
    UnitConversion,
    ProjectScope,
    OperatingMonth,
    MonthlyPart,
    CompleteReading,
    ReportedItem,
    ConditionNotShown,
    FactorGap,
    FlagFacts,
    RefusedFactor,
    RefusedFactorMonth,
    SurveyFinding,
    RefusedValue,
    ReleasedMonth,
    OutdatedRelease,
    ProjectRealisation,
    ForestArea,
    HeatBalance,
    Finding,
    HeldMonth,
    Attributed,
    AttributedInPeriod,
    UncertainInput,
)
"""Every table of this module."""
