"""A large table is read slice by slice, and refused whole once a list of its refused rows would help nobody."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from schemas.errors import UnreadableDelivery
from tests.makers import KNOWN_AT, NO_MISSHAPEN, Row, land, make_entry, make_loan, make_project, raw_table, reference
from transforms.deliveries.book.book import Book, assemble
from transforms.deliveries.headers.columns import read_headers
from transforms.deliveries.rows import accept as reading
from transforms.deliveries.rows.accept import Accepted, accept

BROKEN: list[Row] = [
    {"amount": "five"},
    {"amount": "-5.00", "value_date": "2025-02-30"},
    {"event": "GIFT"},
    {"loan_id": "无"},
    {"entry_id": "E\u200b1"},
    {"entry_id": "1001.0"},
    {"currency": "人民币"},
    {"amount": "#REF!"},
    {},
]


def ledger(count: int, *, without: frozenset[str]) -> list[Row]:
    rows = [make_entry(**{"entry_id": f"E{at}", **BROKEN[at % len(BROKEN)]}) for at in range(count)]
    return [{name: cell for name, cell in row.items() if name not in without} for row in rows]


def accepted_by(rows: list[Row]) -> Accepted:
    raw = raw_table("ledger", rows)
    return accept(raw, read_headers("ledger", [*rows[0]], reference().aliases)[0])


@pytest.mark.parametrize("without", [frozenset[str](), frozenset({"entry_id", "booked_at"})], ids=["numbered", "not"])
def test_rows_are_the_same_in_slices_and_at_once(without: frozenset[str], monkeypatch: pytest.MonkeyPatch) -> None:
    rows = ledger(40, without=without)
    at_once = accepted_by(rows)
    assert 0 < at_once.rejected.height < len(rows)
    monkeypatch.setattr(reading, "SLICE_ROWS", 7)
    for part, whole in zip(accepted_by(rows), at_once, strict=True):
        assert_frame_equal(part, whole)


def test_a_hopeless_file_is_refused_before_its_last_slice(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [make_entry(amount="five") for _ in range(12_000)]
    with pytest.raises(UnreadableDelivery, match=r"^12,000 of its 12,000 rows are refused, as this one: amount 'five'"):
        accepted_by(rows)
    monkeypatch.setattr(reading, "SLICE_ROWS", 5_500)
    with pytest.raises(UnreadableDelivery, match=r"^at least 11,000 of its 12,000 rows are refused, as this one"):
        accepted_by(rows)


def book_of(unknown: int, known: int) -> Book:
    """A ledger with this number of entries of a loan that nobody knows and of L1, beside one that is sound."""
    rows = [make_entry(entry_id=f"U{at}", loan_id="L9") for at in range(unknown)]
    rows += [make_entry(entry_id=f"K{at}") for at in range(known)]
    rows.append(make_entry(entry_id="K", amount="five"))
    files = [
        land("projects", [make_project()]),
        land("loans", [make_loan()]),
        land("ledger", [make_entry(entry_id="E1")]),
    ]
    return assemble([*files, land("ledger", rows, number=2)], reference(), KNOWN_AT)


def test_a_file_of_which_most_rows_name_unknown_loans_is_refused_whole() -> None:
    book = book_of(unknown=10_000, known=20)
    (delivery,) = book.deliveries.filter(delivery_status="refused").to_dicts()
    assert (
        "10,001 of its 10,021 rows are refused, as this one: loan_id 'L9' is in no accepted row" in delivery["reason"]
    )
    assert (delivery["rows_in_count"], delivery["rows_accepted_count"], delivery["rows_refused_count"]) == (
        10_021,
        0,
        10_021,
    )
    assert book.rejected["rule"].to_list() == ["unreadable_file"]
    assert book.tables["ledger"]["entry_id"].to_list() == ["E1"]


def test_ten_thousand_rows_and_half_of_a_file_are_refused_one_by_one() -> None:
    assert book_of(unknown=9_999, known=0).rejected.height == 10_000
    book = book_of(unknown=10_100, known=10_101)
    assert book.rejected["rule"].value_counts(sort=True).row(0) == ("unknown_loan_id", 10_100)
    assert book.tables["ledger"].height == 1 + 10_101


def test_a_file_of_ragged_lines_alone_is_refused_whole_for_their_reason() -> None:
    ragged = pl.DataFrame(
        {"source_row": range(1, 10_003), "row_text": "{}", "reason": "11 fields under 10 headers"},
        schema=NO_MISSHAPEN.schema,
    )
    raw = raw_table("loans", [make_loan()], misshapen=ragged)
    with pytest.raises(UnreadableDelivery, match="as this one: 11 fields under 10 headers"):
        accept(raw, read_headers("loans", [*make_loan()], reference().aliases)[0])
