"""What holds for every disclosure: fields add up, windows only grow, and the projects behind it agree."""

import datetime as dt
from decimal import Decimal
from typing import Any, Final

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.makers import (
    Row,
    facility_disclosure,
    make_entry,
    make_holdings,
    make_loan,
    make_project,
    make_reversal,
    make_year,
)
from tests.properties.draws import tried_on
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


def test_the_fields_add_up_to_the_total() -> None:
    loans = [FACILITY_LOAN, make_loan(loan_id="L2", project_id="P2", crf_field="energy_saving")]
    projects = [make_project(), make_project(project_id="P2")]
    book = holdings(
        [*LENDING, make_entry(loan_id="L2", value_date="2025-05-01", amount="50.00")], loans, projects=projects
    )
    for column in ("disbursed_cny", "project_count", "attributed_annual_reductions_tco2e_per_year"):
        parts = [
            cell(book, "quarter", field)[column] for field in ("clean_energy", "energy_saving", "carbon_technology")
        ]
        assert float(sum(parts)) == pytest.approx(float(cell(book, "quarter")[column]))


def test_the_project_behind_the_table_shows_promise_and_measurement_of_the_same_four_quarters() -> None:
    """Twelve months to 30 June 2025: measured 12 x 20 = 240 t, promised 365 t."""
    months = [*make_year([20.0] * 12, 2024), *make_year([20.0] * 6)]
    project = make_project(method="grid_renewable")
    _, projects = disclose(holdings(projects=[project], months=months))
    (row,) = projects.filter(lender="*").to_dicts()
    assert row["measured_last_four_quarters_tco2e"] == pytest.approx(240.0)
    assert row["promised_last_four_quarters_tco2e"] == pytest.approx(365.0)
    assert (row["disbursed_cny"], row["disbursed_in_quarter_cny"]) == (Decimal("600.00"), Decimal("300.00"))
    assert row["attributed_annual_reductions_tco2e_per_year"] == pytest.approx(219.0)
    assert row["attributed_annual_in_quarter_tco2e_per_year"] == pytest.approx(109.5)


def test_a_project_with_nothing_lent_in_the_quarter_shows_zero_there() -> None:
    (row,) = disclose(holdings(LENDING[:2]))[1].filter(lender="*").to_dicts()
    assert (row["disbursed_in_quarter_cny"], row["attributed_annual_in_quarter_tco2e_per_year"]) == (Decimal(0), 0.0)


@st.composite
def facility_books(draw: st.DrawFn) -> Holdings:
    """Loans under the facility, some reversed on a later day, projects often over-financed."""
    loans = [
        make_loan(loan_id=f"L{n}", project_id=f"P{1 + n % 2}", crf_field=draw(st.sampled_from(FIELDS)))
        for n in range(draw(st.integers(1, 4)))
    ]
    entries = []
    for number in range(draw(st.integers(1, 7))):
        loan = draw(st.sampled_from(loans))
        entry = make_entry(
            entry_id=f"E{number}",
            loan_id=loan["loan_id"],
            amount=f"{draw(st.integers(1, 2000))}.00",
            value_date=dt.date(2024, 7, 1) + dt.timedelta(days=draw(st.integers(0, 360))),
        )
        entries.append(entry)
        if draw(st.booleans()):
            later = entry["value_date"] + dt.timedelta(days=draw(st.integers(0, 400)))
            entries.append(make_reversal(entry, value_date=later))
    projects = [make_project(total_investment=draw(st.integers(1, 5000))), make_project(project_id="P2")]
    return make_holdings(projects, loans, entries)


@tried_on(8)
@given(facility_books())
def test_a_quarter_is_never_more_than_its_year_nor_the_year_more_than_everything_since_the_start(
    holdings: Holdings,
) -> None:
    table, _ = disclose(holdings)
    for _, cells in table.group_by("lender", "crf_field"):
        rows = {row["window"]: row for row in cells.to_dicts()}
        ordered = [rows[window] for window in ("quarter", "year_to_date", "since_start")]
        for column in ("project_count", "disbursed_cny", "attributed_annual_reductions_tco2e_per_year"):
            narrow, wider, widest = (float(row[column] or 0) for row in ordered)
            assert narrow <= wider + 1e-9, column
            assert wider <= widest + 1e-9, column


@tried_on(3)
@given(facility_books())
def test_quarters_add_up_to_their_years_and_years_to_everything_since_the_start(holdings: Holdings) -> None:
    """Whatever was reversed, and however much later: money that did not stay lent is in no window."""
    quarters = [quarter(year, number) for year in (2024, 2025) for number in (1, 2, 3, 4)]
    table, _ = facility_disclosure(holdings, quarters)
    rows = table.filter(lender="*", crf_field="total")
    money = {(row["period"], row["window"]): row["disbursed_cny"] for row in rows.to_dicts()}
    for year in (2024, 2025):
        own = [money.get((f"{year}Q{number}", "quarter"), 0) for number in (1, 2, 3, 4)]
        assert sum(own) == money.get((f"{year}Q4", "year_to_date"), 0)
    years = [money.get((f"{year}Q4", "year_to_date"), 0) for year in (2024, 2025)]
    assert sum(years) == money.get(("2025Q4", "since_start"), 0)
