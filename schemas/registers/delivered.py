"""What registers and counties deliver beside the loans: products, guarantors, rights, natural resources (`core.*`).

None of it carries CO2: pledges, guarantees, stocks of timber and the value of ecological products are not reductions.
"""

import datetime as dt
from typing import Final

import polars as pl

from schemas.contract import CURRENCY, Delivered, Money, pa

RIGHT_TYPES: Final = [
    "forest",
    "water_surface",
    "water",
    "carbon",
    "emission",
    "energy",
    "land",
    "scenic_revenue",
    "other",
]
"""Rights that an ecological-rights credit product takes as security."""

ACQUISITION_TYPES: Final = ["bought", "leased", "cooperated", "taken_over", "undivided"]
"""How a centre came by forest rights; `undivided` where the sender gives one figure for several ways."""

RESOURCE_CLASSES: Final = [
    "forest_land",
    "standing_timber",
    "water_surface",
    "wetland",
    "cropland",
    "grassland",
    "garden_land",
    "water_volume",
]
"""Classes that templates offer; a county may use others."""

ACCOUNTING_BASES: Final = ["accounted", "projected"]
STATED_AS: Final = ["exactly", "about", "more_than"]
EARLIEST_YEAR, LATEST_YEAR = 1950, 2150


class Product(Delivered):
    """The lenders' ecological-rights credit products, one row a product, as accepted."""

    product_code: str = pa.Field(str_length={"min_value": 1})
    product_name: str = pa.Field(str_length={"min_value": 1})
    lender: str = pa.Field(str_length={"min_value": 1})
    pledge_type: str = pa.Field(nullable=True)
    right_type: str = pa.Field(nullable=True, isin=RIGHT_TYPES)
    county_code: str = pa.Field(nullable=True)
    launched_date: dt.date = pa.Field(nullable=True)


class Guarantor(Delivered):
    """Guarantee companies and what their guarantee fund held on a day, as accepted."""

    guarantor: str = pa.Field(str_length={"min_value": 1})
    date: dt.date
    fund_amount: Money = pa.Field(nullable=True, ge=0)
    currency: str = pa.Field(str_matches=CURRENCY)
    county_code: str = pa.Field(nullable=True)
    source: str = pa.Field(nullable=True)


class ForestRight(Delivered):
    """Forest rights that a buyback or collateral centre bought, leased, shared or took over, as accepted."""

    acquisition_id: str = pa.Field(str_length={"min_value": 1})
    centre_name: str = pa.Field(str_length={"min_value": 1})
    county_code: str = pa.Field(nullable=True)
    acquisition_type: str = pa.Field(isin=ACQUISITION_TYPES)
    acquisition_date: dt.date
    release_date: dt.date = pa.Field(nullable=True)
    area: float = pa.Field(nullable=True, ge=0)
    area_unit: str = pa.Field(nullable=True)
    loan_id: str = pa.Field(nullable=True)
    paid_cny: Money = pa.Field(nullable=True, ge=0)
    source: str = pa.Field(nullable=True)

    @pa.dataframe_check(
        name="release_after_acquisition",
        title="release_date",
        description="a right cannot be released before it is acquired",
    )
    def _release_after_acquisition(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(pl.col("release_date") >= pl.col("acquisition_date"))


class NaturalResource(Delivered):
    """Natural-resource balance sheets of counties as sent: opening, additions, losses and closing of a class."""

    county_code: str = pa.Field(str_length={"min_value": 1})
    calendar_year: int = pa.Field(ge=EARLIEST_YEAR, le=LATEST_YEAR)
    resource_class: str = pa.Field(str_length={"min_value": 1})
    opening: float = pa.Field(nullable=True, ge=0)
    additions: float = pa.Field(nullable=True, ge=0)
    losses: float = pa.Field(nullable=True, ge=0)
    closing: float = pa.Field(nullable=True, ge=0)
    unit: str = pa.Field(str_length={"min_value": 1})
    source: str = pa.Field(nullable=True)


class EcologicalProductValue(Delivered):
    """Ecological product value of counties as sent: money, accounted for a past year or projected."""

    county_code: str = pa.Field(str_length={"min_value": 1})
    calendar_year: int = pa.Field(ge=EARLIEST_YEAR, le=LATEST_YEAR)
    accounting_basis: str = pa.Field(isin=ACCOUNTING_BASES)
    ecological_product_value_cny: Money = pa.Field(ge=0)
    source: str = pa.Field(nullable=True)


class PublishedStatistic(Delivered):
    """Figures that others have published of a city or county: kept to be read, never mixed with the book."""

    statistic: str = pa.Field(str_length={"min_value": 1})
    area_code: str = pa.Field(str_length={"min_value": 1})
    as_of_date: dt.date = pa.Field(nullable=True)
    value: float
    unit: str = pa.Field(str_length={"min_value": 1})
    stated_as: str = pa.Field(isin=STATED_AS)
    source: str = pa.Field(str_length={"min_value": 1})
