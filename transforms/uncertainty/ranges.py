"""The range of every figure: standard uncertainties carried through the method's own expression to first order.

Equations  c(input) = sum over months of  f x sensitivity x u(input)     [tCO2e], signed; f = attribution factor or 1
           u(figure) = sqrt( sum over inputs of c(input)^2 )             [tCO2e]
           95 % interval = figure +- 1.96 u(figure)
           narrowed(input) = 1.96 x ( u - sqrt( u^2 - c(input)^2 ) )     [tCO2e] what exact knowledge of it would give
One factor row, or one reading, is one input wherever it is used: its error is the same for all projects, months and
lenders (full correlation). Different inputs are independent.
Source     JCGM 100:2008 (GUM), 5.1 and 5.2
"""

from functools import lru_cache
from statistics import NormalDist
from typing import Final

import polars as pl
from polars import col, lit

from schemas.between.outcomes import UncertainInput
from schemas.contract import DataFrame, conform
from schemas.uncertainty import FigureUncertainty, UncertaintyInput
from transforms.attribution.holdings import REMEMBERED, Holdings
from transforms.attribution.profiles import PLAIN, Rule
from transforms.attribution.project_reductions import reductions_within
from transforms.attribution.shares import attribute_each
from transforms.ground.calendar import Period, Periods, period_table

QUANTILE_95: Final = NormalDist().inv_cdf(0.975)
KEY: Final = ["level", "subject"]
UNDER_THE_FACILITY: Final = Rule("period_end", loans="facility")
"""The balance of the loans that the facility's disclosure is about."""

LISTED_INPUTS: Final = 50
"""How many inputs of a lender and of the portfolio are listed, ranked by what they would narrow."""


def figure_uncertainties(
    holdings: Holdings, inputs: DataFrame[UncertainInput], periods: list[Period]
) -> DataFrame[FigureUncertainty]:
    """Return schemas.uncertainty.FigureUncertainty: projects, lenders and the portfolio in each period.

    Only figures that are measured or reported have a range; a figure with an
    input of unknown uncertainty has none. Lenders and portfolio are attributed by the balance at the period's end.

    `container` is left to the caller.
    """
    if not periods:
        return FigureUncertainty.empty_frame()
    figures = _figures(holdings, tuple(periods))
    contribution = col("contribution_tco2e")
    spread = (
        _contributions(figures, inputs, periods)
        .group_by("period", *KEY, maintain_order=True)
        .agg(
            standard_uncertainty_tco2e=pl.when(contribution.null_count() == 0).then((contribution**2).sum().sqrt()),
        )
    )
    summed = figures.group_by("period", *KEY, maintain_order=True).agg(
        figure_tco2e=(col("emission_reductions_tco2e") * col("factor")).sum()
    )
    known = _in_turn(summed.join(spread, on=["period", *KEY], how="left"), periods).sort("turn", *KEY)
    deviation, figure = col("standard_uncertainty_tco2e"), col("figure_tco2e")
    rows = known.with_columns(
        relative_uncertainty_ratio=deviation / pl.when(figure != 0).then(figure.abs()),
        lower_95_tco2e=figure - QUANTILE_95 * deviation,
        upper_95_tco2e=figure + QUANTILE_95 * deviation,
        container=lit(None, pl.String),
    )
    return conform(rows, FigureUncertainty)


def leading_inputs(
    holdings: Holdings, inputs: DataFrame[UncertainInput], periods: list[Period]
) -> DataFrame[UncertaintyInput]:
    """Return schemas.uncertainty.UncertaintyInput of the years among the periods:

    what would narrow a lender's and the portfolio's range most.
    """
    years = [period for period in periods if period.kind == "year"]
    if not years:
        return UncertaintyInput.empty_frame()
    figures = _figures(holdings, tuple(periods)).filter(col("level") != "project")
    named = ["input", "origin", "parameter_id", "scope"]
    known = _contributions(figures, inputs, years).drop_nulls("contribution_tco2e")
    of_figure = ["period", *KEY]
    total = (col("contribution_tco2e") ** 2).sum().over(of_figure)
    left = pl.max_horizontal(total - col("contribution_tco2e") ** 2, lit(0.0))
    ranked = (
        _in_turn(known, years)
        .with_columns(
            variance_ratio=col("contribution_tco2e") ** 2 / pl.when(total > 0).then(total),
            narrowed_tco2e=QUANTILE_95 * (total.sqrt() - left.sqrt()),
        )
        .sort("turn", *KEY, "narrowed_tco2e", *named, descending=[False] * 3 + [True] + [False] * 4)
    )
    numbered = ranked.with_columns(rank_number=pl.int_range(1, pl.len() + 1).over(of_figure))
    rows = numbered.filter((col("rank_number") <= LISTED_INPUTS) & (col("contribution_tco2e") != 0))
    return conform(rows.with_columns(container=lit(None, pl.String)), UncertaintyInput)


def _in_turn(rows: pl.DataFrame, periods: list[Period]) -> pl.DataFrame:
    """Add the period's days, and its turn among the periods."""
    return rows.join(period_table(periods).with_row_index("turn"), on="period", how="left", maintain_order="left")


@lru_cache(maxsize=REMEMBERED)
def _figures(holdings: Holdings, periods: Periods) -> pl.DataFrame:
    """Each figure as a sum over projects of factor x ER: period, KEY, project_id, factor, emission_reductions_tco2e."""
    reductions = reductions_within(holdings, periods).drop_nulls("emission_reductions_tco2e")
    projects = reductions.sort("project_id").select(
        "period", "project_id", "emission_reductions_tco2e", level=lit("project"), subject="project_id", factor=lit(1.0)
    )
    claims = [
        *_claims(holdings, periods, PLAIN["period_end"], "lender", "portfolio"),
        *_claims(holdings, periods, UNDER_THE_FACILITY, "facility_lender", "facility"),
    ]
    columns = ["period", *KEY, "project_id", "factor", "emission_reductions_tco2e"]
    return pl.concat(part.select(columns) for part in [projects, *claims])


def _claims(holdings: Holdings, periods: Periods, rule: Rule, of_lender: str, of_all: str) -> list[pl.DataFrame]:
    """What the loans of the rule claim, as figures of each lender and of all."""
    claims = (
        attribute_each(holdings, periods, rule)
        .drop_nulls("attributed_reductions_tco2e")
        .with_columns(factor="attribution_factor_ratio")
    )
    lenders = claims.with_columns(level=lit(of_lender), subject="lender")
    return [lenders, claims.with_columns(level=lit(of_all), subject=lit("portfolio"))]


def _contributions(figures: pl.DataFrame, inputs: pl.DataFrame, periods: list[Period]) -> pl.DataFrame:
    """Each input's signed contribution to each figure: its months and its projects added up before they are squared."""
    error = col("sensitivity_tco2e") * col("relative_uncertainty_ratio")
    named = ["input", "origin", "parameter_id", "scope", "relative_uncertainty_ratio"]
    own = pl.concat(
        inputs.filter(col("month_start_date").is_between(period.first.replace(day=1), period.last))
        .group_by("project_id", *named, maintain_order=True)
        .agg(contribution_tco2e=pl.when(error.null_count() == 0).then(error.sum()), period=lit(period.name))
        for period in periods
    )
    key = ["period", *KEY]
    factors = figures.group_by(*key, "project_id", maintain_order=True).agg(col("factor").sum())
    joined = factors.join(own, on=["period", "project_id"]).sort(
        *key, *named, "project_id"
    )  # sums equal to the last digit
    moved = col("contribution_tco2e") * col("factor")
    return joined.group_by(*key, *named, maintain_order=True).agg(
        contribution_tco2e=pl.when(moved.null_count() == 0).then(moved.sum())
    )
