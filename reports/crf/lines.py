"""From validated rows to the printed parts: choosing, ordering and rounding, no arithmetic."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from reports import numbers
from reports.charts.series import Outcome
from reports.codes import RowCodes
from reports.crf.columns import OF_PROJECTS
from reports.crf.printed import (
    Cells,
    Effect,
    FieldLine,
    FlagLine,
    ProjectLine,
    Span,
    VerifiedLine,
)
from reports.crf.words import WORDS
from reports.house.lines import AS_SENT, LISTED, Row, day, printable_rows
from reports.house.printed import Lang, WithoutFigure
from reports.names import Names
from schemas.contract import DataFrame
from schemas.disclosures import TOTAL_FIELD, WINDOWS
from schemas.marts import VerifiedReduction
from schemas.words.statuses import STATUSES

CellRows = Mapping[tuple[str, str], Row]

MOST_SIGNIFICANT: Final = 3

VERIFIED: Final = ("project_id", "period_start", "verification_document")
"""What names a verified period."""

EFFECTS: Final = {
    WINDOWS[0]: "attributed_annual_in_quarter_tco2e_per_year",
    WINDOWS[-1]: "attributed_annual_reductions_tco2e_per_year",
}
"""The windows whose sentence names projects, and by which of their tonnes."""


def _name(row: Row) -> str:
    return str(row["project_name"] or row["project_id"])


def span(row: Row) -> Span:
    """Return the first and last day of a window, from its total row."""
    return Span(day(row.get("window_from_date")), day(row.get("window_to_date")))


def field_line(cells: CellRows, field_id: str, name: str, codes: RowCodes) -> FieldLine:
    """Return a row of the table: one field, all windows."""
    windows = tuple(_cells(cells.get((field_id, window), {}), codes("table", field_id, window)) for window in WINDOWS)
    return FieldLine(field_id, name, field_id == TOTAL_FIELD, windows)


def _cells(row: Row, code: str) -> Cells:
    reductions = row.get("attributed_annual_reductions_tco2e_per_year")
    return Cells(
        code=code,
        project_count=numbers.count(row.get("project_count")),
        disbursed_wan=numbers.money_wan(row.get("disbursed_cny")),
        weighted_rate_pct=numbers.rate(row.get("weighted_rate_pct")),
        reductions=numbers.tonnes(reductions),
        headline_reductions=numbers.headline_tonnes(reductions),
        coverage=numbers.per_cent(row.get("coverage_ratio")),
    )


def largest_first(rows: Iterable[Row], column: str) -> list[Row]:
    """Return the rows by `column`, largest first, those without a value last, ties by project id."""
    return sorted(rows, key=lambda row: (row[column] is None, -(row[column] or 0), row["project_id"]))


def most_significant(rows: Sequence[Row], column: str, window: str, codes: RowCodes) -> tuple[Effect, ...]:
    """Return the projects with the largest effect in `column`; never one that raises emissions."""
    with_effect = [row for row in rows if row[column] is not None and row[column] > 0]
    chosen = largest_first(with_effect, column)[:MOST_SIGNIFICANT]
    return tuple(
        Effect(
            code=codes("sentence", window, row[AS_SENT]["project_id"]),
            name=_name(row),
            reductions=numbers.tonnes(row[column]),
            is_building=row["is_building"],
        )
        for row in chosen
    )


def project_line(  # noqa: PLR0913, PLR0917 - a row, and all that names its parts
    position: int,
    row: Row,
    field_names: Mapping[str, str],
    titles: Mapping[str, str],
    codes: RowCodes,
    called: Names,
) -> ProjectLine:
    """Return a row of the project list."""
    return ProjectLine(
        code=codes("project", row[AS_SENT]["project_id"]),
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
        expected=numbers.tonnes(row["expected_median_last_four_quarters_tco2e"]),
        expected_range=_range(row),
        kind=_kind(row, called),
        measured=numbers.tonnes(row["measured_last_four_quarters_tco2e"]),
        gap=numbers.tonnes(row["measured_minus_promised_last_four_quarters_tco2e"]),
        status=_reason(row),
        is_building=row["is_building"],
    )


def _reason(row: Row) -> str:
    """Return the status, or which of two things a blocked annual figure lacks: the promise, or the lenders' shares."""
    if row["status"] != "blocked_missing_parameter":
        return str(row["status"])
    return "missing_promise" if row["annual_reductions_tco2e_per_year"] is None else "unknown_share"


def _range(row: Row) -> str:
    """Return the 10th and 90th percentile of what the project's kind delivered, in whole tonnes; empty if unknown."""
    ends = [row[f"expected_{end}_last_four_quarters_tco2e"] for end in ("p10", "p90")]
    return "" if None in ends else OF_PROJECTS["expected_range"].written(ends)


def _kind(row: Row, called: Names) -> str:
    """Return whose delivery the expectation rests on: type, scope and number of projects; empty without one."""
    if row["expected_median_last_four_quarters_tco2e"] is None:
        return ""
    return WORDS[called.lang].kind.format(
        kind=called.realisation(row["realisation_type_used"]),
        scope=called.realisation(row["realisation_scope"]),
        count=numbers.count(row["realisation_projects_count"]),
    )


def without_figure(rows: Sequence[Row]) -> tuple[WithoutFigure, ...]:
    """Return the projects without an attributed figure, grouped by why."""
    missing = [row for row in rows if row["attributed_annual_reductions_tco2e_per_year"] is None]
    statuses = dict.fromkeys([*STATUSES, *(_reason(row) for row in missing)])
    by_status = {status: [_name(row) for row in missing if _reason(row) == status] for status in statuses}
    return tuple(
        WithoutFigure(status, tuple(names[:LISTED]), len(names) > LISTED)
        for status, names in by_status.items()
        if names
    )


def with_building(rows: Iterable[Row], last: dt.date) -> list[Row]:
    """Return the rows with `is_building`: the project was not commissioned by the last day, or it is unknown when."""
    return [{**row, "is_building": (row["commissioning_date"] or dt.date.max) > last} for row in rows]


def not_operating(rows: Sequence[Row]) -> tuple[str, ...]:
    """Return the projects with tonnes in the table that did not operate by the last day."""
    counted = [row for row in rows if row["attributed_annual_reductions_tco2e_per_year"] is not None]
    return tuple(_name(row) for row in counted if row["is_building"])


def outcomes(rows: Sequence[Row]) -> tuple[Outcome, ...]:
    """Return promise, expectation and reading of the listed projects that have one, the largest promise first."""
    promised, measured = "promised_last_four_quarters_tco2e", "measured_last_four_quarters_tco2e"
    expected = [f"expected_{end}_last_four_quarters_tco2e" for end in ("median", "p10", "p90")]
    numbered = [{**row, "label": f"{i} {_name(row)}"} for i, row in enumerate(rows[:LISTED], start=1)]
    known = [row for row in numbered if row[promised] is not None or row[measured] is not None]
    return tuple(
        Outcome(row["label"], row[promised], row[measured], *(row[name] for name in expected))
        for row in largest_first(known, promised)
    )


def names_of(projects: Iterable[Row], lang: Lang) -> Names:
    """Return what codes are called in the document, the projects of its list by their names."""
    return Names(lang, {row["project_id"]: _name(row) for row in projects})


def flag_lines(rows: Iterable[Row], names: Names) -> list[FlagLine]:
    """Return the flags; subjects of which one and the same is to be known are in one row."""
    subjects: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        subjects.setdefault((names.flag(row["code"]), row["message"]), []).append(names.subject(row["subject"]))
    return [FlagLine(name, names.listed(about), message) for (name, message), about in subjects.items()]


def verified_lines(verified: DataFrame[VerifiedReduction] | None, codes: RowCodes) -> tuple[VerifiedLine, ...]:
    """Return the verified periods; `measured` is the figure of the same days here, whatever its status."""
    rows = [] if verified is None else printable_rows(verified.head(LISTED))
    return tuple(
        VerifiedLine(
            code=codes("verified", *(str(row[AS_SENT][name]) for name in VERIFIED)),
            name=_name(row),
            from_date=day(row["period_start"]),
            to_date=day(row["period_end"]),
            scheme=row["credit_scheme"],
            verifier=row["verified_by"],
            document=row["verification_document"],
            verified=numbers.tonnes(row["verified_reduction_tco2e"]),
            measured=numbers.tonnes(row["emission_reductions_tco2e"]),
            status=row["status"],
        )
        for row in rows
    )
