"""What a reader must know of the registers around the loans: sheets that do not add up, unknown products."""

from collections.abc import Mapping

import polars as pl

from transforms.ground.flag_rows import COLUMNS, flags
from transforms.registers.product_catalogue import products_not_in_catalogue
from transforms.registers.standing_volume import strata_in_unknown_units


def register_flags(
    tables: Mapping[str, pl.DataFrame], marts: Mapping[str, pl.DataFrame], units: pl.DataFrame
) -> pl.DataFrame:
    """Return the flags of registers and counties (schemas.runs.Flag): sheets that do not add up, unknown products.

    `units` is ground.units.unit_table.
    """
    sheets = marts["mart.natural_resources"].with_columns(
        subject=pl.format("{} {} {}", "county_code", "calendar_year", "resource_class")
    )
    uncatalogued = products_not_in_catalogue(tables["products"], tables["loans"])
    strata = strata_in_unknown_units(tables["forest_strata"], units)
    closing = [pl.col(name) for name in ("closing", "computed_closing", "closing_difference", "unit")]
    opening = [pl.col(name) for name in ("opening", "previous_closing", "opening_difference", "unit")]
    return pl.concat([
        flags(sheets.filter(balance_status="differs"), "resource_balance_differs", "subject",
              pl.format("closing {} is not opening + additions - losses, {} (difference {} {}); it stands", *closing),
              pl.format("期末 {} 不等于期初加增加减减少 {}，相差 {} {}；按报送数保留", *closing)),
        flags(sheets.filter(continuity_status="differs"), "resource_opening_differs", "subject",
              pl.format("opening {} is not last year's closing {} (difference {} {}); it stands", *opening),
              pl.format("期初 {} 不等于上年期末 {}，相差 {} {}；按报送数保留", *opening)),
        flags(uncatalogued, "product_not_in_catalogue", "loan_id",
              pl.format("product {} is not in the catalogue of {}", "product_code", "lender"),
              pl.format("产品 {} 不在{}的产品目录中", "product_code", "lender")),
        flags(strata, "stratum_unit_not_known", "project_id",
              pl.format("stratum {}: the unit '{}' is no volume or '{}' no area; no figure", "stratum",
                        pl.col("volume_unit").fill_null(""), pl.col("area_unit").fill_null("")),
              pl.format("小班 {} 的蓄积单位“{}”或面积单位“{}”无法换算，不出具数字", "stratum",
                        pl.col("volume_unit").fill_null(""), pl.col("area_unit").fill_null(""))),
    ]).unique().sort(COLUMNS)  # fmt: skip
