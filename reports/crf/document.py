"""What the carbon-reduction-loan disclosure prints, as strings: nothing is printed that is not here."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

import polars as pl
from pandera.typing.polars import DataFrame

from reports import numbers
from reports.figures import ROWS_DRAWN, BarGroup, Pair
from reports.glyphs import printable
from schemas.disclosures import TOTAL_FIELD, WINDOWS, CrfDisclosure, CrfProject
from schemas.errors import UsageError
from schemas.marts import STATUSES
from schemas.runs import Flag, Run

Lang = Literal["zh", "en"]
Row = Mapping[str, Any]

LISTED: Final = 60
"""Rows printed of any list; the attached CSV files hold them all."""

MOST_SIGNIFICANT: Final = 3
BEIJING: Final = dt.timezone(dt.timedelta(hours=8))
FACTOR_COLUMNS: Final = [
    "parameter_id", "scope", "valid_from", "valid_to", "value", "unit", "source", "locator", "parameter_status",
]  # fmt: skip


class FieldName(NamedTuple):
    """A field of the carbon-reduction tool: its id in `crf_field` and its names."""

    field_id: str
    name_zh: str
    name_en: str


class MethodNote(NamedTuple):
    """How one method works, in a line each."""

    method_id: str
    title_zh: str
    title_en: str
    formula: str
    boundary_zh: str
    boundary_en: str


@dataclass(frozen=True)
class Cells:
    """One field in one window: projects, 万元, per cent, tonnes, and how much of the money has a figure."""

    project_count: str
    disbursed_wan: str
    weighted_rate_pct: str
    reductions: str
    headline_reductions: str
    coverage: str


@dataclass(frozen=True)
class FieldLine:
    """A row of the table: a field (empty name: the total) and its cells, one per window."""

    name: str
    is_total: bool
    windows: tuple[Cells, ...]


@dataclass(frozen=True)
class Span:
    """First and last day of a window."""

    from_date: str
    to_date: str


@dataclass(frozen=True)
class Effect:
    """A project named for its effect, with its tonnes."""

    name: str
    reductions: str


@dataclass(frozen=True)
class ProjectLine:
    """A row of the project list."""

    position: str
    name: str
    project_id: str
    field: str
    method: str
    disbursed_wan: str
    total_investment_wan: str
    share: str
    annual_reductions: str
    attributed_reductions: str
    promised: str
    measured: str
    status: str


@dataclass(frozen=True)
class WithoutFigure:
    """The projects that have no figure for one and the same reason."""

    status: str
    names: tuple[str, ...]
    has_more: bool


@dataclass(frozen=True)
class FactorLine:
    """A factor that the figures used, and where it comes from."""

    parameter_id: str
    scope: str
    value: str
    unit: str
    valid_from: str
    valid_to: str
    source: str
    locator: str
    status: str


@dataclass(frozen=True)
class FlagLine:
    """What a reader must know before using a figure."""

    code: str
    subject: str
    message: str


@dataclass(frozen=True)
class MethodLine:
    """A method in the document's language."""

    method_id: str
    title: str
    formula: str
    boundary: str


@dataclass(frozen=True)
class Attachment:
    """A CSV file inside the PDF: all rows, unrounded."""

    name: str
    text: str


@dataclass(frozen=True)
class CrfDocument:
    """One quarter's disclosure for one lender (or the whole book), exactly as printed."""

    lang: Lang
    institution: str
    year: str
    quarter: str
    snapshot_id: str
    known_at: str
    data_as_of: str
    document_date: str
    version: str
    refused_rows: str
    verification: str
    spans: tuple[Span, ...]
    lines: tuple[FieldLine, ...]
    most_significant_in_quarter: tuple[Effect, ...]
    most_significant_since_start: tuple[Effect, ...]
    projects: tuple[ProjectLine, ...]
    has_more_projects: bool
    without_figure: tuple[WithoutFigure, ...]
    unconfirmed: tuple[str, ...]
    factors: tuple[FactorLine, ...]
    has_more_factors: bool
    flags: tuple[FlagLine, ...]
    has_more_flags: bool
    methods: tuple[MethodLine, ...]
    attachments: tuple[Attachment, ...]
    field_bars: tuple[BarGroup, ...]
    outcomes: tuple[Pair, ...]
    listed: str
    drawn: str


def crf_document(
    *,
    table: DataFrame[CrfDisclosure],
    projects: DataFrame[CrfProject],
    parameters: pl.DataFrame,
    flags: DataFrame[Flag],
    run: DataFrame[Run],
    fields: Sequence[FieldName],
    methods: Sequence[MethodNote],
    institution: str,
    lang: Lang,
    verification: str = "",
) -> CrfDocument:
    """Return the disclosure of the one period and lender that `table` and `projects` hold.

    `fields` gives the table's rows and their order; `verification` is what the bank itself says about a third
    party's verification (empty: the document says there was none). A (field, window) without a row prints as
    missing. Raises UsageError for mixed periods or lenders, a repeated row, or a field that `fields` lacks.
    """
    year, quarter = _year_and_quarter(_sole(table, projects, "period"))
    _sole(table, projects, "lender")
    cells = _by_field_and_window(table, fields)
    rows = _largest_first(_printable_rows(projects), "disbursed_cny")
    field_names = {field.field_id: _in_language(lang, field.name_zh, field.name_en) for field in fields}
    titles = {note.method_id: _in_language(lang, note.title_zh, note.title_en) for note in methods}
    used = parameters.select(FACTOR_COLUMNS).unique().sort(FACTOR_COLUMNS)
    factors = [_factor_line(row) for row in _printable_rows(used)]
    flag_lines = [FlagLine(**row) for row in _printable_rows(flags.unique().sort("code", "subject", "message"))]
    return CrfDocument(
        lang=lang,
        institution=printable(institution),
        year=year,
        quarter=quarter,
        **_provenance(run.row(0, named=True)),
        verification=printable(verification),
        spans=tuple(_span(cells.get((TOTAL_FIELD, window), {})) for window in WINDOWS),
        lines=tuple(_field_line(cells, key, name) for key, name in [*field_names.items(), (TOTAL_FIELD, "")]),
        most_significant_in_quarter=_most_significant(rows, "attributed_annual_in_quarter_tco2e_per_year"),
        most_significant_since_start=_most_significant(rows, "attributed_annual_reductions_tco2e_per_year"),
        projects=tuple(_project_line(i, row, field_names, titles) for i, row in enumerate(rows[:LISTED], start=1)),
        has_more_projects=len(rows) > LISTED,
        without_figure=_without_figure(rows),
        unconfirmed=_unconfirmed(factors),
        factors=tuple(factors[:LISTED]),
        has_more_factors=len(factors) > LISTED,
        flags=tuple(flag_lines[:LISTED]),
        has_more_flags=len(flag_lines) > LISTED,
        methods=tuple(_method_line(note, lang) for note in methods),
        attachments=_attachments(table=table, projects=projects, factors=used, flags=flags),
        field_bars=tuple(_field_bars(cells, key, name) for key, name in field_names.items()),
        outcomes=_outcomes(rows),
        listed=numbers.count(LISTED),
        drawn=numbers.count(ROWS_DRAWN),
    )


def _printable_rows(frame: pl.DataFrame) -> list[Row]:
    return [
        {name: printable(value) if isinstance(value, str) else value for name, value in row.items()}
        for row in frame.iter_rows(named=True)
    ]


def _in_language(lang: Lang, zh: str, en: str) -> str:
    return zh if lang == "zh" else en


def _name(row: Row) -> str:
    return str(row["project_name"] or row["project_id"])


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
            f"{period} is no quarter",
            where="period of the carbon-reduction-loan table",
            available="this disclosure is quarterly",
            remedy="ask for a quarter, such as 2025Q2",
        )
    return found[1], found[2]


def _by_field_and_window(table: pl.DataFrame, fields: Sequence[FieldName]) -> dict[tuple[str, str], Row]:
    """Return the table's rows by field and window; raise UsageError for one unknown or given twice."""
    cells: dict[tuple[str, str], Row] = {}
    for row in table.iter_rows(named=True):
        key = (row["crf_field"], row["window"])
        _refuse_unprintable(key, fields, is_repeated=key in cells)
        cells[key] = row
    return cells


def _refuse_unprintable(key: tuple[str, str], fields: Sequence[FieldName], *, is_repeated: bool) -> None:
    known = [*(field.field_id for field in fields), TOTAL_FIELD]
    if is_repeated or key[0] not in known:
        raise UsageError(
            f"the field {key[0]} in the window {key[1]} {'is given twice' if is_repeated else 'has no name to print'}",
            where="the disclosure table",
            available=", ".join(known),
            remedy="pass one row per field and window, and name every field of the table",
        )


def _provenance(run: Row) -> dict[str, str]:
    """Return what the run says of itself; the document's date is the data's, as there is no clock here."""
    as_of = run["data_as_of_at"] or run["known_at"]
    return {
        "snapshot_id": run["snapshot_id"],
        "known_at": _moment(run["known_at"]),
        "data_as_of": _moment(run["data_as_of_at"]),
        "document_date": as_of.astimezone(BEIJING).date().isoformat(),
        "version": run["greenloan_version"],
        "refused_rows": numbers.count(run["rows_refused_count"]),
    }


def _moment(instant: dt.datetime | None) -> str:
    return numbers.MISSING if instant is None else f"{instant.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"


def _day(day: dt.date | None) -> str:
    return numbers.MISSING if day is None else day.isoformat()


def _span(row: Row) -> Span:
    return Span(_day(row.get("window_from_date")), _day(row.get("window_to_date")))


def _field_line(cells: Mapping[tuple[str, str], Row], field_id: str, name: str) -> FieldLine:
    windows = tuple(_cells(cells.get((field_id, window), {})) for window in WINDOWS)
    return FieldLine(name, field_id == TOTAL_FIELD, windows)


def _cells(row: Row) -> Cells:
    reductions = row.get("attributed_annual_reductions_tco2e_per_year")
    return Cells(
        project_count=numbers.count(row.get("project_count")),
        disbursed_wan=numbers.money_wan(row.get("disbursed_cny")),
        weighted_rate_pct=numbers.rate(row.get("weighted_rate_pct")),
        reductions=numbers.tonnes(reductions),
        headline_reductions=numbers.headline_tonnes(reductions),
        coverage=numbers.per_cent(row.get("coverage_ratio")),
    )


def _field_bars(cells: Mapping[tuple[str, str], Row], field_id: str, name: str) -> BarGroup:
    column = "attributed_annual_reductions_tco2e_per_year"
    return BarGroup(name, tuple(cells.get((field_id, window), {}).get(column) for window in WINDOWS))


def _largest_first(rows: Iterable[Row], column: str) -> list[Row]:
    """Return the rows by `column`, largest first, those without a value last, ties by project id."""
    return sorted(rows, key=lambda row: (row[column] is None, -(row[column] or 0), row["project_id"]))


def _most_significant(rows: Sequence[Row], column: str) -> tuple[Effect, ...]:
    with_effect = [row for row in rows if row[column] is not None and row[column] > 0]
    chosen = _largest_first(with_effect, column)[:MOST_SIGNIFICANT]
    return tuple(Effect(_name(row), numbers.tonnes(row[column])) for row in chosen)


def _project_line(position: int, row: Row, field_names: Mapping[str, str], titles: Mapping[str, str]) -> ProjectLine:
    return ProjectLine(
        position=numbers.count(position),
        name=_name(row),
        project_id=row["project_id"],
        field=field_names.get(row["crf_field"], row["crf_field"]),
        method=titles.get(row["method"], row["method"]),
        disbursed_wan=numbers.money_wan(row["disbursed_cny"]),
        total_investment_wan=numbers.money_wan(row["total_investment_cny"]),
        share=numbers.per_cent(row["attribution_factor_ratio"]),
        annual_reductions=numbers.tonnes(row["annual_reductions_tco2e_per_year"]),
        attributed_reductions=numbers.tonnes(row["attributed_annual_reductions_tco2e_per_year"]),
        promised=numbers.tonnes(row["promised_last_four_quarters_tco2e"]),
        measured=numbers.tonnes(row["measured_last_four_quarters_tco2e"]),
        status=row["status"],
    )


def _without_figure(rows: Sequence[Row]) -> tuple[WithoutFigure, ...]:
    missing = [row for row in rows if row["attributed_annual_reductions_tco2e_per_year"] is None]
    statuses = dict.fromkeys([*STATUSES, *(row["status"] for row in missing)])
    by_status = {status: [_name(row) for row in missing if row["status"] == status] for status in statuses}
    return tuple(
        WithoutFigure(status, tuple(names[:LISTED]), len(names) > LISTED)
        for status, names in by_status.items()
        if names
    )


def _outcomes(rows: Sequence[Row]) -> tuple[Pair, ...]:
    """Return promise and reading of the listed projects that have either, the largest promise first."""
    promised, measured = "promised_last_four_quarters_tco2e", "measured_last_four_quarters_tco2e"
    numbered = [{**row, "label": f"{i} {_name(row)}"} for i, row in enumerate(rows[:LISTED], start=1)]
    known = [row for row in numbered if row[promised] is not None or row[measured] is not None]
    return tuple(Pair(row["label"], row[promised], row[measured]) for row in _largest_first(known, promised))


def _factor_line(row: Row) -> FactorLine:
    return FactorLine(
        parameter_id=row["parameter_id"],
        scope=row["scope"],
        value=numbers.factor(row["value"]),
        unit=row["unit"],
        valid_from=_day(row["valid_from"]),
        valid_to=_day(row["valid_to"]),
        source=row["source"],
        locator=row["locator"] or "",
        status=row["parameter_status"],
    )


def _unconfirmed(factors: Sequence[FactorLine]) -> tuple[str, ...]:
    named = [f"{line.parameter_id} ({line.scope})" for line in factors if line.status == "unconfirmed"]
    return tuple(dict.fromkeys(named))[:LISTED]


def _method_line(note: MethodNote, lang: Lang) -> MethodLine:
    title = _in_language(lang, note.title_zh, note.title_en)
    return MethodLine(note.method_id, title, note.formula, _in_language(lang, note.boundary_zh, note.boundary_en))


def _attachments(**frames: pl.DataFrame) -> tuple[Attachment, ...]:
    # Spreadsheets read Chinese CSV correctly only behind a byte order mark.
    return tuple(Attachment(f"{name}.csv", frame.write_csv(include_bom=True)) for name, frame in frames.items())
