"""Equity and debt belong to a balance sheet's date: a later one rewrites no earlier year."""

import datetime as dt
from dataclasses import replace
from typing import Final

import pytest

from tests.makers import (
    Row,
    day,
    land,
    make_book,
    make_entry,
    make_holdings,
    make_project,
    make_year,
    reference,
    window,
)
from transforms.attribution.holdings import Holdings
from transforms.attribution.profiles import rules_of
from transforms.attribution.shares import attribute
from transforms.deliveries.book.book import Book
from transforms.flags.projects import undated_balance_sheets

PCAF: Final = rules_of(reference().profiles)["pcaf_avoided"]
LENT: Final = [make_entry(value_date="2022-01-01", amount="70.00")]


def sheet(equity: int, debt: int, on: str | None = None, **named: str) -> Row:
    """A project of 1,000 t a year with a statement of its equity and debt."""
    return make_project(
        total_equity=f"{equity}.00",
        total_debt=f"{debt}.00",
        balance_sheet_date=on,
        total_investment="140.00",
        reported_annual_reduction_tco2="1000",
        **named,
    )


def book_of(first: Row, *later: Row) -> Book:
    more = [land("projects", [row], number=number) for number, row in enumerate(later, start=7)]
    return make_book([first], entries=LENT, more=more)


def held(book: Book) -> Holdings:
    """The book as attribution reads it, with 1,000 t measured in each of three years."""
    months = [row for year in (2022, 2023, 2024) for row in make_year([1000.0] + [0.0] * 11, year)]
    return replace(
        make_holdings(entries=LENT, months=months),
        projects=book.tables["projects"],
        first_investments=book.first_investments,
        balance_sheets=book.balance_sheets,
    )


def tonnes(book: Book, year: int) -> float:
    """What the loan of 70 claims of 1,000 t."""
    (row,) = attribute(held(book), window(f"{year}-01-01", f"{year}-12-31"), PCAF).to_dicts()
    return float(row["attributed_reductions_tco2e"])


def reasons(book: Book) -> list[tuple[str, str]]:
    return book.rejected.filter(table="projects").select("rule", "column").rows()


def test_a_later_balance_sheet_leaves_the_years_before_it_as_they_were() -> None:
    """70 / (30 + 70) x 1,000 = 700 t up to 2023; from the statement of 2024 on 70 / (60 + 20) x 1,000 = 875 t."""
    book = book_of(sheet(30, 70, "2021-12-31"), sheet(60, 20, "2024-12-31"))
    assert [tonnes(book, year) for year in (2022, 2023, 2024)] == pytest.approx([700.0, 700.0, 875.0])


def test_statements_count_by_their_date_whatever_the_order_of_arrival() -> None:
    book = book_of(sheet(60, 20, "2024-12-31"), sheet(30, 70, "2021-12-31"))
    assert [tonnes(book, year) for year in (2023, 2024)] == pytest.approx([700.0, 875.0])


def test_a_period_before_the_first_statement_takes_the_value_at_origination() -> None:
    """70 / 140 x 1,000 = 500 t."""
    assert tonnes(book_of(sheet(30, 70, "2024-06-30")), 2023) == pytest.approx(500.0)


def test_the_only_statement_ever_sent_is_used_without_a_date_and_flagged() -> None:
    book = book_of(sheet(30, 70))
    assert tonnes(book, 2024) == pytest.approx(700.0)
    assert undated_balance_sheets(held(book))["subject"].to_list() == ["P1"]


def test_a_second_statement_without_a_date_is_refused_and_the_first_one_stays() -> None:
    book = book_of(sheet(30, 70), sheet(60, 20))
    assert reasons(book) == [("balance_sheet_without_date", "balance_sheet_date")]
    assert tonnes(book, 2024) == pytest.approx(700.0)


def test_a_statement_without_a_date_counts_up_to_the_first_one_with_a_date() -> None:
    book = book_of(sheet(30, 70), sheet(60, 20, "2024-12-31"))
    assert [tonnes(book, year) for year in (2023, 2024)] == pytest.approx([700.0, 875.0])


def test_an_undated_statement_after_a_dated_one_is_refused() -> None:
    assert reasons(book_of(sheet(30, 70, "2021-12-31"), sheet(60, 20))) == [
        ("balance_sheet_without_date", "balance_sheet_date")
    ]


def test_the_same_statement_sent_again_with_other_columns_changed_is_accepted() -> None:
    book = book_of(sheet(30, 70), sheet(30, 70, project_name="新名"))
    assert reasons(book) == []
    assert book.tables["projects"]["project_name"].to_list() == ["新名"]


def test_a_row_that_says_nothing_of_equity_and_debt_takes_no_statement_back() -> None:
    book = book_of(sheet(30, 70, "2021-12-31"), make_project(reported_annual_reduction_tco2="1000"))
    assert tonnes(book, 2024) == pytest.approx(700.0)


def test_a_statement_of_the_same_date_corrects_the_one_before() -> None:
    """70 / 200 x 1,000 = 350 t."""
    assert tonnes(book_of(sheet(30, 70, "2021-12-31"), sheet(100, 100, "2021-12-31")), 2024) == pytest.approx(350.0)


def test_a_balance_sheet_cannot_be_dated_after_its_delivery() -> None:
    book = make_book([sheet(30, 70, "2145-12-31")], [], [])
    assert reasons(book) == [("balance_sheet_of_the_future", "balance_sheet_date")]


def test_a_statement_of_nothing_in_force_is_not_a_denominator() -> None:
    """0 + 0 in the middle of 2024: from then on the value at origination, 70 / 140 x 1,000 = 500 t."""
    book = book_of(sheet(30, 70, "2021-12-31"), sheet(0, 0, "2024-06-30"))
    assert [tonnes(book, year) for year in (2023, 2024)] == pytest.approx([700.0, 500.0])


def test_statements_known_at_a_moment_are_those_received_by_then() -> None:
    later = land("projects", [sheet(60, 20, "2023-06-30")], number=7, at=dt.datetime(2026, 3, 1, tzinfo=dt.UTC))
    known_at = dt.datetime(2026, 2, 1, tzinfo=dt.UTC)
    before = make_book([sheet(30, 70, "2021-12-31")], entries=LENT, more=[later], known_at=known_at)
    assert before.balance_sheets["balance_sheet_date"].to_list() == [day("2021-12-31")]
