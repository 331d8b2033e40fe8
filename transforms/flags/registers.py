"""What a reader must know of the registers around the loans: sheets that do not add up, unknown products."""

import polars as pl

from schemas.between.ground import FlagFacts, UnitConversion
from schemas.catalog import Published
from schemas.contract import DataFrame, stacked
from schemas.deliveries import Accepted
from transforms.ground.flag_rows import flags
from transforms.registers.product_catalogue import products_not_in_catalogue
from transforms.registers.standing_volume import strata_in_unknown_units


def register_flags(tables: Accepted, marts: Published, units: DataFrame[UnitConversion]) -> DataFrame[FlagFacts]:
    """Return the flags of registers and counties: sheets that do not add up, unknown products.

    `units` is ground.units.unit_table.
    """
    sheets = marts["mart.natural_resources"].with_columns(
        subject=pl.format("{} {} {}", "county_code", "calendar_year", "resource_class")
    )
    uncatalogued = products_not_in_catalogue(tables["products"], tables["loans"])
    strata = strata_in_unknown_units(tables["forest_strata"], units)
    return stacked(
        [
            flags(
                sheets.filter(balance_status="differs"),
                "resource_balance_differs",
                "subject",
                "closing",
                "computed_closing",
                "closing_difference",
                "unit",
            ),
            flags(
                sheets.filter(continuity_status="differs"),
                "resource_opening_differs",
                "subject",
                "opening",
                "previous_closing",
                "opening_difference",
                "unit",
            ),
            flags(uncatalogued, "product_not_in_catalogue", "loan_id", "product_code", "lender"),
            flags(
                strata,
                "stratum_unit_not_known",
                "project_id",
                "stratum",
                volume_unit=pl.col("volume_unit").fill_null(""),
                area_unit=pl.col("area_unit").fill_null(""),
            ),
        ]
    )
