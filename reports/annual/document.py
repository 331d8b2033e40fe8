"""What the chapters of the annual report print, as strings: nothing is printed that is not here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from reports import numbers
from reports.annual.columns import OF_BALANCES, OF_FINANCING, OF_METHODS
from reports.annual.printed import BalanceLine, KeyProject, KindLine
from reports.annual.words import WORDS
from reports.codes import RowCodes
from reports.house.lines import AS_SENT, Row, attachments, in_language, printable_rows
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
from schemas.contract import DataFrame
from schemas.disclosures import TOTAL_FIELD, YearlyLine, YearlyProject
from schemas.reference import ParameterUse
from schemas.runs import Run

KEY_PROJECTS: Final = 20
"""Projects that are listed by themselves, those with most money; the attached table has them all."""

STORED: Final = {
    "project_count": "project_count",
    "outstanding": "balance_cny",
    "growth": "balance_growth_ratio",
    "coverage": "coverage_ratio",
    "reductions": "attributed_reductions_tco2e",
    "own_base_year": "attributed_own_base_year_reductions_tco2e",
    "removals": "attributed_removals_tco2e",
    "financed_emissions": "financed_emissions_tco2e",
    "emissions_coverage": "emissions_coverage_ratio",
    "score": "weighted_project_finance_score",
    "emissions_per_million": "financed_emissions_tco2e_per_million_cny",
}
STORED_OF_PROJECTS: Final = {
    "outstanding": "balance_cny",
    "share": "attribution_factor_ratio",
    "project_tonnes": "project_tonnes_tco2e",
    "attributed": "attributed_tco2e",
    "project_emissions": "project_emissions_tco2e",
    "financed_emissions": "financed_emissions_tco2e",
    "score": "project_finance_score",
}
"""Which column of the tables each printed column is."""


@dataclass(frozen=True)
class AnnualDocument(YearlyDocument):
    """A year's chapters, exactly as printed.

    balances, balances_before: at the ends of this year and the one before, the total last; unconfirmed_rule: what no
    text confirms of the rule.
    """

    balances: tuple[BalanceLine, ...]
    balances_before: tuple[BalanceLine, ...]
    lines: tuple[KindLine, ...]
    projects: tuple[KeyProject, ...]
    unconfirmed_rule: str


def annual_document(  # noqa: PLR0913 - each argument is a table or a name that the document prints
    *,
    lines: DataFrame[YearlyLine],
    balances: DataFrame[YearlyLine],
    projects: DataFrame[YearlyProject],
    parameters: DataFrame[ParameterUse],
    run: DataFrame[Run],
    period: str,
    methods: Sequence[MethodNote],
    titles: Mapping[str, tuple[str, str]],
    share: str,
    institution: str,
    lang: Lang,
    unconfirmed_rule: str = "",
    factor_sets: Sequence[str] = (),
) -> AnnualDocument:
    """Return the chapters of the year; lines, balances: of the same lender or county in every year.

    lines: averages and tonnes; balances: at years' ends; titles: what methods are called, Chinese and English.
    Raises UsageError where the year has no total.
    """
    own, words = lines.filter(pl.col("period") == period), WORDS[lang]
    lender = only_total(lines, period, "mart.disclosure_annual")
    names = {method: in_language(lang, *both) for method, both in titles.items()} | {TOTAL_FIELD: words.total}
    codes, rows, used = RowCodes("annual", period, lender), by_money(projects), used_factors(parameters)
    year = Year(
        period, lender, lines, rows, printable_rows(used), run, methods, share, institution, factor_sets, KEY_PROJECTS
    )
    return AnnualDocument(
        lines=tuple(_kind(row, names, codes) for row in _in_order(own)),
        balances=_balances(balances, period, names, codes),
        balances_before=_balances(balances, str(int(period) - 1), names, codes),
        projects=tuple(_project(place, row, names, codes) for place, row in enumerate(rows[:KEY_PROJECTS], start=1)),
        unconfirmed_rule=unconfirmed_rule,
        attachments=attachments(chapters=own, balances=balances, projects=projects, factors=used),
        **yearly_parts(year, codes, names, words, lang),
    )


def _in_order(own: pl.DataFrame) -> list[Row]:
    """The kinds by money, the total last."""
    return sorted(
        own.iter_rows(named=True),
        key=lambda row: (row["method"] == TOTAL_FIELD, -(row["balance_cny"] or 0), row["method"]),
    )


def _kind(row: Row, names: Mapping[str, str], codes: RowCodes) -> KindLine:
    return KindLine(
        code=codes("method", row["method"]),
        method=row["method"],
        name=names.get(row["method"], row["method"]),
        is_total=row["method"] == TOTAL_FIELD,
        **written_columns(row, {name: STORED[name] for name in OF_METHODS}, OF_METHODS),
    )


def _balances(balances: pl.DataFrame, year: str, names: Mapping[str, str], codes: RowCodes) -> tuple[BalanceLine, ...]:
    return tuple(
        BalanceLine(
            code=codes("balance", year, row["method"]),
            year=year,
            method=row["method"],
            name=names.get(row["method"], row["method"]),
            is_total=row["method"] == TOTAL_FIELD,
            **written_columns(row, {name: STORED[name] for name in OF_BALANCES}, OF_BALANCES),
        )
        for row in _in_order(balances.filter(pl.col("period") == year))
    )


def _project(place: int, row: Row, names: Mapping[str, str], codes: RowCodes) -> KeyProject:
    return KeyProject(
        code=codes("financing", row[AS_SENT]["project_id"]),
        position=numbers.count(place),
        project_id=row["project_id"],
        name=name_of(row),
        method_title=names.get(row["method"], row["method"]),
        container=row["container"],
        status=row["status"] or "not_drawn",
        **written_columns(row, STORED_OF_PROJECTS, OF_FINANCING),
    )
