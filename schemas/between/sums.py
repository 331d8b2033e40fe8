"""What a bucket of projects adds to the tables that rest on the whole book."""

import datetime as dt

from schemas.contract import Contract, Money, pa
from schemas.runs import Flag


class FigurePart(Contract):
    """What a project adds to a figure of a period, and the part of its reductions that this is."""

    container: str
    period: str
    level: str
    subject: str
    project_id: str
    attribution_factor_ratio: float
    figure_tco2e: float


class FigureTonnes(Contract):
    """What projects add to a figure of a period: the tonnes of a project, a lender or the portfolio."""

    container: str
    period: str
    level: str
    subject: str
    figure_tco2e: float


class FigureVariance(Contract):
    """The variance that what is of one project alone adds to a figure; null where an uncertainty is not known."""

    container: str
    period: str
    level: str
    subject: str
    variance: float = pa.Field(nullable=True)


class FigureSquare(Contract):
    """The squares of what known inputs of one project alone move of a lender's or the portfolio's year."""

    container: str
    period: str
    level: str
    subject: str
    square: float


class InputOfFigure(Contract):
    """What an input moves of a figure, signed; null where its uncertainty is not known."""

    container: str
    period: str
    level: str
    subject: str
    input: str
    origin: str
    parameter_id: str = pa.Field(nullable=True)
    scope: str = pa.Field(nullable=True)
    relative_uncertainty_ratio: float = pa.Field(nullable=True)
    contribution_tco2e: float = pa.Field(nullable=True)


class SummedBalance(Contract):
    """Balances at a month-end of some of the loans of the book, a lender or a county."""

    grouping: str
    member: str
    month_end_date: dt.date
    loan_count: int
    unrated_loan_count: int
    balance_cny: Money = pa.Field(nullable=True)


class ClosingSum(Contract):
    """Closing balances at the end of a year; null where a rate is missing."""

    calendar_year: int
    closing_balance_cny: Money = pa.Field(nullable=True)


class AttributedSum(Contract):
    """Tonnes attributed in a year on a basis."""

    period: str
    basis: str
    attributed_reductions_tco2e: float


class LoanSums(Contract):
    """Money of loans, and which part of it has a figure (attribution.coverage); whole_cny: null if not known."""

    whole_cny: Money = pa.Field(nullable=True)
    covered_cny: float
    known_cny: float
    least_cny: float = pa.Field(nullable=True)


class QualitySum(LoanSums):
    """Outstanding money of a lender's loans (the whole book under *) and the same weighted by each score."""

    period: str
    period_from_date: dt.date
    period_to_date: dt.date
    lender: str
    project_finance_cny: float
    cny_times_project_finance: float
    avoided_emissions_cny: float
    cny_times_avoided_emissions: float


class FacilitySum(LoanSums):
    """What a lender (the whole book under *) lent in a field and window under the facility, and what it brings about.

    whole_cny is the money lent.
    """

    period: str
    lender: str
    crf_field: str
    window: str
    window_from_date: dt.date
    project_count: int
    unknown_rate_count: int
    cny_times_rate: float
    figure_count: int
    attributed_annual_reductions_tco2e_per_year: float


class YearlySum(LoanSums):
    """What projects add to the yearly statement, by method and in total; tonnes are empty where no project has any.

    whole_cny is the money outstanding.
    """

    period: str
    lender: str
    method: str
    project_count: int
    loan_count: int
    undrawn_cny: Money = pa.Field(nullable=True)
    emitting_cny: float
    avoiding_cny: float
    scored_cny: float
    cny_times_score: float
    attributed_reductions_tco2e: float = pa.Field(nullable=True)
    attributed_own_base_year_reductions_tco2e: float = pa.Field(nullable=True)
    attributed_removals_tco2e: float = pa.Field(nullable=True)
    financed_emissions_tco2e: float = pa.Field(nullable=True)


class FactorInUse(Contract):
    """A factor row that a project's month was worked out with."""

    parameter_id: str
    scope: str
    valid_from: dt.date
    valid_to: dt.date


class ProjectInput(Contract):
    """A digest of all that a project's figures are worked out from."""

    project_id: str
    input_digest: str


class WeighedProject(Contract):
    """How many rows are worked out for a project."""

    project_id: str
    row_count: int


class KeptProject(ProjectInput):
    """A project that a night kept what it worked out of: in which part, and how many rows it was."""

    part_number: int
    row_count: int


class ProjectFlag(Flag):
    """A flag, and the project by which it was raised."""

    project_id: str


class Bucketed(Contract):
    """The bucket that a project is worked out in."""

    project_id: str
    bucket: int
