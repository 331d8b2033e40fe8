"""The band of a loan's annual rate by currency, and of an exchange rate by what its currencies are worth in yuan."""

from typing import Final

import polars as pl

from schemas.between.ground import BrokenRule
from schemas.contract import DataFrame
from schemas.deliveries import ExchangeRate, Loan
from schemas.reference import Bound
from transforms.deliveries.checks.bands import Slips, limits, outside_band
from transforms.ground.bounds import bounds_of

YUAN: Final = "CNY"
ANY: Final = "*"
RATE_ADVICE: Final = "correct it, or leave the cell empty where the rate is not known"
PRICE_ADVICE: Final = "correct it: units of quote for one unit of base"
LIMITS: Final = ("low", "high", "usual_low", "usual_high", "band_unit")


def loan_rates_outside_band(loans: DataFrame[Loan], bounds: DataFrame[Bound], slips: Slips) -> DataFrame[BrokenRule]:
    """Findings for loans whose annual_rate_pct no bank would ask; an empty rate is none."""
    bands = limits(bounds_of(bounds, "annual_rate")).select("method_or_scope", *LIMITS)
    own = bands.filter(pl.col("method_or_scope") != ANY)["method_or_scope"].to_list()
    key = pl.when(pl.col("currency").is_in(own)).then("currency").otherwise(pl.lit(ANY))
    placed = (
        loans.with_columns(method_or_scope=key)
        .join(bands, on="method_or_scope", how="left", maintain_order="left")
        .with_columns(band_value="annual_rate_pct", subject=pl.lit("annual_rate_pct"))
    )
    return outside_band(placed, rule="rate_out_of_band", column="annual_rate_pct", slips=slips, advice=RATE_ADVICE)


def prices_outside_band(
    rates: DataFrame[ExchangeRate], bounds: DataFrame[Bound], slips: Slips
) -> DataFrame[BrokenRule]:
    """Findings for exchange rates far from what the two currencies are worth; a currency without a row has no band."""
    worth = bounds_of(bounds, "yuan_per_unit").select(
        currency="method_or_scope", least="implausible_below", most="implausible_above"
    )
    all_worth = pl.concat([worth, pl.DataFrame({"currency": [YUAN], "least": [1.0], "most": [1.0]})])
    placed: pl.DataFrame = rates
    for side in ("base", "quote"):
        renamed = all_worth.rename({"least": f"{side}_least", "most": f"{side}_most"})
        placed = placed.join(renamed, left_on=side, right_on="currency", how="left", maintain_order="left")
    low, high = pl.col("base_least") / pl.col("quote_most"), pl.col("base_most") / pl.col("quote_least")
    bounded = placed.with_columns(
        low=low,
        high=high,
        usual_low=low,
        usual_high=high,
        band_value="rate",
        band_unit="quote",
        subject=pl.format("rate of one {}", "base"),
    )
    return outside_band(bounded, rule="rate_out_of_band", column="rate", slips=slips, advice=PRICE_ADVICE)
