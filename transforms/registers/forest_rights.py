"""Forest rights held by buyback and collateral centres; taking collateral over moves no tonnes."""

import datetime as dt
from typing import Final

import polars as pl

from schemas.between.ground import County, UnitConversion
from schemas.contract import MONEY_DTYPE, DataFrame, conform
from schemas.registers.delivered import ForestRight
from schemas.registers.marts import ForestRightHolding
from transforms.ground.units import in_unit
from transforms.money.outstanding import whole_sum, with_county_name

KEY: Final = ["centre_name", "county_code", "acquisition_type"]


def forest_rights(
    acquisitions: DataFrame[ForestRight],
    counties: DataFrame[County],
    units: DataFrame[UnitConversion],
    month_end: dt.date,
) -> DataFrame[ForestRightHolding]:
    """Return schemas.registers.marts.ForestRightHolding: what each centre holds at the month-end.

    `units` is ground.units.unit_table. An area that is missing or in no unit of area blocks its sum.
    """
    is_released = (pl.col("release_date") <= month_end).fill_null(False)
    held = acquisitions.filter((pl.col("acquisition_date") <= month_end) & ~is_released).with_columns(
        area_mu=in_unit("area", "area_unit", "mu", units), area_ha=in_unit("area", "area_unit", "ha", units)
    )
    summed = held.group_by(KEY).agg(
        _whole("area_mu"),
        _whole("area_ha"),
        paid_cny=whole_sum("paid_cny").cast(MONEY_DTYPE),
        acquisition_count=pl.len().cast(pl.Int64),
        defaulted_loan_count=pl.col("loan_id").drop_nulls().n_unique().cast(pl.Int64),
    )
    rows = with_county_name(summed.with_columns(month_end_date=pl.lit(month_end)), counties)
    return conform(rows, ForestRightHolding).sort(KEY)


def _whole(column: str) -> pl.Expr:
    return pl.when(pl.col(column).null_count() == 0).then(pl.col(column).sum()).alias(column)
