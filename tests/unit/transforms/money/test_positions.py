"""From ledger entries to balances: a day's closing balance includes that day's entries."""

import datetime as dt
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.makers import Row, day, make_entry, make_loan, make_reversal, typed
from tests.properties.draws import tried_on
from transforms.money.positions import balance_changes, loan_months

JANUARY_31 = dt.date(2025, 1, 31)


def months(entries: list[Row], until: str = "2025-01-31") -> list[dict[str, Any]]:
    changes = balance_changes(typed("ledger", entries))
    return loan_months(changes, typed("loans", [make_loan()]), day(until)).to_dicts()


def test_money_lent_on_the_first_day_of_january_is_out_all_31_days() -> None:
    (january,) = months([make_entry(value_date="2025-01-01", amount="310.00")])
    assert january["average_balance"] == 310.0
    assert january["closing_balance"] == Decimal("310.00")


def test_money_lent_on_the_last_day_of_january_is_out_one_day_of_31() -> None:
    (january,) = months([make_entry(value_date="2025-01-31", amount="310.00")])
    assert january["average_balance"] == pytest.approx(310 * 1 / 31, rel=1e-15)
    assert january["closing_balance"] == Decimal("310.00")


def test_money_repaid_on_the_16th_is_out_15_days_of_31() -> None:
    lent = make_entry(value_date="2025-01-01", amount="310.00")
    repaid = make_entry(value_date="2025-01-16", amount="310.00", event="REPAYMENT")
    (january,) = months([lent, repaid])
    assert january["average_balance"] == pytest.approx(310 * 15 / 31, rel=1e-15)
    assert (january["disbursed_amount"], january["repaid_amount"]) == (Decimal("310.00"), Decimal("310.00"))


def test_money_lent_and_repaid_on_one_day_was_never_out() -> None:
    (january,) = months([make_entry(), make_entry(event="REPAYMENT")])
    assert (january["average_balance"], january["closing_balance"]) == (0.0, Decimal("0.00"))


def test_february_of_a_leap_year_has_29_days() -> None:
    (february,) = months([make_entry(value_date="2024-02-29", amount="290.00")], until="2024-02-29")
    assert february["average_balance"] == pytest.approx(290 / 29, rel=1e-15)
    assert february["month_end_date"] == dt.date(2024, 2, 29)


def test_a_month_without_entries_carries_the_balance_on() -> None:
    january, february = months([make_entry(amount="310.00")], until="2025-02-28")
    assert february["opening_balance"] == january["closing_balance"] == Decimal("310.00")
    assert (february["average_balance"], february["disbursed_amount"]) == (310.0, Decimal("0.00"))


def test_a_reversal_undoes_the_entry_that_it_names() -> None:
    lent = make_entry(value_date="2025-01-01", amount="310.00")
    (january,) = months([lent, make_reversal(lent, value_date="2025-01-11")])
    assert january["average_balance"] == pytest.approx(310 * 10 / 31, rel=1e-15)
    assert (january["closing_balance"], january["disbursed_amount"]) == (Decimal("0.00"), Decimal("0.00"))


def test_a_reversed_repayment_is_out_again_and_counts_as_no_repayment() -> None:
    repaid = make_entry(value_date="2025-01-10", amount="100.00", event="REPAYMENT")
    (january,) = months([make_entry(amount="310.00"), repaid, make_reversal(repaid)])
    assert (january["closing_balance"], january["repaid_amount"]) == (Decimal("310.00"), Decimal("0.00"))


@pytest.mark.parametrize(
    ("event", "change", "disbursed", "repaid"),
    [
        ("DISBURSEMENT", 5, 5, 0),
        ("TRANSFER_IN", 5, 0, 0),
        ("REPAYMENT", -5, 0, 5),
        ("PREPAYMENT", -5, 0, 5),
        ("WRITE_OFF", -5, 0, 0),
        ("TRANSFER_OUT", -5, 0, 0),
    ],
)
def test_each_event_has_its_sign_and_only_lending_and_repaying_count_as_such(
    event: str, change: int, disbursed: int, repaid: int
) -> None:
    (row,) = balance_changes(typed("ledger", [make_entry(event=event, amount="5.00")])).to_dicts()
    assert (row["balance_change_amount"], row["disbursed_amount"], row["repaid_amount"]) == (change, disbursed, repaid)


def test_three_tenths_of_a_yuan_are_exactly_three_tenths() -> None:
    (january,) = months([make_entry(amount="0.10", entry_id=str(number)) for number in range(3)])
    assert january["closing_balance"] == Decimal("0.30")


def brute_force_average(entries: list[Row], first: dt.date, last: dt.date) -> Decimal:
    """Write down every day's closing balance and take their mean."""
    signs = {"DISBURSEMENT": 1, "REPAYMENT": -1}
    days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    closing = [
        sum((signs[e["event"]] * Decimal(e["amount"]) for e in entries if day(e["value_date"]) <= today), Decimal(0))
        for today in days
    ]
    return sum(closing, Decimal(0)) / len(days)


@st.composite
def ledgers(draw: st.DrawFn) -> list[Row]:
    moves = draw(st.lists(st.tuples(st.integers(0, 120), st.integers(1, 10**9), st.booleans()), min_size=1, max_size=6))
    return [
        make_entry(
            entry_id=str(number),
            value_date=str(dt.date(2024, 1, 15) + dt.timedelta(days=days)),
            amount=str(Decimal(fen).scaleb(-2)),
            event="REPAYMENT" if is_repaid else "DISBURSEMENT",
        )
        for number, (days, fen, is_repaid) in enumerate(moves)
    ]


@tried_on(10)
@given(ledgers())
def test_the_average_balance_is_the_mean_of_the_daily_balances(entries: list[Row]) -> None:
    for month in months(entries, until="2024-06-30"):
        expected = brute_force_average(entries, month["month_start_date"], month["month_end_date"])
        assert month["average_balance"] == pytest.approx(float(expected), rel=1e-12, abs=1e-9)


@tried_on(10)
@given(ledgers())
def test_each_month_opens_where_the_month_before_closed_and_closes_with_all_that_moved(entries: list[Row]) -> None:
    rows = months(entries, until="2024-06-30")
    assert [row["opening_balance"] for row in rows[1:]] == [row["closing_balance"] for row in rows[:-1]]
    moved = balance_changes(typed("ledger", entries)).select(pl.col("balance_change_amount").sum()).item()
    assert rows[-1]["closing_balance"] == moved
