"""What answers about two published files rest on."""

import datetime as dt

from schemas.contract import Contract, pa


class MovedFigure(Contract):
    """A figure that was published with a value and now has another, or none."""

    subject: str
    lender: str = pa.Field(nullable=True)
    container: str = pa.Field(nullable=True)
    basis: str = pa.Field(nullable=True)
    profile: str = pa.Field(nullable=True)
    period: str
    figure_name: str
    unit: str
    period_from_date: dt.date
    period_to_date: dt.date
    before: float
    after: float = pa.Field(nullable=True)


class DisclosedProject(Contract):
    """A project that a lender's period lists otherwise than the file published before."""

    lender: str
    period: str
    project_id: str
