"""The range of every figure: standard uncertainties carried through the method's own expression to first order.

Equations  c(input) = sum over months of  f x sensitivity x u(input)     [tCO2e], signed; f = attribution factor or 1
           u(figure) = sqrt( sum over inputs of c(input)^2 )             [tCO2e]
           95 % interval = figure +- 1.96 u(figure)
           narrowed(input) = 1.96 x ( u - sqrt( u^2 - c(input)^2 ) )     [tCO2e] what exact knowledge of it would give
One factor row, or one reading, is one input wherever it is used: its error is the same for all projects, months and
lenders (full correlation). Different inputs are independent.
Source     JCGM 100:2008 (GUM), 5.1 and 5.2
"""

from collections.abc import Sequence
from functools import lru_cache
from statistics import NormalDist
from typing import Final, NamedTuple

import polars as pl
from polars import col, lit

from schemas.between.outcomes import InputContribution, InputName, UncertainInput
from schemas.contract import DataFrame, conform, stacked
from schemas.uncertainty import FigureUncertainty, UncertaintyInput
from transforms.attribution.holdings import REMEMBERED, Holdings
from transforms.attribution.profiles import PLAIN, Rule
from transforms.attribution.project_reductions import reductions_within
from transforms.attribution.shares import attribute_each
from transforms.ground.calendar import Period, Periods, period_table
from transforms.ground.sentences import Sentences, in_words
from transforms.uncertainty.sensitivities import OF_INPUTS

QUANTILE_95: Final = NormalDist().inv_cdf(0.975)
KEY: Final = ["level", "subject"]
UNDER_THE_FACILITY: Final = Rule("period_end", loans="facility")
"""The balance of the loans that the facility's disclosure is about."""

FIGURE: Final = ["period", *KEY]
NAMED: Final = ["input", "origin", "parameter_id", "scope", "relative_uncertainty_ratio"]
OF_A_FACTOR: Final = col("origin") == "factor"

LISTED_INPUTS: Final = 50
"""How many inputs of a lender and of the portfolio are listed, ranked by what they would narrow."""


class Contributions(NamedTuple):
    """What each input moves of each project's figure of a period, and the names of the inputs by their number.

    sentences: Reference.sentences, by which an input is called in Chinese.
    """

    rows: DataFrame[InputContribution]
    names: DataFrame[InputName]
    sentences: Sentences


def contributions(inputs: DataFrame[UncertainInput], periods: Sequence[Period], sentences: Sentences) -> Contributions:
    """Return the months of each input added up, project by project: signed, null where an uncertainty is not known."""
    distinct = inputs.select(NAMED).unique().sort(NAMED).with_row_index("input_number")
    names = conform(distinct, InputName)
    error = col("sensitivity_tco2e") * col("relative_uncertainty_ratio")
    numbered = inputs.join(names, on=NAMED, nulls_equal=True, maintain_order="left").select(
        "project_id", "month_start_date", "input_number", "origin", error=error
    )
    parts = [conform(_within(numbered, period), InputContribution) for period in periods]
    return Contributions(stacked([InputContribution.empty_frame(), *parts]), names, sentences)


def _within(numbered: pl.DataFrame, period: Period) -> pl.DataFrame:
    inside = numbered.filter(col("month_start_date").is_between(period.first.replace(day=1), period.last))
    added = inside.group_by("project_id", "input_number", "origin", maintain_order=True)
    return added.agg(contribution_tco2e=_all_known(col("error").sum(), col("error")), period=lit(period.name))


def figure_uncertainties(
    holdings: Holdings, contributed: Contributions, periods: list[Period]
) -> DataFrame[FigureUncertainty]:
    """Return schemas.uncertainty.FigureUncertainty: projects, lenders and the portfolio in each period.

    Only figures that are measured or reported have a range; a figure with an
    input of unknown uncertainty has none. Lenders and portfolio are attributed by the balance at the period's end.

    `container` is left to the caller.
    """
    if not periods:
        return FigureUncertainty.empty_frame()
    figures = _figures(holdings, tuple(periods))
    summed = figures.group_by(FIGURE, maintain_order=True).agg(
        figure_tco2e=(col("emission_reductions_tco2e") * col("factor")).sum()
    )
    spread = _deviations(_factors(figures), contributed.rows)
    known = _in_turn(summed.join(spread, on=FIGURE, how="left"), periods).sort("turn", *KEY)
    deviation, figure = col("standard_uncertainty_tco2e"), col("figure_tco2e")
    rows = known.with_columns(
        relative_uncertainty_ratio=deviation / pl.when(figure != 0).then(figure.abs()),
        lower_95_tco2e=figure - QUANTILE_95 * deviation,
        upper_95_tco2e=figure + QUANTILE_95 * deviation,
        container=lit(None, pl.String),
    )
    return conform(rows, FigureUncertainty)


def leading_inputs(
    holdings: Holdings, contributed: Contributions, periods: list[Period]
) -> DataFrame[UncertaintyInput]:
    """Return schemas.uncertainty.UncertaintyInput of the years among the periods:

    what would narrow a lender's and the portfolio's range most.
    """
    years = [period for period in periods if period.kind == "year"]
    if not years:
        return UncertaintyInput.empty_frame()
    factors = _factors(_figures(holdings, tuple(periods)).filter(col("level") != "project"))
    of_years = contributed.rows.filter(col("period").is_in([year.name for year in years]))
    known = pl.concat(_moved(factors, of_years)).drop_nulls("contribution_tco2e")
    total = (col("contribution_tco2e") ** 2).sum().over(FIGURE)
    left = pl.max_horizontal(total - col("contribution_tco2e") ** 2, lit(0.0))
    narrowed = known.with_columns(
        variance_ratio=col("contribution_tco2e") ** 2 / pl.when(total > 0).then(total),
        narrowed_tco2e=QUANTILE_95 * (total.sqrt() - left.sqrt()),
    )
    leading = narrowed.filter(col("narrowed_tco2e").rank("min", descending=True).over(FIGURE) <= LISTED_INPUTS)
    ranked = _in_turn(leading, years).sort(
        "turn", *KEY, "narrowed_tco2e", "input_number", descending=[False] * 3 + [True, False]
    )
    numbered = ranked.with_columns(rank_number=pl.int_range(1, pl.len() + 1).over(FIGURE))
    listed = numbered.filter((col("rank_number") <= LISTED_INPUTS) & (col("contribution_tco2e") != 0))
    named = listed.join(contributed.names, on="input_number", how="left", maintain_order="left")
    called = {name: in_words(name, contributed.sentences, OF_INPUTS, "zh") for name in named["input"].unique()}
    in_chinese = col("input").replace_strict(called, return_dtype=pl.String)
    return conform(named.with_columns(container=lit(None, pl.String), input_zh=in_chinese), UncertaintyInput)


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


def _factors(figures: pl.DataFrame) -> pl.DataFrame:
    """Return FIGURE, project_id and the part of the project's ER that the figure has."""
    return figures.group_by(*FIGURE, "project_id", maintain_order=True).agg(col("factor").sum())


def _moved(factors: pl.DataFrame, contributed: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return FIGURE, input_number and contribution_tco2e, signed: of inputs of one project, and of factors.

    A factor's months and projects are added up before they are squared; a reading is of one project alone.
    """
    moved = (col("contribution_tco2e") * col("factor")).alias("contribution_tco2e")
    alone, shared = (
        factors.join(rows, on=["period", "project_id"], maintain_order="left_right").select(
            *FIGURE, "input_number", moved
        )
        for rows in (contributed.filter(~OF_A_FACTOR), contributed.filter(OF_A_FACTOR))
    )
    together = shared.group_by(*FIGURE, "input_number", maintain_order=True).agg(
        _all_known(col("contribution_tco2e").sum(), col("contribution_tco2e"))
    )
    return alone, together


def _deviations(factors: pl.DataFrame, contributed: pl.DataFrame) -> pl.DataFrame:
    """Return FIGURE and standard_uncertainty_tco2e.

    What the readings of a project amount to is squared once a project, however many figures have a part of it.
    """
    square = col("contribution_tco2e") ** 2
    readings = contributed.filter(~OF_A_FACTOR)
    of_project = readings.group_by("period", "project_id", maintain_order=True).agg(
        variance=_all_known(square.sum(), square)
    )
    alone = factors.join(of_project, on=["period", "project_id"], maintain_order="left").select(
        *FIGURE, variance=col("variance") * col("factor") ** 2
    )
    _, shared = _moved(factors, contributed.filter(OF_A_FACTOR))
    variances = pl.concat([alone, shared.select(*FIGURE, variance=square)])
    return variances.group_by(FIGURE, maintain_order=True).agg(
        standard_uncertainty_tco2e=_all_known(col("variance").sum(), col("variance")).sqrt()
    )


def _all_known(total: pl.Expr, parts: pl.Expr) -> pl.Expr:
    return pl.when(parts.null_count() == 0).then(total)
