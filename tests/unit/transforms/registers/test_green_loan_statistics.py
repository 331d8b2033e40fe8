"""Green loan balance at month-ends: the book, its lenders and counties, year on year, and who comes first."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import pytest

from tests.makers import Row, day, make_book, make_entry, make_loan, make_project, make_rate, work_out

OTHER: Final = make_loan(loan_id="L2", project_id="P2", lender="乙银行")
PROJECTS: Final = [make_project(county_code="361028"), make_project(project_id="P2", county_code="361130")]
BOOKED_LAST: Final = {"value_date": "2025-12-31", "booked_at": "2025-12-31T09:00:00+08:00"}


def statistics(
    entries: Sequence[Row],
    loans: Sequence[Row] = (make_loan(), OTHER),
    *,
    projects: Sequence[Row] = PROJECTS,
    rates: Sequence[Row] = (),
) -> list[Row]:
    book = make_book(projects=projects, loans=loans, entries=entries, rates=rates)
    rows: list[Row] = work_out(book).marts["mart.green_loan_statistics"].to_dicts()
    return rows


def on(rows: list[Row], date: str, grouping: str = "book") -> dict[str, Row]:
    return {row["member"]: row for row in rows if row["month_end_date"] == day(date) and row["grouping"] == grouping}


TWO_YEARS: Final = [
    make_entry(value_date="2024-03-10", amount="1000.00"),
    make_entry(loan_id="L2", value_date="2024-03-20", amount="600.00"),
    make_entry(loan_id="L2", amount="700.10", **BOOKED_LAST),
]
"""L1 1,000 throughout; L2 600.00, and from the last day of 2025 on 1,300.10."""


def test_the_balance_of_the_book_is_the_exact_sum_of_its_loans() -> None:
    """1,000.00 + 600.00 + 700.10 = 2,300.10."""
    row = on(statistics(TWO_YEARS), "2025-12-31")["*"]
    assert (row["balance_cny"], row["loan_count"]) == (Decimal("2300.10"), 2)


def test_growth_is_over_the_same_month_end_a_year_before() -> None:
    """2,300.10 / 1,600.00 - 1 = 0.4375625; 1,300.10 / 600.00 - 1 = 1.166833..."""
    rows = statistics(TWO_YEARS)
    book = on(rows, "2025-12-31")["*"]
    assert book["year_before_balance_cny"] == Decimal("1600.00")
    assert book["balance_growth_ratio"] == pytest.approx(0.4375625, abs=1e-12)
    lender = on(rows, "2025-12-31", "lender")["乙银行"]
    assert lender["balance_growth_ratio"] == pytest.approx(700.10 / 600, abs=1e-12)


def test_without_a_balance_a_year_before_there_is_no_growth() -> None:
    assert on(statistics(TWO_YEARS), "2024-12-31")["*"]["balance_growth_ratio"] is None


def test_the_end_of_february_is_compared_across_the_leap_day() -> None:
    rows = statistics([make_entry(value_date="2024-02-29", amount="500.00"), *TWO_YEARS])
    assert on(rows, "2025-02-28")["*"]["year_before_balance_cny"] == Decimal("500.00")


def test_lenders_and_counties_are_ranked_by_balance() -> None:
    """1,300.10 before 1,000.00; a year earlier 1,000.00 before 600.00."""
    rows = statistics(TWO_YEARS)
    ranks = {name: row["balance_rank"] for name, row in on(rows, "2025-12-31", "lender").items()}
    assert ranks == {"乙银行": 1, "甲银行": 2}
    before = {name: row["balance_rank"] for name, row in on(rows, "2024-12-31", "county").items()}
    assert before == {"361028": 1, "361130": 2}
    assert on(rows, "2025-12-31")["*"]["balance_rank"] is None


def test_equal_balances_share_a_place() -> None:
    level = [make_entry(), make_entry(loan_id="L2"), make_entry(amount="0.01", **BOOKED_LAST)]
    ranks = [row["balance_rank"] for row in on(statistics(level), "2025-11-30", "lender").values()]
    assert ranks == [1, 1]


def test_a_county_is_named_and_a_project_without_one_is_listed_apart_without_a_place() -> None:
    projects = [PROJECTS[0], make_project(project_id="P2", county_code=None)]
    counties = on(statistics(TWO_YEARS, projects=projects), "2025-12-31", "county")
    assert counties["361028"]["county_name"] == "资溪县"
    assert counties["361028"]["balance_rank"] == 1
    assert (counties["not_stated"]["balance_cny"], counties["not_stated"]["balance_rank"]) == (Decimal("1300.10"), None)


def test_foreign_money_counts_at_the_rate_of_the_month_end() -> None:
    """100.00 USD x 7.0 = 700.00 yuan at the end of 2024."""
    entries = [make_entry(value_date="2024-12-01", amount="100.00", currency="USD"), make_entry(loan_id="L2")]
    rows = statistics(entries, [make_loan(currency="USD"), OTHER], rates=[make_rate()])
    assert on(rows, "2024-12-31")["*"]["balance_cny"] == Decimal("700.00")


def test_a_missing_rate_blocks_every_sum_that_the_loan_is_in_and_the_league() -> None:
    entries = [
        make_entry(value_date="2024-12-01", amount="100.00", currency="USD"),
        make_entry(loan_id="L2", value_date="2024-12-01"),
        make_entry(loan_id="L2", amount="1.00", **BOOKED_LAST),
    ]
    rows = statistics(entries, [make_loan(currency="USD"), OTHER], rates=[make_rate()])
    book, lenders = on(rows, "2025-06-30")["*"], on(rows, "2025-06-30", "lender")
    assert (book["balance_cny"], book["unrated_loan_count"]) == (None, 1)
    assert lenders["甲银行"]["balance_cny"] is None
    assert (lenders["乙银行"]["balance_cny"], lenders["乙银行"]["balance_rank"]) == (Decimal("500.00"), None)


def test_a_repaid_foreign_loan_needs_no_rate() -> None:
    entries = [
        make_entry(value_date="2024-12-01", amount="100.00", currency="USD"),
        make_entry(value_date="2025-01-10", amount="100.00", currency="USD", event="REPAYMENT"),
        make_entry(loan_id="L2"),
        make_entry(loan_id="L2", amount="1.00", **BOOKED_LAST),
    ]
    row = on(statistics(entries, [make_loan(currency="USD"), OTHER], rates=[make_rate()]), "2025-06-30")["*"]
    assert (row["balance_cny"], row["loan_count"]) == (Decimal("500.00"), 1)


def test_no_month_beyond_the_data_is_listed() -> None:
    """The last entry was booked on 2025-01-01: the newest complete month is December 2024."""
    rows = statistics([make_entry(value_date="2024-12-01"), make_entry(loan_id="L2")])
    assert {row["month_end_date"] for row in rows} == {day("2024-12-31")}


def test_lenders_and_counties_each_add_up_to_the_book() -> None:
    rows = statistics(TWO_YEARS)
    for month_end in {row["month_end_date"] for row in rows}:
        sums = [
            sum(row["balance_cny"] for row in rows if (row["month_end_date"], row["grouping"]) == (month_end, grouping))
            for grouping in ("book", "lender", "county")
        ]
        assert len(set(sums)) == 1
