"""The range of every figure and what would narrow it (`mart.figure_uncertainties`, `mart.uncertainty_inputs`)."""

import datetime as dt
from typing import Final

from schemas.contract import Contract, pa
from schemas.words.containers import CONTAINERS

LEVELS: Final = ["project", "lender", "portfolio", "facility_lender", "facility"]
"""The last two are of the loans under the carbon-reduction facility alone, those of its disclosure."""


class FigureUncertainty(Contract):
    """The standard uncertainty and 95 % interval of projects' reductions and of what lenders and portfolio claim."""

    period: str
    period_from_date: dt.date
    period_to_date: dt.date
    container: str = pa.Field(isin=CONTAINERS)
    level: str = pa.Field(isin=LEVELS)
    subject: str
    figure_tco2e: float
    standard_uncertainty_tco2e: float = pa.Field(nullable=True, ge=0)
    relative_uncertainty_ratio: float = pa.Field(nullable=True, ge=0)
    lower_95_tco2e: float = pa.Field(nullable=True)
    upper_95_tco2e: float = pa.Field(nullable=True)


class MonteCarloCheck(Contract):
    """The same range by drawing every input at random (seeded), beside the first order: a sample of project years."""

    calendar_year: int
    project_id: str
    draws_count: int
    figure_tco2e: float
    first_order_uncertainty_tco2e: float
    monte_carlo_uncertainty_tco2e: float
    monte_carlo_error_tco2e: float
    monte_carlo_lower_95_tco2e: float
    monte_carlo_upper_95_tco2e: float
    is_first_order_enough: bool


class UncertaintyInput(Contract):
    """The readings and factors that would narrow a lender's or the portfolio's range most, were they known."""

    period: str
    period_from_date: dt.date
    period_to_date: dt.date
    container: str = pa.Field(isin=CONTAINERS)
    level: str = pa.Field(isin=LEVELS)
    subject: str
    rank_number: int
    input: str
    input_zh: str
    origin: str
    parameter_id: str
    scope: str
    relative_uncertainty_ratio: float
    contribution_tco2e: float
    variance_ratio: float
    narrowed_tco2e: float
