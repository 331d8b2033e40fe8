"""What projects state and need: their scopes, capacities, bounds, areas and reported items."""

import datetime as dt

from schemas.contract import Contract, pa


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


class ReportedItem(Contract):
    """A fuel, species, animal ... that a project has ever reported."""

    project_id: str
    kind: str
    item: str
    metric: str


class ForestArea(Contract):
    """The area of each forest by its newest survey."""

    project_id: str
    area_mu: float = pa.Field(nullable=True)
    area_ha: float = pa.Field(nullable=True)
