"""Ledger entries -> signed balance changes and loan months; no day is ever expanded.

An event of amount s on day d of a month adds s x (days left in the month, that day included) to the month's
balance-days and s to the opening balance of every later month.
"""

import datetime as dt
from typing import Final

import polars as pl

from schemas.contract import MONEY_DTYPE, DataFrame, conform, unchecked
from schemas.deliveries import EVENT_EFFECTS, LedgerEntry, Loan
from schemas.marts import BalanceChange, LoanMonth

REPAYMENTS: Final = ["REPAYMENT", "PREPAYMENT"]
FEN_PER_UNIT: Final = 100


def balance_changes(ledger: DataFrame[LedgerEntry]) -> DataFrame[BalanceChange]:
    """Return each entry as a signed change (schemas.marts.BalanceChange); a REVERSAL undoes the entry it names."""
    reversed_ids = ledger["reverses_entry_id"].drop_nulls().unique()
    originals = ledger.filter(pl.col("entry_id").is_in(reversed_ids.implode())).select(
        "loan_id", reverses_entry_id="entry_id", reversed_event="event", reversed_value_date="value_date"
    )
    entries = ledger.join(originals, on=["loan_id", "reverses_entry_id"], how="left", maintain_order="left")
    is_reversal = pl.col("event") == "REVERSAL"
    acting = pl.when(is_reversal).then("reversed_event").otherwise("event")
    direction = pl.when(is_reversal).then(-1).otherwise(1).cast(pl.Decimal(38, 0))
    effect = acting.replace_strict(EVENT_EFFECTS, return_dtype=pl.Int64).cast(pl.Decimal(38, 0))
    signed = pl.col("amount") * direction
    nothing = pl.lit(0).cast(MONEY_DTYPE)
    changes = entries.with_columns(
        balance_change_amount=(signed * effect).cast(MONEY_DTYPE),
        disbursed_amount=pl.when(acting == "DISBURSEMENT").then(signed).otherwise(nothing).cast(MONEY_DTYPE),
        flow_date=pl.coalesce("reversed_value_date", "value_date"),
        repaid_amount=pl.when(acting.is_in(REPAYMENTS)).then(signed).otherwise(nothing).cast(MONEY_DTYPE),
    )
    return conform(changes, BalanceChange).sort("loan_id", "value_date", "entry_id")


def loan_months(changes: DataFrame[BalanceChange], loans: DataFrame[Loan], until: dt.date) -> DataFrame[LoanMonth]:
    """Return the months of each loan from its first entry to `until`, in the loan's currency.

    closing_balance_cny is left to the caller. Exact: amounts are summed as integer fen.
    """
    moved = _moved_by_month(changes.filter(pl.col("value_date") <= until))
    months = _every_month(moved, loans, until)
    key = ["loan_number", "month_start_date"]  # a text takes several times as long
    swept = months.join(moved.drop("loan_id"), on=key, how="left", maintain_order="left")
    amounts = ["change_fen", "weighted_fen_days", "disbursed_fen", "repaid_fen"]
    swept = swept.with_columns(pl.col(amounts).fill_null(0))  # no entry in a month is a fact, not a gap
    closing = pl.col("change_fen").cum_sum().over("loan_number")
    swept = swept.with_columns(closing_fen=closing, opening_fen=closing - pl.col("change_fen"))
    days = (pl.col("month_end_date") - pl.col("month_start_date")).dt.total_days() + 1
    balance_days = pl.col("opening_fen") * days + pl.col("weighted_fen_days")
    named = swept.with_columns(
        opening_balance=_money("opening_fen"),
        closing_balance=_money("closing_fen"),
        average_balance=balance_days / days / FEN_PER_UNIT,
        disbursed_amount=_money("disbursed_fen"),
        repaid_amount=_money("repaid_fen"),
        closing_balance_cny=pl.lit(None, MONEY_DTYPE),
    )
    return unchecked(named.select(LoanMonth.columns()), LoanMonth)


def fen(column: str) -> pl.Expr:
    """Return an exact amount as integer fen, wide enough for the largest balance times the days of a history."""
    return (pl.col(column) * pl.lit(FEN_PER_UNIT).cast(pl.Decimal(38, 0))).cast(pl.Int128)


def _money(column: str) -> pl.Expr:
    hundredth = pl.lit("0.01").cast(MONEY_DTYPE)
    return (pl.col(column).cast(pl.Decimal(38, 0)) * hundredth).cast(MONEY_DTYPE)


def _moved_by_month(changes: DataFrame[BalanceChange]) -> pl.DataFrame:
    days_left = (pl.col("value_date").dt.month_end() - pl.col("value_date")).dt.total_days() + 1
    dated = changes.select(
        "loan_id",
        loan_number=pl.col("loan_id").rank("dense"),
        month_start_date=pl.col("value_date").dt.month_start(),
        days_left=days_left,
        change_fen=fen("balance_change_amount"),
        disbursed_fen=fen("disbursed_amount"),
        repaid_fen=fen("repaid_amount"),
    )
    weighted = dated.with_columns(weighted_fen_days=pl.col("change_fen") * pl.col("days_left"))
    sums = pl.col("change_fen", "weighted_fen_days", "disbursed_fen", "repaid_fen").sum()
    return weighted.group_by("loan_number", "month_start_date").agg(pl.col("loan_id").first(), sums)


def _every_month(moved: pl.DataFrame, loans: DataFrame[Loan], until: dt.date) -> pl.DataFrame:
    first = moved.group_by("loan_number").agg(pl.col("loan_id").first(), pl.col("month_start_date").min())
    parties = loans.select("loan_id", "project_id", "lender", "currency")
    starts = pl.date_ranges("month_start_date", pl.lit(until).dt.month_start(), interval="1mo")
    known = first.join(parties, on="loan_id").sort("loan_number")
    months = known.with_columns(month_start_date=starts).explode("month_start_date")
    return months.with_columns(month_end_date=pl.col("month_start_date").dt.month_end())
