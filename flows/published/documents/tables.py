"""The record of editions as tables of the published file, and what the file before remembers of one that is lost."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import polars as pl

from flows.home.settings import Home
from flows.published.documents.editions import Found, every_edition
from flows.warehouse.candidate import republish
from flows.warehouse.reading import UNREADABLE, read_tables
from schemas.contract import DataFrame, conform
from schemas.disclosures import EditionEntry, EditionFigure
from schemas.words.editions import DAMAGED, MISSING

EDITIONS: Final = "ops.editions"
EDITION_FIGURES: Final = "ops.edition_figures"
KEY: Final = ["report", "period", "document_name", "edition_number"]


class EditionTables(NamedTuple):
    """ops.editions and ops.edition_figures."""

    editions: DataFrame[EditionEntry]
    figures: DataFrame[EditionFigure]


NOTHING: Final = EditionTables(EditionEntry.empty_frame(), EditionFigure.empty_frame())


def remembered(home: Home) -> EditionTables:
    """Return the editions that the published file knows; none where it cannot be read or is of an older program."""
    if not home.warehouse.is_file():
        return NOTHING
    try:
        read = read_tables(home.warehouse, EDITIONS, EDITION_FIGURES)
    except UNREADABLE:
        return NOTHING
    return EditionTables(read[EDITIONS], read[EDITION_FIGURES])


def edition_tables(home: Home, known_at: dt.datetime) -> EditionTables:
    """Return the editions that were published as known by the moment.

    A function of the record and of what the published file remembers: an edition that the record has lost, or holds
    with another record than was written, goes on from file to file as it was, with its state.
    """
    return joined(every_edition(home), remembered(home), known_at)


def joined(record: Sequence[Found], before: EditionTables, known_at: dt.datetime) -> EditionTables:
    """Return the tables of the record, and of the file before what is not there any more as it was published."""
    is_known = pl.col("known_at").is_null() | (pl.col("known_at") <= known_at)
    published = {_key(row): row for row in before.editions.filter(is_known).to_dicts()}
    rows = {_key(row): row for row in map(_row, record) if row["known_at"] is None or row["known_at"] <= known_at}
    kept = {key: _as_it_was(row, published[key]) if key in published else row for key, row in rows.items()}
    kept |= {key: {**row, "edition_state": MISSING} for key, row in published.items() if key not in rows}
    editions = _frame([kept[key] for key in sorted(kept)])
    own = {key for key in rows if kept[key] is rows[key]}
    read = [figure for one in record if _key(_place(one)) in own for figure in _figures(one)]
    carried = before.figures.join(_frame([kept[key] for key in kept if key not in own]), on=KEY, how="semi")
    figures = pl.concat([_figure_frame(read), carried.select(EditionFigure.columns())])
    return EditionTables(editions, conform(figures.sort(*KEY, maintain_order=True), EditionFigure))


def write_editions(home: Home, known_at: dt.datetime) -> None:
    """Put the record as it is now into the published file: a new file with these tables, swapped in like every one."""
    tables = edition_tables(home, known_at)
    republish(home.warehouse, home.candidate, {EDITIONS: tables.editions, EDITION_FIGURES: tables.figures})


def _key(row: Mapping[str, Any]) -> tuple[str, ...]:
    return (row["report"], row["period"], row["document_name"], f"{row['edition_number']:09d}")


def _place(found: Found) -> dict[str, Any]:
    shelf = found.folder.parent
    return {
        "report": shelf.parents[1].name,
        "period": shelf.parent.name,
        "document_name": shelf.name,
        "edition_number": found.number,
    }


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
        "greenloan_version": edition and edition.greenloan_version,
    }


def _as_it_was(row: dict[str, Any], published: dict[str, Any]) -> dict[str, Any]:
    """A record that is another than was published is damaged, whatever it holds."""
    if published["record_digest"] in {None, row["record_digest"]}:
        return row
    return {**published, "edition_state": MISSING if row["edition_state"] == MISSING else DAMAGED}


def _figures(found: Found) -> list[dict[str, Any]]:
    printed = found.edition.figures if found.edition else ()
    named = ({"figure_key": one.key, "figure_label": one.label, "printed_text": one.printed} for one in printed)
    return [{**_place(found), **names, "unit": one.unit} for names, one in zip(named, printed, strict=True)]


def _frame(rows: Sequence[Mapping[str, Any]]) -> DataFrame[EditionEntry]:
    return conform(pl.DataFrame(rows, schema=EditionEntry.polars_schema()), EditionEntry)


def _figure_frame(rows: Sequence[Mapping[str, Any]]) -> DataFrame[EditionFigure]:
    """The value is the printed text as a number, where it is one."""
    schema = {name: dtype for name, dtype in EditionFigure.polars_schema().items() if name != "value"}
    number = pl.col("printed_text").str.replace_all(",", "", literal=True).str.strip_suffix("%")
    return conform(
        pl.DataFrame(rows, schema=schema).with_columns(value=number.cast(pl.Float64, strict=False)), EditionFigure
    )
