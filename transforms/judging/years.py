"""A project's tonnes of a calendar year beside its promise, its investment and its land.

Judged is what would be published: months that are withheld already, or that a person released, are not in the sum. A
year that is not whole is held beside the whole promise, so that no season is taken for an excess. What a project states
of itself is not a measurement: it is held only where it is impossible.
"""

from typing import Final, NamedTuple

import polars as pl

from schemas.between.judging import CheckedFigure
from schemas.between.outcomes import ProjectRealisation
from schemas.between.projects import ForestArea
from schemas.contract import DataFrame, conform
from schemas.deliveries import Project
from schemas.marts import ProjectMonth
from schemas.words.statuses import OF_READ_MONTHS
from transforms.ground.calendar import days_between, days_in_year
from transforms.judging.investments import invested_money

WAN: Final = 10_000
YEAR: Final = ["project_id", "year"]
JUDGED_VALUE: Final = ["check_id", "figure", "kind", "value", "numbers"]


class Yuan(NamedTuple):
    """How investments are compared. least: below it one is itself in doubt; most: currency to the most yuan that a

    unit of it can be: a foreign investment is taken as large as it can be, whatever the day's rate.
    """

    least: float
    most: dict[str, float]


def year_findings(
    months: DataFrame[ProjectMonth],
    projects: DataFrame[Project],
    realisation: DataFrame[ProjectRealisation],
    areas: DataFrame[ForestArea],
    yuan: Yuan,
) -> DataFrame[CheckedFigure]:
    """Return findings of the months with a figure: their year beside the promise, the investment and the land.

    months: ProjectMonth without those set aside; realisation: project_id, realisation_type_used; areas: project_id,
    area_mu. Only measured figures are looked at.
    """
    years = _years(months)
    measured = (
        years.filter(pl.col("status") == "measured")
        .join(projects, on="project_id")
        .join(realisation.select("project_id", "realisation_type_used"), on="project_id", how="left")
    )
    beside_money = _beside_investment(measured, yuan)
    found = pl.concat(
        [
            _over_promise(measured),
            _over_investment(beside_money),
            _under_investment(beside_money),
            _over_land(measured, areas),
        ]
    )
    dated = months.filter(pl.col("status").is_in(OF_READ_MONTHS)).select(
        "project_id", "month_start_date", year=pl.col("month_start_date").dt.year()
    )
    return dated.join(found, on=YEAR).pipe(conform, CheckedFigure)


def _years(months: pl.DataFrame) -> pl.DataFrame:
    has_figure = pl.col("status").is_in(OF_READ_MONTHS)
    days = days_between(pl.col("operating_from_date"), pl.col("operating_to_date"))
    dated = months.filter(has_figure).with_columns(year=pl.col("month_start_date").dt.year(), days=days)
    return dated.group_by(*YEAR, "status", "method").agg(
        tonnes=pl.col("emission_reductions_tco2e").sum(),
        days=pl.col("days").sum(),
        of_year=days_in_year(pl.col("month_start_date").first()),
    )


def _over_promise(years: pl.DataFrame) -> pl.DataFrame:
    promise = pl.col("reported_annual_reduction_tco2")
    is_unknown = pl.col("realisation_type_used").is_null()
    return years.filter(promise > 0).select(
        *YEAR,
        check_id=pl.lit("measured_over_promised"),
        figure=pl.lit("measured"),
        kind=pl.when(is_unknown).then(pl.lit("*")).otherwise("realisation_type_used"),
        value=pl.col("tonnes") / promise,
        numbers=pl.format("{} t / {} t, {} / {}", pl.col("tonnes").round(1), promise.round(1), "days", "of_year"),
    )


def _beside_investment(years: pl.DataFrame, yuan: Yuan) -> pl.DataFrame:
    invested = invested_money() * pl.col("investment_currency").replace_strict(
        {"CNY": 1.0, **yuan.most}, default=None, return_dtype=pl.Float64
    )
    stated = (invested >= yuan.least) & pl.col("investment_basis").ne_missing("illustrative")
    return years.filter(stated.fill_null(False)).with_columns(
        value=pl.col("tonnes") / invested * WAN,
        numbers=pl.format("{} t / {} CNY", pl.col("tonnes").round(1), invested.round(0)),
    )


def _over_investment(years: pl.DataFrame) -> pl.DataFrame:
    return years.select(
        *YEAR,
        "numbers",
        check_id=pl.lit("tonnes_per_investment"),
        figure=pl.lit("measured"),
        kind="method",
        value=pl.col("value").abs(),
    ).select(*YEAR, *JUDGED_VALUE)


def _under_investment(years: pl.DataFrame) -> pl.DataFrame:
    """A whole year alone is held beside the least: half a year of heat or of sun is less, and a loss is not a slip."""
    whole = years.filter((pl.col("days") == pl.col("of_year")) & (pl.col("tonnes") > 0))
    return whole.select(
        *YEAR,
        "numbers",
        "value",
        check_id=pl.lit("few_tonnes_per_investment"),
        figure=pl.lit("measured"),
        kind="method",
    ).select(*YEAR, *JUDGED_VALUE)


def _over_land(years: pl.DataFrame, areas: pl.DataFrame) -> pl.DataFrame:
    is_forest = pl.col("method").is_in(["forest_stock_change", "afforestation", "bamboo"])
    return (
        years.filter(is_forest)
        .join(areas, on="project_id")
        .filter(pl.col("area_mu") > 0)
        .select(
            *YEAR,
            check_id=pl.lit("removals_of_year_per_mu"),
            figure="status",
            kind=pl.lit("*"),
            value=pl.col("tonnes") / pl.col("area_mu"),
            numbers=pl.format("{} t / {} mu", pl.col("tonnes").round(1), pl.col("area_mu").round(1)),
        )
    )
