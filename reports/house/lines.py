"""From validated rows to the parts that documents of every kind print."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import polars as pl

from reports import numbers
from reports.codes import Column, RowCodes
from reports.documents import Attachment
from reports.glyphs import printable
from reports.house.printed import CodeList, FactorLine, Lang, MethodLine, MethodNote
from reports.names import Names

Row = Mapping[str, Any]
AS_SENT: Final = "as_sent"
"""Of a printable row the row itself: codes rest on it, whatever fonts can show."""

LISTED: Final = 60
"""Rows printed of any list; the attached CSV files hold them all."""

FACTOR_COLUMNS: Final = [
    "parameter_id",
    "scope",
    "valid_from",
    "valid_to",
    "value",
    "unit",
    "source",
    "locator",
    "parameter_status",
]
"""What the factors of a document are printed from."""


def in_language(lang: Lang, zh: str, en: str) -> str:
    """Return the words in the document's language."""
    return zh if lang == "zh" else en


def day(day: dt.date | None) -> str:
    """Return the day as documents print it."""
    return numbers.MISSING if day is None else day.isoformat()


def factor_line(row: Row, codes: RowCodes, names: Names) -> FactorLine:
    """Return a factor with its source."""
    sent = row[AS_SENT]
    return FactorLine(
        code=codes("factor", sent["parameter_id"], sent["scope"], day(sent["valid_from"])),
        parameter_id=row["parameter_id"],
        scope=row["scope"],
        name=names.parameter(row["parameter_id"]),
        holds_for=names.scope(row["scope"]),
        value=numbers.factor(row["value"]),
        unit=row["unit"],
        valid_from=day(row["valid_from"]),
        valid_to=day(row["valid_to"]),
        source=row["source"],
        locator=names.worded(row["locator"] or ""),
        status=row["parameter_status"],
    )


def unconfirmed(factors: Sequence[FactorLine]) -> tuple[str, ...]:
    """Return the names of the factors for which no published text was seen, each once."""
    return tuple(dict.fromkeys(line.name for line in factors if line.status == "unconfirmed"))


def method_line(note: MethodNote, lang: Lang) -> MethodLine:
    """Return a method in the document's language."""
    title = in_language(lang, note.title_zh, note.title_en)
    boundary = in_language(lang, note.boundary_zh, note.boundary_en)
    edition_title = in_language(lang, note.edition_zh or "", note.edition_en or "")
    return MethodLine(note.method_id, title, note.formula, boundary, note.edition, edition_title)


def attachments(**frames: pl.DataFrame) -> tuple[Attachment, ...]:
    """Return the tables as CSV files, every row, unrounded."""
    # Spreadsheets read Chinese CSV correctly only behind a byte order mark.
    return tuple(Attachment(f"{name}.csv", frame.write_csv(include_bom=True)) for name, frame in frames.items())


def printable_rows(frame: pl.DataFrame) -> list[Row]:
    """Return the rows with every text in characters that the bundled fonts can show; as they were under AS_SENT."""
    return [
        {name: printable(value) if isinstance(value, str) else value for name, value in row.items()} | {AS_SENT: row}
        for row in frame.iter_rows(named=True)
    ]


def code_list(
    heading: str, columns: Mapping[str, Column], rows: Iterable[tuple[str, str]], names: Mapping[str, str]
) -> CodeList:
    """Return a list of the appendix of codes; names: what its columns are called."""
    return CodeList(heading, tuple((one.letter, names[name]) for name, one in columns.items()), tuple(rows))
