"""A book made again from the tables that were published of it is worked out as the book itself is."""

from typing import Any, cast

import polars as pl
from polars.testing import assert_frame_equal

from schemas.catalog import Published, frames_of
from tests.makers import KNOWN_AT, Row, land, make_book, make_parameter, make_project, make_reading, reference
from transforms.computation.compute import compute
from transforms.deliveries.book.again import book_in, on_file
from transforms.deliveries.book.book import Book

RELEASE: Row = {
    "project_id": "P1",
    "period": "2025-01",
    "reason": "seen on site",
    "released_by": "somebody",
    "released_at": "2025-03-01T00:00:00+08:00",
}


def published(book: Book) -> Published:
    computed = compute(book, reference(), KNOWN_AT)
    tables = {f"core.{name}": rows for name, rows in frames_of(book.tables).items()}
    beside = {
        "core.parameters": computed.facts.parameters,
        **{f"core.{name}": getattr(book, name) for name in ("first_investments", "balance_sheets", "loan_rates")},
        **{f"ops.{name}": getattr(book, name) for name in ("refused_readings", "refused_parameters", "deliveries")},
    }
    return cast("Published", {**tables, **beside})


def book(**named: Any) -> Book:
    project = make_project(method="grid_renewable", commissioning_date="2024-01-01")
    return make_book([project], readings=[make_reading()], parameters=[make_parameter()], **named)


def test_it_has_the_same_months_and_what_a_bank_delivered_apart_from_what_is_on_file() -> None:
    sent = book()
    read = published(sent)
    again = book_in(read)
    columns = ["parameter_id", "scope", "value", "valid_from", "valid_to"]
    assert_frame_equal(again.tables["parameters"].select(columns), sent.tables["parameters"].select(columns))
    assert on_file(read["core.parameters"]).filter(scope="P1").is_empty()
    months = [compute(one, reference(), KNOWN_AT).marts["mart.project_months"] for one in (sent, again)]
    assert months[0].filter(pl.col("emission_reductions_tco2e") == 80.0).height == 1  # 100 MWh x 0.8
    assert_frame_equal(*months)


def test_a_persons_word_is_in_force_as_it_was() -> None:
    sent = book(more=[land("releases", [RELEASE])])
    again = book_in(published(sent))
    assert sent.released.in_force.height == 1
    assert_frame_equal(again.released.in_force, sent.released.in_force)
    assert_frame_equal(again.released.outdated, sent.released.outdated)
