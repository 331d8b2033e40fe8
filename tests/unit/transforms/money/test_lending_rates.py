"""A disbursement keeps the rate at which it was lent; a later repricing changes no disclosure."""

import datetime as dt
from typing import Any, Final

import polars as pl
import pytest

from tests.makers import Row, land, make_book, make_entry, make_loan, make_reversal, work_out

FIRST: Final = make_loan(crf_field="clean_energy", annual_rate_pct="3.20")
REPRICED: Final = {**FIRST, "annual_rate_pct": "2.60"}
IN_JUNE: Final = dt.datetime(2025, 6, 1, tzinfo=dt.UTC)
AGAIN: Final = land("loans", [REPRICED], number=9, at=IN_JUNE)
LENT: Final = [
    make_entry(value_date="2025-02-03", amount="300.00"),
    make_entry(value_date="2025-08-04", amount="100.00"),
]
KNOWN: Final = make_entry(value_date="2026-01-02", amount="0.01", event="REPAYMENT")


def computed(entries: list[Row], **named: Any) -> dict[str, pl.DataFrame]:
    return work_out(make_book(loans=[FIRST], entries=[*entries, KNOWN], **named)).marts


def rate(marts: dict[str, pl.DataFrame], period: str, window: str) -> float:
    table = marts["mart.disclosure_crf"].filter(period=period, window=window, lender="*", crf_field="total")
    value: float = table["weighted_rate_pct"].item()
    return value


def test_each_disbursement_counts_at_the_rate_of_its_day() -> None:
    """300 at 3.2 in February, repriced to 2.6 in June, 100 at 2.6 in August: (960 + 260) / 400 = 3.05."""
    marts = computed(LENT, more=[AGAIN])
    assert rate(marts, "2025Q1", "quarter") == 3.2
    assert rate(marts, "2025Q3", "quarter") == 2.6
    assert rate(marts, "2025Q3", "year_to_date") == pytest.approx(3.05)


def test_a_repricing_alone_changes_no_disclosure() -> None:
    once = LENT[:1]
    before, after = computed(once), computed(once, more=[AGAIN])
    assert before["mart.disclosure_crf"].equals(after["mart.disclosure_crf"])


def test_a_reversal_takes_its_money_off_at_the_rate_at_which_it_was_lent() -> None:
    """300 and 100 lent at 3.2; the 100 taken back after the repricing: what remains was lent at 3.2."""
    wrong = make_entry(value_date="2025-03-03", amount="100.00")
    back = make_reversal(wrong, value_date="2025-07-01")
    assert rate(computed([LENT[0], wrong, back], more=[AGAIN]), "2025Q3", "year_to_date") == pytest.approx(3.2)


def test_every_rate_ever_stated_is_kept_and_the_later_ones_are_repricings() -> None:
    book = make_book(loans=[FIRST], more=[AGAIN])
    rates = book.loan_rates.select("annual_rate_pct", "is_repricing").rows()
    assert rates == [(3.2, False), (2.6, True)]
