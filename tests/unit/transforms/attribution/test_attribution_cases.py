"""The hard cases of a loan book, each with its arithmetic: who holds the money on which day, and what it counts for."""

from decimal import Decimal
from typing import Any, Final

import pytest

from tests.makers import (
    YEAR_2025,
    Row,
    attributed,
    make_book,
    make_entry,
    make_holdings,
    make_loan,
    make_parameter,
    make_project,
    make_rate,
    make_reading,
    make_year,
    only_loan,
    reference,
    window,
    work_out,
)
from transforms.attribution.profiles import rules_of
from transforms.attribution.shares import attribute
from transforms.ground.calendar import quarter

RULES: Final = rules_of(reference().profiles)
TENS: Final = make_year([10.0] * 12)
DOLLARS: Final = make_loan(currency="USD")
BALANCES: Final = ["period_end", "daily_average", "month_end_average", "monthly_matched"]


def shares(book: Any, basis: str = "daily_average") -> list[float]:
    return [row["attribution_factor_ratio"] for row in attributed(book, YEAR_2025, basis).values()]


def test_a_syndicate_of_three_claims_each_its_own_participation() -> None:
    """500, 300 and 100 of 1,000: 0.5, 0.3, 0.1; of 120 t that is 60, 36 and 12, and 12 t belong to nobody here."""
    loans = [make_loan(loan_id=f"L{n}", lender=f"{n}号银行") for n in (1, 2, 3)]
    entries = [make_entry(loan_id=f"L{n}", amount=amount) for n, amount in enumerate(("500.00", "300.00", "100.00"), 1)]
    rows = attributed(make_holdings(loans=loans, entries=entries, months=TENS)).values()
    assert [row["attributed_reductions_tco2e"] for row in rows] == pytest.approx([60.0, 36.0, 12.0])


def test_two_drawings_under_one_contract_are_two_loans_that_sum_to_the_contract() -> None:
    """A contract of 600 drawn as 400 on 1 January and 200 on 2 July (183 days left): 400 + 200 x 183/365 = 500.27."""
    loans = [make_loan(contract_amount="600.00"), make_loan(loan_id="L2", contract_amount="600.00")]
    entries = [make_entry(amount="400.00"), make_entry(loan_id="L2", value_date="2025-07-02", amount="200.00")]
    assert shares(make_holdings(loans=loans, entries=entries, months=TENS)) == pytest.approx([0.4, 0.2 * 183 / 365])


@pytest.mark.parametrize("name", ["nfra_green_finance", "pboc_carbon_accounting", "pcaf_avoided", "icma_pro_rata"])
def test_working_capital_is_listed_without_a_figure_under_every_rule(name: str) -> None:
    book = make_holdings(loans=[make_loan(loan_type="working_capital")], months=TENS)
    (row,) = attribute(book, YEAR_2025, RULES[name]).to_dicts()
    assert (row["status"], row["attributed_reductions_tco2e"]) == ("not_estimated", None)


def refinanced(day_of_payment: str) -> Any:
    loans = [make_loan(), make_loan(loan_id="L2", lender="乙银行", loan_type="refinance", refinances_loan_id="L1")]
    entries = [
        make_entry(value_date="2024-01-01"),
        make_entry(value_date="2025-07-02", event="PREPAYMENT"),
        make_entry(loan_id="L2", value_date=day_of_payment),
    ]
    return make_holdings(loans=loans, entries=entries, months=TENS)


def test_a_refinancing_has_one_holder_on_every_day_and_no_gap() -> None:
    """Repaid and paid out on 2 July: 182 days with the first lender, 183 with the second, 0.5 all year together."""
    book = refinanced("2025-07-02")
    assert shares(book) == pytest.approx([0.5 * 182 / 365, 0.5 * 183 / 365])
    for day in ("2025-07-01", "2025-07-02"):
        held = attributed(book, window(day, day))
        assert sum(row["balance_cny"] for row in held.values()) == Decimal("500.00"), day


def test_a_loan_sold_in_part_to_another_lender_moves_that_part_from_its_day_on() -> None:
    """200 of 500 go over on 2 July: 500 x 182 + 300 x 183 days against 200 x 183 days, over 365 and 1,000."""
    loans = [make_loan(), make_loan(loan_id="L2", lender="乙银行")]
    moved = {"value_date": "2025-07-02", "amount": "200.00"}
    entries = [make_entry(), make_entry(event="TRANSFER_OUT", **moved)]
    entries.append(make_entry(loan_id="L2", event="TRANSFER_IN", **moved))
    book = make_holdings(loans=loans, entries=entries, months=TENS)
    assert shares(book) == pytest.approx([(500 * 182 + 300 * 183) / 365_000, 200 * 183 / 365_000])
    assert sum(shares(book)) == pytest.approx(0.5)


@pytest.mark.parametrize("guarantor", ["某融资担保公司", "某林权收储中心"])
def test_when_a_guarantee_is_called_or_collateral_taken_over_the_holder_changes_on_that_day(guarantor: str) -> None:
    """The bank's 500 go over to the guarantor on 2 July by TRANSFER_OUT and TRANSFER_IN; before, it holds nothing."""
    loans = [
        make_loan(guarantor=guarantor, guaranteed_amount="500.00", pledge_type="林权抵押"),
        make_loan(loan_id="L1-called", lender=guarantor),
    ]
    called = {"value_date": "2025-07-02"}
    entries = [
        make_entry(),
        make_entry(event="TRANSFER_OUT", **called),
        make_entry(loan_id="L1-called", event="TRANSFER_IN", **called),
    ]
    book = make_holdings(loans=loans, entries=entries, months=TENS)
    before, after = (attributed(book, window(day, day)) for day in ("2025-07-01", "2025-07-02"))
    assert [row["lender"] for row in before.values()] == ["甲银行"]
    assert {row["lender"]: row["balance_cny"] for row in after.values()} == {
        "甲银行": Decimal("0.00"),
        guarantor: Decimal("500.00"),
    }
    assert shares(book) == pytest.approx([0.5 * 182 / 365, 0.5 * 183 / 365])


@pytest.mark.parametrize("event", ["WRITE_OFF", "PREPAYMENT"])
def test_a_write_off_and_a_prepayment_end_the_claim_on_their_day(event: str) -> None:
    """500 until 1 July inclusive: 182 of 365 days, six month ends of twelve, nothing at the year's end."""
    book = make_holdings(entries=[make_entry(), make_entry(value_date="2025-07-02", event=event)], months=TENS)
    expected = [0.0, 0.5 * 182 / 365, 0.25, 0.25]
    assert [shares(book, basis)[0] for basis in BALANCES] == pytest.approx(expected)


def test_a_plant_commissioned_in_mid_quarter_counts_its_days_against_a_balance_of_the_whole_quarter() -> None:
    """The project reports 365 t a year and starts on 16 February 2025: 13 + 31 = 44 days of the quarter, 44 t.

    500 lent on 1 January: daily average 500, so half of it, 22 t. The quarter's balance is not cut to those days.
    """
    book = work_out(make_book([make_project(commissioning_date="2025-02-16")])).holdings
    row = only_loan(book, quarter(2025, 1), "daily_average")
    assert (row["emission_reductions_tco2e"], row["attributed_reductions_tco2e"]) == pytest.approx((44.0, 22.0))


def test_a_plant_commissioned_on_the_leap_day_counts_307_of_366_days() -> None:
    """366 t a year, from 29 February 2024 on: 366 - 31 - 28 = 307 days, 307 t; half of it 153.5 t."""
    project = make_project(commissioning_date="2024-02-29", reported_annual_reduction_tco2="366")
    book = work_out(make_book([project], entries=[make_entry(value_date="2024-01-01")])).holdings
    row = only_loan(book, window("2024-01-01", "2024-12-31"), "daily_average")
    assert (row["emission_reductions_tco2e"], row["attributed_reductions_tco2e"]) == pytest.approx((307.0, 153.5))


def test_trial_output_before_commissioning_is_not_a_reduction_and_is_flagged() -> None:
    """310 MWh in January at 0.8 t/MWh, commissioned on the 11th: 21 of 31 days count, 210 MWh, 168 t, half of it 84."""
    project = make_project(method="grid_renewable", realisation_type="Solar", commissioning_date="2025-01-11")
    computed = work_out(make_book([project], readings=[make_reading(value="310")], parameters=[make_parameter()]))
    row = only_loan(computed.holdings, window("2025-01-01", "2025-01-31"))
    assert (row["emission_reductions_tco2e"], row["attributed_reductions_tco2e"]) == pytest.approx((168.0, 84.0))
    assert "reading_before_commissioning" in computed.flags["code"].to_list()


RATES: Final = [
    make_rate(date="2025-03-03", rate="7.2"),
    make_rate(date="2025-06-03", rate="7.0"),
    make_rate(date="2025-12-31", rate="7.1"),
]
PAID_OUT: Final[list[Row]] = [
    make_entry(currency="USD", value_date="2025-03-03", amount="40.00"),
    make_entry(currency="USD", value_date="2025-06-03", amount="20.00"),
]


def test_balances_take_the_rate_of_the_periods_end_and_flows_that_of_their_day() -> None:
    """60 dollars at 7.1 are 426 of 1,000 yuan; lent were 40 x 7.2 + 20 x 7.0 = 428."""
    book = make_holdings(loans=[DOLLARS], entries=PAID_OUT, rates=RATES, months=TENS)
    balance, flow = only_loan(book), only_loan(book, YEAR_2025, "disbursed")
    assert (balance["balance_cny"], flow["balance_cny"]) == (Decimal("426.00"), Decimal("428.00"))
    assert [row["attribution_factor_ratio"] for row in (balance, flow)] == pytest.approx([0.426, 0.428])
    assert [str(row["exchange_rate_date"]) for row in (balance, flow)] == ["2025-12-31", "2025-06-03"]


@pytest.mark.parametrize("basis", [*BALANCES, "disbursed"])
def test_a_missing_rate_blocks_and_is_never_taken_for_1(basis: str) -> None:
    row = only_loan(make_holdings(loans=[DOLLARS], entries=PAID_OUT, months=TENS), YEAR_2025, basis)
    assert (row["status"], row["attributed_reductions_tco2e"]) == ("blocked_missing_parameter", None)
    assert (row["balance_cny"], row["exchange_rate_date"]) == (None, None)
