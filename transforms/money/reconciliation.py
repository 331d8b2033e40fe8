"""The lenders' control totals beside the book: numbers of loans and balances, to the cent, and loan by loan."""

from typing import NamedTuple

import polars as pl

from schemas.contract import MONEY_DTYPE, DataFrame, conform
from schemas.deliveries import ControlTotal, Loan
from schemas.marts import BalanceChange
from schemas.runs import Reconciliation, ReconciliationLoan

KEY = ["lender", "date", "currency"]


class Reconciled(NamedTuple):
    """totals: schemas.runs.Reconciliation; loans: ReconciliationLoan, those behind each total that differs."""

    totals: DataFrame[Reconciliation]
    loans: DataFrame[ReconciliationLoan]


def reconcile(totals: DataFrame[ControlTotal], changes: DataFrame[BalanceChange], loans: DataFrame[Loan]) -> Reconciled:
    """Return each total beside the book, and the loans behind each that differs.

    A loan counts on a day where its balance is not zero; balances are compared in the currency of the total.
    """
    stated = totals.select(*KEY, "number_of_loans", stated_balance="balance").unique(
        KEY, keep="last", maintain_order=True
    )
    balances = _balances(stated.select("lender", "date", "currency"), changes, loans)
    summed = balances.group_by(KEY).agg(
        computed_loan_count=pl.len().cast(pl.Int64), computed_balance=pl.col("closing_balance").sum()
    )
    joined = stated.join(summed, on=KEY, how="left", maintain_order="left").with_columns(
        pl.col("computed_loan_count").fill_null(0),
        pl.col("computed_balance").fill_null(pl.lit(0).cast(MONEY_DTYPE)),
        stated_loan_count="number_of_loans",
    )
    compared = joined.with_columns(
        difference_balance=(pl.col("stated_balance") - pl.col("computed_balance")).cast(MONEY_DTYPE),
        difference_loan_count=pl.col("stated_loan_count") - pl.col("computed_loan_count"),
    )
    agrees = (pl.col("difference_balance").fill_null(0) == 0) & (pl.col("difference_loan_count").fill_null(0) == 0)
    result = conform(compared.with_columns(is_reconciled=agrees), Reconciliation).sort(KEY)
    differing = balances.join(result.filter(~pl.col("is_reconciled")), on=KEY, how="semi")
    return Reconciled(result, conform(differing, ReconciliationLoan).sort(*KEY, "loan_id"))


def _balances(days: pl.DataFrame, changes: DataFrame[BalanceChange], loans: DataFrame[Loan]) -> pl.DataFrame:
    """Return each loan's closing balance on each day for which its lender sent a total; loans at zero are left out."""
    parties = loans.select("loan_id", "lender", "currency")
    entries = changes.select("loan_id", "value_date", "balance_change_amount").join(parties, on="loan_id")
    dated = days.unique().join(entries, on=["lender", "currency"]).filter(pl.col("value_date") <= pl.col("date"))
    summed = dated.group_by(*KEY, "loan_id").agg(closing_balance=pl.col("balance_change_amount").sum())
    return summed.filter(pl.col("closing_balance") != 0)
