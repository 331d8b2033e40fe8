"""What registers and counties deliver is stocks, areas and money: never below nothing, never out of its time."""

import pytest

from schemas.registers.delivered import ForestRight
from tests.makers import (
    Row,
    accept_rows,
    make_county_value,
    make_forest_right,
    make_guarantor,
    make_product,
    make_sheet,
)


def rules(table: str, *rows: Row) -> list[str]:
    return accept_rows(table, list(rows)).rejected["rule"].to_list()


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("products", make_product()),
        ("guarantors", make_guarantor()),
        ("forest_rights", make_forest_right()),
        ("natural_resources", make_sheet()),
        ("ecological_product_values", make_county_value()),
    ],
)
def test_a_plain_row_is_accepted(table: str, row: Row) -> None:
    assert rules(table, row) == []


@pytest.mark.parametrize(("release_date", "found"), [("2024-12-31", ["release_after_acquisition"]), ("2025-01-01", [])])
def test_a_right_cannot_be_released_before_it_is_acquired(release_date: str, found: list[str]) -> None:
    assert rules("forest_rights", make_forest_right(acquisition_date="2025-01-01", release_date=release_date)) == found


@pytest.mark.parametrize("year", ["1949", "2151"])
def test_a_balance_sheet_is_of_a_year_that_can_be(year: str) -> None:
    assert len(rules("natural_resources", make_sheet(calendar_year=year))) == 1
    assert rules("natural_resources", make_sheet(calendar_year="1950"), make_sheet(calendar_year="2150")) == []


@pytest.mark.parametrize("stock", ["opening", "additions", "losses", "closing"])
def test_no_stock_is_below_nothing_and_each_may_be_unknown(stock: str) -> None:
    assert rules("natural_resources", make_sheet(**{stock: "-1"})) == ["greater_than_or_equal_to"]
    assert rules("natural_resources", make_sheet(**{stock: ""})) == []


def test_a_class_of_resources_that_no_template_lists_is_kept_and_a_way_of_acquiring_is_not() -> None:
    assert rules("natural_resources", make_sheet(resource_class="wild_birds", unit="只")) == []
    assert rules("forest_rights", make_forest_right(acquisition_type="inherited")) == ["isin"]


def test_a_contract_describes_its_table_in_a_sentence() -> None:
    assert ForestRight.sentence().startswith("Forest rights that a buyback or collateral centre bought, leased")
