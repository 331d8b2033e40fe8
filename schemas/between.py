"""Tables that cross from one stage of the computation to another and are not published."""

import datetime as dt
from typing import Annotated, Final

import pandera.polars as pa
import polars as pl

from schemas.contract import Contract, Delivered, Instant, Money
from schemas.reference import ParameterUse
from schemas.runs import RefusedParameter, RefusedReading


class LineOfText(Contract):
    """A line of a large text, taken apart into as many columns as there are."""

    line: int

    class Config(Contract.Config):
        """The columns are the text's own."""

        strict = False


class SentRow(Contract):
    """A row as its sender sent it, as text under the sender's own headers."""

    source_row: int

    class Config(Contract.Config):
        """The columns are the sender's own."""

        strict = False


class SentText(Contract):
    """A row as text under the columns of its table, with the place that it is from."""

    delivery_id: str
    source_file: str
    source_row: int

    class Config(Contract.Config):
        """The columns are the table's own."""

        strict = False


class MisshapenLine(Contract):
    """A line with another number of fields than its header has."""

    source_row: int
    row_text: str = pa.Field(nullable=True)
    reason: str


class CellMark(Contract):
    """A cell that is refused for what the form shows of it beside its text."""

    source_row: int
    column: str
    rule: str
    reason: str


class StatedBalance(Contract):
    """What a list says that a loan stands at."""

    source_row: int
    loan_id: str
    stated_balance: Money
    date: dt.date = pa.Field(nullable=True)


class RefusedRow(Delivered):
    """A refused row as its sender has it."""

    row_text: str = pa.Field(nullable=True)


class SenderOfFile(Contract):
    """The sender of a file."""

    source_file: str
    sender: str


class ListedLending(Contract):
    """A project and currency of a sender's list of loans, accepted or not."""

    sender: str
    received_at: Instant
    project_id: str = pa.Field(nullable=True)
    currency: str = pa.Field(nullable=True)


class Registration(Contract):
    """Who stated a project first."""

    project_id: str
    sender: str


class LoanRegistration(Registration):
    """Who stated a loan first."""

    loan_id: str
    lender: str


class StatementOfProject(Contract):
    """What a sender stated of a project."""

    project_id: str = pa.Field(nullable=True)
    sender: str


class SentReading(RefusedReading):
    """A refused reading and the file that it came in."""

    source_file: str


class SentParameter(RefusedParameter):
    """A refused parameter and the file that it came in."""

    source_file: str


class RowFate(Contract):
    """What became of an accepted row."""

    delivery_id: str
    source_row: int
    fate: str


class PeriodDays(Contract):
    """A named stretch of days, both ends included."""

    period: str
    period_from_date: dt.date
    period_to_date: dt.date
    period_days: int


class BrokenRule(Contract):
    """A rule that a row breaks, and the cell that is to blame."""

    at: pl.UInt32
    rule: str
    column: str = pa.Field(nullable=True)
    value: str = pa.Field(nullable=True)
    reason: str


class MetricSpelling(Contract):
    """A name under which senders know a metric, and what is taken under it."""

    spelling: str
    known_metric: str
    canonical_unit: str
    is_below_zero_possible: bool
    kind: str = pa.Field(nullable=True)
    item: str = pa.Field(nullable=True)


class Edition(Contract):
    """An edition of a method and the day from which it is in force; the first one has no beginning."""

    method: str
    method_edition: str
    valid_from: dt.date = pa.Field(nullable=True)
    title_zh: str = pa.Field(nullable=True)
    title_en: str = pa.Field(nullable=True)


class RateOfDay(Contract):
    """What one of a currency is in CNY on a day."""

    currency: str
    rate_to_cny: float = pa.Field(nullable=True)


class LoanBalance(Contract):
    """A loan that has a balance at a month-end."""

    loan_id: str
    project_id: str
    lender: str
    currency: str
    closing_balance: Money
    closing_balance_cny: Money = pa.Field(nullable=True)


class RatedDisbursement(Contract):
    """Money lent on a day, in CNY, at the rate that was in force on that day."""

    loan_id: str
    flow_date: dt.date
    annual_rate_pct: float = pa.Field(nullable=True)
    lent_cny: float = pa.Field(nullable=True)


class RateAtDisbursement(Contract):
    """The rate at which a loan's money was lent."""

    loan_id: str
    annual_rate_pct: float = pa.Field(nullable=True)


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


class RunningMonth(ProjectScope):
    """A project's month of operation."""

    month_start_date: dt.date
    operating_from_date: dt.date
    operating_to_date: dt.date


class OperatingMonth(RunningMonth):
    """A project's month of operation, with its grid then."""

    grid_region: str = pa.Field(nullable=True)
    region_technology: str = pa.Field(nullable=True)


class FirstDay(Contract):
    """The first day of which a project's own deliveries say something."""

    project_id: str
    first_date: dt.date


class BoundedMetric(Contract):
    """A metric that something bounds, and the metrics that are added before they are held against it."""

    method: str
    bound: str
    together: str
    metric: str
    weight: float


class BoundSpelling(Contract):
    """A unit in which a bound is stated; one that needs no capacity has no spelling."""

    bound: str
    spelling: str = pa.Field(nullable=True)
    multiplier: float


class StatedBound(Contract):
    """A bound that a project states: its size, and how much of it readings may use."""

    project_id: str
    bound: str
    bound_size: float
    capacity_text: str
    check_id: str
    rule: str
    output_unit: str
    times_per_day: float = pa.Field(nullable=True)
    advice: str
    technology: str = pa.Field(nullable=True)
    lowest_use: float = pa.Field(nullable=True)
    highest_use: float = pa.Field(nullable=True)


class BuiltCapacity(Contract):
    """What was built, by a bound that the project's method knows."""

    project_id: str
    bound: str
    technology: str = pa.Field(nullable=True)
    bound_size: float
    capacity_text: str


class HeatCapacity(Contract):
    """What full use of a project's heat capacity gives of a metric in a day."""

    project_id: str
    metric: str
    capacity_text: str
    most_per_day: float


class PowerCapacity(Contract):
    """The capacity of a project that states one in a unit of power."""

    project_id: str
    capacity_mw: float


class ComputedReading(Contract):
    """What was worked out for a project's period as if it had been read."""

    project_id: str
    metric: str
    record_id: str
    source: str = pa.Field(nullable=True)
    period_start: dt.date
    period_end: dt.date
    value: float


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


class YearlyReading(Contract):
    """What a metric comes to in a calendar year, and whether every day of operation in it is covered."""

    project_id: str
    metric: str
    calendar_year: int
    value: float
    covered_days: int
    operating_days: int
    is_complete: bool


class ReportedItem(Contract):
    """A fuel, species, animal ... that a project has ever reported."""

    project_id: str
    kind: str
    item: str
    metric: str


class ItemScope(ReportedItem):
    """An item that a project reports, with the scopes under which the project may state its factors."""

    project_item: str
    project_of_one_item: str = pa.Field(nullable=True)


class TakenMetric(Contract):
    """A metric that enters the formula of an edition that a project's months take."""

    project_id: str
    method_edition: str
    metric: str


class WelcomeKind(Contract):
    """A kind of items that an edition takes where they are metered."""

    method: str
    method_edition: str
    kind: str


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


class FactorUse(ParameterUse):
    """Which factor row a symbol of a project's month took, and of which item."""

    kind: str = pa.Field(nullable=True)
    item: str = pa.Field(nullable=True)


class Derivation(Contract):
    """A row that a derived factor comes from, and how much the derived one moves with it."""

    parameter_id: str
    scope: str
    valid_from: dt.date
    from_parameter_id: str
    from_scope: str
    from_valid_from: dt.date
    elasticity_ratio: float = pa.Field(nullable=True)


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
    """A project's own factor that was refused, and the days that it was for; an empty date is open on that side."""

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


class CheckedFigure(Contract):
    """A month that a check has looked at: the value, and the kind of project or series that has its limits."""

    project_id: str
    month_start_date: dt.date
    check_id: str
    figure: str
    kind: str = pa.Field(nullable=True)
    value: float
    numbers: str


class FigureOutside(CheckedFigure):
    """A month's figure outside the limits of its check, and how far."""

    verdict_level: str
    unit: str
    lower_value: float = pa.Field(nullable=True)
    upper_value: float = pa.Field(nullable=True)
    evidence: str
    is_below: bool


class Finding(FigureOutside):
    """A month's figure outside a bound: which check, how far, and the family of checks that it counts with."""

    family: str = pa.Field(nullable=True)


class HeldMonth(Contract):
    """A project's month that is withheld."""

    project_id: str
    month_start_date: dt.date


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


BETWEEN: Final[tuple[type[Contract], ...]] = (
    LineOfText,
    SentRow,
    SentText,
    MisshapenLine,
    CellMark,
    StatedBalance,
    RefusedRow,
    SenderOfFile,
    ListedLending,
    Registration,
    LoanRegistration,
    StatementOfProject,
    SentReading,
    SentParameter,
    RowFate,
    PeriodDays,
    BrokenRule,
    MetricSpelling,
    Edition,
    RateOfDay,
    LoanBalance,
    RatedDisbursement,
    RateAtDisbursement,
    County,
    Region,
    FieldOnFile,
    UnitConversion,
    ProjectScope,
    RunningMonth,
    OperatingMonth,
    FirstDay,
    BoundedMetric,
    BoundSpelling,
    StatedBound,
    BuiltCapacity,
    HeatCapacity,
    PowerCapacity,
    ComputedReading,
    MonthlyPart,
    CompleteReading,
    YearlyReading,
    ReportedItem,
    ItemScope,
    TakenMetric,
    WelcomeKind,
    ConditionNotShown,
    FlagFacts,
    FactorUse,
    Derivation,
    FactorGap,
    RefusedFactor,
    RefusedFactorMonth,
    SurveyFinding,
    RefusedValue,
    ReleasedMonth,
    OutdatedRelease,
    ProjectRealisation,
    ForestArea,
    HeatBalance,
    CheckedFigure,
    FigureOutside,
    Finding,
    HeldMonth,
    PeriodReduction,
    ReductionInPeriod,
    MonthInPeriod,
    Attributed,
    AttributedInPeriod,
    LoanShare,
    ClaimedTogether,
    DoubleClaim,
    UncataloguedLoan,
    UncertainInput,
)
"""Every table of this module."""
