"""A book is worked out in buckets of projects, and any dealing gives the same tables: nobody's tonnes hang on it."""

import dataclasses
import random
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from schemas.between.sums import Bucketed
from schemas.catalog import frames_of
from schemas.contract import unchecked
from schemas.deliveries import OperatingRecord
from schemas.runs import Flag
from tests.benchmarks.generate import write_book
from tests.benchmarks.stages import KNOWN_AT, read
from tests.makers import make_book, make_entry, make_loan, make_project, make_reading, reference
from tests.properties.seeded_faults import KNOWN, sample_book, with_faults
from transforms.attribution.profiles import PLAIN
from transforms.attribution.shares import attribute_by
from transforms.computation.compute import compute_bucket, marts_together
from transforms.computation.dealing import buckets_of, deal
from transforms.computation.facts import facts_of
from transforms.computation.prepared import prepare
from transforms.computation.whole import compute_whole, sums_together
from transforms.deliveries.book.book import Book

Tables = Mapping[str, pl.DataFrame]
SEEDS: Final = (1, 2)


def worked_out(book: Book, buckets: pl.DataFrame) -> Tables:
    """Every mart and the flags of a book, bucket by bucket."""
    facts = facts_of(book, reference(), KNOWN.date())
    dealt = list(deal(book, unchecked(buckets, Bucketed)))
    parts = [compute_bucket(part, reference(), facts) for part in dealt]
    whole = compute_whole(book, reference(), facts, sums_together([part.sums for part in parts]))
    flags = pl.concat([*(part.flags for part in parts), whole.flags]).unique().sort(Flag.columns())
    marts = marts_together([*(part.marts for part in parts), whole.marts])
    return {**frames_of(marts), "ops.flags": flags}


def together(book: Book) -> pl.DataFrame:
    return book.tables["projects"].select("project_id", bucket=pl.lit(1, pl.Int64))


def apart(book: Book) -> pl.DataFrame:
    return book.tables["projects"].select("project_id").with_row_index("bucket").cast({"bucket": pl.Int64})


def at_random(book: Book, seed: int) -> pl.DataFrame:
    draw = random.Random(seed)  # noqa: S311 - no secret
    count = draw.randint(2, 6)
    numbers = [draw.randrange(count) for _ in range(book.tables["projects"].height)]
    return book.tables["projects"].select("project_id", bucket=pl.Series(numbers, dtype=pl.Int64))


def assert_same(dealt: Tables, whole: Tables) -> None:
    """Fail unless the tables have the same rows, but for the last digits in which the order of a sum shows."""
    assert dealt.keys() == whole.keys()
    for name in whole:
        keys = [column for column, dtype in whole[name].schema.items() if not dtype.is_float()]
        one, other = (rows.sort(keys) for rows in (dealt[name], whole[name]))
        assert_frame_equal(one, other, rel_tol=1e-9, abs_tol=1e-6)


@cache
def the_sample_book() -> tuple[Book, Tables]:
    book = sample_book()
    return book, worked_out(book, together(book))


@pytest.mark.parametrize("seed", SEEDS)
def test_any_dealing_of_the_sample_book_gives_the_same_tables(seed: int) -> None:
    book, whole = the_sample_book()
    assert_same(worked_out(book, at_random(book, seed)), whole)


def a_book_whose_projects_know_each_other() -> Book:
    """Namesakes, a loan that refinances another project's, a lender of all, and a factor that names no project."""
    projects = [
        make_project(project_id="sender:某项目"),
        make_project(project_id="P2"),
        make_project(project_id="P3", method="grid_renewable", realisation_type="Solar", total_investment=None),
    ]
    loans = [
        make_loan(project_id="sender:某项目", crf_field="clean_energy"),
        make_loan(loan_id="L2", project_id="P2", loan_type="refinance", refinances_loan_id="L1"),
        make_loan(loan_id="L3", project_id="P3", lender="乙银行", crf_field="clean_energy"),
    ]
    entries = [
        make_entry(),
        make_entry(loan_id="L2", value_date="2025-03-01", amount="200.00"),
        make_entry(loan_id="L3", value_date="2025-06-01", amount="900.00"),
        make_entry(loan_id="L3", value_date="2026-01-05", amount="1.00"),
    ]
    return make_book(projects, loans, entries, readings=[make_reading(project_id="P3")])


def test_what_projects_have_to_do_with_each_other_is_found_however_they_are_dealt() -> None:
    book = a_book_whose_projects_know_each_other()
    whole = worked_out(book, together(book))
    assert {"same_project_name", "refinancing_dates_differ"} <= set(whole["ops.flags"]["code"])
    assert_same(worked_out(book, apart(book)), whole)


@cache
def a_book_with_a_month_beyond_its_peers() -> Book:
    """The sample book, of which one of the province's solar plants reads 1.8 times its December of 2025."""
    book = sample_book()
    is_it = (pl.col("project_id") == "P-GF-PV") & (pl.col("period_start") == pl.date(2025, 12, 1))
    operating = book.tables["operating"]
    beyond = operating.with_columns(pl.when(is_it).then(pl.col("value") * 1.8).otherwise("value"))
    assert beyond.filter(is_it).height > 0
    return dataclasses.replace(book, tables={**book.tables, "operating": unchecked(beyond, OperatingRecord)})


def test_a_plant_is_judged_beside_its_peers_however_they_are_dealt() -> None:
    """A month beyond those of other plants is withheld: dealt apart, each plant would be without peers."""
    book = a_book_with_a_month_beyond_its_peers()
    whole = worked_out(book, together(book))
    found = whole["mart.plausibility"].filter(check_id="month_over_peers", project_id="P-GF-PV")
    assert found.height > 0
    assert whole["mart.withheld_figures"].filter(project_id="P-GF-PV").height == 1
    for buckets in (apart(book), at_random(book, 3)):
        assert_same(worked_out(book, buckets), whole)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_book_with_faults_of_every_kind_is_judged_the_same_however_it_is_dealt(seed: int) -> None:
    book = sample_book()
    readings, faults = with_faults(book.tables["operating"], random.Random(seed))  # noqa: S311
    assert faults
    faulty = dataclasses.replace(book, tables={**book.tables, "operating": unchecked(readings, OperatingRecord)})
    whole = worked_out(faulty, together(faulty))
    assert whole["mart.withheld_figures"].height > 0
    assert_same(worked_out(faulty, apart(faulty)), whole)


def test_a_bucket_holds_neighbours_by_name_up_to_a_number_of_rows() -> None:
    """P1 has an entry and a reading more than its own row, the others one row each."""
    names = ["P1", "P2", "P3", "P4"]
    book = make_book([make_project(project_id=name) for name in names], readings=[make_reading()])
    assert buckets_of(book, 3).sort("project_id").rows() == [("P1", 1), ("P2", 2), ("P3", 2), ("P4", 2)]
    assert buckets_of(book)["bucket"].to_list() == [1, 1, 1, 1]


def test_each_row_is_in_one_bucket_and_what_is_about_no_project_in_all() -> None:
    book, _ = the_sample_book()
    dealt = list(deal(book, unchecked(apart(book), Bucketed)))
    for table in ("projects", "loans", "ledger", "operating", "forest_strata"):
        rows = frames_of(book.tables)[table]
        assert_frame_equal(pl.concat(frames_of(part.tables)[table] for part in dealt), rows, check_row_order=False)
    assert all(part.tables["fx"].equals(book.tables["fx"]) for part in dealt)


@pytest.mark.proof
def test_each_basis_gives_the_same_digits_again(tmp_path: Path) -> None:
    """Polars adds up large groups in two threads; where equal keys had no order, their sums moved in the last digit."""
    write_book(tmp_path / "book", 0.1)
    book, known = read(tmp_path / "book" / "csv", tmp_path / "home"), reference()
    facts = facts_of(book, known, KNOWN_AT.date())
    prepared = prepare(next(deal(book, buckets_of(book))), known, facts)
    rules = list(PLAIN.values())
    first = attribute_by(prepared.holdings, prepared.facts.periods, rules)
    for _ in range(3):
        again = attribute_by(dataclasses.replace(prepared.holdings), prepared.facts.periods, rules)  # no cache knows it
        for rule in rules:
            assert_frame_equal(again[rule], first[rule], check_exact=True)
