"""The yearly statement after PCAF: what a book's money financed, avoided, reduced, removed and emitted."""

from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from tests.makers import (
    Book,
    Row,
    make_book,
    make_entry,
    make_loan,
    make_parameter,
    make_project,
    make_rate,
    make_reading,
    work_out,
)
from transforms.outcomes.data_quality import PROFILE
from transforms.outcomes.yearly_statement import PCAF, yearly_statement, yearly_sums

YEAR = "2025"
MONTH_ENDS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def yearly(metric: str, value: str, unit: str, project: str = "P1") -> list[Row]:
    """The same reading in every month of 2025."""
    return [
        make_reading(
            project_id=project,
            metric=metric,
            value=value,
            unit=unit,
            period_start=f"2025-{month:02}-01",
            period_end=f"2025-{month:02}-{last}",
        )
        for month, last in enumerate(MONTH_ENDS, start=1)
    ]


def statement(book: Book, method: str = "total", lender: str = "*") -> dict[str, Any]:
    (row,) = work_out(book).marts["mart.disclosure_pcaf"].filter(period=YEAR, lender=lender, method=method).to_dicts()
    return row


def financed(book: Book, project: str = "P1", lender: str = "*") -> dict[str, Any]:
    table = work_out(book).marts["mart.disclosure_pcaf_projects"]
    (row,) = table.filter(period=YEAR, lender=lender, project_id=project).to_dicts()
    return row


def two_lenders(**project: Any) -> Book:
    """P1 avoids 365 t a year, 1,000 yuan invested; 甲 lent it 500 yuan of 100,000, 乙 200."""
    loans = [make_loan(), make_loan(loan_id="L2", lender="乙银行", contract_amount="300.00")]
    entries = [make_entry(), make_entry(loan_id="L2", amount="200.00")]
    return make_book([make_project(**project)], loans, entries)


def test_the_statements_rule_is_the_profile_by_which_data_quality_is_scored() -> None:
    assert PCAF == PROFILE


def test_a_lenders_part_is_its_balance_over_the_value_at_origination() -> None:
    """甲: 500 / 1,000 of 365 t = 182.5 t; the book: 700 / 1,000 = 255.5 t, per million 255.5 / 0.0007 = 365,000 t."""
    book = two_lenders()
    own, whole = statement(book, lender="甲银行"), statement(book)
    assert (own["balance_cny"], own["attributed_reductions_tco2e"]) == (Decimal("500.00"), 182.5)
    assert (whole["project_count"], whole["loan_count"], whole["balance_cny"]) == (1, 2, Decimal("700.00"))
    assert whole["attributed_reductions_tco2e"] == pytest.approx(255.5)
    assert whole["attributed_reductions_tco2e_per_million_cny"] == pytest.approx(365_000)
    assert (whole["coverage_ratio"], financed(book)["attribution_factor_ratio"]) == (1.0, pytest.approx(0.7))


def test_equity_and_debt_are_the_denominator_where_they_are_stated_and_equity_below_zero_is_none() -> None:
    """700 / (-100 -> 0 + 1,400) = 0.5: 182.5 t."""
    book = two_lenders(total_equity="-100.00", total_debt="1400.00", balance_sheet_date="2024-12-31")
    row = financed(book)
    assert (row["denominator"], row["invested_cny"]) == ("equity_plus_debt", Decimal("1400.00"))
    assert row["attributed_tco2e"] == pytest.approx(182.5)


def test_what_was_not_drawn_of_contracts_in_force_is_a_commitment_and_takes_no_share() -> None:
    """100,000 - 500 and 300 - 200; one that ended in the year, and one signed after it, commit to nothing."""
    book = two_lenders()
    assert statement(book)["undrawn_cny"] == Decimal("99600.00")
    ended = make_loan(loan_id="L3", maturity_date="2025-12-30")
    later = make_loan(loan_id="L4", sign_date="2026-01-01")
    more = make_book([make_project()], [make_loan(), ended, later], [make_entry()])
    assert statement(more)["undrawn_cny"] == Decimal("99500.00")


def test_a_project_of_which_nothing_was_drawn_is_listed_with_its_commitment_alone() -> None:
    projects = [make_project(), make_project(project_id="P2")]
    loans = [make_loan(), make_loan(loan_id="L2", project_id="P2", contract_amount="80.00")]
    row = financed(make_book(projects, loans, [make_entry()]), "P2")
    assert (row["balance_cny"], row["undrawn_cny"], row["loan_count"]) == (Decimal("0.00"), Decimal("80.00"), 0)
    assert (row["status"], row["attributed_tco2e"]) == (None, None)


def test_foreign_commitments_are_at_the_rate_of_the_years_last_trading_day_and_unknown_without_one() -> None:
    """(100 - 40) USD x 7.05 = 423.00 yuan."""
    loans = [make_loan(currency="USD", contract_amount="100.00")]
    entries = [make_entry(amount="40.00", currency="USD")]
    rate = make_rate(date="2025-12-31", base="USD", quote="CNY", rate="7.05")
    rated = make_book([make_project()], loans, entries, rates=[rate])
    assert statement(rated)["undrawn_cny"] == Decimal("423.00")
    assert statement(make_book([make_project()], loans, entries))["undrawn_cny"] is None


def test_a_baseline_that_a_rule_orders_to_end_leaves_nothing_avoided() -> None:
    book = two_lenders(is_mandated_baseline="true")
    assert (financed(book)["project_tonnes_tco2e"], statement(book)["attributed_reductions_tco2e"]) == (0.0, 0.0)


def test_financed_emissions_are_shared_as_avoided_ones_are_and_not_taken_off() -> None:
    """Wind of 12 x 10 MWh, a reservoir of none: PE 0, ER 120 x 0.8 = 96 t; a reported project's own are unknown."""
    wind = make_project(
        project_id="P2", method="grid_renewable", total_investment="2000.00", reported_annual_reduction_tco2="90"
    )
    loans = [make_loan(), make_loan(loan_id="L2", project_id="P2")]
    book = make_book(
        [make_project(), wind],
        loans,
        [make_entry(), make_entry(loan_id="L2", amount="500.00")],
        readings=yearly("electricity_supplied", "10", "MWh", "P2"),
        parameters=[make_parameter(scope="P2")],
    )
    total = statement(book)
    assert statement(book, "grid_renewable")["attributed_reductions_tco2e"] == pytest.approx(96 / 4)
    assert total["attributed_reductions_tco2e"] == pytest.approx(182.5 + 24)
    assert (total["financed_emissions_tco2e"], total["emissions_coverage_ratio"]) == (0.0, pytest.approx(0.5))
    assert statement(book, "reported")["financed_emissions_tco2e"] is None


def test_money_without_a_figure_is_outstanding_and_lowers_the_coverage() -> None:
    """500 of 700 have a figure."""
    projects = [make_project(), make_project(project_id="P2", total_investment=None, investment_currency=None)]
    loans = [make_loan(), make_loan(loan_id="L2", project_id="P2")]
    book = make_book(projects, loans, [make_entry(), make_entry(loan_id="L2", amount="200.00")])
    total = statement(book)
    assert (total["balance_cny"], total["coverage_ratio"]) == (Decimal("700.00"), pytest.approx(5 / 7))
    assert total["attributed_reductions_tco2e_per_million_cny"] == pytest.approx(365_000)


def test_working_capital_is_outstanding_and_finances_no_project() -> None:
    book = make_book([make_project()], [make_loan(loan_type="working_capital")], [make_entry()])
    row = financed(book)
    assert (row["balance_cny"], row["attributed_tco2e"], row["status"]) == (
        Decimal("500.00"),
        None,
        "not_estimated",
    )


def test_a_county_has_the_projects_that_lie_in_it_and_all_their_lenders() -> None:
    projects = [make_project(county_code="361127"), make_project(project_id="P2", county_code=None)]
    loans = [make_loan(), make_loan(loan_id="L2", lender="乙银行"), make_loan(loan_id="L3", project_id="P2")]
    entries = [make_entry(), make_entry(loan_id="L2", amount="100.00"), make_entry(loan_id="L3", amount="7.00")]
    book = make_book(projects, loans, entries)
    table = work_out(book).marts["mart.disclosure_pcaf"].filter(period=YEAR, method="total")
    counted = dict(table.select("lender", "balance_cny").iter_rows())
    assert counted["county:361127"] == Decimal("600.00")
    assert counted == {
        "*": Decimal("607.00"),
        "甲银行": Decimal("507.00"),
        "乙银行": Decimal("100.00"),
        "county:361127": Decimal("600.00"),
    }


def test_growth_is_against_the_end_of_the_year_before() -> None:
    """400 at the end of 2024, 400 + 100 at that of 2025: a quarter more; nothing is known before the first year."""
    entries = [make_entry(value_date="2024-05-01", amount="400.00"), make_entry(amount="100.00")]
    table = work_out(make_book([make_project()], [make_loan()], entries)).marts["mart.disclosure_pcaf"]
    growth = dict(table.filter(lender="*", method="total").select("period", "balance_growth_ratio").iter_rows())
    assert (growth["2024"], growth["2025"]) == (None, 0.25)


def test_the_chapters_go_by_the_average_of_month_ends_over_the_total_investment() -> None:
    """500 lent on 1 October: (3 x 500) / 12 = 125 of 1,000, so an eighth of 365 t, whatever equity and debt are."""
    stated = make_project(total_equity="100.00", total_debt="400.00", balance_sheet_date="2024-12-31")
    book = make_book([stated], [make_loan()], [make_entry(value_date="2025-10-01")])
    marts = work_out(book).marts
    (row,) = marts["mart.disclosure_annual"].filter(period=YEAR, lender="*", method="total").to_dicts()
    assert (row["balance_cny"], row["attributed_reductions_tco2e"]) == (Decimal("125.00"), pytest.approx(365 / 8))
    (project,) = marts["mart.disclosure_annual_projects"].filter(period=YEAR, lender="*").to_dicts()
    assert (project["denominator"], project["invested_cny"]) == ("total_investment", Decimal("1000.00"))


def test_the_statement_of_projects_dealt_apart_is_that_of_all_of_them() -> None:
    """As buckets of projects are worked out on their own."""
    projects = [make_project(), make_project(project_id="P2", reported_annual_reduction_tco2="730")]
    loans = [make_loan(), make_loan(loan_id="L2", project_id="P2")]
    book = make_book(projects, loans, [make_entry(), make_entry(loan_id="L2", amount="123.45")])
    table = work_out(book).marts["mart.disclosure_pcaf_projects"]
    parts = [yearly_sums(table.filter(pl.col("project_id") == project)) for project in ("P1", "P2")]
    apart, together = yearly_statement(pl.concat(parts)), yearly_statement(yearly_sums(table))
    assert apart.equals(together)
