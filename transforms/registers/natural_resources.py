"""Natural-resource balance sheets of counties: what was stated, and where it does not add up. Nothing is repaired.

Equation   closing = opening + additions - losses ; opening of a year = closing of the year before
"""

from typing import Final

import polars as pl

from schemas.between.ground import County, UnitConversion
from schemas.contract import DataFrame, conform
from schemas.registers.delivered import NaturalResource
from schemas.registers.marts import BALANCE_STATUSES, CONTINUITY_STATUSES, NaturalResourceBalance
from transforms.ground.cases import first_word
from transforms.ground.units import in_unit
from transforms.money.outstanding import with_county_name

KEY: Final = ["county_code", "resource_class"]
STATED: Final = ["opening", "additions", "losses", "closing"]
STOCK_UNITS: Final = ["mu", "m3"]
"""Areas and volumes are compared in these; a stock in another unit stays as sent."""

FLOAT_NOISE: Final = 1e-9
"""Differences below this part of the larger figure come from binary fractions, not from the sheet."""


def natural_resources(
    sheets: DataFrame[NaturalResource], counties: DataFrame[County], units: DataFrame[UnitConversion]
) -> DataFrame[NaturalResourceBalance]:
    """Return schemas.registers.marts.NaturalResourceBalance, one row a county, year and class."""
    common = _in_stock_units(sheets, units)
    computed = common.with_columns(computed_closing=pl.col("opening") + pl.col("additions") - pl.col("losses"))
    rows = _with_previous(computed).with_columns(
        closing_difference=_difference("closing", "computed_closing"),
        opening_difference=_difference("opening", "previous_closing"),
    )
    differs, broken = pl.col("closing_difference"), pl.col("opening_difference")
    judged = rows.with_columns(
        balance_status=first_word(BALANCE_STATUSES, {"incomplete": differs.is_null(), "balanced": differs == 0}),
        continuity_status=first_word(
            CONTINUITY_STATUSES,
            {"first": pl.col("has_previous").is_null(), "incomplete": broken.is_null(), "continues": broken == 0},
        ),
    )
    return conform(with_county_name(judged, counties), NaturalResourceBalance).sort(*KEY, "calendar_year")


def _in_stock_units(sheets: pl.DataFrame, units: DataFrame[UnitConversion]) -> pl.DataFrame:
    """State each sheet in mu or m3 where its unit converts to one of them."""

    def stated(column: str) -> pl.Expr:
        return pl.coalesce(*(in_unit(column, "unit", unit, units) for unit in STOCK_UNITS), pl.col(column))

    one = sheets.with_columns(one=pl.lit(1.0)).with_columns(
        known_unit=pl.coalesce(
            pl.when(in_unit("one", "unit", unit, units).is_not_null()).then(pl.lit(unit)) for unit in STOCK_UNITS
        )
    )
    return one.with_columns(stated(column).alias(column) for column in STATED).with_columns(
        unit=pl.coalesce("known_unit", "unit")
    )


def _with_previous(rows: pl.DataFrame) -> pl.DataFrame:
    """Add the closing of the year before; one in another unit cannot be compared and is left out."""
    before = rows.select(
        *KEY,
        calendar_year=pl.col("calendar_year") + 1,
        previous_closing="closing",
        previous_unit="unit",
        has_previous=pl.lit(True),
    )
    joined = rows.join(before, on=[*KEY, "calendar_year"], how="left", maintain_order="left")
    comparable = pl.col("previous_unit") == pl.col("unit")
    return joined.with_columns(previous_closing=pl.when(comparable).then("previous_closing"))


def _difference(stated: str, expected: str) -> pl.Expr:
    """Stated minus expected; exactly 0 within the noise of binary fractions."""
    gap = pl.col(stated) - pl.col(expected)
    larger = pl.max_horizontal(pl.col(stated).abs(), pl.col(expected).abs())
    return pl.when(gap.abs() <= larger * FLOAT_NOISE).then(0.0).otherwise(gap)
