"""What yearly documents print alike: whose they are, projects without a figure, tonnes of several years."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from reports.charts.series import Band, OverTime
from reports.codes import Column
from reports.house.lines import LISTED, Row
from reports.house.printed import WithoutFigure
from schemas.disclosures import COUNTY, TOTAL_FIELD, WHOLE_BOOK
from schemas.words.statuses import STATUSES, WITH_A_FIGURE

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
BANDS: Final = 3
"""Methods that the chart draws by themselves; all others are one."""


def whose(lender: str, institution: str, whole_book: str, county: str) -> str:
    """Return whose the document is; county: with a place for the county's name."""
    if lender == WHOLE_BOOK:
        return whole_book
    return county.format(county=institution) if lender.startswith(COUNTY) else institution


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


def over_time(lines: pl.DataFrame, names: Mapping[str, str], others: str) -> OverTime:
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
