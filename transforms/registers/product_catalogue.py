"""Ecological-rights credit products beside the loans made under them."""

import datetime as dt
from typing import Final

import polars as pl

from schemas.between.ground import County
from schemas.between.money import LoanBalance
from schemas.between.outcomes import UncataloguedLoan
from schemas.contract import DataFrame, conform, unchecked
from schemas.deliveries import Loan
from schemas.registers.delivered import Product
from schemas.registers.marts import ProductCatalogueEntry
from transforms.money.outstanding import with_county_name, with_outstanding

KEY: Final = ["lender", "product_code"]


def product_catalogue(
    products: DataFrame[Product],
    loans: DataFrame[Loan],
    held: DataFrame[LoanBalance],
    counties: DataFrame[County],
    month_end: dt.date,
) -> DataFrame[ProductCatalogueEntry]:
    """Return schemas.registers.marts.ProductCatalogueEntry: each product's loans at the month-end.

    A product is its lender's own: the same code of two lenders is two products.
    """
    named = loans.filter(pl.col("product_code").is_not_null()).select("loan_id", *KEY)
    made = named.group_by(KEY).agg(loans_made_count=pl.len().cast(pl.Int64))
    own = held.drop("lender").join(named, on="loan_id")
    counted = products.join(made, on=KEY, how="left", maintain_order="left").with_columns(
        pl.col("loans_made_count").fill_null(0), month_end_date=pl.lit(month_end)
    )
    rows = with_county_name(with_outstanding(counted, own, KEY), counties)
    return conform(rows, ProductCatalogueEntry).sort(KEY)


def products_not_in_catalogue(products: DataFrame[Product], loans: DataFrame[Loan]) -> DataFrame[UncataloguedLoan]:
    """Return the loans whose product is missing from their lender's own catalogue.

    A lender that sent no catalogue has none to be missing from.
    """
    named = loans.filter(pl.col("product_code").is_not_null()).join(products, on="lender", how="semi")
    return unchecked(named.join(products, on=KEY, how="anti").select("loan_id", *KEY), UncataloguedLoan)
