"""What a project's figures are worked out from, and nothing else of the book: narrowed to it, and as a digest of it.

Equal digests mean equal rows of every mart (tests/unit/transforms/computation/test_inputs.py). What is narrowed away
cannot be read by mistake; what is left is in the digest.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, NamedTuple, cast

import numpy as np
import polars as pl

from schemas.between.sums import ProjectInput
from schemas.catalog import frames_of
from schemas.contract import DataFrame, unchecked
from schemas.deliveries import Accepted
from schemas.reference import Parameter
from transforms.computation.dealing import SPLIT
from transforms.computation.facts import Facts
from transforms.deliveries.book.book import Book
from transforms.factors.parameters import known_scopes
from transforms.ground.calendar import last_of_month
from transforms.ground.reference import Reference
from transforms.money.exchange import HOME_CURRENCY
from transforms.money.reconciliation import Reconciled
from transforms.projects.scopes import project_scopes

SHARED: Final = ("fx", "parameters")
"""Delivered tables that projects read beside those that are theirs (dealing.SPLIT)."""

DATED: Final = {"projects": "commissioning_date", "ledger": "value_date", "forest_strata": "survey_date"}
"""Days that are compared with the day known at."""

OF_MONEY: Final = {"projects": "investment_currency", "loans": "currency", "ledger": "currency"}
BY_PROJECT: Final = ("refused_readings", "implausible", "first_investments", "balance_sheets")
"""Tables of a book with rows about single projects, beside the delivered ones."""


class Narrowed(NamedTuple):
    """A book and its facts, of which only what projects are worked out from is left."""

    book: Book
    facts: Facts


def narrowed(book: Book, facts: Facts, until: dt.date) -> Narrowed:
    """Return what projects are worked out from.

    until: the last day of the month known at stands for each day of it, but for projects that are `dated_ahead`.
    """
    tables = {
        name: rows if name in SPLIT or name in SHARED else rows.clear() for name, rows in frames_of(book.tables).items()
    }
    ours = replace(
        book,
        tables=cast("Accepted", tables),
        rejected=book.rejected.clear(),
        deliveries=book.deliveries.clear(),
        flags=book.flags.clear(),
    )
    none = Reconciled(facts.reconciled.totals.clear(), facts.reconciled.loans.clear())
    return Narrowed(ours, replace(facts, until=until, reconciled=none, flags=facts.flags.clear()))


def dated_ahead(book: Book, until: dt.date) -> pl.Series:
    """Return the projects with a day between the one known at and the end of its month: to them each day counts."""
    owners = _owners(book)
    found = [
        _of_projects(rows, owners).filter(pl.col(DATED[name]).is_between(until, last_of_month(until), closed="right"))
        for name, rows in frames_of(book.tables).items()
        if name in DATED
    ]
    return pl.concat(rows.select("project_id") for rows in found)["project_id"].unique()


def project_inputs(given: Narrowed, reference: Reference, salt: int) -> DataFrame[ProjectInput]:
    """Return a digest of all that each project is worked out from; salt: what the digests of rows begin with.

    Not in it: how far its loans' ledgers are confirmed, which one column of its rows says and nothing else rests on.

    Rows are digested by Polars, 128 bits with a salt that no sender knows; what of the rows makes a project, by BLAKE2.
    """
    book, facts = given
    projects = book.tables["projects"].select("project_id").unique().sort("project_id")
    own, shared = _parameters(given, reference)
    tables = dict(_own_tables(given, reference)) | own
    same = {"parameters": shared[0], "delivered_parameters": shared[1], "refused_parameters": book.refused_parameters}
    same["starts"] = facts.starts.sort("lender")
    days = {"until": facts.until.isoformat(), "periods": facts.periods, "newest_quarters": facts.newest_quarters}
    everybody = _of_all(days, same, salt)
    abroad = _of_all({}, {"fx": book.tables["fx"]}, salt)
    foreign = set(_in_foreign_money(book))
    made = [hashlib.blake2b(everybody, digest_size=DIGEST_BYTES) for _ in range(projects.height)]
    for name, rows in tables.items():
        _add(made, name, rows, projects["project_id"], salt)
    names = projects["project_id"].to_list()
    for name, digest in zip(names, made, strict=True):
        digest.update(abroad if name in foreign else b"")
    digests = [digest.hexdigest() for digest in made]
    return unchecked(pl.DataFrame({"project_id": names, "input_digest": digests}, schema=PROJECT_INPUT), ProjectInput)


DIGEST_BYTES: Final = 32
PROJECT_INPUT: Final = ProjectInput.polars_schema()


def _own_tables(given: Narrowed, reference: Reference) -> Iterator[tuple[str, pl.DataFrame]]:
    """Each table with rows about single projects, and project_id."""
    book, facts = given
    owners = _owners(book)
    for name, rows in frames_of(book.tables).items():
        if name in SPLIT:
            yield name, _of_projects(rows, owners)
    for name in BY_PROJECT:
        yield name, getattr(book, name)
    yield "loan_rates", _of_projects(book.loan_rates, owners)
    yield "in_force", book.released.in_force
    yield "outdated", book.released.outdated
    scopes = project_scopes(book.tables["projects"], reference, facts.parameters)
    kinds = scopes.select("project_id", "technology", "province_code")
    yield "peers", kinds.join(facts.peers.sort(pl.all()), on=["technology", "province_code"], maintain_order="left")


def _owners(book: Book) -> pl.DataFrame:
    return book.tables["loans"].select("loan_id", "project_id")


def _of_projects(rows: pl.DataFrame, owners: pl.DataFrame) -> pl.DataFrame:
    """The rows with project_id, those of loans that of the loan's project."""
    return rows if "project_id" in rows.columns else rows.join(owners, on="loan_id", maintain_order="left")


def _parameters(
    given: Narrowed, reference: Reference
) -> tuple[dict[str, pl.DataFrame], tuple[DataFrame[Parameter], pl.DataFrame]]:
    """The factors in force and delivered that hold for one project (or an item of it) alone, and the others.

    A scope that may mean anything else besides is everybody's.
    """
    names = given.book.tables["projects"]["project_id"].unique()
    meanings = {*known_scopes(reference), *reference.technologies, *reference.metrics, *reference.methods}
    others = [scope for scope in meanings if scope]
    tables = {"parameters": given.facts.parameters, "delivered_parameters": given.book.tables["parameters"]}
    own, shared = dict[str, pl.DataFrame](), list[pl.DataFrame]()
    for table, rows in tables.items():
        whole, before = pl.col("scope"), pl.col("scope").str.replace(r"/[^/]*$", "")
        is_whole, is_before = whole.is_in(names.implode()), (before != whole) & before.is_in(names.implode())
        is_other = whole.is_in(others) | before.is_in(others)
        is_own = ((is_whole ^ is_before) & ~is_other).fill_null(value=False)
        owned = rows.filter(is_own)
        own[table] = owned.with_columns(project_id=pl.when(is_whole).then(whole).otherwise(before))
        shared.append(rows.filter(~is_own))
    return own, (unchecked(shared[0], Parameter), shared[1])


def _in_foreign_money(book: Book) -> pl.Series:
    """The projects with money in another currency than the home's: exchange rates count."""
    owners = _owners(book)
    found = [
        _of_projects(rows, owners).filter(pl.col(OF_MONEY[name]) != HOME_CURRENCY).select("project_id")
        for name, rows in frames_of(book.tables).items()
        if name in OF_MONEY
    ]
    return pl.concat(found)["project_id"].unique()


def _of_all(words: Mapping[str, Any], tables: Mapping[str, pl.DataFrame], salt: int) -> bytes:
    digest = hashlib.blake2b(repr(sorted(words.items())).encode(), digest_size=DIGEST_BYTES)
    for name, rows in sorted(tables.items()):
        digest.update(_heading(name, rows, rows.height))
        digest.update(_rows(rows, salt).tobytes())
    return digest.digest()


def _add(digests: list[Any], name: str, rows: pl.DataFrame, projects: pl.Series, salt: int) -> None:
    """Add to each project's digest its rows of the table, in their order."""
    numbers = pl.DataFrame({"project_id": projects}).with_row_index("at")
    at = rows.select("project_id").join(numbers, on="project_id", how="left", maintain_order="left")["at"]
    known = at.is_not_null()
    places = at.filter(known).to_numpy()
    ours = _rows(rows.filter(known), salt)[np.argsort(places, kind="stable")]
    ends = np.cumsum(np.bincount(places, minlength=len(digests))).tolist()
    begin = 0
    for digest, end in zip(digests, ends, strict=True):
        digest.update(_heading(name, rows, end - begin))
        digest.update(ours[begin:end].data)
        begin = end


def _heading(name: str, rows: pl.DataFrame, count: int) -> bytes:
    return f"\n{name} {rows.columns} {count}\n".encode()


def _rows(rows: pl.DataFrame, salt: int) -> "np.ndarray[Any, np.dtype[np.uint64]]":
    """Two digests of 64 bits a row, side by side."""
    if rows.is_empty():
        return np.empty((0, 2), np.uint64)
    return np.column_stack([rows.hash_rows(seed=salt + turn).to_numpy() for turn in range(2)])
