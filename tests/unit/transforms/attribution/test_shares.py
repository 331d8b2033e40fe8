"""What part of a project's reduction each loan may claim: ER x balance / total investment."""

from decimal import Decimal
from typing import Final

import pytest

from schemas.words.bases import BASES
from tests.makers import (
    YEAR_2025,
    attributed,
    make_entry,
    make_holdings,
    make_loan,
    make_month,
    make_year,
    only_loan,
    window,
)

BALANCE_BASES: Final = [basis for basis in BASES if basis != "disbursed"]
QUARTER: Final = window("2025-01-01", "2025-03-31")
LENT: Final = make_entry(value_date="2025-01-01", amount="900.00")
REPAID: Final = make_entry(value_date="2025-02-15", amount="450.00", event="REPAYMENT")


@pytest.mark.parametrize(
    ("basis", "balance", "factor", "tonnes"),
    [
        ("period_end", "450.00", 0.45, 27.0),
        ("daily_average", "675.00", 0.675, 40.5),
        ("month_end_average", "600.00", 0.6, 36.0),
        ("monthly_matched", "600.00", 0.525, 31.5),
        ("disbursed", "900.00", 0.9, 328.5),
    ],
)
def test_each_basis_counts_its_own_balance(basis: str, balance: str, factor: float, tonnes: float) -> None:
    """900 of 1,000 lent on 1 January, 450 repaid on 15 February; 10 + 20 + 30 = 60 t measured, 365 t promised a year.

    period end  450 / 1,000 x 60 = 27
    daily       (900 x 45 days + 450 x 45 days) / 90 = 675; 0.675 x 60 = 40.5
    month ends  (900 + 450 + 450) / 3 = 600; 0.6 x 60 = 36
    matched     10 x 0.9 + 20 x 0.45 + 30 x 0.45 = 31.5; of 60 that is 0.525
    disbursed   900 / 1,000 x 365 = 328.5 a year
    """
    book = make_holdings(entries=[LENT, REPAID], months=make_year([10.0, 20.0, 30.0]))
    row = only_loan(book, QUARTER, basis)
    assert row["balance_cny"] == Decimal(balance)
    assert row["attribution_factor_ratio"] == pytest.approx(factor, rel=1e-12)
    assert row["attributed_reductions_tco2e"] == pytest.approx(tonnes, rel=1e-12)


def test_money_repaid_on_the_last_day_is_not_a_balance_at_the_periods_end() -> None:
    repaid = make_entry(value_date="2025-03-31", amount="900.00", event="REPAYMENT")
    book = make_holdings(entries=[LENT, repaid], months=make_year([10.0, 20.0, 30.0]))
    assert only_loan(book, QUARTER)["attributed_reductions_tco2e"] == 0.0


def test_a_loan_repaid_before_the_period_is_not_in_it() -> None:
    repaid = make_entry(value_date="2025-03-31", amount="900.00", event="REPAYMENT")
    book = make_holdings(entries=[LENT, repaid], months=make_year([10.0] * 6))
    assert attributed(book, window("2025-04-01", "2025-06-30")) == {}


def test_a_window_in_mid_month_takes_its_days_of_the_month() -> None:
    """31 t in January: the 16 days from the 16th on are 16 t, half of them financed."""
    book = make_holdings(months=[make_month(emission_reductions_tco2e=31.0)])
    row = only_loan(book, window("2025-01-16", "2025-01-31"))
    assert row["emission_reductions_tco2e"] == pytest.approx(16.0)
    assert row["attributed_reductions_tco2e"] == pytest.approx(8.0)


def test_a_window_in_mid_month_ends_with_the_balance_of_its_own_last_day() -> None:
    late = make_entry(value_date="2025-01-20", amount="500.00")
    book = make_holdings(entries=[make_entry(), late], months=[make_month(emission_reductions_tco2e=31.0)])
    for basis in ("period_end", "monthly_matched"):
        assert only_loan(book, window("2025-01-01", "2025-01-19"), basis)["attribution_factor_ratio"] == pytest.approx(
            0.5
        )


TWO_LENDERS: Final = [make_loan(), make_loan(loan_id="L2", lender="乙银行")]
OVERFINANCED: Final = [make_entry(amount="800.00"), make_entry(loan_id="L2", amount="700.00")]


@pytest.mark.parametrize("basis", BASES)
def test_shares_above_1_are_scaled_to_1_and_the_raw_ones_are_kept(basis: str) -> None:
    book = make_holdings(loans=TWO_LENDERS, entries=OVERFINANCED, months=make_year([10.0] * 12))
    rows = attributed(book, YEAR_2025, basis)
    assert [row["attribution_factor_raw_ratio"] for row in rows.values()] == pytest.approx([0.8, 0.7])
    assert [row["attribution_factor_ratio"] for row in rows.values()] == pytest.approx([8 / 15, 7 / 15])
    whole = 365.0 if basis == "disbursed" else 120.0
    assert sum(row["attributed_reductions_tco2e"] for row in rows.values()) == pytest.approx(whole)


def test_one_loan_above_its_projects_investment_is_the_same_case() -> None:
    row = only_loan(make_holdings(entries=[make_entry(amount="1250.00")], months=make_year([10.0] * 12)))
    assert (row["attribution_factor_raw_ratio"], row["attribution_factor_ratio"]) == (1.25, 1.0)


def test_shares_that_sum_to_exactly_1_are_not_scaled() -> None:
    thirds = [make_entry(amount="333.34"), make_entry(loan_id="L2", amount="666.66")]
    rows = attributed(make_holdings(loans=TWO_LENDERS, entries=thirds, months=make_year([10.0] * 12)))
    assert all(row["attribution_factor_ratio"] == row["attribution_factor_raw_ratio"] for row in rows.values())


@pytest.mark.parametrize("basis", BALANCE_BASES)
def test_a_negative_reduction_stays_negative(basis: str) -> None:
    row = only_loan(make_holdings(months=make_year([-10.0] * 12)), YEAR_2025, basis)
    assert row["attributed_reductions_tco2e"] == pytest.approx(-60.0)
    assert row["attribution_factor_ratio"] == pytest.approx(0.5)


@pytest.mark.parametrize("basis", BASES)
def test_working_capital_claims_nothing_and_crowds_nobody_out(basis: str) -> None:
    loans = [make_loan(), make_loan(loan_id="L2", loan_type="working_capital")]
    book = make_holdings(loans=loans, entries=OVERFINANCED, months=make_year([10.0] * 12))
    rows = attributed(book, YEAR_2025, basis)
    assert (rows["L2"]["status"], rows["L2"]["attributed_reductions_tco2e"]) == ("not_estimated", None)
    assert rows["L1"]["attribution_factor_ratio"] == pytest.approx(0.8)


def test_a_refinancing_counts_as_a_balance_but_lends_nothing_new() -> None:
    """The old loan is repaid the day the new one is paid out: one holder on any day."""
    loans = [make_loan(), make_loan(loan_id="L2", loan_type="refinance", refinances_loan_id="L1")]
    entries = [
        make_entry(value_date="2024-01-01"),
        make_entry(value_date="2025-06-30", event="REPAYMENT"),
        make_entry(loan_id="L2", value_date="2025-06-30"),
    ]
    book = make_holdings(loans=loans, entries=entries, months=make_year([10.0] * 12))
    by_balance, by_lending = attributed(book), attributed(book, YEAR_2025, "disbursed")
    assert [row["attribution_factor_ratio"] for row in by_balance.values()] == [0.0, 0.5]
    assert sum(row["attributed_reductions_tco2e"] for row in by_lending.values()) == 0.0


def test_a_transfer_to_another_lender_moves_the_claim_and_counts_it_once() -> None:
    entries = [
        make_entry(value_date="2024-01-01"),
        make_entry(value_date="2025-06-30", event="TRANSFER_OUT"),
        make_entry(loan_id="L2", value_date="2025-06-30", event="TRANSFER_IN"),
    ]
    book = make_holdings(loans=TWO_LENDERS, entries=entries, months=make_year([10.0] * 12))
    for basis in BALANCE_BASES:
        total = sum(row["attribution_factor_ratio"] for row in attributed(book, YEAR_2025, basis).values())
        assert total == pytest.approx(0.5), basis


def test_a_reversed_disbursement_lends_nothing() -> None:
    wrong = make_entry(entry_id="W", value_date="2025-10-20", amount="900.00")
    reversal = make_entry(
        entry_id="R", value_date="2025-10-22", amount="900.00", event="REVERSAL", reverses_entry_id="W"
    )
    row = only_loan(make_holdings(entries=[make_entry(), wrong, reversal]), YEAR_2025, "disbursed")
    assert (row["balance_cny"], row["attribution_factor_ratio"]) == (Decimal("500.00"), 0.5)
