"""What the carbon-reduction-loan disclosure prints, as strings: nothing is printed that is not here."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from reports import numbers
from reports.charts.series import ROWS_DRAWN, Outcome
from reports.codes import RowCodes
from reports.crf import lines
from reports.crf.lines import CellRows
from reports.crf.printed import (
    Effect,
    FieldLine,
    FieldName,
    FlagLine,
    Formulas,
    ProjectLine,
    Span,
    VerifiedLine,
)
from reports.crf.ranges import NO_RANGE, Range, printed_range
from reports.documents import Document, provenance
from reports.glyphs import printable
from reports.house.lines import (
    FACTOR_COLUMNS,
    LISTED,
    Row,
    attachments,
    factor_line,
    in_language,
    method_line,
    printable_rows,
    unconfirmed,
)
from reports.house.printed import FactorLine, Lang, MethodLine, MethodNote, WithoutFigure
from reports.names import Names
from schemas.contract import DataFrame
from schemas.disclosures import TOTAL_FIELD, WHOLE_BOOK, WINDOWS, CrfDisclosure, CrfProject
from schemas.errors import UsageError
from schemas.marts import VerifiedReduction
from schemas.reference import ParameterUse
from schemas.runs import Flag, Run
from schemas.uncertainty import FigureUncertainty, UncertaintyInput

__all__ = ["CrfDocument", "FieldName", "Lang", "MethodNote", "crf_document"]


@dataclass(frozen=True)
class CrfDocument(Document):
    """One quarter's disclosure for one lender (or the whole book), exactly as printed."""

    lang: Lang
    is_whole_book: bool
    institution: str
    year: str
    quarter: str
    version: str
    refused_rows: str
    limits_code: str
    verification: str
    verified: tuple[VerifiedLine, ...]
    has_more_verified: bool
    spans: tuple[Span, ...]
    lines: tuple[FieldLine, ...]
    most_significant_in_quarter: tuple[Effect, ...]
    most_significant_since_start: tuple[Effect, ...]
    projects: tuple[ProjectLine, ...]
    has_more_projects: bool
    without_figure: tuple[WithoutFigure, ...]
    not_operating: tuple[str, ...]
    has_more_not_operating: bool
    unconfirmed: tuple[str, ...]
    factors: tuple[FactorLine, ...]
    has_more_factors: bool
    flags: tuple[FlagLine, ...]
    has_more_flags: bool
    methods: tuple[MethodLine, ...]
    factor_sets: tuple[str, ...]
    formulas: Formulas
    outcomes: tuple[Outcome, ...]
    range: Range
    listed: str
    drawn: str


def crf_document(  # noqa: PLR0913 - each argument is a table or a name that the document prints
    *,
    table: DataFrame[CrfDisclosure],
    projects: DataFrame[CrfProject],
    parameters: DataFrame[ParameterUse],
    flags: DataFrame[Flag],
    run: DataFrame[Run],
    fields: Sequence[FieldName],
    methods: Sequence[MethodNote],
    formulas: Formulas,
    institution: str,
    lang: Lang,
    verification: str = "",
    factor_sets: Sequence[str] = (),
    ranges: DataFrame[FigureUncertainty] | None = None,
    inputs: DataFrame[UncertaintyInput] | None = None,
    verified: DataFrame[VerifiedReduction] | None = None,
) -> CrfDocument:
    """Return the disclosure of the one period and lender that `table` and `projects` hold.

    `fields` gives the table's rows and their order; `formulas` are those that the
    table and the expectations were worked out by;
    `verification` is the bank's own statement on a third party's verification (empty: the document states that there
    was none); `factor_sets` names the sets in force; `ranges` (at most one row) and `inputs` give how certain it is;
    `verified` (with project_name) is listed beside the measured figures.

    A (field, window) without a row prints as missing. Raises UsageError for mixed periods or lenders, a repeated
    row, or a field that `fields` lacks.
    """
    period = _sole(table, projects, "period")
    year, quarter = _year_and_quarter(period)
    lender = _sole(table, projects, "lender")
    codes = RowCodes("crf", period, lender)
    sent = lines.with_building(printable_rows(projects), table.select(pl.col("window_to_date").max()).item())
    rows = lines.largest_first(sent, "disbursed_cny")
    used = parameters.select(FACTOR_COLUMNS).unique().sort(FACTOR_COLUMNS)
    names = {field.field_id: in_language(lang, field.name_zh, field.name_en) for field in fields}
    called = lines.names_of(rows, lang)
    state = run.row(0, named=True)
    notes = tuple(method_line(note, lang) for note in methods)
    return CrfDocument(
        lang=lang,
        is_whole_book=lender == WHOLE_BOOK,
        institution=printable(institution),
        year=year,
        quarter=quarter,
        verification=printable(verification),
        methods=notes,
        factor_sets=tuple(printable(name) for name in factor_sets),
        formulas=formulas,
        attachments=attachments(table=table, projects=projects, factors=used, flags=flags, **_listed(verified)),
        range=NO_RANGE if ranges is None or inputs is None else printed_range(ranges, inputs, codes, called),
        listed=numbers.count(LISTED),
        drawn=numbers.count(ROWS_DRAWN),
        verified=lines.verified_lines(verified, codes),
        has_more_verified=verified is not None and verified.height > LISTED,
        provenance=provenance(state),
        version=state["greenloan_version"],
        refused_rows=numbers.count(state["rows_refused_count"]) if lender == WHOLE_BOOK else "",
        limits_code=codes("limits"),
        **_table_part(_by_field_and_window(table, names), names, codes),
        **_building_part(rows),
        **_project_part(rows, names, {note.method_id: note.title for note in notes}, codes, called),
        **_evidence_part(used, flags, codes, called),
    )


def _table_part(cells: CellRows, names: Mapping[str, str], codes: RowCodes) -> dict[str, Any]:
    return {
        "spans": tuple(lines.span(cells.get((TOTAL_FIELD, window), {})) for window in WINDOWS),
        "lines": tuple(lines.field_line(cells, key, name, codes) for key, name in [*names.items(), (TOTAL_FIELD, "")]),
    }


def _listed(verified: DataFrame[VerifiedReduction] | None) -> dict[str, pl.DataFrame]:
    return {} if verified is None or verified.is_empty() else {"verified": verified}


def _project_part(
    rows: Sequence[Row], names: Mapping[str, str], titles: Mapping[str, str], codes: RowCodes, called: Names
) -> dict[str, Any]:
    in_quarter, since_start = (
        lines.most_significant(rows, column, window, codes) for window, column in lines.EFFECTS.items()
    )
    return {
        "most_significant_in_quarter": in_quarter,
        "most_significant_since_start": since_start,
        "projects": tuple(
            lines.project_line(place, row, names, titles, codes, called)
            for place, row in enumerate(rows[:LISTED], start=1)
        ),
        "has_more_projects": len(rows) > LISTED,
        "without_figure": lines.without_figure(rows),
        "outcomes": lines.outcomes(rows),
    }


def _building_part(rows: Sequence[Row]) -> dict[str, Any]:
    """The projects that did not operate by the last day: their tonnes are in the table as promises only."""
    waiting = lines.not_operating(rows)
    return {"not_operating": waiting[:LISTED], "has_more_not_operating": len(waiting) > LISTED}


def _evidence_part(used: pl.DataFrame, flags: pl.DataFrame, codes: RowCodes, called: Names) -> dict[str, Any]:
    factors = [factor_line(row, codes, called) for row in printable_rows(used)]
    distinct = flags.select("code", "subject", "message").unique().sort("code", "subject", "message")
    raised = lines.flag_lines(printable_rows(distinct), called)
    return {
        "unconfirmed": unconfirmed(factors),
        "factors": tuple(factors[:LISTED]),
        "has_more_factors": len(factors) > LISTED,
        "flags": tuple(raised[:LISTED]),
        "has_more_flags": len(raised) > LISTED,
    }


def _sole(table: pl.DataFrame, projects: pl.DataFrame, column: str) -> str:
    """Return the one value that both tables hold in `column`; raise UsageError for none or several."""
    values = sorted({*table[column], *projects[column]})
    if len(values) != 1:
        raise UsageError(
            f"a disclosure is about one {column}",
            where="the disclosure table and its projects",
            available=", ".join(values) or "no rows",
            remedy=f"pass the rows of one {column}",
        )
    return str(values[0])


def _year_and_quarter(period: str) -> tuple[str, str]:
    found = re.fullmatch(r"(\d{4})Q([1-4])", period)
    if not found:
        raise UsageError(
            f"{period} is not a quarter",
            where="period of the carbon-reduction-loan table",
            available="this disclosure is quarterly",
            remedy="ask for a quarter, such as 2025Q2",
        )
    return found[1], found[2]


def _by_field_and_window(table: pl.DataFrame, names: Mapping[str, str]) -> dict[tuple[str, str], Row]:
    """Return the table's rows by field and window; raise UsageError for one unknown or given twice."""
    cells: dict[tuple[str, str], Row] = {}
    for row in table.iter_rows(named=True):
        key = (row["crf_field"], row["window"])
        _refuse_unprintable(key, names, is_repeated=key in cells)
        cells[key] = row
    return cells


def _refuse_unprintable(key: tuple[str, str], names: Mapping[str, str], *, is_repeated: bool) -> None:
    known = [*names, TOTAL_FIELD]
    if is_repeated or key[0] not in known:
        raise UsageError(
            f"the field {key[0]} in the window {key[1]} {'is given twice' if is_repeated else 'has no name to print'}",
            where="the disclosure table",
            available=", ".join(known),
            remedy="pass one row per field and window, and name every field of the table",
        )
