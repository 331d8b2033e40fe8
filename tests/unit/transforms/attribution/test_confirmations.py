"""A period exists once it is over, whatever was booked since; whether its ledger has arrived is stated beside it."""

import dataclasses
import datetime as dt
from typing import Final

import pytest

from tests.makers import Row, book_as_known, book_flags, land, make_book, make_entry, make_loan, make_project
from transforms.answers.figures import figures
from transforms.attribution.confirmations import newest_day
from transforms.attribution.marts import attributed_annual_reductions
from transforms.computation.prepared import Prepared
from transforms.deliveries.rows.assembly import Landed
from transforms.ground.calendar import year

EARLY, LATE = make_entry(value_date="2025-01-05"), make_entry(loan_id="L2", value_date="2025-11-30")
TWO_BANKS: Final = [make_loan(), make_loan(loan_id="L2", lender="乙银行")]
TOTAL: Final = {
    "lender": "甲银行",
    "date": "2025-12-31",
    "number_of_loans": "1",
    "balance": "500.00",
    "currency": "CNY",
}
WORD: Final = {**TOTAL, "number_of_loans": None, "balance": None, "is_complete": "是"}
BEIJING: Final = dt.timezone(dt.timedelta(hours=8))
KNOWN: Final = dt.datetime(2026, 2, 1, tzinfo=dt.UTC)


def of_another(landed: Landed) -> Landed:
    """The same file in another sender's folder."""
    assert landed.raw is not None
    path = "other/ledger.csv"
    raw = dataclasses.replace(landed.raw, source_file=path)
    return dataclasses.replace(landed, source_file=path, sender_folder="other", raw=raw)


def night(known_at: dt.datetime, *totals: Row) -> Prepared:
    """L1's ledger comes from one sender and reaches 5 January, L2's from another and reaches 30 November."""
    more = [of_another(land("ledger", [LATE], number=2)), *([land("control_totals", totals)] if totals else [])]
    return book_as_known(make_book([make_project()], TWO_BANKS, [EARLY], known_at=known_at, more=more), known_at)


def confirmed(prepared: Prepared) -> dict[str, bool]:
    """Of each loan, at the end of 2025."""
    rows = attributed_annual_reductions(prepared.holdings, [year(2025)])
    return dict(rows.select("loan_id", "is_confirmed_to_period_end").iter_rows())


@pytest.mark.parametrize(
    ("moment", "exists"),
    [(dt.datetime(2025, 12, 31, 23, 59, tzinfo=BEIJING), False), (dt.datetime(2025, 12, 31, 16, tzinfo=dt.UTC), True)],
)
def test_a_period_exists_once_its_last_day_has_passed_in_beijing(moment: dt.datetime, exists: bool) -> None:
    names = [period.name for period in night(moment).facts.periods]
    assert ("2025Q3" in names, "2025Q4" in names, "2025" in names) == (True, exists, exists)


def test_where_a_senders_deliveries_end_before_the_period_its_figures_say_so() -> None:
    known = night(KNOWN)
    assert confirmed(known) == {"L1": False, "L2": False}
    reaches = known.holdings.confirmations["confirmed_to_date"].to_list()
    assert reaches == [dt.date(2025, 1, 5), dt.date(2025, 11, 30)]


@pytest.mark.parametrize(
    ("total", "is_confirmed"),
    [
        (TOTAL, True),
        ({**TOTAL, "date": "2026-01-10"}, True),
        ({**TOTAL, "date": "2025-12-30"}, False),
        ({**TOTAL, "balance": "499.00"}, False),
        ({**TOTAL, "lender": "乙银行", "balance": "1.00"}, False),
        (WORD, True),
        ({**WORD, "date": "2025-12-30"}, False),
    ],
)
def test_a_total_that_agrees_or_the_lenders_word_confirms_its_day(total: Row, is_confirmed: bool) -> None:
    assert confirmed(night(KNOWN, total)) == {"L1": is_confirmed, "L2": False}


def test_the_answer_of_a_period_names_the_lender_whose_ledger_does_not_reach_its_end() -> None:
    answer = figures(night(KNOWN, TOTAL).holdings, book_flags(), year(2025), "period_end", "loan")
    flagged = {row["loan_id"]: "not_confirmed_to_period_end" in row["flags"] for row in answer["rows"]}
    assert flagged == {"L1": False, "L2": True}
    (flag,) = (flag for flag in answer["flags"] if flag["code"] == "not_confirmed_to_period_end")
    assert flag["subject"] == "乙银行"
    assert "2025-11-30" in flag["message"]


def test_deliveries_count_by_their_days_and_not_by_the_night_that_read_them() -> None:
    assert newest_day(night(KNOWN).tables, dt.date(2026, 11, 1)) == dt.date(2025, 11, 30)
