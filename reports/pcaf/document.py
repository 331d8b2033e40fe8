"""What the yearly statement after PCAF and ICMA prints, as strings: nothing is printed that is not here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from reports import numbers
from reports.charts.series import OverTime
from reports.codes import RowCodes
from reports.documents import Document, provenance
from reports.glyphs import printable
from reports.house.lines import (
    AS_SENT,
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
from reports.house.yearly import FACTOR_COLUMNS, name_of, over_time, whose, without_figure, written_columns
from reports.names import Names
from reports.pcaf.columns import OF_FINANCING, OF_METHODS
from reports.pcaf.printed import FinancedProject, StatementLine
from reports.pcaf.words import WORDS
from schemas.contract import DataFrame
from schemas.disclosures import COUNTY, TOTAL_FIELD, WHOLE_BOOK, YearlyLine, YearlyProject
from schemas.errors import UsageError
from schemas.reference import ParameterUse
from schemas.runs import Run

STORED_OF_METHODS: Final = {
    "project_count": "project_count",
    "outstanding": "balance_cny",
    "undrawn": "undrawn_cny",
    "coverage": "coverage_ratio",
    "reductions": "attributed_reductions_tco2e",
    "per_million": "attributed_reductions_tco2e_per_million_cny",
    "own_base_year": "attributed_own_base_year_reductions_tco2e",
    "removals": "attributed_removals_tco2e",
    "financed_emissions": "financed_emissions_tco2e",
    "emissions_coverage": "emissions_coverage_ratio",
    "score": "weighted_project_finance_score",
}
STORED_OF_PROJECTS: Final = {
    "invested": "invested_cny",
    "outstanding": "balance_cny",
    "undrawn": "undrawn_cny",
    "share": "attribution_factor_ratio",
    "project_tonnes": "project_tonnes_tco2e",
    "attributed": "attributed_tco2e",
    "project_emissions": "project_emissions_tco2e",
    "financed_emissions": "financed_emissions_tco2e",
    "score": "project_finance_score",
}
"""Which column of the tables each printed column is."""


@dataclass(frozen=True)
class PcafDocument(Document):
    """A year's statement for a lender, a county or the whole book, exactly as printed. share: the rule of shares."""

    lang: Lang
    is_signed: bool
    institution: str
    year: str
    version: str
    lines: tuple[StatementLine, ...]
    projects: tuple[FinancedProject, ...]
    has_more_projects: bool
    without_figure: tuple[WithoutFigure, ...]
    mandated: tuple[str, ...]
    unconfirmed: tuple[str, ...]
    factors: tuple[FactorLine, ...]
    has_more_factors: bool
    methods: tuple[MethodLine, ...]
    factor_sets: tuple[str, ...]
    share: str
    over_time: OverTime
    listed: str


def pcaf_document(  # noqa: PLR0913 - each argument is a table or a name that the document prints
    *,
    lines: DataFrame[YearlyLine],
    projects: DataFrame[YearlyProject],
    parameters: DataFrame[ParameterUse],
    run: DataFrame[Run],
    period: str,
    methods: Sequence[MethodNote],
    titles: Mapping[str, tuple[str, str]],
    share: str,
    institution: str,
    lang: Lang,
    mandated: Sequence[str] = (),
    factor_sets: Sequence[str] = (),
) -> PcafDocument:
    """Return the statement of the year; lines: of the same lender or county in every year, projects: of this one.

    titles: what methods are called, Chinese and English; mandated: projects whose baseline a rule orders to end;
    institution: the lender, or the county's name. Raises UsageError where the year has no total.
    """
    own = lines.filter(pl.col("period") == period)
    if own.filter(pl.col("method") == TOTAL_FIELD).height != 1:
        raise UsageError(
            f"the statement of {period} has no single total",
            where="mart.disclosure_pcaf",
            available=", ".join(lines["period"].unique().sort()) or "no years",
            remedy="ask for a year from the list",
        )
    lender = own["lender"][0]
    names = {method: in_language(lang, *both) for method, both in titles.items()}
    codes, words = RowCodes("pcaf", period, lender), WORDS[lang]
    rows = sorted(printable_rows(projects), key=lambda row: (-(row["balance_cny"] or 0), row["project_id"]))
    used = parameters.select(FACTOR_COLUMNS).unique().sort(FACTOR_COLUMNS)
    called = Names(lang, {row["project_id"]: name_of(row) for row in rows})
    factors = [factor_line(row, codes, called) for row in printable_rows(used)]
    state = run.row(0, named=True)
    return PcafDocument(
        lang=lang,
        is_signed=lender != WHOLE_BOOK and not lender.startswith(COUNTY),
        institution=printable(whose(lender, institution, words.whole_book, words.county)),
        year=period,
        version=state["greenloan_version"],
        lines=_lines(own, names, codes, lang),
        projects=tuple(_project(place, row, names, codes) for place, row in enumerate(rows[:LISTED], start=1)),
        has_more_projects=len(rows) > LISTED,
        without_figure=without_figure(rows),
        mandated=tuple(called.subject(project) for project in mandated),
        unconfirmed=unconfirmed(factors),
        factors=tuple(factors[:LISTED]),
        has_more_factors=len(factors) > LISTED,
        methods=tuple(method_line(note, lang) for note in methods),
        factor_sets=tuple(printable(name) for name in factor_sets),
        share=share,
        over_time=over_time(lines, names, words.others),
        listed=numbers.count(LISTED),
        provenance=provenance(state),
        attachments=attachments(statement=own, projects=projects, factors=used),
    )


def _lines(own: pl.DataFrame, names: Mapping[str, str], codes: RowCodes, lang: Lang) -> tuple[StatementLine, ...]:
    """The methods by money outstanding, the total last."""
    order = sorted(
        own.iter_rows(named=True),
        key=lambda row: (row["method"] == TOTAL_FIELD, -(row["balance_cny"] or 0), row["method"]),
    )
    return tuple(
        StatementLine(
            code=codes("method", row["method"]),
            method=row["method"],
            name=WORDS[lang].total if row["method"] == TOTAL_FIELD else names.get(row["method"], row["method"]),
            is_total=row["method"] == TOTAL_FIELD,
            **written_columns(row, STORED_OF_METHODS, OF_METHODS),
        )
        for row in order
    )


def _project(place: int, row: Row, names: Mapping[str, str], codes: RowCodes) -> FinancedProject:
    return FinancedProject(
        code=codes("financing", row[AS_SENT]["project_id"]),
        position=numbers.count(place),
        project_id=row["project_id"],
        name=name_of(row),
        method=row["method"],
        method_title=names.get(row["method"], row["method"]),
        container=row["container"],
        status=row["status"] or "not_drawn",
        denominator=row["denominator"] or "",
        **written_columns(row, STORED_OF_PROJECTS, OF_FINANCING),
    )
