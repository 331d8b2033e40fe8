"""Green finance around the loans: every mart that counts money, rights and stocks, and none that counts tonnes."""

import datetime as dt

from schemas.between.money import LoanBalance
from schemas.between.sums import SummedBalance
from schemas.catalog import Published
from schemas.contract import DataFrame
from schemas.deliveries import Accepted
from transforms.ground.reference import Reference
from transforms.money.outstanding import newest_month_end
from transforms.registers.ecological_product_value import ecological_product_value
from transforms.registers.forest_rights import forest_rights
from transforms.registers.green_loan_statistics import green_loan_statistics
from transforms.registers.guarantees import guarantees
from transforms.registers.natural_resources import natural_resources
from transforms.registers.physical_tables import physical_tables
from transforms.registers.product_catalogue import product_catalogue
from transforms.registers.project_library import project_library
from transforms.registers.standing_volume import standing_volume


def register_marts(  # noqa: PLR0913, PLR0917 - each argument is a table or what bounds one
    tables: Accepted,
    held: DataFrame[LoanBalance],
    balances: DataFrame[SummedBalance],
    reference: Reference,
    as_of: dt.date,
    fx_max_age_days: int,
) -> Published:
    """Return the marts of schemas.registers.marts by name.

    `tables` are those of the book; `held` the loans that have a balance at the newest month-end up to `as_of`, the day
    to which the data reach; `balances` the sums of every month-end.
    """
    counties, units, end = reference.counties, reference.conversions, newest_month_end(as_of)
    projects, loans = tables["projects"], tables["loans"]
    physical = physical_tables(tables["operating"], projects, counties, reference.physical_indicators, units)
    return {
        "mart.green_loan_statistics": green_loan_statistics(balances, counties),
        "mart.product_catalogue": product_catalogue(tables["products"], loans, held, counties, end),
        "mart.project_library": project_library(projects, held, counties, end),
        "mart.guarantees": guarantees(
            tables["guarantors"], loans, held, counties, end, fx=tables["fx"], fx_max_age_days=fx_max_age_days
        ),
        "mart.forest_rights": forest_rights(tables["forest_rights"], counties, units, end),
        "mart.natural_resources": natural_resources(tables["natural_resources"], counties, units),
        "mart.ecological_product_value": ecological_product_value(tables["ecological_product_values"], counties),
        "mart.standing_volume": standing_volume(tables["forest_strata"], projects, counties, units),
        **physical,
    }
