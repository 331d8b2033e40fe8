"""The rate at which money was lent: that of its disbursement. What the loan was repriced to later is kept apart."""

import polars as pl

from schemas.between.money import RateAtDisbursement, RatedDisbursement
from schemas.contract import DataFrame, unchecked
from schemas.deliveries import ExchangeRate
from schemas.marts import BalanceChange, LoanRate
from transforms.money.exchange import rates_on


def rated_lending(
    changes: DataFrame[BalanceChange], stated: DataFrame[LoanRate], fx: DataFrame[ExchangeRate], max_age_days: int
) -> DataFrame[RatedDisbursement]:
    """Return what the changes lent, each sum with its rate and in CNY at its day's exchange rate.

    A disbursement has the rate that was in force on its day by the deliveries: that of the last statement
    up to the day, or of the first one after it.
    """
    lent = changes.filter(pl.col("disbursed_amount") != 0).with_columns(date="flow_date")
    dated = stated.sort("stated_at").with_columns(
        date=pl.col("stated_at").dt.convert_time_zone("Asia/Shanghai").dt.date()
    )
    before = lent.sort("date").join_asof(
        dated.select("loan_id", "date", "annual_rate_pct"), on="date", by="loan_id", check_sortedness=False
    )
    first = dated.unique("loan_id", keep="first", maintain_order=True).select("loan_id", first_pct="annual_rate_pct")
    rated = rates_on(before.join(first, on="loan_id", how="left"), fx, max_age_days).select(
        "loan_id",
        "flow_date",
        annual_rate_pct=pl.coalesce("annual_rate_pct", "first_pct"),
        lent_cny=pl.col("disbursed_amount").cast(pl.Float64) * pl.col("rate_to_cny"),
    )
    return unchecked(rated, RatedDisbursement)


def rates_at_disbursement(rated: DataFrame[RatedDisbursement]) -> DataFrame[RateAtDisbursement]:
    """Return each loan's rate: sum(amount x rate) / sum(amount) over its disbursements (rated_lending)."""
    rate, lent = pl.col("annual_rate_pct"), pl.col("lent_cny")
    one_rate = (rate.min() == rate.max()) & (rate.null_count() == 0)
    complete = (rate.null_count() == 0) & (lent.null_count() == 0) & (lent.sum() > 0)
    mean = pl.when(complete).then((lent * rate).sum() / lent.sum())
    rates = rated.group_by("loan_id").agg(annual_rate_pct=pl.when(one_rate).then(rate.min()).otherwise(mean))
    return unchecked(rates, RateAtDisbursement)
