"""Facts have dates: what a second night says of the past is known by its date, and the published file says so."""

import csv
import datetime as dt
import io
from collections.abc import Callable, Sequence
from typing import Any, Final

import pytest

from flows import pipeline, warehouse
from flows.run_record import RunRecord
from flows.settings import home as home_of
from tests.integration.program import Home
from tests.makers import Row, make_entry, make_loan, make_project

NIGHTS: Final = [dt.datetime(2026, 2, number, tzinfo=dt.UTC) for number in (1, 2)]


def as_csv(rows: Sequence[Row]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def night(home: Home, known_at: dt.datetime, **tables: Sequence[Row]) -> None:
    """Land the tables, build the candidate and put it in its place, without gates and documents."""
    place, moment = home_of(home.root), known_at.isoformat()
    for table, rows in tables.items():
        home.deliver(f"bank/{table}_{known_at.day}.csv", as_csv(rows))
    pipeline.land_deliveries(place, known_at)
    built = pipeline.build_candidate(place, RunRecord(f"run-{known_at.day}", moment, moment, str(place.inbox)))
    warehouse.publish(built.candidate, place.warehouse)


def statement(equity: int, debt: int, on: str | None) -> Row:
    """The trial's project: 100 million of investment, 1,000 t a year since 2023."""
    return make_project(
        commissioning_date="2023-01-01", total_investment="100000000.00", reported_annual_reduction_tco2="1000",
        total_equity=f"{equity}000000.00", total_debt=f"{debt}000000.00", balance_sheet_date=on,
    )  # fmt: skip


@pytest.fixture(scope="module")
def two_nights(new_home: Callable[[str], Home]) -> Home:
    """Equity 30 and debt 70 million at first; a year later 60 and 20, dated the end of 2025."""
    home = new_home("two_nights")
    lent = make_entry(value_date="2023-01-01", amount="70000000.00")
    repaid = [
        make_entry(value_date="2025-12-20", event="REPAYMENT", amount="50000000.00"),
        make_entry(value_date="2026-01-02", event="REPAYMENT", amount="1000000.00"),
    ]
    loans = [make_loan(contract_amount="70000000.00", sign_date="2023-01-01")]
    night(home, NIGHTS[0], projects=[statement(30, 70, None)], loans=loans, ledger=[lent, *repaid])
    night(home, NIGHTS[1], projects=[statement(60, 20, "2025-12-31")])
    return home


def pcaf(rows: list[dict[str, Any]]) -> list[float]:
    return [row["attributed_reductions_tco2e"] for row in rows]


@pytest.mark.parametrize(("year", "expected"), [(2023, 700.0), (2024, 700.0), (2025, 250.0)])
def test_each_year_takes_the_balance_sheet_in_force_at_its_end(two_nights: Home, year: int, expected: float) -> None:
    """2024: 1,000 t x 70 / (30 + 70); 2025: 1,000 t x (70 - 50) / (60 + 20). Table and macro say the same."""
    stored = two_nights.rows("FROM mart.attributed_reductions WHERE period = ? AND profile = 'pcaf_avoided'", str(year))
    days = (f"{year}-01-01", f"{year}-12-31")
    macro = two_nights.rows("FROM mart.attributed_by_profile(?, ?, 'pcaf_avoided')", *days)
    assert pcaf(stored) == pytest.approx([expected])
    assert pcaf(macro) == pytest.approx([expected])
