"""Guarantees outstanding beside the guarantors' funds: a memo, without any effect on attribution.

Equation   outstanding guarantee of a loan = min(guaranteed amount, balance)
           multiple = outstanding guarantees / guarantee fund
"""

import datetime as dt

import polars as pl

from schemas.between.ground import County
from schemas.between.money import LoanBalance, RateOfDay
from schemas.contract import MONEY_DTYPE, DataFrame, conform
from schemas.deliveries import ExchangeRate, Loan
from schemas.registers.delivered import Guarantor
from schemas.registers.marts import Guarantee
from transforms.money.exchange import in_cny, rates_at
from transforms.money.outstanding import whole_sum, with_county_name


def guarantees(  # noqa: PLR0913 - each argument is a table
    guarantors: DataFrame[Guarantor],
    loans: DataFrame[Loan],
    held: DataFrame[LoanBalance],
    counties: DataFrame[County],
    month_end: dt.date,
    *,
    fx: DataFrame[ExchangeRate],
    fx_max_age_days: int,
) -> DataFrame[Guarantee]:
    """Return schemas.registers.marts.Guarantee: guarantors of loans and of the register, at the month-end.

    An amount that is not stated, or a currency without a rate, leaves the sum empty. So does a fund that nobody sent.
    """
    currencies = pl.concat([guarantors["currency"], loans["currency"]])
    rates = rates_at(month_end, currencies, fx, fx_max_age_days)
    funds = _funds(guarantors, rates, month_end)
    summed = _guaranteed(loans, held, rates)
    rows = summed.join(funds, on="guarantor", how="full", coalesce=True).with_columns(
        pl.col("loan_count").fill_null(0), month_end_date=pl.lit(month_end)
    )
    fund = pl.when(pl.col("fund_cny") > 0).then("fund_cny").cast(pl.Float64)
    rows = rows.with_columns(guarantee_to_fund_ratio=pl.col("outstanding_guarantee_cny").cast(pl.Float64) / fund)
    return conform(with_county_name(rows, counties), Guarantee).sort("guarantor")


def _funds(guarantors: DataFrame[Guarantor], rates: DataFrame[RateOfDay], month_end: dt.date) -> pl.DataFrame:
    """Return each guarantor's newest figure up to the month-end."""
    newest = guarantors.filter(pl.col("date") <= month_end).sort("date").unique("guarantor", keep="last")
    return newest.join(rates, on="currency", how="left").select(
        "guarantor", "county_code", fund_date="date", fund_cny=in_cny("fund_amount")
    )


def _guaranteed(loans: DataFrame[Loan], held: DataFrame[LoanBalance], rates: DataFrame[RateOfDay]) -> pl.DataFrame:
    """Return guarantor, loan_count, guaranteed_cny and outstanding_guarantee_cny of the loans that have a balance."""
    terms = loans.filter(pl.col("guarantor").is_not_null()).select("loan_id", "guarantor", "guaranteed_amount")
    own = held.join(terms, on="loan_id").join(rates, on="currency", how="left")
    is_more = pl.col("guaranteed_amount") > pl.col("closing_balance")
    lesser = pl.when(is_more).then("closing_balance").otherwise("guaranteed_amount").cast(MONEY_DTYPE)
    in_yuan = own.with_columns(lesser=lesser).with_columns(
        guaranteed_cny=in_cny("guaranteed_amount"), outstanding_guarantee_cny=in_cny("lesser")
    )
    summed = in_yuan.group_by("guarantor").agg(
        loan_count=pl.len().cast(pl.Int64),
        guaranteed_cny=whole_sum("guaranteed_cny"),
        outstanding_guarantee_cny=whole_sum("outstanding_guarantee_cny"),
    )
    return _with_repaid(terms, summed)


def _with_repaid(terms: pl.DataFrame, summed: pl.DataFrame) -> pl.DataFrame:
    """Keep guarantors whose loans are all repaid: they guarantee 0."""
    everyone = terms.select("guarantor").unique().join(summed, on="guarantor", how="left")
    gone = pl.col("loan_count").is_null()
    nothing = pl.lit(0).cast(MONEY_DTYPE)
    amounts = ["guaranteed_cny", "outstanding_guarantee_cny"]
    return everyone.with_columns(
        pl.when(gone).then(nothing).otherwise(pl.col(name)).alias(name) for name in amounts
    ).with_columns(pl.col("loan_count").fill_null(0))
