"""Which lenders' figures rest on ledgers that do not reach the period's end."""

import datetime as dt

import polars as pl

from transforms.ground.flag_rows import flags


def unconfirmed_flags(loans: pl.DataFrame, confirmations: pl.DataFrame, last: dt.date) -> pl.DataFrame:
    """Return a flag a lender with loans that nobody has confirmed up to the day.

    loans: loan_id and lender of the loans that a figure rests on; confirmations: schemas.marts.LoanConfirmation.
    """
    behind = loans.select("loan_id", "lender").unique().join(confirmations, on="loan_id").filter(
        pl.col("confirmed_to_date") < last
    )  # fmt: skip
    lenders = behind.group_by("lender").agg(count=pl.len(), first=pl.col("confirmed_to_date").min()).sort("lender")
    facts = [pl.col("count"), pl.col("first"), pl.lit(str(last))]
    return flags(lenders, "not_confirmed_to_period_end", "lender",
                 pl.format("what was delivered of {} loan(s) reaches {} and not {}: entries after it may be missing; "
                           "deliver them, a control total of that day or later, or one that says is_complete", *facts),
                 pl.format("{} 笔贷款的报送数据截至 {}，未到期末 {}：其后的流水可能缺失；请补报流水、"
                           "期末及以后的核对数，或声明台账完整", *facts))  # fmt: skip
