"""What `greenloan figures` answers from the published file, or from everything landed as known at a moment."""

import csv
import datetime as dt
import io
from decimal import Decimal
from typing import Any, Final, NamedTuple

import polars as pl

from flows.home.inert import inert
from flows.home.settings import Home
from flows.landing.record import receptions
from flows.reference.tables import flag_sentences, read_reference, reading_names
from flows.running.pipeline import read_book
from flows.running.run_record import say
from flows.warehouse.holdings import OF_HOLDINGS, holdings_in
from flows.warehouse.reading import read_tables
from reports import numbers
from schemas.contract import DataFrame, stacked
from schemas.errors import EnvironmentFailure, UsageError
from schemas.reference import Profile
from transforms.answers.figures import BookFlags, figures, notes_of, profile_figures
from transforms.attribution.holdings import Holdings
from transforms.computation.compute import Computed, compute
from transforms.deliveries.book.book import Book
from transforms.ground.calendar import Period, beijing_date
from transforms.ground.flag_rows import notice
from transforms.ground.reference import Reference
from transforms.ground.sentences import Sentences

KEYS: Final[tuple[str, ...]] = ("portfolio", "lender", "project_id", "loan_id")


OF_FIGURES: Final = (*OF_HOLDINGS, "core.profiles", "ops.flags", "ops.runs")
"""What figures of any period are worked out from, and what is printed beside them."""


class AskedBook(NamedTuple):
    """What answers are computed from: what attribution reads, standing flags, profiles, and up to when it knows."""

    holdings: Holdings
    flags: BookFlags
    profiles: DataFrame[Profile]
    known_at: dt.datetime


def answer_figures(  # noqa: PLR0913 - one argument an option of the command
    home: Home, period: Period, basis: str | None, by: str, known_at: dt.datetime | None, *, profile: str | None = None
) -> dict[str, Any]:
    """Return the figures of the period (answers.figures) on a basis or under a profile."""
    if known_at:
        rebuilt = _as_known(home, known_at)
        return _marked_beyond(_figures(rebuilt, period, by, basis, profile), period, known_at, rebuilt.flags.sentences)
    asked = _as_published(home)
    _refuse_future(period, asked.known_at)
    return _figures(asked, period, by, basis, profile)


def _figures(asked: AskedBook, period: Period, by: str, basis: str | None, profile: str | None) -> dict[str, Any]:
    if profile is None:
        return figures(asked.holdings, asked.flags, period, str(basis), by)
    profiles = {row["profile"]: row for row in asked.profiles.to_dicts()}
    if profile not in profiles:
        raise UsageError(
            f"there is no profile '{profile}'",
            where="--profile",
            available=", ".join(profiles),
            remedy="name one of these, or a --basis",
        )
    return profile_figures(asked.holdings, asked.flags, period, profiles[profile], by)


def _as_published(home: Home) -> AskedBook:
    read = read_tables(home.warehouse, *OF_FIGURES)
    return AskedBook(
        holdings_in(read),
        BookFlags(read["ops.flags"], flag_sentences(), reading_names()),
        read["core.profiles"],
        read["ops.runs"]["known_at"].item(),
    )


def _as_known(home: Home, known_at: dt.datetime) -> AskedBook:
    reference = read_reference()
    book, computed = read_as_known(home, known_at, reference)
    standing = stacked([book.flags, computed.flags])
    return AskedBook(
        computed.holdings, BookFlags(standing, reference.flags, reading_names()), reference.profiles, known_at
    )


def read_as_known(home: Home, known_at: dt.datetime, reference: Reference) -> tuple[Book, Computed]:
    """Return the book as known at the moment, and what it amounts to."""
    say(f"rebuilding the book as known at {known_at.isoformat()}")
    if not receptions(home.landing):
        raise EnvironmentFailure(
            "nothing has been landed in this home",
            where=str(home.landing),
            available="no deliveries",
            remedy="name another --home, or run greenloan nightly first",
        )
    book = read_book(home, reference, known_at)
    return book, compute(book, reference, known_at)


def _marked_beyond(
    answer: dict[str, Any], period: Period, known_at: dt.datetime, sentences: Sentences
) -> dict[str, Any]:
    """Say so where the period ends after what could be known: its last days cannot have a figure."""
    if period.last > beijing_date(known_at):
        beyond = notice("period_beyond_known", known_to=beijing_date(known_at))
        answer["flags"] += notes_of([(str(period.last), beyond)], sentences)
    return answer


def _refuse_future(period: Period, known: dt.datetime) -> None:
    if period.last > beijing_date(known):
        raise UsageError(
            f"the period ends on {period.last}, after the day up to which the file knows anything",
            where="--to",
            available=f"days up to {beijing_date(known)}",
            remedy="name an earlier end, or run greenloan nightly first",
        )


def as_text(answer: dict[str, Any], form: str) -> str:
    """Return the answer as csv or as a table for the eye."""
    rows = [_flat(row) for row in answer["rows"]]
    if form == "csv":
        return _as_csv(rows)
    return _as_table(answer, rows)


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """A row of one cell a column; the counts of statuses are in its status already."""
    return {**{name: value for name, value in row.items() if name != "statuses"}, "flags": " ".join(row["flags"])}


def _as_csv(rows: list[dict[str, Any]]) -> str:
    out = io.StringIO()
    if rows:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(rows[0])
        writer.writerows([inert(cell) if isinstance(cell, str) else cell for cell in row.values()] for row in rows)
    return out.getvalue().rstrip("\n")


def _as_table(answer: dict[str, Any], rows: list[dict[str, Any]]) -> str:
    covered = answer["coverage_ratio"]
    rule = f"profile {answer['profile']}" if "profile" in answer else f"basis {answer['basis']}"
    per_year = "/year" if any(flag["code"] == "annual_rate" for flag in answer["flags"]) else ""
    head = f"{answer['from']} to {answer['to']}, {rule}, coverage " + (
        "unknown" if covered is None else f"{numbers.per_cent(covered)} of the balance"
    )
    printed = pl.DataFrame([_printed(row, per_year) for row in rows])
    with pl.Config(
        tbl_rows=-1,
        tbl_cols=-1,
        tbl_width_chars=200,
        fmt_str_lengths=40,
        tbl_hide_dataframe_shape=True,
        tbl_hide_column_data_types=True,
        tbl_cell_alignment="RIGHT",
        tbl_formatting="UTF8_HORIZONTAL_ONLY",
    ):
        table = str(printed) if rows else "no loan had a balance in the period"
    flags = [f"  {flag['code']}  {flag['subject']}: {flag['message']}" for flag in answer["flags"]]
    return "\n".join([head, table, *(["flags:", *flags] if flags else [])])


def _printed(row: dict[str, Any], per_year: str) -> dict[str, str]:
    """Return a row for the eye: short headings, rounded as in the documents; per_year ends the names of rates."""
    keys: dict[str, str] = {name: str(row[name]) for name in KEYS if name in row}
    balance = row["balance_cny"]
    return {
        **keys,
        "projects": str(row["project_count"]),
        f"ER tCO2e{per_year}": numbers.tonnes(row["emission_reductions_tco2e"]),
        "factor": numbers.per_cent(row["attribution_factor_ratio"]),
        f"attributed tCO2e{per_year}": numbers.tonnes(row["attributed_reductions_tco2e"]),
        "balance 10,000 CNY": numbers.money_wan(None if balance is None else Decimal(str(balance))),
        "status": row["status"],
        "coverage": numbers.per_cent(row["coverage_ratio"]),
    }
