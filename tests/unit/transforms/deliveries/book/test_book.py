"""Nothing is lost on acceptance: rows in = rows accepted + rows refused, each refusal with its reason."""

import json
from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.deliveries import DELIVERIES
from tests.makers import (
    Row,
    land,
    make_book,
    make_entry,
    make_loan,
    make_project,
    make_rate,
    make_reading,
    make_reversal,
)
from tests.properties.draws import tried_on
from transforms.deliveries.book.book import Book
from transforms.deliveries.headers.columns import Header
from transforms.deliveries.rows.accept import Accepted, accept
from transforms.deliveries.rows.raw_table import RawTable

RAGGED = pl.DataFrame({"source_row": [7], "row_text": ['["E9", "L1"]'], "reason": ["2 fields under 10 headers"]})


def assert_nothing_is_lost(book: Book) -> None:
    for file in book.deliveries.to_dicts():
        refusals = book.rejected.filter(
            pl.col("delivery_id") == file["delivery_id"], pl.col("source_row").is_not_null()
        )
        assert file["rows_in_count"] == file["rows_accepted_count"] + file["rows_refused_count"]
        if file["delivery_status"] == "read":
            assert refusals.height == file["rows_refused_count"]


def test_a_clean_book_refuses_nothing() -> None:
    book = make_book(readings=[make_reading()], rates=[make_rate()])
    assert book.rejected.is_empty()
    assert book.deliveries["rows_accepted_count"].sum() == 5
    assert_nothing_is_lost(book)


def test_every_table_of_a_book_follows_its_contract() -> None:
    book = make_book(readings=[make_reading()], rates=[make_rate()])
    for name, contract in DELIVERIES.items():
        contract.validate(book.tables[name], lazy=True)


def test_a_row_that_breaks_several_rules_is_refused_once_with_all_of_them() -> None:
    book = make_book(entries=[make_entry(amount="-5.00", value_date="2025-02-30", booked_at="soon", event="GIFT")])
    assert book.rejected.height == 1
    reason = book.rejected["reason"].item()
    for word in (
        "value_date '2025-02-30'",
        "booked_at 'soon'",
        "amount must be greater than 0",
        "event must be one of",
    ):
        assert word in reason
    assert_nothing_is_lost(book)


def test_a_refused_row_is_kept_as_it_was_sent() -> None:
    entry = make_entry(amount="five")
    row = make_book(entries=[entry]).rejected.to_dicts()[0]
    assert (row["rule"], row["column"], row["source_row"]) == ("not_money", "amount", 2)
    assert json.loads(row["row_text"])["amount"] == "five"


def test_a_line_with_too_few_fields_is_refused_and_the_others_are_kept() -> None:
    file = land("ledger", [make_entry()], number=2, misshapen=RAGGED)
    book = make_book(entries=[], more=[file])
    assert book.tables["ledger"].height == 1
    assert book.rejected.select("rule", "source_row").rows() == [("number_of_fields", 7)]
    assert_nothing_is_lost(book)


def test_a_file_without_a_needed_column_is_refused_whole_and_the_others_are_read() -> None:
    headless = [{name: value for name, value in make_entry().items() if name != "amount"}]
    book = make_book(entries=[make_entry(entry_id="E1")], more=[land("ledger", headless, number=2)])
    file = book.deliveries.filter(delivery_id="ledger-2").to_dicts()[0]
    assert (file["delivery_status"], file["rows_in_count"], file["rows_refused_count"]) == ("refused", 1, 1)
    assert "amount is missing" in file["reason"]
    assert book.tables["ledger"].height == 1
    assert book.rejected.select("rule", "source_row").rows() == [("unreadable_file", None)]


def test_an_unknown_column_is_flagged_with_the_nearest_known_one_and_not_read() -> None:
    book = make_book(loans=[make_loan(annual_rate="3")])
    assert book.rejected.is_empty()
    assert book.flags["code"].to_list() == ["unknown_header"]
    assert "annual_rate_pct" in book.flags["message"].item()
    assert "annual_rate_pct" in book.flags["message_zh"].item()


def test_a_file_whose_last_line_has_no_end_is_flagged_and_read() -> None:
    file = replace(land("ledger", [make_entry()], number=2), is_unended=True)
    book = make_book(entries=[], more=[file])
    assert book.flags.select("code", "subject").rows() == [("unended_file", "sender/ledger_2.csv")]
    assert book.tables["ledger"].height == 1


def test_contracts_between_columns_are_explained_in_words() -> None:
    book = make_book(
        projects=[make_project(investment_currency=None)], loans=[make_loan(maturity_date="2019-01-01")], entries=[]
    )
    assert set(book.rejected["reason"]) == {
        "an investment needs its currency",
        "a loan cannot mature before it is signed",
    }


def test_faults_in_several_files_at_once_do_not_stop_the_night() -> None:
    """Three ledger files: an entry in the wrong currency, one of an unknown loan, again one in the wrong currency."""
    files = [
        land("ledger", [make_entry(entry_id=f"E{number}", **fault)], number=number)
        for number, fault in ((2, {"currency": "USD"}), (3, {"loan_id": "L9"}), (4, {"currency": "USD"}))
    ]
    book = make_book(entries=[], more=files)
    assert book.rejected["rule"].to_list() == ["currency_of_loan", "unknown_loan_id", "currency_of_loan"]
    assert_nothing_is_lost(book)


ENTRY_FAULTS: list[dict[str, Any]] = [
    {}, {}, {}, {"amount": "five"}, {"amount": "0.00"}, {"amount": None}, {"amount": "1.005"}, {"loan_id": "L9"},
    {"currency": "USD"}, {"event": "GIFT"}, {"value_date": "2025-02-30"}, {"booked_at": None}, {"event": None},
    {"event": "REVERSAL", "reverses_entry_id": "nothing"}, {"message": "delete"}, {"message": "resend"},
    {"message": "perhaps"}, {"event": "REPAYMENT"}, {"booked_at": "2027-01-01T00:00:00Z"},
]  # fmt: skip
READING_FAULTS: list[dict[str, Any]] = [
    {}, {}, {"value": "NaN"}, {"unit": "GJ"}, {"period_end": "2024-12-31"}, {"project_id": "P9"}, {"version": "-1"},
    {"version": "2"}, {"metric": None}, {"value": "99999999"}, {"period_start": "2025-01-15"}, {"message": "delete"},
    {"metric": "residents_served", "unit": "人"}, {"source": "rumour"},
]  # fmt: skip


@st.composite
def faulty_rows(draw: st.DrawFn) -> tuple[list[Row], list[Row]]:
    """Entries and readings of which some are wrong, repeated, corrected, reversed or deleted."""
    entries: list[Row] = []
    for number in draw(st.lists(st.integers(1, 4), max_size=8)):
        entry = make_entry(
            **{"entry_id": f"E{number}", "value_date": f"2025-0{number}-01", **draw(st.sampled_from(ENTRY_FAULTS))}
        )
        entries.append(entry)
        if draw(st.booleans()):
            entries.append(make_reversal(entry))
    readings = [
        make_reading(**{"record_id": f"R{number}", "period_end": "2025-01-31", **draw(st.sampled_from(READING_FAULTS))})
        for number in draw(st.lists(st.integers(1, 3), max_size=6))
    ]
    return entries, readings


@tried_on(8)
@given(faulty_rows(), faulty_rows(), st.integers(0, 3))
def test_whatever_is_wrong_with_a_delivery_every_row_is_accepted_or_refused(
    first: tuple[list[Row], list[Row]], second: tuple[list[Row], list[Row]], ragged: int
) -> None:
    misshapen = pl.concat([RAGGED.clear(), *[RAGGED] * ragged])
    more = [
        land("ledger", second[0], number=2, misshapen=misshapen),
        land("operating", second[1], number=2),
    ]
    project = make_project(capacity="20", capacity_unit="MW")
    book = make_book(projects=[project], entries=first[0], readings=first[1], more=more)
    assert_nothing_is_lost(book)
    assert book.rejected["reason"].null_count() == 0
    assert book.tables["ledger"].select("loan_id", "entry_id").is_duplicated().sum() == 0


def test_a_table_on_which_the_program_fails_is_refused_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault that nobody thought of, put in: the ledger is gone with the reason, the loans are there."""

    def failing(raw: RawTable, headers: list[Header]) -> Accepted:
        if raw.table == "ledger":
            raise TypeError("type Int64 is incompatible with String")
        return accept(raw, headers)

    monkeypatch.setattr("transforms.deliveries.book.book.accept", failing)
    book = make_book([make_project()], [make_loan()], [make_entry()])
    assert (book.tables["loans"].height, book.tables["ledger"].height) == (1, 0)
    (reason,) = book.deliveries.filter(delivery_status="refused")["reason"].to_list()
    assert reason.startswith("the program failed on it (TypeError: type Int64")
