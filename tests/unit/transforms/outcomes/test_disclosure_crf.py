"""The quarterly carbon-reduction-loan table: money newly lent, its rate, and the annual reduction it brings about."""

import datetime as dt
from decimal import Decimal
from typing import Any, Final

import polars as pl
import pytest

from tests.makers import (
    Row,
    facility_disclosure,
    make_entry,
    make_holdings,
    make_loan,
    make_project,
    make_rate,
    make_reversal,
)
from transforms.attribution.holdings import Holdings
from transforms.ground.calendar import quarter

Q2: Final = quarter(2025, 2)
FACILITY_LOAN: Final = make_loan(crf_field="clean_energy")
FIELDS: Final = ["clean_energy", "energy_saving"]
LENDING: Final = [
    make_entry(value_date="2024-06-01", amount="100.00"),
    make_entry(value_date="2025-02-01", amount="200.00"),
    make_entry(value_date="2025-05-01", amount="300.00"),
]


def disclose(holdings: Holdings, period: Any = Q2) -> tuple[pl.DataFrame, pl.DataFrame]:
    return facility_disclosure(holdings, [period])


def cell(holdings: Holdings, window: str, field: str = "total", lender: str = "*", period: Any = Q2) -> Row:
    (row,) = disclose(holdings, period)[0].filter(window=window, crf_field=field, lender=lender).to_dicts()
    return row


def holdings(entries: list[Row] = LENDING, loans: list[Row] | None = None, **more: Any) -> Holdings:
    return make_holdings(loans=loans or [FACILITY_LOAN], entries=entries, **more)


@pytest.mark.parametrize(
    ("window", "first", "money", "tonnes"),
    [
        ("quarter", dt.date(2025, 4, 1), "300.00", 109.5),
        ("year_to_date", dt.date(2025, 1, 1), "500.00", 182.5),
        ("since_start", dt.date(2024, 6, 1), "600.00", 219.0),
    ],
)
def test_three_windows_end_with_the_quarter(window: str, first: dt.date, money: str, tonnes: float) -> None:
    """100, 200 and 300 of 1,000 that promise 365 t a year: 300 / 1,000 x 365 = 109.5 in the quarter."""
    row = cell(holdings(), window)
    assert (row["window_from_date"], row["window_to_date"]) == (first, dt.date(2025, 6, 30))
    assert row["disbursed_cny"] == Decimal(money)
    assert row["attributed_annual_reductions_tco2e_per_year"] == pytest.approx(tonnes)
    assert (row["project_count"], row["coverage_ratio"]) == (1, 1.0)


def test_money_lent_after_the_quarter_is_in_no_window() -> None:
    book = holdings([*LENDING, make_entry(value_date="2025-07-01", amount="400.00")])
    assert cell(book, "since_start")["disbursed_cny"] == Decimal("600.00")


def test_a_project_with_two_loans_counts_once() -> None:
    loans = [FACILITY_LOAN, make_loan(loan_id="L2", lender="乙银行", crf_field="clean_energy")]
    book = holdings([*LENDING, make_entry(loan_id="L2", value_date="2025-05-02", amount="50.00")], loans)
    assert cell(book, "quarter")["project_count"] == 1
    assert [cell(book, "quarter", lender=name)["project_count"] for name in ("甲银行", "乙银行")] == [1, 1]


def test_the_rate_is_weighted_by_the_money() -> None:
    """100 at 3 % and 300 at 4 %: (300 + 1,200) / 400 = 3.75 %."""
    loans = [FACILITY_LOAN, make_loan(loan_id="L2", crf_field="clean_energy", annual_rate_pct="4.00")]
    entries = [make_entry(value_date="2025-05-01", amount="100.00")]
    book = holdings([*entries, make_entry(loan_id="L2", value_date="2025-05-01", amount="300.00")], loans)
    assert cell(book, "quarter")["weighted_rate_pct"] == pytest.approx(3.75)


def test_a_loan_without_a_rate_leaves_no_weighted_rate_and_is_not_taken_for_zero() -> None:
    loans = [FACILITY_LOAN, make_loan(loan_id="L2", crf_field="clean_energy", annual_rate_pct=None)]
    book = holdings([*LENDING, make_entry(loan_id="L2", value_date="2025-05-01", amount="50.00")], loans)
    assert cell(book, "quarter")["weighted_rate_pct"] is None
    assert cell(book, "year_to_date")["disbursed_cny"] == Decimal("550.00")


def test_loans_outside_the_facility_refinancing_and_working_capital_do_not_count() -> None:
    loans = [
        FACILITY_LOAN,
        make_loan(loan_id="L2"),
        make_loan(loan_id="L3", crf_field="clean_energy", loan_type="refinance"),
        make_loan(loan_id="L4", crf_field="clean_energy", loan_type="working_capital"),
    ]
    others = [make_entry(loan_id=f"L{n}", value_date="2025-05-01", amount="50.00") for n in (2, 3, 4)]
    assert cell(holdings([*LENDING, *others], loans), "quarter")["disbursed_cny"] == Decimal("300.00")


def test_a_book_without_facility_loans_discloses_nothing() -> None:
    table, projects = disclose(make_holdings(entries=LENDING))
    assert table.is_empty()
    assert projects.is_empty()


def test_empty_cells_are_zero_and_have_no_rate() -> None:
    row = cell(holdings(), "quarter", "energy_saving")
    assert (row["project_count"], row["disbursed_cny"]) == (0, Decimal("0.00"))
    assert row["attributed_annual_reductions_tco2e_per_year"] == 0.0
    assert (row["weighted_rate_pct"], row["coverage_ratio"]) == (None, None)


def test_a_quarter_without_lending_still_shows_what_was_lent_before() -> None:
    book = holdings(LENDING[:1])
    assert cell(book, "quarter")["disbursed_cny"] == Decimal("0.00")
    assert cell(book, "since_start")["disbursed_cny"] == Decimal("100.00")


def test_a_field_has_no_row_before_it_belonged_to_the_facility() -> None:
    before = disclose(holdings())[0]["crf_field"].unique().to_list()
    since = disclose(holdings(), quarter(2026, 1))[0]["crf_field"].unique().to_list()
    assert "green_upgrade" not in before
    assert "green_upgrade" in since


def test_money_lent_under_a_field_before_it_belonged_to_the_facility_does_not_count() -> None:
    """Green upgrading belongs to the facility since 2026-01-15."""
    entries = [
        make_entry(value_date="2026-01-14", amount="100.00"),
        make_entry(value_date="2026-01-15", amount="200.00"),
    ]
    book = holdings(entries, [make_loan(crf_field="green_upgrade")])
    assert cell(book, "since_start", "green_upgrade", period=quarter(2026, 1))["disbursed_cny"] == Decimal("200.00")


def test_a_reversal_of_money_that_never_counted_takes_nothing_off() -> None:
    """Lent on 10 January 2026, before the field was in force, reversed on 20 January: neither is the facility's."""
    early = make_entry(value_date="2026-01-10", amount="100.00")
    entries = [
        early,
        make_reversal(early, value_date="2026-01-20"),
        make_entry(value_date="2026-02-01", amount="200.00"),
    ]
    book = holdings(entries, [make_loan(crf_field="green_upgrade")])
    assert cell(book, "quarter", "green_upgrade", period=quarter(2026, 1))["disbursed_cny"] == Decimal("200.00")


def test_a_disbursement_reversed_in_its_quarter_was_not_lent() -> None:
    wrong = make_entry(value_date="2025-05-10", amount="12000.00")
    book = holdings([*LENDING, wrong, make_reversal(wrong, value_date="2025-05-12")])
    row = cell(book, "quarter")
    assert (row["disbursed_cny"], row["project_count"]) == (Decimal("300.00"), 1)
    assert row["attributed_annual_reductions_tco2e_per_year"] == pytest.approx(109.5)


def test_last_years_money_reversed_this_year_is_taken_off_what_was_lent_last_year() -> None:
    """Lent in November 2024, reversed in February 2025: no window of any quarter has it, the closed ones neither."""
    wrong = make_entry(value_date="2024-11-10", amount="700.00")
    book = holdings([*LENDING, wrong, make_reversal(wrong, value_date="2025-02-12")])
    before = holdings(LENDING)
    for window in ("quarter", "year_to_date", "since_start"):
        assert cell(book, window) == cell(before, window), window
        assert cell(book, window, period=quarter(2024, 4)) == cell(before, window, period=quarter(2024, 4)), window


def test_a_lender_whose_only_money_was_reversed_next_year_discloses_nothing_for_either_year() -> None:
    wrong = make_entry(value_date="2024-12-20", amount="700.00")
    book = holdings([wrong, make_reversal(wrong, value_date="2025-01-05")])
    assert disclose(book, quarter(2024, 4))[0].is_empty()
    assert disclose(book, quarter(2025, 1))[0].is_empty()


def test_the_start_is_the_first_day_of_which_money_stayed_lent_each_lenders_own() -> None:
    """A: a draw of 2023 was reversed, the first that stayed is of 1 June 2024. B: 1 May 2025."""
    loans = [
        make_loan(lender="A", crf_field="clean_energy"),
        make_loan(loan_id="L2", lender="B", crf_field="clean_energy"),
    ]
    wrong = make_entry(value_date="2023-03-03", amount="70.00")
    entries = [
        *LENDING,
        wrong,
        make_reversal(wrong, value_date="2024-07-01"),
        make_entry(loan_id="L2", value_date="2025-05-01", amount="10.00"),
    ]
    book = holdings(entries, loans)
    starts = {lender: cell(book, "since_start", lender=lender)["window_from_date"] for lender in ("A", "B", "*")}
    first = dt.date(2024, 6, 1)
    assert starts == {"A": first, "B": dt.date(2025, 5, 1), "*": first}


def test_a_quarter_in_which_nothing_was_lent_still_names_its_days() -> None:
    row = cell(holdings(LENDING[:1]), "quarter")
    assert (row["window_from_date"], row["window_to_date"]) == (dt.date(2025, 4, 1), dt.date(2025, 6, 30))


def test_a_project_whose_only_money_was_reversed_is_not_counted() -> None:
    wrong = make_entry(loan_id="L2", value_date="2025-05-10", amount="120.00")
    loans = [FACILITY_LOAN, make_loan(loan_id="L2", project_id="P2", crf_field="clean_energy")]
    projects = [make_project(), make_project(project_id="P2")]
    book = holdings([*LENDING, wrong, make_reversal(wrong)], loans, projects=projects)
    assert cell(book, "quarter")["project_count"] == 1


def test_a_project_without_a_promise_keeps_its_money_and_lowers_the_coverage() -> None:
    """300 with a figure and 100 without: 75 % covered."""
    loans = [FACILITY_LOAN, make_loan(loan_id="L2", project_id="P2", crf_field="clean_energy")]
    projects = [make_project(), make_project(project_id="P2", reported_annual_reduction_tco2=None)]
    silent = make_entry(loan_id="L2", value_date="2025-05-01", amount="100.00")
    row = cell(holdings([*LENDING, silent], loans, projects=projects), "quarter")
    assert (row["disbursed_cny"], row["coverage_ratio"]) == (Decimal("400.00"), pytest.approx(0.75))
    assert row["attributed_annual_reductions_tco2e_per_year"] == pytest.approx(109.5)


def test_a_cell_of_which_nothing_is_known_has_no_tonnes_and_not_zero() -> None:
    project = make_project(reported_annual_reduction_tco2=None)
    row = cell(holdings(projects=[project]), "quarter")
    assert row["attributed_annual_reductions_tco2e_per_year"] is None
    assert row["coverage_ratio"] == 0.0


def test_dollars_without_a_rate_leave_no_sum_of_money() -> None:
    loan = make_loan(crf_field="clean_energy", currency="USD")
    dollars = [make_entry(value_date="2025-05-01", amount="10.00", currency="USD")]
    unrated = cell(holdings(dollars, [loan]), "quarter")
    assert (unrated["disbursed_cny"], unrated["project_count"]) == (None, 1)
    rated = holdings(
        dollars, [loan], rates=[make_rate(date="2025-05-01", rate="7.0"), make_rate(date="2025-06-30", rate="7.1")]
    )
    assert cell(rated, "quarter")["disbursed_cny"] == Decimal("70.00")


def test_a_loan_repaid_before_the_quarter_still_dilutes_the_others_in_it() -> None:
    """A lends 80 of 100 in January and is repaid in March, B lends 45 in May: B claims 0.45 / 1.25 in every window."""
    loans = [
        make_loan(loan_id="A", lender="A", crf_field="clean_energy"),
        make_loan(loan_id="B", lender="B", crf_field="clean_energy"),
    ]
    entries = [
        make_entry(entry_id="A1", loan_id="A", value_date="2025-01-10", amount="800.00"),
        make_entry(entry_id="A2", loan_id="A", value_date="2025-03-10", amount="800.00", event="REPAYMENT"),
        make_entry(entry_id="B1", loan_id="B", value_date="2025-05-10", amount="450.00"),
    ]
    book = holdings(entries, loans)
    for window in ("quarter", "year_to_date", "since_start"):
        claimed = cell(book, window, lender="B")["attributed_annual_reductions_tco2e_per_year"]
        assert claimed == pytest.approx(0.45 / 1.25 * 365)
