"""The largest amounts that a ledger may hold are counted exactly: no sum of money times days passes its width."""

from decimal import Decimal
from functools import cache
from typing import Final

import pytest

from schemas.words.bases import BASES
from tests.makers import make_book, make_entry, make_loan, make_project, window, work_out
from tests.twin import Twin

LARGEST: Final = "999999999999999.99"
"""15 digits before the point, the most that a cell may hold."""

QUARTER: Final = window("2025-01-01", "2025-03-31")


@cache
def lent_three_times(amount: str) -> Twin:
    """Three drawings on the first day of the quarter, and none after it."""
    lent = [make_entry(entry_id=f"E{n}", value_date="2025-01-01", amount=amount) for n in (1, 2, 3)]
    later = make_entry(entry_id="E4", value_date="2025-04-01", amount="0.01")
    project = make_project(total_investment=LARGEST)
    return Twin(work_out(make_book([project], [make_loan(contract_amount=LARGEST)], [*lent, later])).holdings)


@pytest.mark.parametrize("basis", BASES)
@pytest.mark.parametrize("amount", ["6000000000000.00", "9999999999999.99", "99999999999999.00", LARGEST])
def test_a_balance_that_does_not_change_is_its_own_mean_however_large_on_every_basis(amount: str, basis: str) -> None:
    (row,) = lent_three_times(amount).check(QUARTER, basis)
    assert float(row["balance_cny"]) == pytest.approx(float(3 * Decimal(amount)), rel=1e-15)


def test_the_months_of_the_largest_loans_are_exact() -> None:
    lent = [make_entry(entry_id=f"E{n}", value_date="2025-01-01", amount=LARGEST) for n in range(300)]
    (january,) = work_out(make_book(entries=lent)).marts["mart.loan_months"].head(1).to_dicts()
    whole = 300 * Decimal(LARGEST)
    assert (january["opening_balance"], january["closing_balance"]) == (Decimal(0), whole)
    assert january["average_balance"] == pytest.approx(float(whole), rel=1e-15)
