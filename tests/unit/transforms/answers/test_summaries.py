"""Totals by loan, project, lender or portfolio, with the coverage beside each."""

from decimal import Decimal
from typing import Any, Final

import polars as pl
import pytest

from tests.makers import YEAR_2025, Row, make_entry, make_holdings, make_loan, make_project, make_year
from transforms.answers.summaries import coverage, summarise
from transforms.attribution.shares import attribute

LOANS: Final = [
    make_loan(),
    make_loan(loan_id="L2", lender="乙银行"),
    make_loan(loan_id="L3", lender="乙银行", project_id="P2"),
]
ENTRIES: Final = [
    make_entry(amount="500.00"),
    make_entry(loan_id="L2", amount="250.00"),
    make_entry(loan_id="L3", amount="250.00"),
]


def rows(second: Row | None = None) -> pl.DataFrame:
    """P1 reduces 120 t, L1 holds 500 and L2 250 of its 1,000; P2 reduces nothing that is known, L3 holds 250."""
    projects = [make_project(), second or make_project(project_id="P2", method="none")]
    return attribute(make_holdings(projects, LOANS, ENTRIES, make_year([10.0] * 12)), YEAR_2025, "period_end")


def by(key: str, **more: Any) -> list[Row]:
    return summarise(rows(**more), key).to_dicts()


def test_the_portfolio_adds_up_loans_and_counts_each_projects_reduction_once() -> None:
    """60 + 30 = 90 t of 120 t; 750 of 1,000 yuan have a figure."""
    (whole,) = by("portfolio")
    assert whole["emission_reductions_tco2e"] == pytest.approx(120.0)
    assert whole["attributed_reductions_tco2e"] == pytest.approx(90.0)
    assert whole["attribution_factor_ratio"] == pytest.approx(0.75)
    assert (whole["balance_cny"], whole["coverage_ratio"]) == (Decimal("1000.00"), pytest.approx(0.75))


def test_each_lender_has_its_own_loans() -> None:
    first, second = sorted(by("lender"), key=lambda row: -row["attributed_reductions_tco2e"])
    assert (first["attributed_reductions_tco2e"], first["coverage_ratio"]) == (pytest.approx(60.0), 1.0)
    assert (second["attributed_reductions_tco2e"], second["coverage_ratio"]) == (pytest.approx(30.0), 0.5)


def test_each_project_has_its_own_loans() -> None:
    first, second = by("project")
    assert (first["project_id"], first["attribution_factor_ratio"]) == ("P1", pytest.approx(0.75))
    assert (second["project_id"], second["attributed_reductions_tco2e"]) == ("P2", None)


def test_each_loan_shows_its_factor_and_its_projects_reduction() -> None:
    loans = by("loan")
    assert [row["loan_id"] for row in loans] == ["L1", "L2", "L3"]
    assert [row["attribution_factor_ratio"] for row in loans] == [0.5, 0.25, None]
    assert [row["emission_reductions_tco2e"] for row in loans] == [pytest.approx(120.0), pytest.approx(120.0), None]


def test_a_sum_over_nothing_known_is_nothing_and_not_zero() -> None:
    unknown = rows().filter(pl.col("project_id") == "P2")
    (whole,) = summarise(unknown, "portfolio").to_dicts()
    assert (whole["attributed_reductions_tco2e"], whole["emission_reductions_tco2e"]) == (None, None)
    assert (whole["status"], whole["coverage_ratio"]) == ("not_estimated", 0.0)


def test_beside_an_overdrawn_loan_the_covered_part_is_not_known() -> None:
    """750 of 1,000 - 500 would be 150 %."""
    overdrawn = rows().with_columns(balance_cny=pl.when(pl.col("loan_id") == "L3").then(-500).otherwise("balance_cny"))
    assert coverage(overdrawn) is None
    assert [row["coverage_ratio"] for row in summarise(overdrawn, "loan").to_dicts()] == [1.0, 1.0, None]


def test_the_status_of_a_sum_is_the_counts_of_its_rows_statuses_the_least_certain_figure_first() -> None:
    measured = [make_project(method="grid_renewable"), make_project(project_id="P2")]
    months = [*make_year([10.0] * 12), *make_year([10.0] * 12, project_id="P2")]
    book = make_holdings(measured, LOANS, ENTRIES, months)
    summed = summarise(attribute(book, YEAR_2025, "period_end"), "portfolio")
    assert summed["status"].item() == "1 reported, 2 measured"


def test_a_sum_with_a_figure_never_hides_the_rows_without_one() -> None:
    assert by("portfolio")[0]["status"] == "2 reported, 1 not_estimated"


def test_a_sum_of_rows_alike_has_their_status() -> None:
    assert [row["status"] for row in by("project")] == ["reported", "not_estimated"]


def test_money_whose_rate_is_missing_leaves_no_total_and_no_coverage() -> None:
    loans = [make_loan(), make_loan(loan_id="L2", currency="USD")]
    entries = [make_entry(), make_entry(loan_id="L2", currency="USD")]
    missing = attribute(
        make_holdings(loans=loans, entries=entries, months=make_year([10.0] * 12)), YEAR_2025, "period_end"
    )
    assert summarise(missing, "portfolio")["balance_cny"].item() is None
    assert coverage(missing) is None


def test_without_a_loan_there_is_no_coverage() -> None:
    assert coverage(rows().clear()) is None


def test_the_parts_add_up_to_the_whole_whatever_they_are_grouped_by() -> None:
    for key in ("lender", "project", "loan"):
        total = sum(row["attributed_reductions_tco2e"] or 0.0 for row in by(key))
        assert total == pytest.approx(90.0), key
