"""A share that rests on an unknown part is unknown: no rate, or an overdrawn co-lender, and no lender has a figure."""

from typing import Any, Final

import pytest

from schemas.words.bases import BASES
from tests.makers import (
    Row,
    attributed,
    book_flags,
    make_entry,
    make_holdings,
    make_loan,
    make_project,
    make_rate,
    make_year,
    reference,
    window,
    written,
)
from tests.twin import Twin
from transforms.answers.figures import figures
from transforms.attribution.holdings import Holdings
from transforms.attribution.profiles import rules_of
from transforms.flags.unknown_shares import unknown_shares
from transforms.ground.calendar import Period, year

BALANCES: Final = [basis for basis in BASES if basis != "disbursed"]
Q2, Q4 = window("2025-04-01", "2025-06-30"), window("2025-10-01", "2025-12-31")
"""Two co-lenders of a project of 100 million yuan: A lends 80 million yuan, B 20 million euro; a rate is on file in
December alone, 7.8: A's share is 80 / (80 + 156) then, and nobody's is known before (trial 41)."""
A: Final = make_entry(loan_id="A", value_date="2025-03-01", amount="80000000.00")
B: Final = make_entry(loan_id="B", value_date="2025-03-01", amount="20000000.00", currency="EUR")
RATE: Final = make_rate(date="2025-12-31", base="EUR", rate="7.8")


def two_lenders(*entries: Row, rates: tuple[Row, ...] = (RATE,), **b: Any) -> Holdings:
    return make_holdings(
        projects=[make_project(total_investment="100000000.00", reported_annual_reduction_tco2="1000")],
        loans=[make_loan(loan_id="A", lender="A"), make_loan(**{"loan_id": "B", "lender": "B", "currency": "EUR"} | b)],
        entries=entries,
        months=make_year([10.0] * 12),
        rates=rates,
    )


@pytest.mark.parametrize("basis", BASES)
def test_without_a_rate_of_one_lender_no_lender_has_a_figure(basis: str) -> None:
    for row in attributed(two_lenders(A, B), window("2025-01-01", "2025-06-30"), basis).values():
        assert (row["status"], row["attributed_reductions_tco2e"]) == ("blocked_missing_parameter", None)
        assert (row["attribution_factor_raw_ratio"], row["attribution_factor_ratio"]) == (None, None)


def test_where_the_rate_is_known_the_shares_are_those_of_both() -> None:
    rows = attributed(two_lenders(A, B), Q4)
    assert rows["A"]["attribution_factor_ratio"] == pytest.approx(80 / 236, rel=1e-12)
    assert rows["B"]["attribution_factor_ratio"] == pytest.approx(156 / 236, rel=1e-12)


@pytest.mark.parametrize("basis", BASES)
def test_an_overdrawn_lender_takes_the_figure_from_the_others_too(basis: str) -> None:
    book = two_lenders(A, make_entry(loan_id="B", event="REPAYMENT", amount="1.00"), currency="CNY")
    rows = attributed(book, year(2025), basis)
    assert {name: row["status"] for name, row in rows.items()} == {"A": "blocked_missing_parameter", "B": "refused"}
    assert rows["A"]["attributed_reductions_tco2e"] is None


def test_before_it_was_overdrawn_the_others_have_their_figure() -> None:
    late = make_entry(loan_id="B", event="REPAYMENT", amount="1.00", value_date="2025-09-01")
    assert attributed(two_lenders(A, late, currency="CNY"), Q2)["A"]["status"] == "reported"


@pytest.mark.parametrize("basis", BALANCES)
def test_an_overdrawn_working_capital_loan_is_outside_the_sum_and_unknown_to_nobody(basis: str) -> None:
    over = make_entry(loan_id="B", event="REPAYMENT", amount="1.00")
    book = two_lenders(A, over, currency="CNY", loan_type="working_capital")
    assert attributed(book, Q2, basis)["A"]["attributed_reductions_tco2e"] == pytest.approx(30 * 0.8, rel=1e-12)


@pytest.mark.parametrize("basis", BALANCES)
def test_a_repaid_loan_is_nothing_in_every_currency(basis: str) -> None:
    repaid = make_entry(loan_id="B", value_date="2025-03-31", amount="20000000.00", currency="EUR", event="REPAYMENT")
    assert attributed(two_lenders(A, B, repaid, rates=()), Q2, basis)["A"]["attribution_factor_ratio"] == 0.8


CASES: Final[dict[str, Holdings]] = {
    "no rate": two_lenders(A, B),
    "overdrawn": two_lenders(A, make_entry(loan_id="B", event="REPAYMENT", amount="1.00"), currency="CNY"),
    "repaid": two_lenders(
        A, B, make_entry(loan_id="B", value_date="2025-03-31", amount="20000000.00", currency="EUR", event="REPAYMENT")
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_macro_says_the_same(case: str) -> None:
    twin = Twin(CASES[case])
    for basis in (*BASES, *rules_of(reference().profiles)):
        for period in (Q2, year(2025)):
            twin.check(period, basis)


def messages(holdings: Holdings, period: Period = Q2) -> dict[str, str]:
    return {row["code"]: row["message"] for row in written(unknown_shares(holdings, (period,))).to_dicts()}


def test_a_flag_names_the_currency_and_the_days_without_a_rate() -> None:
    message = messages(two_lenders(A, B))["missing_exchange_rate"]
    assert "EUR" in message
    assert "2025-06-30" in message
    assert "2025-03-01" in message  # paid out on that day, for shares of money lent
    assert messages(two_lenders(A, B, rates=(RATE, {**RATE, "date": "2025-03-01"})), Q4) == {}


def test_a_flag_names_the_overdrawn_loan_and_its_day() -> None:
    over = make_entry(loan_id="B", event="REPAYMENT", amount="1.00", value_date="2025-05-02")
    assert "B (2025-05-02)" in messages(two_lenders(A, over, currency="CNY"))["co_lender_overdrawn"]


def test_the_answer_of_a_period_carries_the_flag_of_that_period_alone() -> None:
    rates = (RATE, {**RATE, "date": "2025-03-01"})
    book = two_lenders(A, B, rates=rates)
    codes = [
        [flag["code"] for flag in figures(book, book_flags(), period, "period_end", "loan")["flags"]]
        for period in (Q2, Q4)
    ]
    assert ["missing_exchange_rate" in one for one in codes] == [True, False]
