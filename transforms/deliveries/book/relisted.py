"""Entries without numbers, listed again: the same one is a repeat, a changed one replaces it, and none counts twice.

An entry is the n-th of its loan, event and day by amount (docs/adr/0029-lists-of-loans.md). A later list of the same
sender speaks for the loans that it names, from its first to its last day: what it says no more is gone.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

import polars as pl

from schemas.between.ground import BrokenRule
from schemas.contract import DataFrame, Delivered, conform, like, stacked
from schemas.deliveries import LedgerEntry, OperatingRecord
from transforms.deliveries.rows.assembly import Landed
from transforms.deliveries.rows.unanswered import LIST_ENDING
from transforms.deliveries.rows.versions import conflicts, content
from transforms.deliveries.speakers.senders import sender_of
from transforms.ground.flag_rows import Notice, notice
from transforms.ground.refusals import findings, no_findings

MOVED_DAYS: Final = 15
"""Instalments of one amount are a month apart; nearer ones may be one, whose day was corrected."""

SHEET: Final = ["delivery_id", "sender", "received_number", "received_at", "as_of"]
DRAWINGS: Final = ["DISBURSEMENT", "TRANSFER_IN"]
DATED: Final = r"(?:19|20)\d{2}[-_.年]?(?:\d{1,2}[-_.月]?(?:\d{1,2}日?)?)?|\d{1,2}月|[Qq][1-4]|[一二三四]季度"
NUMBERED: Final = r"/\d{4}-\d{2}-\d{2}/\d+$"
"""How a derived number ends that goes by the day; a drawing of a list of loans is its loan's only one."""


class Relisted(NamedTuple):
    """Entries that count, those that the loans' own ledgers or later lists set aside, and the flags of it."""

    current: DataFrame[LedgerEntry]
    aside: DataFrame[LedgerEntry]
    flags: list[tuple[str, Notice]]


def in_stated_order(landed: Sequence[Landed]) -> list[Landed]:
    """Return the files with the numbers of one sender's and moment's lists in the order of the days that they state.

    A file whose lists state no day, or several, keeps its number.
    """
    days: dict[int, set[dt.date]] = {}
    for file in landed:
        stated = days.setdefault(file.received_number, set())
        if file.raw and file.raw.as_of:
            stated.add(file.raw.as_of)
    dated = {number: next(iter(stated)) for number, stated in days.items() if len(stated) == 1}
    numbers: dict[tuple[dt.datetime, str], set[int]] = {}
    for file in landed:
        if file.received_number in dated:
            moment = file.received_at, sender_of(file.sender_folder)
            numbers.setdefault(moment, set()).add(file.received_number)
    new = {
        old: number
        for of_moment in numbers.values()
        for old, number in zip(sorted(of_moment, key=lambda old: (dated[old], old)), sorted(of_moment), strict=True)
    }
    return [replace(file, received_number=new.get(file.received_number, file.received_number)) for file in landed]


def settled_lists(
    current: DataFrame[LedgerEntry], every: DataFrame[LedgerEntry], partly_refused: Collection[str]
) -> Relisted:
    """Return the entries that count once later lists and the loans' own ledgers are heard. every: all accepted ones.

    partly_refused: deliveries of which rows were refused; they say of no entry that it is gone.
    """
    if "is_derived" not in current.columns:
        return Relisted(current, current.clear(), [])
    numbered = current.with_row_index("at")
    gone = _covered(numbered, every.filter(~pl.col("delivery_id").is_in(list(partly_refused))))
    doubled = _doubled(numbered)
    is_aside = pl.col("at").is_in(pl.concat([gone["at"], doubled["at"]]).implode())
    flags = [_gone_flag(rows) for _, rows in gone.unique("at").group_by("source_file_later", maintain_order=True)]
    flags += [_doubled_flag(rows) for _, rows in doubled.group_by("source_file", maintain_order=True)]
    kept, aside = (like(numbered.filter(is_so).drop("at"), current) for is_so in (~is_aside, is_aside))
    return Relisted(kept, aside, flags)


def _doubled(entries: pl.DataFrame) -> pl.DataFrame:
    """Entries of lists whose loan has drawings with numbers, and drawings of a list whose loan has others."""
    drawings = entries.filter(pl.col("event").is_in(DRAWINGS))
    with_numbers = drawings.filter(~_is_derived())["loan_id"].unique()
    others = drawings.filter(~_is_drawing())["loan_id"].unique()
    is_doubled = pl.col("loan_id").is_in(with_numbers.implode()) | (
        _is_drawing() & pl.col("loan_id").is_in(others.implode())
    )
    return entries.filter(_is_derived(), is_doubled)


def moved_entries(rows: DataFrame[LedgerEntry], partly_refused: Collection[str]) -> DataFrame[BrokenRule]:
    """Findings for entries of a later list that look like an earlier one whose day was corrected.

    The same loan, event and amount a few days apart, where the later list does not reach the day of the earlier.
    """
    if "is_derived" not in rows.columns:
        return no_findings()
    listed = _listed(rows.with_row_index("at")).unique([*SHEET, "loan_id", "entry_id"], maintain_order=True)
    pairs = listed.join(listed, on=["sender", "loan_id", "event", "amount"], suffix="_earlier")
    days = (pl.col("value_date") - pl.col("value_date_earlier")).dt.total_days().abs()
    near = pairs.filter(pl.col("received_number_earlier") < pl.col("received_number"), days.is_between(1, MOVED_DAYS))
    heard = rows.filter(~pl.col("delivery_id").is_in(list(partly_refused)))
    covered = _covered(listed, heard).select("at", delivery_id="delivery_id_later")
    apart = near.join(covered, left_on=["at_earlier", "delivery_id"], right_on=["at", "delivery_id"], how="anti")
    later = listed.select("loan_id", "delivery_id", entry_id_earlier="entry_id")
    earlier = listed.select("loan_id", "entry_id", delivery_id_earlier="delivery_id")
    moved = apart.join(later, on=later.columns, how="anti").join(earlier, on=earlier.columns, how="anti")
    beside = (
        rows.with_row_index("at")
        .join(
            moved.unique("at", maintain_order=True).select("at", "value_date_earlier", "source_file_earlier"),
            on="at",
            how="left",
            maintain_order="left",
        )
        .drop("at")
    )
    reason = pl.format(
        "{} of loan {} on {} may be the one of {} in {} with another day; send both in one list, or give each its "
        "number (entry_id)",
        "amount",
        "loan_id",
        "value_date",
        "value_date_earlier",
        "source_file_earlier",
    )
    broken = pl.col("value_date_earlier").is_not_null()
    return findings(beside, broken, rule="entry_moved", column="value_date", reason=reason)


def drawn_twice(rows: DataFrame[LedgerEntry]) -> DataFrame[BrokenRule]:
    """Findings for entries that lists received at one moment state in two ways, and so does one list of a drawing."""
    if "is_derived" not in rows.columns:
        return no_findings()
    listed = rows.with_row_index("was").filter(_is_derived())
    found = conflicts(like(listed.drop("was"), rows), ["loan_id", "entry_id"])
    places = listed.select("was").with_row_index("at")
    in_one = conform(found.join(places, on="at").with_columns(at="was"), BrokenRule)
    return stacked([in_one, _stated_otherwise(rows)])


def read_twice(rows: DataFrame[OperatingRecord]) -> DataFrame[BrokenRule]:
    """Findings for readings without numbers that two tables received at one moment state in two ways."""
    if "is_derived" not in rows.columns:
        return no_findings()
    words = "{} of {} from {} to {} is another in {}, received with it: nothing shows which is right; send one of them"
    reason = pl.format(words, "metric", "project_id", "period_start", "period_end", "other")
    return _otherwise(rows, ["project_id", "metric", "record_id"], reason)


def _stated_otherwise(rows: DataFrame[LedgerEntry]) -> DataFrame[BrokenRule]:
    """Findings for entries of which another list of their sender, received with theirs, says something else."""
    reason = pl.format(
        "{} of loan {} on {} is another in {}, received with it: nothing shows whether they are two, or which is "
        "right; send both in one list",
        "amount",
        "loan_id",
        "value_date",
        "other",
    )
    return _otherwise(rows, ["loan_id", "entry_id"], reason)


def _otherwise(rows: DataFrame[Delivered], key: list[str], reason: pl.Expr) -> DataFrame[BrokenRule]:
    """Findings for derived rows of one key and moment that another table states otherwise, of one day or of none."""
    same = ["sender", "received_at", *key]
    repeated = rows.with_row_index("at").filter(_is_derived()).filter(pl.len().over(same) > 1)
    repeated = repeated.with_columns(stated=content(rows).hash())
    others = repeated.select(*same, "delivery_id", "as_of", "stated", other="source_file")
    pairs = repeated.join(others, on=same, suffix="_other").sort("at", "other")
    apart = (pl.col("delivery_id") != pl.col("delivery_id_other")) & (pl.col("stated") != pl.col("stated_other"))
    in_order = (pl.col("as_of") != pl.col("as_of_other")).fill_null(False)
    clashing = pairs.filter(apart, ~in_order).unique("at", keep="first", maintain_order=True)
    found = clashing.select(
        "at", rule=pl.lit("conflicting_rows"), column=pl.lit(key[0]), value=pl.col(key[0]), reason=reason
    )
    return conform(found, BrokenRule)


def _is_derived() -> pl.Expr:
    return pl.col("is_derived").fill_null(False)


def _is_drawing() -> pl.Expr:
    return _is_derived() & ~pl.col("entry_id").str.contains(NUMBERED)


def _listed(entries: pl.DataFrame) -> pl.DataFrame:
    """Entries of lists; a list of refused rows that comes back speaks for its own rows alone."""
    is_whole = ~pl.col("source_file").str.ends_with(LIST_ENDING)
    return entries.filter(_is_derived(), pl.col("entry_id").str.contains(NUMBERED), is_whole)


def _covered(entries: pl.DataFrame, every: pl.DataFrame) -> pl.DataFrame:
    """Return the listed entries (with their row as `at`) whose loan and day a later list of their sender covers.

    Lists received together belong together, but for those that state different days of themselves; a new edition of
    one of them, by its name, does not speak for the others.
    """
    listed = _listed(every)
    spans = listed.group_by(SHEET).agg(first=pl.col("value_date").min(), last=pl.col("value_date").max())
    sheets = listed.select(*SHEET, "source_file", "loan_id").unique().join(spans, on=SHEET, nulls_equal=True)
    pairs = _listed(entries).join(sheets, on=["sender", "loan_id"], suffix="_later")
    is_later = (pl.col("received_at") < pl.col("received_at_later")) | (
        (pl.col("received_at") == pl.col("received_at_later"))
        & (pl.col("as_of") < pl.col("as_of_later")).fill_null(False)
    )
    covered = pairs.filter(is_later, pl.col("value_date").is_between("first", "last"))
    editions = covered.with_columns(edition=_edition("source_file"), edition_later=_edition("source_file_later"))
    nights = editions.filter(pl.col("received_at") < pl.col("received_at_later"))
    beside = nights.join(_partners(listed), on=["sender", "edition", "edition_later"], how="semi")
    others = beside.select("at", "delivery_id_later").unique()
    return covered.join(others, on=others.columns, how="anti").sort("at", "received_number_later")


def _partners(listed: pl.DataFrame) -> pl.DataFrame:
    """Return the editions of lists that came together and are not a backlog: each says what the other does not."""
    lists = listed.select("sender", "received_at", "as_of", edition=_edition("source_file")).unique()
    pairs = lists.join(lists, on=["sender", "received_at"], suffix="_later")
    is_backlog = (pl.col("as_of") != pl.col("as_of_later")).fill_null(False)
    return pairs.filter(pl.col("edition") != pl.col("edition_later"), ~is_backlog)


def _edition(source_file: str) -> pl.Expr:
    """A file's name without what goes by the month."""
    return pl.col(source_file).str.replace_all(DATED, "")


def _gone_flag(rows: pl.DataFrame) -> tuple[str, Notice]:
    first, last = rows["first"][0], rows["last"][0]
    return rows["source_file_later"][0], notice(
        "entry_no_longer_listed", first=first, last=last, entries=_entries_text(rows)
    )


def _doubled_flag(rows: pl.DataFrame) -> tuple[str, Notice]:
    return rows["source_file"][0], notice("ledger_before_list", entries=_entries_text(rows))


def _entries_text(rows: pl.DataFrame) -> str:
    named = rows.select(pl.concat_str("loan_id", "value_date", "amount", separator=" ")).to_series().sort()
    return ", ".join(named.head(20))
