"""What of two nights is set beside each other."""

from schemas.contract import Contract


class TouchedQuarter(Contract):
    """A project's quarter of which a loan may claim other tonnes than were published before."""

    project_id: str
    period: str
