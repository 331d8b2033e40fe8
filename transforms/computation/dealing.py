"""A book dealt into buckets of projects, each with its loans, entries and readings: what is worked out at once."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, cast

import polars as pl

from schemas.between.sums import Bucketed, WeighedProject
from schemas.catalog import frames_of
from schemas.contract import C, DataFrame, like, unchecked
from schemas.deliveries import Accepted
from transforms.deliveries.book.book import Book

SPLIT: Final = {
    "projects": "project_id",
    "loans": "project_id",
    "ledger": "loan_id",
    "operating": "project_id",
    "forest_strata": "project_id",
    "verified_reductions": "project_id",
    "releases": "project_id",
}
"""Delivered tables about single projects or loans, and the column that says which; the others are in every bucket."""

ROWS_AT_ONCE: Final = 250_000
"""Readings and entries that are worked out together: a small bank's book in one go, a province's in pieces."""


def buckets_of(book: Book, rows_at_once: int = ROWS_AT_ONCE, but: pl.Series | None = None) -> DataFrame[Bucketed]:
    """Return each project's bucket: neighbours by name share one, up to a number of readings and entries.

    but: projects that are in no bucket.
    """
    weighed = weighed_projects(book)
    counted = weighed if but is None else weighed.filter(~pl.col("project_id").is_in(but.implode()))
    before = pl.col("row_count").cum_sum() - pl.col("row_count")
    return unchecked(
        counted.select("project_id", bucket=(before // rows_at_once).rank("dense").cast(pl.Int64)), Bucketed
    )


def weighed_projects(book: Book) -> DataFrame[WeighedProject]:
    """Return how many rows are worked out for each project: its own, its entries and its readings."""
    tables = book.tables
    entries = tables["ledger"].select("loan_id").join(tables["loans"], on="loan_id").select("project_id")
    rows = pl.concat([tables["projects"].select("project_id"), entries, tables["operating"].select("project_id")])
    counted = rows.group_by("project_id").agg(row_count=pl.len().cast(pl.Int64))
    return unchecked(counted.sort("project_id"), WeighedProject)


def deal(book: Book, buckets: DataFrame[Bucketed]) -> Iterator[Book]:
    """Yield the book's buckets; what is about no single project, such as factors and rates, is in every one.

    A project without a bucket is in none.
    """
    numbers = buckets["bucket"].unique().sort()
    if numbers.len() <= 1 and buckets.height == book.tables["projects"]["project_id"].n_unique():
        yield book
        return
    of_tables, found = _places(book, buckets)
    for number in numbers:
        yield _bucket(book, number, of_tables, found)


def only(book: Book, projects: pl.Series) -> Book:
    """Return the book with these projects alone."""
    chosen = projects.unique().to_frame("project_id").with_columns(bucket=pl.lit(1, pl.Int64))
    return _bucket(book, 1, *_places(book, chosen))


def _places(book: Book, buckets: pl.DataFrame) -> tuple[dict[str, pl.Series], dict[str, pl.DataFrame]]:
    """The bucket of each row of the tables that are dealt, by table; and of each project and loan."""
    loans = book.tables["loans"].select("loan_id", "project_id").join(buckets, on="project_id")
    found = {"project_id": buckets, "loan_id": loans.select("loan_id", "bucket")}
    return {
        name: _found(rows, SPLIT[name], found) for name, rows in frames_of(book.tables).items() if name in SPLIT
    }, found


def _found(rows: pl.DataFrame, key: str, found: dict[str, pl.DataFrame]) -> pl.Series:
    """The bucket of each row: numbers are compared faster than names, once a bucket."""
    return rows.select(key).join(found[key], on=key, how="left", maintain_order="left")["bucket"]


def _bucket(book: Book, number: int, of_tables: dict[str, pl.Series], found: dict[str, pl.DataFrame]) -> Book:
    split = {
        name: rows.filter(of_tables[name] == number)
        for name, rows in frames_of(book.tables).items()
        if name in of_tables
    }
    own = {key: rows.filter(bucket=number).select(key) for key, rows in found.items()}

    def kept(rows: DataFrame[C], key: str = "project_id") -> DataFrame[C]:
        return like(rows.join(own[key], on=key, how="semi", maintain_order="left"), rows)

    released = book.released
    return replace(
        book,
        tables=cast("Accepted", {**book.tables, **split}),
        refused_readings=kept(book.refused_readings),
        implausible=kept(book.implausible),
        first_investments=kept(book.first_investments),
        balance_sheets=kept(book.balance_sheets),
        loan_rates=kept(book.loan_rates, "loan_id"),
        released=released._replace(in_force=kept(released.in_force), outdated=kept(released.outdated)),
    )
