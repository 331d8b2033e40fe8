"""The lenders' control totals beside the book, to the cent and loan by loan."""

from decimal import Decimal

import polars as pl

from schemas.deliveries import ControlTotal
from tests.makers import day, make_entry, make_loan, make_project, typed
from transforms.money.positions import balance_changes
from transforms.money.reconciliation import reconcile


def make_total(balance: str, loans: int, lender: str = "A", date: str = "2025-06-30") -> dict[str, object]:
    return {
        "delivery_id": "d",
        "source_file": "control_totals.csv",
        "source_row": 2,
        "lender": lender,
        "date": day(date),
        "number_of_loans": loans,
        "balance": Decimal(balance),
        "currency": "CNY",
    }


def compared(*totals: dict[str, object]) -> tuple[pl.DataFrame, pl.DataFrame]:
    assert make_project()
    loans = typed("loans", [make_loan(loan_id=f"L-{n}", lender="A") for n in (1, 2, 3)])
    entries = [
        make_entry(entry_id="E-1", loan_id="L-1", value_date="2025-01-10", amount="100.10"),
        make_entry(entry_id="E-2", loan_id="L-2", value_date="2025-06-30", amount="50.00"),
        make_entry(entry_id="E-3", loan_id="L-3", value_date="2025-07-01", amount="7.00"),
    ]
    stated = pl.DataFrame(list(totals), schema=ControlTotal.polars_schema())
    return reconcile(stated, balance_changes(typed("ledger", entries)), loans)


def test_a_total_that_agrees_is_reconciled_that_days_entries_included() -> None:
    result, behind = compared(make_total("150.10", 2))
    assert result["is_reconciled"].to_list() == [True]
    assert behind.is_empty()


def test_a_difference_of_a_cent_is_listed_with_every_loan_behind_it() -> None:
    result, behind = compared(make_total("150.11", 2))
    assert result["difference_balance"].to_list() == [Decimal("0.01")]
    assert behind.select("loan_id", "closing_balance").rows() == [("L-1", Decimal("100.10")), ("L-2", Decimal("50.00"))]


def test_a_missing_loan_is_found_by_the_numbers() -> None:
    result, _ = compared(make_total("150.10", 3))
    assert result["difference_loan_count"].to_list() == [1]


def test_a_lender_without_any_loan_in_the_book_differs_by_its_whole_total() -> None:
    result, _ = compared(make_total("9.00", 1, lender="B"))
    assert result.select("computed_loan_count", "difference_balance").row(0) == (0, Decimal("9.00"))
