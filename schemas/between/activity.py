"""Readings on their way to months of operation, and what is missing of them."""

import datetime as dt

from schemas.between.projects import ProjectScope
from schemas.contract import Contract, pa


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
    """The part of a reading that falls in a month; days that need none have no record_id."""

    project_id: str
    metric: str
    record_id: str = pa.Field(nullable=True)
    source: str = pa.Field(nullable=True)
    period_start: dt.date
    month_start_date: dt.date
    part_from_date: dt.date
    part_to_date: dt.date
    value: float
    is_spread: bool
    spread_by: str = pa.Field(nullable=True)


class UsedPart(MonthlyPart):
    """What of a part falls in days of operation, and how many the month has of them."""

    used_days: int
    operating_days: int


class SurveyLeaf(Contract):
    """A stratum's share of what two forest surveys amount to as a reading; the earlier survey's is taken off."""

    project_id: str
    metric: str
    record_id: str
    period_start: dt.date
    period_days: int
    source_file: str
    source_row: int
    leaf_value: float


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
    facts: str = pa.Field(nullable=True)


class SurveyFinding(Contract):
    """Why two surveys of a forest give no reading, or give one with a remark."""

    project_id: str
    finding: str
    strata: str = pa.Field(nullable=True)
    earlier_date: dt.date = pa.Field(nullable=True)
    later_date: dt.date = pa.Field(nullable=True)


class HeatBalance(Contract):
    """The heat that a plant delivered in a month and that of the fuel which it burned."""

    project_id: str
    month_start_date: dt.date
    heat_gj: float = pa.Field(nullable=True)
    fuel_gj: float = pa.Field(nullable=True)
