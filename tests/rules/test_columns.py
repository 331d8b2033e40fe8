"""A column is named once, defined once, and its last syllables are its unit."""

import importlib
import pkgutil
from typing import Final

import polars as pl
import pytest

from schemas import between
from schemas.catalog import TABLES
from schemas.columns import DESCRIPTIONS
from schemas.contract import UNIT_SUFFIXES, Contract
from schemas.marts import AttributedReduction
from transforms.methods.catalog import EDITIONS
from transforms.outcomes.yearly_sums import attributed_sums

WITHOUT_UNIT: Final = {
    "source_row": "a line number",
    "rank_number": "a place in a list",
    "edition_number": "an ordinal",
    "sign_off_number": "an ordinal",
    "input_number": "a number in place of a name",
    "part_number": "an ordinal",
    "number_of_loans": "delivery contract: a number of loans",
    "balance": "delivery contract: money in the row's currency",
    "version": "an ordinal of the delivery contract",
    "calendar_year": "a year, not a quantity",
    "capacity": "delivery contract: its unit is the row's capacity_unit",
    "design_annual_value": "delivery contract: its unit is the row's design_unit",
    "amount": "delivery contract: money in the row's currency",
    "rate": "delivery contract: units of quote for one unit of base",
    "value": "its unit is the row's unit",
    "delivered_value": "its unit is the row's delivered_unit",
    "attributed_value": "its unit is the row's unit",
    "part_value": "its unit is the row's unit",
    "leaf_value": "its unit is the row's unit",
    "lower_value": "its unit is the row's unit",
    "upper_value": "its unit is the row's unit",
    "impossible_below": "its unit is the row's unit",
    "implausible_below": "its unit is the row's unit",
    "questionable_below": "its unit is the row's unit",
    "questionable_above": "its unit is the row's unit",
    "implausible_above": "its unit is the row's unit",
    "impossible_above": "its unit is the row's unit",
    "candidate_value": "its unit is the row's unit",
    "published_value": "its unit is the row's unit",
    "before": "its unit is the row's unit",
    "after": "its unit is the row's unit",
    "area": "delivery contract: its unit is the row's area_unit",
    "volume": "delivery contract: its unit is the row's volume_unit",
    "opening": "delivery contract: its unit is the row's unit",
    "additions": "delivery contract: its unit is the row's unit",
    "losses": "delivery contract: its unit is the row's unit",
    "closing": "delivery contract: its unit is the row's unit",
    "computed_closing": "its unit is the row's unit",
    "closing_difference": "its unit is the row's unit",
    "previous_closing": "its unit is the row's unit",
    "opening_difference": "its unit is the row's unit",
    "balance_rank": "a place, not a quantity",
    "multiplier": "a factor between two units",
    "divisor": "a factor between two units",
    "weight": "a factor between two units",
    "at": "a place, not a quantity",
    "line": "a line number",
    "bucket": "a number in place of a name",
    "variance": "square tonnes",
    "square": "square tonnes",
    "cny_times_project_finance": "CNY times points of a scale",
    "cny_times_avoided_emissions": "CNY times points of a scale",
    "cny_times_rate": "CNY times per cent",
    "bound_size": "its unit is the bound's",
    "lowest_use": "its unit is that of the row's check",
    "highest_use": "its unit is that of the row's check",
    "times_per_day": "a factor between the bound's size and a day's output",
    "most_per_day": "its unit is the metric's, a day",
}
"""Columns of numbers whose name carries no unit, and why."""

MOMENTS: Final = {"since": "the contract of ops.restatements names it so"}

SEVERAL_TYPES: Final = {
    "value": "the contract of refused rows shows the cell as it was sent, as text",
    "facts": "what was stated, as words; what fills a flag's sentence, as a list",
}

STAGES: Final = [
    importlib.import_module(name) for _, name, _ in pkgutil.walk_packages(between.__path__, "schemas.between.")
]
BETWEEN: Final[list[type[Contract]]] = [
    found
    for stage in STAGES
    for found in vars(stage).values()
    if isinstance(found, type) and issubclass(found, Contract) and found.__module__ == stage.__name__
]
"""The tables that cross from stage to stage and are not published."""


def described() -> list[tuple[str, str, pl.DataType]]:
    """Table, column and type of what is published and of what crosses between stages."""
    contracts = TABLES | {contract.__name__: contract for contract in BETWEEN}
    return [
        (table, name, dtype)
        for table, contract in contracts.items()
        for name, dtype in contract.polars_schema().items()
    ]


@pytest.mark.parametrize("contract", [*TABLES.values(), *BETWEEN])
def test_every_column_of_a_table_is_described(contract: type[Contract]) -> None:
    assert all(text.strip() for text in contract.describe().values())


@pytest.mark.parametrize("contract", [*TABLES.values(), *BETWEEN])
def test_every_table_says_in_a_sentence_what_it_is(contract: type[Contract]) -> None:
    assert contract.__dict__.get("__doc__")
    assert contract.sentence().endswith(".")


def test_no_two_columns_share_a_description() -> None:
    assert len(set(DESCRIPTIONS.values())) == len(DESCRIPTIONS)


def test_every_description_is_of_a_column() -> None:
    assert set(DESCRIPTIONS) == {name for _, name, _ in described()}


def has_unit(name: str) -> bool:
    return name.endswith(tuple(UNIT_SUFFIXES))


def test_every_column_of_numbers_ends_in_its_unit_or_is_listed_with_the_reason() -> None:
    for table, name, dtype in described():
        if dtype.is_numeric():
            assert has_unit(name) or name in WITHOUT_UNIT, f"{table}.{name}"


def test_the_list_of_exceptions_names_only_columns_that_need_it() -> None:
    numbers = {name for _, name, dtype in described() if dtype.is_numeric()}
    assert set(WITHOUT_UNIT) <= {name for name in numbers if not has_unit(name)}


def test_the_symbols_of_every_formula_end_in_their_unit() -> None:
    for method in EDITIONS.values():
        for name, dtype in method.contract.polars_schema().items():
            assert not dtype.is_numeric() or has_unit(name), f"{method.name}: {name}"


def test_one_name_has_one_type_everywhere() -> None:
    types: dict[str, set[pl.DataType]] = {}
    for _, name, dtype in described():
        types.setdefault(name, set()).add(dtype)
    assert {name for name, found in types.items() if len(found) > 1} <= set(SEVERAL_TYPES)


def test_days_moments_and_truths_are_named_as_such() -> None:
    for table, name, dtype in described():
        if dtype == pl.Boolean:
            assert name.startswith(("is_", "has_")), f"{table}.{name}"
        if dtype.base_type() == pl.Datetime:
            assert name.endswith("_at") or name in MOMENTS, f"{table}.{name}"
        if name.endswith("_date"):
            assert dtype == pl.Date, f"{table}.{name}"


def test_tonnes_of_a_year_never_wear_the_suffix_of_tonnes() -> None:
    """An annual rate must not be added across years, so its name must not look like a sum."""
    for _, name, _ in described():
        if "annual" in name and "tco2e" in name:
            assert name.endswith("_tco2e_per_year"), name


def test_no_table_that_names_a_year_or_period_sums_a_rate_under_the_suffix_of_tonnes() -> None:
    """A column of tonnes per year stays a rate in every table: its name without `_per_year` is nowhere a column."""
    names = {name for _, name, _ in described()}
    rates = {name for name in names if name.endswith("_tco2e_per_year")}
    assert rates
    assert not {name.removesuffix("_per_year") for name in rates} & names


def test_every_rate_is_beside_the_period_or_year_that_it_belongs_to() -> None:
    """So that no query can add it across years without leaving the period out on purpose."""
    for table, contract in TABLES.items():
        names = set(contract.columns())
        if any(name.endswith("_tco2e_per_year") for name in names):
            assert names & {"period", "calendar_year"}, table


def test_no_sum_of_the_published_state_is_of_a_rate() -> None:
    """ops.state_totals adds tonnes of whole years; a rate in it would be added across periods night after night."""
    rows = [
        {
            **dict.fromkeys(AttributedReduction.columns()),
            "period": "2025",
            "basis": "period_end",
            "attributed_annual_reductions_tco2e_per_year": 365.0,
            "attributed_reductions_tco2e": 2.0,
        }
    ]
    attributed = pl.DataFrame(rows, schema=AttributedReduction.polars_schema())
    assert attributed_sums(attributed)["attributed_reductions_tco2e"].to_list() == [2.0]
