"""Facts have dates: what a second night says of the past is known by its date, and the published file says so."""

import csv
import datetime as dt
import io
from collections.abc import Callable, Sequence
from typing import Any, Final

import pytest

from flows import pipeline, warehouse
from flows.gates import comparisons
from flows.run_record import RunRecord
from flows.settings import home as home_of
from tests.integration.program import Home
from tests.makers import Row, make_entry, make_loan, make_parameter, make_project

NIGHTS: Final = [dt.datetime(2026, 2, number, tzinfo=dt.UTC) for number in (1, 2, 3)]


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
def three_nights(new_home: Callable[[str], Home]) -> Home:
    """Equity 30 and debt 70 million at first; a night later 60 and 20, dated the end of 2025; then 900 t, not 1,000.

    On the third night another sender states a factor of all and a project that is not its own.
    """
    home = new_home("three_nights")
    lent = make_entry(value_date="2023-01-01", amount="70000000.00")
    repaid = [
        make_entry(value_date="2025-12-20", event="REPAYMENT", amount="50000000.00"),
        make_entry(value_date="2026-01-02", event="REPAYMENT", amount="1000000.00"),
    ]
    loans = [make_loan(contract_amount="70000000.00", sign_date="2023-01-01")]
    night(home, NIGHTS[0], projects=[statement(30, 70, None)], loans=loans, ledger=[lent, *repaid])
    night(home, NIGHTS[1], projects=[statement(60, 20, "2025-12-31")])
    home.deliver("other/parameters.csv", as_csv([make_parameter(parameter_id="grid_om_ef", scope="Central")]))
    home.deliver("other/projects.csv", as_csv([statement(1, 1, None)]))
    less = {**statement(60, 20, "2025-12-31"), "reported_annual_reduction_tco2": "900"}
    night(home, NIGHTS[2], projects=[less])
    return home


def tonnes(rows: list[dict[str, Any]]) -> list[float]:
    return [row["attributed_reductions_tco2e"] for row in rows]


@pytest.mark.parametrize(("year", "expected"), [(2023, 630.0), (2024, 630.0), (2025, 225.0)])
def test_each_year_takes_the_balance_sheet_in_force_at_its_end(three_nights: Home, year: int, expected: float) -> None:
    """2024: 900 t x 70 / (30 + 70); 2025: 900 t x (70 - 50) / (60 + 20). Table and macro say the same."""
    stored = three_nights.rows(
        "FROM mart.attributed_reductions WHERE period = ? AND profile = 'pcaf_avoided'", str(year)
    )
    days = (f"{year}-01-01", f"{year}-12-31")
    macro = three_nights.rows("FROM mart.attributed_by_profile(?, ?, 'pcaf_avoided')", *days)
    assert tonnes(stored) == pytest.approx([expected])
    assert tonnes(macro) == pytest.approx([expected])


def test_the_second_balance_sheet_restated_nothing_before_its_date(three_nights: Home) -> None:
    """At the end of 2025: 1,000 t x 20 / 100 = 200 t were published, 1,000 x 20 / 80 = 250 t stated anew."""
    rows = three_nights.rows("FROM ops.restatements WHERE since = ? AND period_to_date < '2025-12-31'", NIGHTS[1])
    moved = three_nights.rows("FROM ops.restatements WHERE since = ? AND period = '2025'", NIGHTS[1])
    assert rows == []
    assert [(row["profile"], round(row["before"]), round(row["after"])) for row in moved] == [
        ("pcaf_avoided", 200, 250)
    ]


def test_a_smaller_promise_restates_every_month_and_says_which_row_did_it(three_nights: Home) -> None:
    """January 2025: 1,000 t x 31 / 365 = 84.93 t, then 900 t x 31 / 365 = 76.44 t."""
    (row,) = three_nights.rows(
        "FROM ops.restatements WHERE since = ? AND period = '2025-01' AND lender IS NULL", NIGHTS[2]
    )
    assert (round(row["before"], 2), round(row["after"], 2)) == (84.93, 76.44)
    assert row["cause"] == "projects: bank/projects_3.csv line 2 (reported_annual_reduction_tco2 1000.0 -> 900.0)"
    flags = three_nights.rows("FROM ops.flags WHERE code = 'restated' AND subject = 'P1'")
    assert any("2025-01 84.93 -> 76.44 t" in flag["message"] for flag in flags)


def test_another_senders_rows_are_refused_and_the_night_goes_on(three_nights: Home) -> None:
    rows = three_nights.rows("FROM ops.rejected_rows ORDER BY source_file")
    assert [(row["source_file"], row["rule"]) for row in rows] == [
        ("other/parameters.csv", "shared_scope"), ("other/projects.csv", "another_senders_row"),
    ]  # fmt: skip


def test_a_gate_names_the_rows_and_senders_behind_a_change(three_nights: Home) -> None:
    strict = {"refusals": {"max_refused_ratio": 0}, "volumes": {"max_drop_ratio": -1}, "sums": {"max_change_ratio": 0}}
    told = {gate.name: str(three_nights.rows(gate.wrong)) for gate in comparisons(strict, NIGHTS[1])}
    assert "other/parameters.csv shared_scope x 1 (lines 2)" in told["refusals"]
    assert "bank/projects_3.csv line 2 (reported_annual_reduction_tco2 1000.0 -> 900.0) (P1)" in told["sums"]
    assert "other/projects.csv another_senders_row x 1" in told["volumes"]
    assert "other/projects.csv (0 rows accepted, 1 refused)" in told["volumes"]
