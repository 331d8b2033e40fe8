"""Of everything that was sent about a thing, one version counts: the newest one known at the moment."""

import datetime as dt
from decimal import Decimal

from tests.makers import (
    LANDED_AT,
    Row,
    day,
    land,
    make_book,
    make_entry,
    make_loan,
    make_parameter,
    make_project,
    make_reading,
)
from transforms.deliveries.book.book import Book

LATER = LANDED_AT + dt.timedelta(days=30)


def amounts(book: Book) -> list[Decimal]:
    return book.tables["ledger"]["amount"].to_list()


def values(book: Book) -> list[float]:
    return book.tables["operating"].sort("period_start")["value"].to_list()


def account(book: Book, delivery_id: str) -> dict[str, int]:
    row = book.deliveries.filter(delivery_id=delivery_id).to_dicts()[0]
    return {name: row[f"rows_{name}_count"] for name in ("in", "accepted", "refused", "repeated", "superseded")}


def test_a_correction_booked_later_replaces_the_entry() -> None:
    entry = make_entry(amount="500.00")
    right = {**entry, "amount": "50.00", "booked_at": "2025-01-03T09:00:00+08:00", "message": "correct"}
    book = make_book(entries=[entry, right])
    assert amounts(book) == [Decimal("50.00")]
    assert account(book, "ledger-1") == {"in": 2, "accepted": 2, "refused": 0, "repeated": 0, "superseded": 1}


def test_a_deletion_booked_later_takes_the_entry_away() -> None:
    entry = make_entry()
    book = make_book(entries=[entry, {**entry, "booked_at": "2025-01-03T09:00:00+08:00", "message": "delete"}])
    assert amounts(book) == []
    assert account(book, "ledger-1") == {"in": 2, "accepted": 2, "refused": 0, "repeated": 0, "superseded": 2}


def test_the_same_line_twice_counts_once_and_is_counted_as_a_repeat() -> None:
    book = make_book(entries=[make_entry(), make_entry()])
    assert amounts(book) == [Decimal("500.00")]
    assert account(book, "ledger-1") == {"in": 2, "accepted": 2, "refused": 0, "repeated": 1, "superseded": 0}


def test_the_same_file_twice_counts_once_and_every_line_of_it_is_a_repeat() -> None:
    lines = [make_entry(), make_entry(value_date="2025-02-01")]
    book = make_book(entries=lines, more=[land("ledger", lines, number=2)])
    assert amounts(book) == [Decimal("500.00")] * 2
    assert account(book, "ledger-1")["repeated"] + account(book, "ledger-2")["repeated"] == 2


def test_a_line_marked_resend_in_a_later_file_counts_once() -> None:
    entry = make_entry()
    book = make_book(entries=[entry], more=[land("ledger", [{**entry, "message": "resend"}], number=2)])
    assert amounts(book) == [Decimal("500.00")]
    assert book.rejected.is_empty()


def test_a_line_marked_resend_in_the_same_file_counts_once_and_refuses_nothing() -> None:
    """Only the word `resend` differs: the two lines say the same thing of the entry."""
    entry = make_entry()
    book = make_book(entries=[entry, {**entry, "message": "resend"}])
    assert book.rejected.is_empty()
    assert amounts(book) == [Decimal("500.00")]


def test_two_lines_of_one_file_that_contradict_each_other_are_both_refused() -> None:
    entry = make_entry(entry_id="E1")
    book = make_book(entries=[entry, {**entry, "amount": "501.00"}])
    assert book.rejected["rule"].to_list() == ["conflicting_rows"] * 2
    assert "entry_id E1" in book.rejected["reason"][0]


def test_an_id_may_repeat_in_another_loan() -> None:
    entries = [make_entry(entry_id="1"), make_entry(entry_id="1", loan_id="L2")]
    book = make_book(loans=[make_loan(), make_loan(loan_id="L2")], entries=entries)
    assert len(amounts(book)) == 2


def test_version_2_of_a_reading_wins_even_if_it_was_sent_first() -> None:
    first = make_reading(value="100", version="1")
    second = {**first, "value": "90", "version": "2"}
    book = make_book(readings=[second, first])
    assert values(book) == [90.0]
    assert account(book, "operating-1") == {"in": 2, "accepted": 2, "refused": 0, "repeated": 0, "superseded": 1}


def test_a_deletion_in_version_2_takes_the_reading_away() -> None:
    first = make_reading()
    assert values(make_book(readings=[first, {**first, "version": "2", "message": "delete"}])) == []


def test_a_period_split_in_two_keeps_both_parts_under_one_id() -> None:
    parts = [
        make_reading(record_id="R", period_start="2025-01-01", period_end="2025-01-15", value="40"),
        make_reading(record_id="R", period_start="2025-01-16", period_end="2025-01-31", value="60"),
    ]
    book = make_book(readings=parts)
    assert values(book) == [40.0, 60.0]
    assert book.rejected.is_empty()


def test_a_split_delivered_in_version_2_replaces_the_whole_period() -> None:
    whole = make_reading(record_id="R", value="100")
    parts = [
        make_reading(record_id="R", period_end="2025-01-15", value="40", version="2"),
        make_reading(record_id="R", period_start="2025-01-16", value="60", version="2"),
    ]
    assert values(make_book(readings=[whole, *parts])) == [40.0, 60.0]


def halves(first: str, second: str, **named: str) -> list[Row]:
    """January under one id, in two parts."""
    return [
        make_reading(record_id="R", period_end="2025-01-15", value=first, **named),
        make_reading(record_id="R", period_start="2025-01-16", value=second, **named),
    ]


def test_a_version_of_one_half_leaves_the_other_half_as_it_was() -> None:
    first, second = halves("40", "60")
    book = make_book(readings=[first, second, {**first, "version": "2", "value": "44"}])
    assert values(book) == [44.0, 60.0]
    assert account(book, "operating-1")["superseded"] == 1


def test_each_half_may_be_corrected_in_a_version_of_its_own() -> None:
    first, second = halves("40", "60")
    third = {**second, "version": "3", "value": "66"}
    assert values(make_book(readings=[third, {**first, "version": "2", "value": "44"}, first, second])) == [44.0, 66.0]


def test_a_whole_in_version_2_replaces_both_halves() -> None:
    whole = make_reading(record_id="R", value="99", version="2")
    assert values(make_book(readings=[*halves("40", "60"), whole])) == [99.0]


def test_a_version_of_fewer_days_replaces_what_it_covers_in_part() -> None:
    """Of the 31 days 20 have a reading: the month has a gap, not a mixture of versions."""
    shorter = make_reading(record_id="R", period_end="2025-01-20", value="70", version="2")
    assert values(make_book(readings=[*halves("40", "60"), shorter])) == [70.0]


def test_a_version_with_a_corrected_period_replaces_the_wrong_period() -> None:
    """January was meant to be February: nothing of January is left to count beside it."""
    wrong = make_reading(record_id="R", value="100")
    right = make_reading(record_id="R", period_start="2025-02-01", period_end="2025-02-28", value="100", version="2")
    assert make_book(readings=[wrong, right]).tables["operating"]["period_start"].to_list() == [day("2025-02-01")]


def test_the_half_of_an_earlier_version_counts_as_known_before_its_correction() -> None:
    first, second = halves("40", "60", reported_at="2025-02-05")
    later = {**first, "version": "2", "value": "44", "reported_at": "2025-03-05"}
    before = dt.datetime(2025, 3, 1, tzinfo=dt.UTC)
    assert values(make_book(readings=[first, second, later], known_at=before)) == [40.0, 60.0]


def test_a_reading_reported_after_the_moment_is_not_known_yet() -> None:
    first = make_reading(value="100", version="1", reported_at="2025-02-05T09:00:00+08:00")
    second = {**first, "value": "90", "version": "2", "reported_at": "2025-07-01T09:00:00+08:00"}
    before = make_book(readings=[first, second], known_at=dt.datetime(2025, 6, 30, 16, tzinfo=dt.UTC))
    after = make_book(readings=[first, second], known_at=dt.datetime(2025, 7, 1, 1, tzinfo=dt.UTC))
    assert (values(before), values(after)) == ([100.0], [90.0])


def test_an_entry_booked_after_the_moment_is_not_known_yet_whatever_its_value_date() -> None:
    late = make_entry(value_date="2025-06-20", booked_at="2025-07-03T09:00:00+08:00")
    book = make_book(entries=[late], known_at=dt.datetime(2025, 7, 3, 0, 59, 59, tzinfo=dt.UTC))
    assert amounts(book) == []
    assert account(book, "ledger-1") == {"in": 1, "accepted": 1, "refused": 0, "repeated": 0, "superseded": 1}


def test_a_project_delivered_again_in_a_later_file_replaces_the_first() -> None:
    new = make_project(total_investment="2000.00")
    book = make_book(more=[land("projects", [new], number=2)])
    assert book.tables["projects"]["total_investment"].to_list() == [Decimal("2000.00")]


def test_a_project_delivered_again_after_the_moment_still_has_its_first_investment() -> None:
    new = land("projects", [make_project(total_investment="2000.00")], number=2, at=LATER)
    book = make_book(more=[new], known_at=LATER - dt.timedelta(seconds=1))
    assert book.tables["projects"]["total_investment"].to_list() == [Decimal("1000.00")]


def test_a_project_first_landed_after_the_moment_is_there_all_the_same() -> None:
    """Its loans and readings carry their own times; without the project they would be refused."""
    book = make_book(known_at=LANDED_AT - dt.timedelta(days=1), entries=[make_entry(booked_at="2024-01-01")])
    assert book.tables["projects"].height == 1
    assert book.rejected.is_empty()


def test_what_was_received_after_the_moment_was_not_known_then_whatever_it_says() -> None:
    """The entry says that it was booked in 2025; a second factor for some of the days would leave them without any."""
    late = land("ledger", [make_entry(entry_id="E9")], number=2, at=LATER)
    factor = land("parameters", [make_parameter(value="0.7", valid_from="2025-01-01")], number=3, at=LATER)
    loan = land("loans", [make_loan(loan_id="L2")], number=4, at=LATER)
    moment = LATER - dt.timedelta(seconds=1)
    then = make_book(parameters=[make_parameter()], more=[late, factor, loan], known_at=moment)
    alone = make_book(parameters=[make_parameter()], known_at=moment)
    assert {name: rows.to_dicts() for name, rows in then.tables.items()} == {
        name: rows.to_dicts() for name, rows in alone.tables.items()
    }
    assert then.deliveries.equals(alone.deliveries)
    assert make_book(more=[late, factor, loan]).tables["ledger"].height == 2


def test_factors_count_where_nothing_had_been_received_by_then() -> None:
    book = make_book(parameters=[make_parameter()], known_at=LANDED_AT - dt.timedelta(days=1))
    assert book.tables["parameters"].height == 1


def test_a_refused_reading_that_was_reported_after_the_moment_was_not_refused_then() -> None:
    wrong = make_reading(value="NaN", reported_at="2025-07-01T09:00:00+08:00")
    before = make_book(readings=[wrong], known_at=dt.datetime(2025, 6, 30, tzinfo=dt.UTC))
    assert before.refused_readings.is_empty()
    assert make_book(readings=[wrong]).refused_readings.height == 1
