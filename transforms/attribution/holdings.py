"""What attribution reads: a book of loans, projects, money and tonnes, with the rules of its conversion."""

from dataclasses import dataclass
from typing import Final

from schemas.contract import DataFrame
from schemas.deliveries import ExchangeRate, Loan, Project
from schemas.marts import (
    BalanceChange,
    BalanceSheet,
    Completeness,
    FirstInvestment,
    ImpossibleFigure,
    LoanConfirmation,
    LoanRate,
    ProjectMonth,
    ProjectMonthPart,
)
from schemas.reference import FacilityField

REMEMBERED: Final = 4
"""What every rule needs of the periods is worked out once for all the rules; a book is its own key."""


@dataclass(frozen=True, eq=False)
class Holdings:
    """What attribution reads. loans and projects follow their contracts; changes: BalanceChange; months: ProjectMonth.

    pieces: ProjectMonthPart; kinds: method -> formula, reported or none; first_investments: FirstInvestment;
    balance_sheets: BalanceSheet; facility_fields: crf_field, valid_from, valid_to; loan_rates: LoanRate;
    confirmations: LoanConfirmation; completeness: Completeness; impossible: ImpossibleFigure.
    """

    loans: DataFrame[Loan]
    projects: DataFrame[Project]
    changes: DataFrame[BalanceChange]
    months: DataFrame[ProjectMonth]
    pieces: DataFrame[ProjectMonthPart]
    fx: DataFrame[ExchangeRate]
    kinds: dict[str, str]
    fx_max_age_days: int
    first_investments: DataFrame[FirstInvestment]
    balance_sheets: DataFrame[BalanceSheet]
    facility_fields: DataFrame[FacilityField]
    loan_rates: DataFrame[LoanRate]
    confirmations: DataFrame[LoanConfirmation]
    completeness: DataFrame[Completeness]
    impossible: DataFrame[ImpossibleFigure]
