"""Ecological product value of counties by year: money, kept apart by accounting basis, never turned into tonnes."""

from typing import Final

import polars as pl

from schemas.between.ground import County
from schemas.contract import DataFrame, conform
from schemas.registers.delivered import EcologicalProductValue
from schemas.registers.marts import CountyEcologicalValue
from transforms.money.outstanding import with_county_name

KEY: Final = ["county_code", "calendar_year", "accounting_basis"]


def ecological_product_value(
    values: DataFrame[EcologicalProductValue], counties: DataFrame[County]
) -> DataFrame[CountyEcologicalValue]:
    """Return schemas.registers.marts.CountyEcologicalValue; growth only between years of the same accounting basis."""
    before = values.select(
        "county_code",
        "accounting_basis",
        calendar_year=pl.col("calendar_year") + 1,
        before_cny="ecological_product_value_cny",
    )
    rows = values.join(before, on=KEY, how="left", maintain_order="left")
    then, change = pl.col("before_cny"), pl.col("ecological_product_value_cny") - pl.col("before_cny")
    grown = pl.when(then > 0).then(change.cast(pl.Float64) / then.cast(pl.Float64))
    return conform(with_county_name(rows.with_columns(value_growth_ratio=grown), counties), CountyEcologicalValue).sort(
        KEY
    )
