"""Figures beside their bounds, and the months that are held."""

import datetime as dt

from schemas.contract import Contract, pa


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


class PlantMonth(Contract):
    """What a plant made in a month beside its own usual month."""

    technology: str
    province_code: str
    month_start_date: dt.date
    usual_ratio: float


class PeerMonth(Contract):
    """What the plants of a technology and province made in a month, each beside its own usual month: the median."""

    technology: str
    province_code: str
    month_start_date: dt.date
    peers_ratio: float
    plant_count: int
