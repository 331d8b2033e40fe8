"""A bucket that travelled as tables is the book that was dealt, and works out as it would have here."""

from polars.testing import assert_frame_equal

from flows.running.engines.local import worked_out
from flows.running.engines.parts import OF_FILES, book_of, own_tables, tables_of
from schemas.between.sums import Bucketed
from schemas.catalog import frames_of
from schemas.contract import unchecked
from tests.makers import KNOWN_AT, make_book, make_entry, make_loan, make_project, make_reading, reference
from transforms.computation.dealing import SPLIT, deal
from transforms.computation.facts import facts_of
from transforms.deliveries.book.book import Book


def two_projects() -> Book:
    return make_book(
        [make_project(), make_project(project_id="P2")],
        [make_loan(), make_loan(loan_id="L2", project_id="P2")],
        [make_entry(), make_entry(loan_id="L2")],
        readings=[make_reading()],
    )


def apart(book: Book) -> list[Book]:
    projects = book.tables["projects"].select("project_id").with_row_index("bucket").cast({"bucket": int})
    return list(deal(book, unchecked(projects, Bucketed)))


def test_what_dealing_cuts_goes_with_the_bucket_and_the_rest_is_there_once() -> None:
    book = two_projects()
    own = own_tables(apart(book)[0], book)
    assert {name.removeprefix("tables.") for name in own if name.startswith("tables.")} == set(SPLIT)
    assert own["tables.ledger"]["loan_id"].to_list() == ["L1"]
    assert not OF_FILES & own.keys()


def test_a_book_in_one_bucket_has_no_tables_of_its_own() -> None:
    book = two_projects()
    assert own_tables(book, book) == {}


def test_a_bucket_that_travelled_works_out_as_one_that_did_not() -> None:
    book = two_projects()
    facts = facts_of(book, reference(), KNOWN_AT.date())
    for part in apart(book):
        own = own_tables(part, book)
        shared = {name: rows for name, rows in tables_of(book).items() if name not in own}
        there, here = (worked_out(one, reference(), facts) for one in (book_of({**shared, **own}), part))
        assert there.projects == here.projects
        assert there.flags.equals(here.flags)
        for name, rows in frames_of(here.marts).items():
            assert_frame_equal(frames_of(there.marts)[name], rows)


def test_what_a_book_holds_about_its_files_travels_empty() -> None:
    book = two_projects()
    assert {name: tables_of(book)[name].height for name in OF_FILES} == dict.fromkeys(OF_FILES, 0)
    assert book_of(tables_of(book)).released == book.released
