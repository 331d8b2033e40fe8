"""In whatever form a book is sent: no row is lost, only broken rows are refused, and the figures stay the same.

GREENLOAN_TEST_TIMES=20 tries twenty times as many books (make proofs).
"""

import os
import tempfile
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.pages.templates import WORKBOOK, delivery_layout, workbook_bytes
from tests.integration.landing.test_templates import Filled
from tests.makers import KNOWN_AT, Row, book_as_known, day, reference
from tests.properties.draws import TIMES
from tests.properties.fuzz import land_files
from tests.properties.mangling import (
    KEYS,
    MONEY,
    UNITS,
    Book,
    Draw,
    Mangled,
    books,
    factors,
    in_unit,
    mangled,
    plain,
    split_loan,
    split_reading,
)
from transforms.attribution.shares import attribute
from transforms.deliveries.book import book as books_of_the_bank
from transforms.deliveries.rows.assembly import Landed
from transforms.ground.calendar import Period

QUARTER: Final = Period("2025Q1", day("2025-01-01"), day("2025-03-31"))
TABLES: Final = ("projects", "loans", "ledger", "operating")


pytestmark = pytest.mark.law


def examples(count: int) -> settings:
    """This number of examples, the same ones in every run; with GREENLOAN_TEST_ANEW set, those of --hypothesis-seed."""
    count *= TIMES
    slow, is_fixed = [HealthCheck.too_slow, HealthCheck.data_too_large], "GREENLOAN_TEST_ANEW" not in os.environ
    return settings(derandomize=is_fixed, database=None, max_examples=count, suppress_health_check=slow)


def received(files: Sequence[Mangled]) -> list[Landed]:
    """The files through the readers, in their order."""
    with tempfile.TemporaryDirectory() as folder:
        return land_files([(file.name, file.content) for file in files], Path(folder))


def assembled(files: Sequence[Mangled]) -> books_of_the_bank.Book:
    return books_of_the_bank.assemble(received(files), reference(), KNOWN_AT)


def plain_files(book: Book) -> list[Mangled]:
    return [*(plain(table, book[table]) for table in TABLES), plain("parameters", factors(book))]


def attributed(book: books_of_the_bank.Book) -> pl.DataFrame:
    """What each loan claims of the quarter."""
    known = book_as_known(book, KNOWN_AT)
    return attribute(known.holdings, QUARTER, "period_end")


def summed(rows: pl.DataFrame, by: str) -> dict[str, tuple[Any, ...]]:
    """Tonnes, and money at the end of the quarter, by loan or by project."""
    totals = rows.group_by(by).agg(
        pl.col("attributed_reductions_tco2e").sum(), pl.col("balance_cny").sum(), pl.col("status").unique().sort()
    )
    return {row.pop(by): tuple(row.values()) for row in totals.sort(by).to_dicts()}


def figures(files: Sequence[Mangled]) -> dict[str, tuple[Any, ...]]:
    return summed(attributed(assembled(files)), "loan_id")


def assert_same(left: dict[str, tuple[Any, ...]], right: dict[str, tuple[Any, ...]]) -> None:
    """Fail unless the figures are alike to the last digits in which the order of a sum shows."""
    assert left == {subject: tuple(map(_comparable, values)) for subject, values in right.items()}


def _comparable(value: object) -> object:
    return pytest.approx(value, rel=1e-12) if isinstance(value, float) else value


def money(book: books_of_the_bank.Book, table: str) -> Decimal:
    (column,) = MONEY[table]
    return sum(book.tables[table][column].to_list(), Decimal(0))


def expected(rows: list[Row], table: str, broken: frozenset[str] = frozenset()) -> Decimal:
    return sum((Decimal(row[MONEY[table][0]]) for row in rows if row[KEYS[table]] not in broken), Decimal(0))


@st.composite
def sent(draw: Any, *, may_break: bool = False) -> tuple[Book, list[Mangled]]:
    """Return a book and its files, each in a form of its own."""
    book = draw(books())
    files = [draw(mangled(table, book[table], may_break=may_break)) for table in TABLES]
    return book, [*files, plain("parameters", factors(book))]


@examples(2)
@given(sent(), st.data())
def test_the_figures_are_those_of_the_plain_files_also_when_all_is_sent_again_in_another_order(
    disguised: tuple[Book, list[Mangled]], data: st.DataObject
) -> None:
    book, files = disguised
    meant = figures(plain_files(book))
    assert_same(figures(files), meant)
    assert_same(figures([*files, *data.draw(st.permutations(files))]), meant)


@examples(3)
@given(sent())
def test_money_is_exact_to_the_fen_and_no_row_of_a_good_file_is_refused(disguised: tuple[Book, list[Mangled]]) -> None:
    book, files = disguised
    read = assembled(files)
    assert read.rejected["reason"].to_list() == []
    assert read.flags.filter(pl.col("code") == "total_row_differs")["message"].to_list() == []
    assert {table: money(read, table) for table in TABLES[:3]} == {t: expected(book[t], t) for t in TABLES[:3]}


@examples(3)
@given(books(), st.sampled_from(TABLES), st.data())
def test_rows_in_are_rows_accepted_and_refused_and_only_the_broken_ones_are_refused(
    book: Book, table: str, data: st.DataObject
) -> None:
    file = data.draw(mangled(table, book[table], may_break=True))
    others = [plain(name, book[name]) for name in TABLES if name != table]
    read = assembled([*others, file, plain("parameters", factors(book))])
    own = read.deliveries.filter(pl.col("delivered_table") == table).to_dicts()
    assert [d["rows_in_count"] for d in own] == [file.height]
    for delivery in read.deliveries.to_dicts():
        assert delivery["rows_in_count"] == delivery["rows_accepted_count"] + delivery["rows_refused_count"]
    refused = read.rejected.filter(
        (pl.col("table") == table) & (pl.col("rule").is_in(["unknown_project_id", "unknown_loan_id"]).not_())
    )
    assert refused.height == sum(row[KEYS[table]] in file.broken for row in book[table])
    if MONEY.get(table):
        assert money(read, table) == expected(book[table], table, file.broken)


@examples(2)
@given(books(), st.data())
def test_a_book_written_in_other_words_claims_the_same(book: Book, data: st.DataObject) -> None:
    rows = attributed(assembled(plain_files(book)))
    meant = summed(rows, "loan_id")
    converted = in_other_units(book, data.draw)
    read = assembled(converted)
    assert_same(summed(attributed(read), "loan_id"), meant)
    assert_same(figures([*converted, readings_as_published(read, list(book["operating"][0]))]), meant)
    assert_same(figures(with_a_reading_in_two_halves(book, data.draw)), meant)
    assert_same(figures([in_the_template(book)]), meant)
    parted = split_loan(book, data.draw(st.sampled_from([row["loan_id"] for row in book["loans"]])))
    assert_same(summed(attributed(assembled(plain_files(parted))), "project_id"), summed(rows, "project_id"))


def in_other_units(book: Book, draw: Draw) -> list[Mangled]:
    """Readings in other units of energy."""
    readings = [in_unit(row, draw(st.sampled_from(sorted(UNITS)))) for row in book["operating"]]
    return plain_files({**book, "operating": readings})


def readings_as_published(book: books_of_the_bank.Book, columns: list[str]) -> Mangled:
    """Sent once more, they are not converted a second time."""
    published = book.tables["operating"].select(columns)
    rows = [
        {name: cell.isoformat() if hasattr(cell, "isoformat") else cell for name, cell in row.items()}
        for row in published.to_dicts()
    ]
    return plain("operating", rows)


def with_a_reading_in_two_halves(book: Book, draw: Draw) -> list[Mangled]:
    readings = list(book["operating"])
    parted = readings.pop(draw(st.integers(0, len(readings) - 1)))
    return plain_files({**book, "operating": [*readings, *split_reading(parted)]})


def in_the_template(book: Book) -> Mangled:
    tables = {**book, "parameters": factors(book)}
    filled = Filled(workbook_bytes(delivery_layout()))
    for table in [*filled.sheets]:
        if table in tables:
            filled.write(table, tables[table])
        else:
            filled.book.remove(filled.sheets[table])
    return Mangled(WORKBOOK, filled.bytes(), "template", sum(map(len, tables.values())))


@examples(1)
@given(books())
def test_every_row_of_a_filled_template_is_accepted(book: Book) -> None:
    sent = in_the_template(book)
    read = assembled([sent])
    assert read.rejected["reason"].to_list() == []
    assert read.deliveries["rows_accepted_count"].sum() == sent.height
