"""The record of editions and of who signed them off as tables of the published file, and what the file before

remembers of one that is lost.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, Final, NamedTuple

import polars as pl

from flows.home.settings import Home
from flows.published.documents.editions import Found, every_edition
from flows.published.documents.sign_offs import FoundSignOff, SignOff, every_sign_off
from flows.published.receipts.table import receipts_of
from flows.warehouse.candidate import republish
from flows.warehouse.reading import UNREADABLE, read_existing
from schemas.catalog import Published, frames_of
from schemas.contract import C, DataFrame, conform
from schemas.disclosures import EditionEntry, EditionFigure, SignOffEntry
from schemas.words.editions import DAMAGED, MISSING

EDITIONS: Final = "ops.editions"
EDITION_FIGURES: Final = "ops.edition_figures"
SIGN_OFFS: Final = "ops.sign_offs"
KEY: Final = ["report", "period", "document_name", "edition_number"]
Rows = dict[tuple[str, ...], dict[str, Any]]


class EditionTables(NamedTuple):
    """ops.editions, ops.edition_figures and ops.sign_offs."""

    editions: DataFrame[EditionEntry]
    figures: DataFrame[EditionFigure]
    sign_offs: DataFrame[SignOffEntry]

    def by_name(self) -> Published:
        """Return them by their names in the published file, with the receipts that follow from them."""
        return {
            "ops.editions": self.editions,
            "ops.edition_figures": self.figures,
            "ops.sign_offs": self.sign_offs,
            "mart.receipts": receipts_of(self.editions, self.figures),
        }


NOTHING: Final = EditionTables(EditionEntry.empty_frame(), EditionFigure.empty_frame(), SignOffEntry.empty_frame())


def remembered(home: Home) -> EditionTables:
    """Return the editions and sign-offs that the published file knows, an older program's as far as it has them."""
    if not home.warehouse.is_file():
        return NOTHING
    try:
        read = read_existing(home.warehouse, [EDITIONS, EDITION_FIGURES, SIGN_OFFS])
        return EditionTables(
            _as_held(read.get(EDITIONS), EditionEntry),
            _as_held(read.get(EDITION_FIGURES), EditionFigure),
            _as_held(read.get(SIGN_OFFS), SignOffEntry),
        )
    except UNREADABLE:
        return NOTHING


def _as_held(frame: pl.DataFrame | None, contract: type[C]) -> DataFrame[C]:
    """The table with nothing in columns that an older program had not; none where it lacks what names a row."""
    named = {*KEY, "sign_off_number"} & {*contract.columns()}
    if frame is None or not named <= {*frame.columns}:
        return contract.empty_frame()
    lacking = [name for name in contract.columns() if name not in frame.columns]
    return conform(frame.with_columns(pl.lit(None).alias(name) for name in lacking), contract)


def edition_tables(home: Home, known_at: dt.datetime) -> EditionTables:
    """Return the editions that were published as known by the moment, and the sign-offs that were recorded by then.

    A function of the record and of what the published file remembers: what the record has lost, or holds
    with another record than was written, goes on from file to file as it was, with its state.
    """
    return joined(every_edition(home), every_sign_off(home), remembered(home), known_at)


def joined(
    record: Sequence[Found], signed: Sequence[FoundSignOff], before: EditionTables, known_at: dt.datetime
) -> EditionTables:
    """Return the tables of the record, and of the file before what is not there any more as it was published."""
    rows, kept = _kept(map(_row, record), before.editions, known_at, EDITION)
    editions = _frame([kept[key] for key in sorted(kept)])
    own = {key for key in rows if kept[key] is rows[key]}
    read = [figure for one in record if EDITION.key(_place(one)) in own for figure in _figures(one)]
    carried = before.figures.join(_frame([kept[key] for key in kept if key not in own]), on=KEY, how="semi")
    figures = pl.concat([_figure_frame(read), carried.select(EditionFigure.columns())])
    _, sign_offs = _kept(map(_sign_off_row, signed), before.sign_offs, known_at, SIGN_OFF)
    signed_rows = pl.DataFrame([sign_offs[key] for key in sorted(sign_offs)], schema=SignOffEntry.polars_schema())
    return EditionTables(
        editions,
        conform(figures.sort(*KEY, maintain_order=True), EditionFigure),
        conform(signed_rows, SignOffEntry),
    )


class Entry(NamedTuple):
    """An entry of the record: the columns of its number, its moment and its state."""

    number: str
    moment: str
    state: str

    def key(self, row: Mapping[str, Any]) -> tuple[str, ...]:
        """Return what names the entry, in the order of numbers."""
        return (row["report"], row["period"], row["document_name"], f"{row[self.number]:09d}")


EDITION: Final = Entry("edition_number", "known_at", "edition_state")
SIGN_OFF: Final = Entry("sign_off_number", "recorded_at", "sign_off_state")


def _kept(
    record: Iterable[dict[str, Any]], before: pl.DataFrame, known_at: dt.datetime, entry: Entry
) -> tuple[Rows, Rows]:
    """The rows of the record as known then, and these with what the file before remembers of those that are lost."""
    is_known = pl.col(entry.moment).is_null() | (pl.col(entry.moment) <= known_at)
    published = {entry.key(row): row for row in before.filter(is_known).to_dicts()}
    rows = {entry.key(row): row for row in record if row[entry.moment] is None or row[entry.moment] <= known_at}
    kept = {key: _as_it_was(row, published[key], entry) if key in published else row for key, row in rows.items()}
    return rows, kept | {key: {**row, entry.state: MISSING} for key, row in published.items() if key not in rows}


def write_editions(home: Home, known_at: dt.datetime) -> None:
    """Put the record as it is now into the published file: a new file with these tables, swapped in like every one."""
    from flows.running.earlier import kept_in_force  # with all that computes: only now, as `status` reads these tables

    with kept_in_force(home):
        republish(home.warehouse, home.candidate, frames_of(edition_tables(home, known_at).by_name()))


def _shelf(folder: Path) -> dict[str, Any]:
    shelf = folder.parent
    return {"report": shelf.parents[1].name, "period": shelf.parent.name, "document_name": shelf.name}


def _place(found: Found) -> dict[str, Any]:
    return {**_shelf(found.folder), "edition_number": found.number}


def _row(found: Found) -> dict[str, Any]:
    edition = found.edition
    return {
        **_place(found),
        "lender": edition and edition.lender,
        "lang": edition and edition.lang,
        "edition_reason": edition and edition.reason,
        "edition_state": found.state,
        "pdf_digest": edition and edition.pdf_digest,
        "record_digest": found.record_digest,
        "snapshot_id": edition and edition.provenance.snapshot_id,
        "known_at": edition and edition.known_at,
        "printed_at": edition and edition.printed_at,
        "is_accepted_by_hand": edition and edition.is_accepted_by_hand,
        "greenloan_version": edition and edition.greenloan_version,
    }


def _sign_off_row(found: FoundSignOff) -> dict[str, Any]:
    held = asdict(found.sign_off) if found.sign_off else dict.fromkeys(one.name for one in fields(SignOff))
    own = {"sign_off_number": found.number, "sign_off_state": found.state, "record_digest": found.record_digest}
    return {**_shelf(found.folder), **held, **own}


def _as_it_was(row: dict[str, Any], published: dict[str, Any], entry: Entry) -> dict[str, Any]:
    """A record that is another than was published is damaged, whatever it holds."""
    if published["record_digest"] in {None, row["record_digest"]}:
        return row
    return {**published, entry.state: MISSING if row[entry.state] == MISSING else DAMAGED}


def _figures(found: Found) -> list[dict[str, Any]]:
    printed = found.edition.figures if found.edition else ()
    named = ({"figure_key": one.key, "figure_label": one.label, "printed_text": one.printed} for one in printed)
    return [
        {**_place(found), **names, "unit": one.unit, "receipt_code": one.code or None}
        for names, one in zip(named, printed, strict=True)
    ]


def _frame(rows: Sequence[Mapping[str, Any]]) -> DataFrame[EditionEntry]:
    return conform(pl.DataFrame(rows, schema=EditionEntry.polars_schema()), EditionEntry)


def _figure_frame(rows: Sequence[Mapping[str, Any]]) -> DataFrame[EditionFigure]:
    """The value is the printed text as a number, where it is one."""
    schema = {name: dtype for name, dtype in EditionFigure.polars_schema().items() if name != "value"}
    number = pl.col("printed_text").str.replace_all(",", "", literal=True).str.strip_suffix("%")
    return conform(
        pl.DataFrame(rows, schema=schema).with_columns(value=number.cast(pl.Float64, strict=False)), EditionFigure
    )
