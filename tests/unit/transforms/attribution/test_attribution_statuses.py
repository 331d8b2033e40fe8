"""A loan without a figure says why: no investment, no reading, no factor, no rate, not running yet."""

import datetime as dt
from decimal import Decimal
from typing import Final

import pytest

from schemas.words.bases import BASES
from tests.makers import (
    YEAR_2025,
    Row,
    make_entry,
    make_holdings,
    make_loan,
    make_month,
    make_project,
    make_rate,
    make_year,
    only_loan,
    window,
)
from tests.twin import Twin
from transforms.answers.summaries import summarise
from transforms.attribution.shares import attribute


@pytest.mark.parametrize("basis", BASES)
@pytest.mark.parametrize("investment", [None, "0", "0.00"])
def test_without_an_investment_there_is_no_share_and_certainly_none_of_1(investment: str | None, basis: str) -> None:
    project = make_project(total_investment=investment)
    row = only_loan(make_holdings(projects=[project], months=make_year([10.0] * 12)), YEAR_2025, basis)
    assert row["status"] == "blocked_no_denominator"
    assert (row["attribution_factor_raw_ratio"], row["attribution_factor_ratio"]) == (None, None)
    assert row["attributed_reductions_tco2e"] is None
    assert row["balance_cny"] == Decimal("500.00")


def test_more_repaid_than_lent_is_refused_and_not_read_as_a_negative_share() -> None:
    repaid = make_entry(value_date="2025-02-01", amount="501.00", event="REPAYMENT")
    row = only_loan(make_holdings(entries=[make_entry(), repaid], months=make_year([10.0] * 12)))
    assert (row["status"], row["attributed_reductions_tco2e"]) == ("refused", None)


@pytest.mark.parametrize(
    ("project", "months", "status"),
    [
        ({"method": "none"}, [], "not_estimated"),
        ({"method": "afforestation"}, [], "not_estimated"),
        ({"method": "grid_renewable", "commissioning_date": None}, [], "under_construction"),
        ({"method": "grid_renewable", "commissioning_date": "2026-01-01"}, [], "under_construction"),
        ({"method": "grid_renewable"}, [10.0] * 11, "blocked_missing_reading"),
        ({"method": "grid_renewable"}, [10.0] * 11 + [None], "blocked_missing_reading"),
        ({"method": "grid_renewable"}, [10.0] * 12, "measured"),
        ({"method": "reported"}, [10.0] * 12, "reported"),
    ],
)
def test_a_figure_over_a_period_needs_every_day_of_operation(
    project: Row, months: list[float | None], status: str
) -> None:
    row = only_loan(make_holdings(projects=[make_project(**project)], months=make_year(months)))
    assert row["status"] == status
    assert (row["attributed_reductions_tco2e"] is None) == (status not in {"measured", "reported"})


def test_a_project_commissioned_in_the_period_needs_only_the_days_since() -> None:
    month = make_month(
        month_start_date=dt.date(2025, 12, 1), operating_from_date=dt.date(2025, 12, 11), emission_reductions_tco2e=21.0
    )
    project = make_project(method="grid_renewable", commissioning_date="2025-12-11")
    row = only_loan(make_holdings(projects=[project], months=[month]))
    assert (row["status"], row["emission_reductions_tco2e"]) == ("measured", 21.0)


def test_a_month_blocked_by_a_factor_blocks_the_period_and_says_so() -> None:
    year = make_year([10.0] * 11)
    december = make_month(
        month_start_date=dt.date(2025, 12, 1), emission_reductions_tco2e=None, status="blocked_missing_parameter"
    )
    book = make_holdings(projects=[make_project(method="grid_renewable")], months=[*year, december])
    assert only_loan(book)["status"] == "blocked_missing_parameter"


def test_a_month_whose_reading_was_refused_says_refused() -> None:
    refused = {"project_id": "P1", "first_date": dt.date(2025, 12, 1), "last_date": dt.date(2025, 12, 31)}
    project = make_project(method="grid_renewable")
    book = make_holdings(projects=[project], months=make_year([10.0] * 11 + [None]), refused=[refused])
    assert only_loan(book)["status"] == "refused"


@pytest.mark.parametrize("basis", [basis for basis in BASES if basis != "disbursed"])
def test_a_month_that_is_withheld_leaves_the_period_without_a_tonne_and_its_money_uncovered(basis: str) -> None:
    """Eleven months of 10 t and one that nobody believes: no year, no share, no coverage; the quarters before count."""
    december = make_month(
        month_start_date=dt.date(2025, 12, 1), emission_reductions_tco2e=None, status="withheld_implausible"
    )
    book = make_holdings(projects=[make_project(method="grid_renewable")], months=[*make_year([10.0] * 11), december])
    year = Twin(book).check(YEAR_2025, basis)
    assert [(row["status"], row["attributed_reductions_tco2e"]) for row in year] == [("withheld_implausible", None)]
    assert summarise(attribute(book, YEAR_2025, basis), "portfolio")["coverage_ratio"].item() == 0
    (first,) = Twin(book).check(window("2025-01-01", "2025-03-31"), basis)
    assert (first["status"], first["emission_reductions_tco2e"]) == ("measured", 30.0)


def test_a_refused_reading_that_another_one_replaced_does_not_matter() -> None:
    refused = {"project_id": "P1", "first_date": dt.date(2025, 12, 1), "last_date": dt.date(2025, 12, 31)}
    project = make_project(method="grid_renewable")
    book = make_holdings(projects=[project], months=make_year([10.0] * 12), refused=[refused])
    assert only_loan(book)["status"] == "measured"


DOLLARS: Final = {"loans": [make_loan(currency="USD")], "entries": [make_entry(amount="100.00", currency="USD")]}


def test_dollars_count_at_the_rate_of_the_periods_end() -> None:
    """100 USD x 7 = 700 CNY of 1,000 CNY."""
    book = make_holdings(**DOLLARS, months=make_year([10.0] * 12), rates=[make_rate(date="2025-12-31", rate="7.0")])
    row = only_loan(book)
    assert (row["balance_cny"], row["attribution_factor_ratio"]) == (Decimal("700.00"), pytest.approx(0.7))


def test_dollars_without_a_rate_have_no_share_and_are_not_taken_for_yuan() -> None:
    row = only_loan(make_holdings(**DOLLARS, months=make_year([10.0] * 12)))
    assert (row["status"], row["balance_cny"]) == ("blocked_missing_parameter", None)
    assert row["attribution_factor_ratio"] is None


def test_dollars_of_a_project_in_dollars_need_no_rate_for_their_share() -> None:
    project = make_project(total_investment="400.00", investment_currency="USD")
    row = only_loan(make_holdings(projects=[project], **DOLLARS, months=make_year([10.0] * 12)))
    assert row["attribution_factor_ratio"] == pytest.approx(0.25)


def test_money_lent_in_dollars_counts_at_the_rate_of_its_own_day() -> None:
    """100 USD on 2 January at 7.5 are 750 CNY newly lent, whatever the dollar is worth in December."""
    rates = [make_rate(date="2024-12-31", rate="7.5"), make_rate(date="2025-12-31", rate="7.0")]
    row = only_loan(make_holdings(**DOLLARS, rates=rates), YEAR_2025, "disbursed")
    assert (row["balance_cny"], row["attribution_factor_ratio"]) == (Decimal("750.00"), pytest.approx(0.75))


def test_a_dollar_that_fell_since_the_lending_lets_no_share_pass_1() -> None:
    """100 USD at 7.7 are 770 CNY of an investment of 700 CNY: raw 1.1, scaled to 1."""
    rates = [make_rate(date="2024-12-31", rate="7.7"), make_rate(date="2025-12-31", rate="7.0")]
    project = make_project(total_investment="700.00")
    row = only_loan(make_holdings(projects=[project], **DOLLARS, rates=rates), YEAR_2025, "disbursed")
    assert row["attribution_factor_raw_ratio"] == pytest.approx(1.1)
    assert row["attribution_factor_ratio"] == pytest.approx(1.0)


def test_a_project_without_a_promise_has_no_annual_figure() -> None:
    project = make_project(method="grid_renewable", reported_annual_reduction_tco2=None)
    row = only_loan(make_holdings(projects=[project]), YEAR_2025, "disbursed")
    assert row["status"].startswith("blocked_")
    assert row["attributed_reductions_tco2e"] is None
