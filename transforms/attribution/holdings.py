"""What attribution reads: a book of loans, projects, money and tonnes, with the rules of its conversion."""

from dataclasses import dataclass
from typing import Final

import polars as pl

REMEMBERED: Final = 4
"""What every rule needs of the periods is worked out once for all the rules; a book is its own key."""


@dataclass(frozen=True, eq=False)
class Holdings:
    """What attribution reads. loans and projects follow their contracts; changes: BalanceChange; months: ProjectMonth.

    pieces: ProjectMonthPart; kinds: method -> formula, reported or none; first_investments: FirstInvestment;
    balance_sheets: BalanceSheet; facility_fields: crf_field, valid_from, valid_to; loan_rates: LoanRate;
    confirmations: LoanConfirmation; completeness: Completeness; impossible: ImpossibleFigure.
    """

    loans: pl.DataFrame
    projects: pl.DataFrame
    changes: pl.DataFrame
    months: pl.DataFrame
    pieces: pl.DataFrame
    fx: pl.DataFrame
    kinds: dict[str, str]
    fx_max_age_days: int
    first_investments: pl.DataFrame
    balance_sheets: pl.DataFrame
    facility_fields: pl.DataFrame
    loan_rates: pl.DataFrame
    confirmations: pl.DataFrame
    completeness: pl.DataFrame
    impossible: pl.DataFrame
