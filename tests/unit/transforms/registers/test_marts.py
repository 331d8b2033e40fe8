"""Products, the library, guarantees, forest rights: money and land beside the loans, and never tonnes."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

import pytest

from tests.makers import (
    Row,
    day,
    land,
    make_book,
    make_entry,
    make_forest_right,
    make_guarantor,
    make_loan,
    make_product,
    make_project,
    make_rate,
    work_out,
)

END: Final = "2025-12-31"
LENT: Final = make_entry(value_date="2024-06-01", amount="500.00")
LAST: Final = make_entry(loan_id="LX", value_date=END, amount="1.00")
"""An entry of another loan that carries the data to the end of 2025."""


def mart(name: str, loans: Sequence[Row], entries: Sequence[Row] = (LENT,), **more: Any) -> list[Row]:
    """The mart at the end of 2025; the tables in `more` are delivered beside the loans."""
    files = [land(table, rows) for table, rows in more.items() if table not in {"projects", "rates"}]
    projects = [*more.get("projects", [make_project()]), make_project(project_id="PX")]
    other = make_loan(loan_id="LX", project_id="PX", lender="丙银行")
    book = make_book(
        projects=projects, loans=[*loans, other], entries=[*entries, LAST], rates=more.get("rates", ()), more=files
    )
    assert book.rejected.is_empty(), book.rejected["reason"].to_list()
    rows: list[Row] = work_out(book).marts[name].to_dicts()
    return rows


# --- products ---


def catalogue(loans: Sequence[Row], entries: Sequence[Row] = (LENT,), **more: Any) -> dict[tuple[str, str], Row]:
    rows = mart("mart.product_catalogue", loans, entries, **{"products": [make_product()], **more})
    return {(row["lender"], row["product_code"]): row for row in rows}


def test_a_product_counts_the_loans_made_under_it_and_what_is_outstanding() -> None:
    """L1 500 - 120 = 380; L2 was repaid: two loans made, one outstanding."""
    loans = [make_loan(product_code="F1"), make_loan(loan_id="L2", product_code="F1"), make_loan(loan_id="L3")]
    entries = [
        LENT,
        make_entry(value_date="2025-03-01", amount="120.00", event="REPAYMENT"),
        make_entry(loan_id="L2", value_date="2024-06-01"),
        make_entry(loan_id="L2", value_date="2025-06-01", event="REPAYMENT"),
        make_entry(loan_id="L3", value_date="2024-06-01", amount="9000.00"),
    ]
    row = catalogue(loans, entries)["甲银行", "F1"]
    assert (row["loans_made_count"], row["loan_count"], row["balance_cny"]) == (2, 1, Decimal("380.00"))
    assert (row["month_end_date"], row["pledge_type"], row["county_name"]) == (day(END), "林权抵押", "资溪县")


def test_a_product_nobody_has_taken_up_is_a_balance_of_0() -> None:
    row = catalogue([make_loan()])["甲银行", "F1"]
    assert (row["loans_made_count"], row["loan_count"], row["balance_cny"]) == (0, 0, Decimal("0.00"))


def test_the_same_code_of_another_lender_is_another_product() -> None:
    products = [make_product(), make_product(lender="乙银行")]
    found = catalogue([make_loan(product_code="F1")], products=products)
    assert {key: row["loan_count"] for key, row in found.items()} == {("甲银行", "F1"): 1, ("乙银行", "F1"): 0}


def test_a_product_with_a_loan_in_money_without_a_rate_has_no_sum() -> None:
    loans = [make_loan(product_code="F1", currency="USD")]
    row = catalogue(loans, [make_entry(value_date="2024-06-01", currency="USD")])["甲银行", "F1"]
    assert (row["loan_count"], row["balance_cny"]) == (1, None)


# --- the library ---


@pytest.mark.parametrize(
    ("status", "is_in"),
    [("applied", False), ("reviewed", False), ("admitted", True), ("withdrawn", False), (None, False)],
)
def test_only_an_admitted_project_is_in_the_library(status: str | None, is_in: bool) -> None:
    (row, _) = mart("mart.project_library", [make_loan()], projects=[make_project(library_status=status)])
    assert (row["library_status"], row["is_in_library"]) == (status, is_in)
    assert (row["loan_count"], row["balance_cny"]) == (1, Decimal("500.00"))


def test_the_joint_review_is_listed_with_its_bodies_and_the_days_it_took() -> None:
    """2024-02-01 to 2024-03-15: 29 - 1 + 15 = 43 days in a leap year; three bodies."""
    project = make_project(
        application_date="2024-02-01", review_date="2024-03-15", reviewing_bodies="发展改革委、生态环境局；林业局"
    )
    (row, without) = mart("mart.project_library", [make_loan()], projects=[project])
    assert (row["application_to_review_days"], row["reviewing_body_count"]) == (43, 3)
    assert (without["application_to_review_days"], without["reviewing_body_count"]) == (None, None)


# --- guarantees ---


def guaranteed(
    loans: Sequence[Row], entries: Sequence[Row] = (LENT,), funds: Sequence[Row] = (make_guarantor(),), **more: Any
) -> Row:
    (row,) = mart("mart.guarantees", loans, entries, guarantors=funds, **more)
    return row


SECURED: Final = {"guarantor": "某担保公司", "guaranteed_amount": "300.00"}


def test_guarantees_are_given_as_a_multiple_of_the_fund() -> None:
    """Two loans of 500, guaranteed for 300 each: 600 of a fund of 1,000 = 0.6."""
    loans = [make_loan(**SECURED), make_loan(loan_id="L2", **SECURED)]
    row = guaranteed(loans, [LENT, make_entry(loan_id="L2", value_date="2024-06-01")])
    assert (row["loan_count"], row["outstanding_guarantee_cny"], row["fund_cny"]) == (
        2,
        Decimal("600.00"),
        Decimal("1000.00"),
    )
    assert row["guarantee_to_fund_ratio"] == pytest.approx(0.6)


def test_a_guarantee_is_at_most_what_is_still_owed() -> None:
    """500 - 400 = 100 owed; 300 guaranteed."""
    back = make_entry(value_date="2025-05-01", amount="400.00", event="REPAYMENT")
    row = guaranteed([make_loan(**SECURED)], [LENT, back])
    assert (row["guaranteed_cny"], row["outstanding_guarantee_cny"]) == (Decimal("300.00"), Decimal("100.00"))


def test_a_repaid_loan_leaves_its_guarantor_with_nothing_outstanding() -> None:
    back = make_entry(value_date="2025-05-01", event="REPAYMENT")
    row = guaranteed([make_loan(**SECURED)], [LENT, back])
    assert (row["loan_count"], row["outstanding_guarantee_cny"]) == (0, Decimal("0.00"))


def test_the_newest_figure_of_the_fund_up_to_the_day_counts() -> None:
    funds = [
        make_guarantor(),
        make_guarantor(date="2025-06-30", fund_amount="1500.00"),
        make_guarantor(date="2026-01-31", fund_amount="9.00"),
    ]
    row = guaranteed([make_loan(**SECURED)], funds=funds)
    assert (row["fund_date"], row["fund_cny"]) == (day("2025-06-30"), Decimal("1500.00"))
    assert row["guarantee_to_fund_ratio"] == pytest.approx(0.2)


def test_a_guarantor_without_a_known_fund_has_no_multiple() -> None:
    row = guaranteed([make_loan(**SECURED)], funds=[make_guarantor(fund_amount=None)])
    assert (row["outstanding_guarantee_cny"], row["guarantee_to_fund_ratio"]) == (Decimal("300.00"), None)


def test_a_guarantee_of_an_unstated_amount_blocks_the_sum() -> None:
    row = guaranteed([make_loan(guarantor="某担保公司", guaranteed_amount=None)])
    assert (row["loan_count"], row["outstanding_guarantee_cny"], row["guarantee_to_fund_ratio"]) == (1, None, None)


def test_a_guarantee_in_dollars_counts_at_the_rate_of_the_month_end() -> None:
    """min(300, 500) USD x 7.0 = 2,100 yuan = 2.1 times the fund."""
    rate = make_rate(date=END)
    entry = make_entry(value_date="2024-06-01", currency="USD")
    row = guaranteed([make_loan(currency="USD", **SECURED)], [entry], rates=[rate])
    assert row["outstanding_guarantee_cny"] == Decimal("2100.00")
    assert row["guarantee_to_fund_ratio"] == pytest.approx(2.1)


def test_a_guarantee_changes_no_attributed_tonne() -> None:
    """500 lent of 1,000 invested, 365 t a year: half of it, 182.5 t, with and without a guarantor."""
    quarter_is_over = make_entry(value_date="2026-01-01", amount="0.01")
    claimed = []
    for terms in ({}, SECURED):
        rows = mart("mart.attributed_reductions", [make_loan(**terms)], [LENT, quarter_is_over])
        claimed += [
            row["attributed_reductions_tco2e"]
            for row in rows
            if (row["loan_id"], row["period"], row["basis"]) == ("L1", "2025", "daily_average")
        ]
    assert claimed == [pytest.approx(182.5), pytest.approx(182.5)]


# --- forest rights ---


def rights(*rows: Row, loans: Sequence[Row] = (make_loan(),)) -> dict[str, Row]:
    return {row["acquisition_type"]: row for row in mart("mart.forest_rights", loans, forest_rights=rows)}


def test_rights_are_summed_by_how_the_centre_came_by_them() -> None:
    """300 mu + 2 ha x 15 = 330 mu = 22 ha; 450 + 50 = 500 yuan."""
    found = rights(
        make_forest_right(),
        make_forest_right(acquisition_id="A2", area="2", area_unit="公顷", paid_cny="50.00"),
        make_forest_right(acquisition_id="A3", acquisition_type="leased"),
    )
    bought = found["bought"]
    assert (bought["acquisition_count"], bought["area_mu"], bought["paid_cny"]) == (2, 330.0, Decimal("500.00"))
    assert bought["area_ha"] == pytest.approx(22.0)
    assert found["leased"]["area_mu"] == 300.0


def test_released_and_later_rights_are_not_held() -> None:
    """Released on the last day: no longer held at its end."""
    gone = make_forest_right(acquisition_id="A2", release_date=END)
    later = make_forest_right(acquisition_id="A3", acquisition_date="2026-01-01")
    assert rights(make_forest_right(), gone, later)["bought"]["acquisition_count"] == 1


def test_collateral_of_one_defaulted_loan_counts_it_once() -> None:
    taken = [
        make_forest_right(acquisition_id=name, acquisition_type="taken_over", loan_id="L1", paid_cny=None)
        for name in ("A1", "A2")
    ]
    row = rights(*taken)["taken_over"]
    assert (row["acquisition_count"], row["defaulted_loan_count"], row["paid_cny"]) == (2, 1, None)


def test_an_area_without_a_figure_blocks_the_sum() -> None:
    assert rights(make_forest_right(), make_forest_right(acquisition_id="A2", area=None))["bought"]["area_mu"] is None


def test_collateral_of_a_loan_that_nobody_knows_is_refused() -> None:
    book = make_book(more=[land("forest_rights", [make_forest_right(loan_id="L9")])])
    assert book.rejected["rule"].to_list() == ["unknown_loan_id"]


def test_a_right_cannot_be_released_before_it_is_acquired() -> None:
    book = make_book(more=[land("forest_rights", [make_forest_right(release_date="2024-06-29")])])
    assert book.rejected["rule"].to_list() == ["release_after_acquisition"]
