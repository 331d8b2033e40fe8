"""What the yearly statement after PCAF and ICMA prints, as strings: nothing is printed that is not here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from reports import numbers
from reports.codes import RowCodes
from reports.house.lines import AS_SENT, LISTED, Row, attachments, in_language, printable_rows
from reports.house.printed import Lang, MethodNote
from reports.house.yearly import (
    Year,
    YearlyDocument,
    by_money,
    name_of,
    only_total,
    used_factors,
    written_columns,
    yearly_parts,
)
from reports.pcaf.columns import OF_FINANCING, OF_METHODS
from reports.pcaf.printed import FinancedProject, StatementLine
from reports.pcaf.words import WORDS
from schemas.contract import DataFrame
from schemas.disclosures import TOTAL_FIELD, YearlyLine, YearlyProject
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
class PcafDocument(YearlyDocument):
    """A year's statement, exactly as printed."""

    lines: tuple[StatementLine, ...]
    projects: tuple[FinancedProject, ...]
    mandated: tuple[str, ...]


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
    own, words = lines.filter(pl.col("period") == period), WORDS[lang]
    lender = only_total(lines, period, "mart.disclosure_pcaf")
    names = {method: in_language(lang, *both) for method, both in titles.items()}
    codes, rows, used = RowCodes("pcaf", period, lender), by_money(projects), used_factors(parameters)
    called = {row["project_id"]: name_of(row) for row in rows}
    year = Year(
        period, lender, lines, rows, printable_rows(used), run, methods, share, institution, factor_sets, LISTED
    )
    return PcafDocument(
        lines=_lines(own, names, codes, lang),
        projects=tuple(_project(place, row, names, codes) for place, row in enumerate(rows[:LISTED], start=1)),
        mandated=tuple(called.get(project, project) for project in mandated),
        attachments=attachments(statement=own, projects=projects, factors=used),
        **yearly_parts(year, codes, names, words, lang),
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
