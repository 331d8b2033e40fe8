"""Which lenders' figures rest on ledgers that do not reach the period's end."""

import datetime as dt

import polars as pl

from schemas.between import FlagFacts
from schemas.contract import DataFrame
from schemas.marts import LoanConfirmation
from transforms.ground.flag_rows import flags


def unconfirmed_flags(
    loans: pl.DataFrame, confirmations: DataFrame[LoanConfirmation], last: dt.date
) -> DataFrame[FlagFacts]:
    """Return a flag a lender with loans that nobody has confirmed up to the day.

    loans: loan_id and lender of the loans that a figure rests on; confirmations: schemas.marts.LoanConfirmation.
    """
    behind = (
        loans.select("loan_id", "lender")
        .unique()
        .join(confirmations, on="loan_id")
        .filter(pl.col("confirmed_to_date") < last)
    )
    lenders = behind.group_by("lender").agg(count=pl.len(), first=pl.col("confirmed_to_date").min()).sort("lender")
    return flags(lenders, "not_confirmed_to_period_end", "lender", "count", "first", period_end=pl.lit(str(last)))
