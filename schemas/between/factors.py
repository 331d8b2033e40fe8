"""Editions of methods, and the factors that a month takes, lacks or was refused."""

import datetime as dt

from schemas.between.projects import ReportedItem
from schemas.contract import Contract, pa
from schemas.reference import ParameterUse


class Edition(Contract):
    """An edition of a method and the day from which it is in force; the first one has no beginning."""

    method: str
    method_edition: str
    valid_from: dt.date = pa.Field(nullable=True)
    title_zh: str = pa.Field(nullable=True)
    title_en: str = pa.Field(nullable=True)


class ItemScope(ReportedItem):
    """An item that a project reports, with the scopes under which the project may state its factors."""

    project_item: str
    project_of_one_item: str = pa.Field(nullable=True)


class FactorUse(ParameterUse):
    """Which factor row a symbol of a project's month took, and of which item."""


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
