"""Foreign money in CNY: the rate of the last trading day up to a day; a missing rate blocks and is never 1."""

import datetime as dt
from typing import Final

import polars as pl

from schemas.between.money import RateOfDay
from schemas.contract import MONEY_DTYPE, DataFrame, conform, unchecked
from schemas.deliveries import ExchangeRate
from schemas.marts import ExchangeRateInForce
from schemas.reference import Parameter

HOME_CURRENCY: Final = "CNY"


def max_age_days(parameters: DataFrame[Parameter]) -> int:
    """Return how old a trading day's rate may be: the strictest row of fx_rate_max_age for all."""
    ages = parameters.filter((pl.col("parameter_id") == "fx_rate_max_age") & (pl.col("scope") == "all"))["value"]
    return int(ages.min())  # type: ignore[arg-type]


def rates_in_force(fx: DataFrame[ExchangeRate], max_age_days: int) -> DataFrame[ExchangeRateInForce]:
    """Return the days on which each trading day's rate is in force (schemas.marts.ExchangeRateInForce).

    A rate ends with the next trading day, or when it is too old; the home currency is 1 and of no trading day.
    """
    quoted = fx.filter(pl.col("quote") == HOME_CURRENCY).select(
        "rate", currency="base", valid_from="date", exchange_rate_date="date"
    )
    ordered = quoted.sort("currency", "valid_from")
    before_the_next = pl.col("valid_from").shift(-1).over("currency").dt.offset_by("-1d")
    oldest = pl.col("valid_from").dt.offset_by(f"{max_age_days}d")
    home = {"currency": HOME_CURRENCY, "valid_from": dt.date.min, "valid_to": dt.date.max, "rate": 1.0}
    dated = ordered.with_columns(valid_to=pl.min_horizontal(before_the_next, oldest))
    return conform(pl.concat([pl.DataFrame([home]), dated], how="diagonal"), ExchangeRateInForce)


def rates_on(days: pl.DataFrame, fx: DataFrame[ExchangeRate], max_age_days: int) -> pl.DataFrame:
    """Return `days` (currency, date) with rate_to_cny and rate_date, the trading day that it is of.

    Both are null where no trading day is near enough before the date; the home currency is 1 and of no day.
    """
    rates = rates_in_force(fx, max_age_days).rename({"rate": "rate_to_cny", "exchange_rate_date": "rate_date"})
    matched = days.sort("date").join_asof(
        rates.sort("valid_from"),
        left_on="date",
        right_on="valid_from",
        by="currency",
        strategy="backward",
        check_sortedness=False,
    )
    is_in_force = pl.col("date") <= pl.col("valid_to")
    rated = matched.with_columns(pl.when(is_in_force).then(pl.col("rate_to_cny", "rate_date")))
    return rated.drop("valid_from", "valid_to", strict=False)


def rates_at(
    day: dt.date, currencies: pl.Series, fx: DataFrame[ExchangeRate], max_age_days: int
) -> DataFrame[RateOfDay]:
    """Return the rate on one day of each currency of the series."""
    days = pl.DataFrame({"currency": currencies.drop_nulls().unique().sort()}).with_columns(date=pl.lit(day))
    return unchecked(rates_on(days, fx, max_age_days).select(RateOfDay.columns()), RateOfDay)


def in_cny(amount: str) -> pl.Expr:
    """Return the column in CNY to the fen, by the row's currency and rate_to_cny; null where the rate is missing."""
    fen = pl.col(amount).cast(pl.Float64) * pl.col("rate_to_cny") * 100
    whole = fen.round(0, mode="half_away_from_zero").cast(pl.Int128).cast(pl.Decimal(38, 0))
    foreign = (whole * pl.lit("0.01").cast(MONEY_DTYPE)).cast(MONEY_DTYPE)
    return pl.when(pl.col("currency") == HOME_CURRENCY).then(pl.col(amount)).otherwise(foreign)
