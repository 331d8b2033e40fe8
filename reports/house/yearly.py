"""What yearly documents print alike: whose they are, projects without a figure, tonnes of several years."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final, NamedTuple

import polars as pl

from reports import numbers
from reports.charts.series import Band, OverTime
from reports.codes import Column, RowCodes, code_of
from reports.documents import Document, PrintedFigure, provenance
from reports.glyphs import printable
from reports.house.lines import FACTOR_COLUMNS, LISTED, Row, factor_line, method_line, printable_rows, unconfirmed
from reports.house.printed import FactorLine, Lang, MethodLine, MethodNote, WithoutFigure
from reports.names import Names
from schemas.contract import DataFrame
from schemas.disclosures import COUNTY, TOTAL_FIELD, WHOLE_BOOK, YearlyLine, YearlyProject
from schemas.errors import UsageError
from schemas.reference import ParameterUse
from schemas.runs import Run
from schemas.words.statuses import STATUSES, WITH_A_FIGURE

BANDS: Final = 3
"""Methods that the chart draws by themselves; all others are one."""


@dataclass(frozen=True)
class YearlyWords:
    """The words of one language.

    county: whose a county's document is, with a place for its name; figures: what each printed figure is; signs: what
    the share rule calls its terms; joiner: what parts the parts of a figure's name.
    """

    whole_book: str
    county: str
    title: str
    total: str
    others: str
    joiner: str
    signs: dict[str, str]
    figures: dict[str, str]

    def joined(self, *parts: str) -> str:
        """Return the parts of a figure's name as one."""
        return self.joiner.join(parts)


@dataclass(frozen=True)
class YearlyDocument(Document):
    """What a year's document of any kind has, for a lender, a county or the whole book. share: the rule of shares."""

    lang: Lang
    is_signed: bool
    institution: str
    year: str
    version: str
    has_more_projects: bool
    without_figure: tuple[WithoutFigure, ...]
    unconfirmed: tuple[str, ...]
    factors: tuple[FactorLine, ...]
    has_more_factors: bool
    methods: tuple[MethodLine, ...]
    factor_sets: tuple[str, ...]
    share: str
    over_time: OverTime
    listed: str


class Year(NamedTuple):
    """What a year's document is made of. lines: of its lender or county in every year; rows: its projects.

    factors: those used; institution: the lender, or the county's name; listed: how many projects are printed.
    """

    period: str
    lender: str
    lines: DataFrame[YearlyLine]
    rows: Sequence[Row]
    factors: Sequence[Row]
    run: DataFrame[Run]
    methods: Sequence[MethodNote]
    share: str
    institution: str
    factor_sets: Sequence[str]
    listed: int


def yearly_parts(
    year: Year, codes: RowCodes, names: Mapping[str, str], words: YearlyWords, lang: Lang
) -> dict[str, Any]:
    """Return the fields of YearlyDocument; names: what methods are called."""
    called = Names(lang, {row["project_id"]: name_of(row) for row in year.rows})
    factors = [factor_line(row, codes, called) for row in year.factors]
    state = year.run.row(0, named=True)
    return {
        "lang": lang,
        "is_signed": year.lender != WHOLE_BOOK and not year.lender.startswith(COUNTY),
        "institution": printable(whose(year.lender, year.institution, words)),
        "year": year.period,
        "version": state["greenloan_version"],
        "has_more_projects": len(year.rows) > year.listed,
        "without_figure": without_figure(year.rows),
        "unconfirmed": unconfirmed(factors),
        "factors": tuple(factors[:LISTED]),
        "has_more_factors": len(factors) > LISTED,
        "methods": tuple(method_line(note, lang) for note in year.methods),
        "factor_sets": tuple(printable(name) for name in year.factor_sets),
        "share": year.share,
        "over_time": over_time(year.lines, names, words.others),
        "listed": numbers.count(year.listed),
        "provenance": provenance(state),
    }


def only_total(lines: DataFrame[YearlyLine], period: str, table: str) -> str:
    """Return whose the lines of the year are; raise UsageError where they have no single total."""
    own = lines.filter(pl.col("period") == period)
    if own.filter(pl.col("method") == TOTAL_FIELD).height != 1:
        raise UsageError(
            f"the year {period} has no single total",
            where=table,
            available=", ".join(lines["period"].unique().sort()) or "no years",
            remedy="ask for a year from the list",
        )
    return str(own["lender"][0])


def used_factors(parameters: DataFrame[ParameterUse]) -> pl.DataFrame:
    """Return each factor that was used once, in the order in which it is printed."""
    return parameters.select(FACTOR_COLUMNS).unique().sort(FACTOR_COLUMNS)


def by_money(projects: DataFrame[YearlyProject]) -> list[Row]:
    """Return the printable rows of the projects, those with most money first."""
    return sorted(printable_rows(projects), key=lambda row: (-(row["balance_cny"] or 0), row["project_id"]))


def whose(lender: str, institution: str, words: YearlyWords) -> str:
    """Return whose the document is."""
    if lender == WHOLE_BOOK:
        return words.whole_book
    return words.county.format(county=institution) if lender.startswith(COUNTY) else institution


def name_of(row: Row) -> str:
    """Return what the project is called."""
    return str(row["project_name"] or row["project_id"])


def written_columns(row: Row, stored: Mapping[str, str], columns: Mapping[str, Column]) -> dict[str, str]:
    """Return the printed columns; stored: where what is stored of each lies."""
    return {name: columns[name].written([row[column]]) for name, column in stored.items()}


def without_figure(rows: Sequence[Row]) -> tuple[WithoutFigure, ...]:
    """Return the projects without tonnes that the money may claim, grouped by why."""
    missing = [row for row in rows if row["status"] not in {None, *WITH_A_FIGURE}]
    grouped = {status: [name_of(row) for row in missing if row["status"] == status] for status in STATUSES}
    return tuple(
        WithoutFigure(status, tuple(named[:LISTED]), len(named) > LISTED) for status, named in grouped.items() if named
    )


def over_time(lines: DataFrame[YearlyLine], names: Mapping[str, str], others: str) -> OverTime:
    """Return the avoided emissions of every year, of the methods with most in all, and of the others together."""
    column = "attributed_reductions_tco2e"
    known = lines.filter((pl.col("method") != TOTAL_FIELD) & pl.col(column).is_not_null())
    years = sorted(known["period"].unique())
    totals: dict[str, Any] = dict(known.group_by("method").agg(pl.col(column).sum()).iter_rows())
    largest = sorted(totals, key=lambda method: (-totals[method], method))
    groups = {names.get(one, one): [one] for one in largest[:BANDS]}
    if largest[BANDS:]:
        groups[others] = largest[BANDS:]
    bands = tuple(Band(label, tuple(_sum(known, year, own) for year in years)) for label, own in groups.items())
    return OverTime(tuple(years), bands)


def _sum(known: pl.DataFrame, year: str, methods: Sequence[str]) -> float | None:
    own = known.filter((pl.col("period") == year) & pl.col("method").is_in(methods))
    return None if own.is_empty() else float(own["attributed_reductions_tco2e"].sum())


def words_of(package: str) -> dict[str, YearlyWords]:
    """Return the words of a yearly kind by language (words.toml of its folder)."""
    table = resources.files(package).joinpath("words.toml").read_text("utf-8")
    return {lang: YearlyWords(**words) for lang, words in tomllib.loads(table).items()}


def figures_of(
    key: str, label: str, printed: object, columns: Mapping[str, Column], words: YearlyWords
) -> Iterator[PrintedFigure]:
    """Yield the figures of a printed row, which has a code and a text for each column."""
    row: str = getattr(printed, "code")  # noqa: B009 - rows of several kinds
    for part, column in columns.items():
        name = words.joined(label, words.figures[part])
        yield PrintedFigure(f"{key}/{part}", name, getattr(printed, part), column.unit, code_of(row, column))


def factor_figures(factors: Sequence[FactorLine], column: Column, words: YearlyWords) -> Iterator[PrintedFigure]:
    """Yield the figure of each factor, in its own unit."""
    for factor in factors:
        key = f"factor/{factor.parameter_id}/{factor.scope}/{factor.valid_from}"
        label = words.joined(factor.name, factor.holds_for, factor.valid_from)
        yield from figures_of(key, label, factor, {"value": column._replace(unit=factor.unit)}, words)


def factor_codes(factors: Sequence[FactorLine], words: YearlyWords) -> list[tuple[str, str]]:
    """Return the names and codes of the factors, as the appendix lists them."""
    return [(words.joined(one.name, one.holds_for, one.valid_from), one.code) for one in factors]
