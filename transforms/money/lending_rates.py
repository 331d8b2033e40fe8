"""The rate at which money was lent: that of its disbursement. What the loan was repriced to later is kept apart."""

import polars as pl

from schemas.contract import DataFrame
from schemas.deliveries import ExchangeRate
from schemas.marts import LoanRate
from transforms.money.exchange import rates_on


def rated_lending(
    changes: pl.DataFrame, stated: DataFrame[LoanRate], fx: DataFrame[ExchangeRate], max_age_days: int
) -> pl.DataFrame:
    """Return the disbursements of `changes` with rate (per cent) and cny, their amount in CNY at their day's rate.

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
    return rates_on(before.join(first, on="loan_id", how="left"), fx, max_age_days).with_columns(
        rate=pl.coalesce("annual_rate_pct", "first_pct"),
        cny=pl.col("disbursed_amount").cast(pl.Float64) * pl.col("rate_to_cny"),
    )


def rates_at_disbursement(rated: pl.DataFrame) -> pl.DataFrame:
    """Return loan_id and annual_rate_pct: sum(amount x rate) / sum(amount) over the disbursements (rated_lending)."""
    one_rate = pl.col("rate").min() == pl.col("rate").max()
    complete = (pl.col("rate").null_count() == 0) & (pl.col("cny").null_count() == 0) & (pl.col("cny").sum() > 0)
    mean = pl.when(complete).then((pl.col("cny") * pl.col("rate")).sum() / pl.col("cny").sum())
    return rated.group_by("loan_id").agg(
        annual_rate_pct=pl.when(one_rate & (pl.col("rate").null_count() == 0))
        .then(pl.col("rate").min())
        .otherwise(mean)
    )
