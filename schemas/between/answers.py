"""What answers about two published files rest on."""

import datetime as dt

from schemas.contract import Contract, pa


class MovedFigure(Contract):
    """A figure that was published with a value and now has another, or none."""

    subject: str
    lender: str = pa.Field(nullable=True)
    container: str
    basis: str = pa.Field(nullable=True)
    profile: str = pa.Field(nullable=True)
    period: str
    unit: str
    period_from_date: dt.date
    period_to_date: dt.date
    before: float
    after: float = pa.Field(nullable=True)
