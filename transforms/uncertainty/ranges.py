"""The range of every figure: standard uncertainties carried through the method's own expression to first order.

Equations  c(input) = sum over months of  f x sensitivity x u(input)     [tCO2e], signed; f = attribution factor or 1
           u(figure) = sqrt( sum over inputs of c(input)^2 )             [tCO2e]
           95 % interval = figure +- 1.96 u(figure)
           narrowed(input) = 1.96 x ( u - sqrt( u^2 - c(input)^2 ) )     [tCO2e] what exact knowledge of it would give
One factor row, or one reading, is one input wherever it is used: its error is the same for all projects, months and
lenders (full correlation). Different inputs are independent.
Source     JCGM 100:2008 (GUM), 5.1 and 5.2
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from statistics import NormalDist
from typing import Final, NamedTuple

import polars as pl
from polars import col, lit

from schemas.between.outcomes import InputContribution, InputName, UncertainInput
from schemas.between.sums import FigurePart, FigureSquare, FigureTonnes, FigureVariance, InputOfFigure
from schemas.contract import DataFrame, conform, stacked
from schemas.uncertainty import FigureUncertainty, UncertaintyInput
from schemas.words.containers import CONTAINERS
from transforms.attribution.containers import has_figures
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
OF_CONTAINER: Final = ["container", *FIGURE]
IN_TURN: Final = ["container_turn", "turn", *KEY]
OF_A_FACTOR: Final = col("origin") == "factor"

LISTED_INPUTS: Final = 50
"""How many inputs of a lender and of the portfolio are listed, ranked by what they would narrow."""


class RangeSums(NamedTuple):
    """What a set of projects adds to the ranges: tonnes and squares of what is its own, and what factors move.

    leading: of lenders' and the portfolio's years, the inputs of one project that may be among those listed.
    """

    tonnes: DataFrame[FigureTonnes]
    variances: DataFrame[FigureVariance]
    squares: DataFrame[FigureSquare]
    leading: DataFrame[InputOfFigure]
    shared: DataFrame[InputOfFigure]


class Contributions(NamedTuple):
    """What each input moves of each project's figure of a period, and the names of the inputs by their number."""

    rows: DataFrame[InputContribution]
    names: DataFrame[InputName]


def contributions(inputs: DataFrame[UncertainInput], periods: Sequence[Period]) -> Contributions:
    """Return the months of each input added up, project by project: signed, null where an uncertainty is not known."""
    distinct = inputs.select(NAMED).unique().sort(NAMED).with_row_index("input_number")
    names = conform(distinct, InputName)
    error = col("sensitivity_tco2e") * col("relative_uncertainty_ratio")
    numbered = inputs.join(names, on=NAMED, nulls_equal=True, maintain_order="left").select(
        "project_id", "month_start_date", "input_number", "origin", error=error
    )
    parts = [conform(_within(numbered, period), InputContribution) for period in periods]
    return Contributions(stacked([InputContribution.empty_frame(), *parts]), names)


def _within(numbered: pl.DataFrame, period: Period) -> pl.DataFrame:
    inside = numbered.filter(col("month_start_date").is_between(period.first.replace(day=1), period.last))
    added = inside.group_by("project_id", "input_number", "origin", maintain_order=True)
    return added.agg(contribution_tco2e=_all_known(col("error").sum(), col("error")), period=lit(period.name))


def figure_parts(seen: Mapping[str, Holdings], periods: Sequence[Period]) -> DataFrame[FigurePart]:
    """Return what each project adds to the figures of each period: to its own, the lenders' and the portfolio's.

    seen: the holdings by container. Only figures that are measured or reported have a range. Lenders and portfolio are
    attributed by the balance at the period's end.
    """
    parts = [
        conform(_parts(_figures(holdings, tuple(periods))).with_columns(container=lit(container)), FigurePart)
        for container, holdings in seen.items()
        if has_figures(holdings)
    ]
    return stacked([FigurePart.empty_frame(), *parts])


def _parts(figures: pl.DataFrame) -> pl.DataFrame:
    """A figure may have several parts of a project, as of its loans."""
    tonnes = (col("emission_reductions_tco2e") * col("factor")).sum()
    return figures.group_by(*FIGURE, "project_id", maintain_order=True).agg(
        attribution_factor_ratio=col("factor").sum(), figure_tco2e=tonnes
    )


def contributions_together(parts: Sequence[Contributions]) -> Contributions:
    """Return the contributions of several sets of projects, each input under one number."""
    distinct = pl.concat(part.names.select(NAMED) for part in parts).unique().sort(NAMED)
    names = conform(distinct.with_row_index("input_number"), InputName)
    rows = [_renumbered(part, names) for part in parts]
    return Contributions(stacked([InputContribution.empty_frame(), *rows]), names)


def _renumbered(part: Contributions, names: DataFrame[InputName]) -> DataFrame[InputContribution]:
    numbers = part.names.join(names, on=NAMED, nulls_equal=True, suffix="_together")
    new = pl.col("input_number").replace_strict(numbers["input_number"], numbers["input_number_together"])
    return conform(part.rows.with_columns(new), InputContribution)


def range_sums(parts: DataFrame[FigurePart], contributed: Contributions, periods: Sequence[Period]) -> RangeSums:
    """Return what the parts of the projects add up to, figure by figure."""
    by_container = parts.partition_by("container", maintain_order=True, as_dict=True)
    return added([_sums_in(container, own, contributed, periods) for (container,), own in by_container.items()])


def _sums_in(container: str, parts: pl.DataFrame, contributed: Contributions, periods: Sequence[Period]) -> RangeSums:
    tonnes = parts.group_by(FIGURE, maintain_order=True).agg(col("figure_tco2e").sum())
    factors = parts.select(*FIGURE, "project_id", factor="attribution_factor_ratio")
    own = _own_inputs(factors, contributed, [period.name for period in periods if period.kind == "year"])
    square = col("contribution_tco2e") ** 2
    squares = own.group_by(FIGURE, maintain_order=True).agg(square=square.sum())
    leading = own.filter(square.rank("min", descending=True).over(FIGURE) <= LISTED_INPUTS)
    here = lit(container).alias("container")
    shared = _named(_of_factors(factors, contributed.rows), contributed)
    return RangeSums(
        conform(tonnes.with_columns(here), FigureTonnes),
        conform(_own_variances(factors, contributed.rows).with_columns(here), FigureVariance),
        conform(squares.with_columns(here), FigureSquare),
        conform(_named(leading, contributed).with_columns(here), InputOfFigure),
        conform(shared.with_columns(here), InputOfFigure),
    )


def added(parts: Sequence[RangeSums]) -> RangeSums:
    """Return the sums of several sets of projects; no two may share a project. What factors move is added up."""
    shared = _together(stacked([InputOfFigure.empty_frame(), *(one.shared for one in parts)]))
    return RangeSums(
        stacked([FigureTonnes.empty_frame(), *(one.tonnes for one in parts)]),
        stacked([FigureVariance.empty_frame(), *(one.variances for one in parts)]),
        stacked([FigureSquare.empty_frame(), *(one.squares for one in parts)]),
        stacked([InputOfFigure.empty_frame(), *(one.leading for one in parts)]),
        conform(shared, InputOfFigure),
    )


def of_others(parts: DataFrame[FigurePart]) -> DataFrame[FigurePart]:
    """Return what projects add to the figures of lenders and the portfolio."""
    return parts.filter(col("level") != "project")


def of_projects(sums: RangeSums) -> RangeSums:
    """Return what is about single projects: nobody else adds to it."""
    return _where(sums, col("level") == "project")


def of_several(sums: RangeSums) -> RangeSums:
    """Return what is about lenders and the portfolio: other projects add to it."""
    return _where(sums, col("level") != "project")


def _where(sums: RangeSums, kept: pl.Expr) -> RangeSums:
    return RangeSums(
        sums.tonnes.filter(kept),
        sums.variances.filter(kept),
        sums.squares.filter(kept),
        sums.leading.filter(kept),
        sums.shared.filter(kept),
    )


def figure_uncertainties(sums: RangeSums, periods: Sequence[Period]) -> DataFrame[FigureUncertainty]:
    """Return schemas.uncertainty.FigureUncertainty; a figure with an input of unknown uncertainty has no range."""
    tonnes = sums.tonnes.group_by(OF_CONTAINER, maintain_order=True).agg(col("figure_tco2e").sum())
    shared = _together(sums.shared).select(*OF_CONTAINER, variance=col("contribution_tco2e") ** 2)
    variances = pl.concat([sums.variances.select(*OF_CONTAINER, "variance"), shared])
    deviations = variances.group_by(OF_CONTAINER, maintain_order=True).agg(
        standard_uncertainty_tco2e=_all_known(col("variance").sum(), col("variance")).sqrt()
    )
    known = _in_turn(tonnes.join(deviations, on=OF_CONTAINER, how="left"), periods)
    deviation, figure = col("standard_uncertainty_tco2e"), col("figure_tco2e")
    rows = known.with_columns(
        relative_uncertainty_ratio=deviation / pl.when(figure != 0).then(figure.abs()),
        lower_95_tco2e=figure - QUANTILE_95 * deviation,
        upper_95_tco2e=figure + QUANTILE_95 * deviation,
    )
    return conform(rows.sort(IN_TURN), FigureUncertainty)


def leading_inputs(sums: RangeSums, periods: Sequence[Period], sentences: Sentences) -> DataFrame[UncertaintyInput]:
    """Return schemas.uncertainty.UncertaintyInput of the years among the periods:

    what would narrow a lender's and the portfolio's range most. sentences: Reference.sentences, by which an input is
    called in Chinese.
    """
    years = [period for period in periods if period.kind == "year"]
    is_listed = (col("level") != "project") & col("period").is_in([year.name for year in years])
    shared = _together(sums.shared.filter(is_listed)).drop_nulls("contribution_tco2e")
    square = (col("contribution_tco2e") ** 2).alias("square")
    squares = pl.concat([sums.squares.select(*OF_CONTAINER, "square"), shared.select(*OF_CONTAINER, square)])
    total = squares.group_by(OF_CONTAINER, maintain_order=True).agg(total=col("square").sum())
    known = pl.concat([sums.leading.select(shared.columns), shared]).join(total, on=OF_CONTAINER, maintain_order="left")
    left = pl.max_horizontal(col("total") - square, lit(0.0))
    narrowed = known.with_columns(
        variance_ratio=square / pl.when(col("total") > 0).then("total"),
        narrowed_tco2e=QUANTILE_95 * (col("total").sqrt() - left.sqrt()),
    )
    ranked = _in_turn(narrowed, years).sort(
        *IN_TURN, "narrowed_tco2e", *NAMED, descending=[False] * 4 + [True] + [False] * len(NAMED)
    )
    numbered = ranked.with_columns(rank_number=pl.int_range(1, pl.len() + 1).over(OF_CONTAINER))
    listed = numbered.filter((col("rank_number") <= LISTED_INPUTS) & (col("contribution_tco2e") != 0))
    called = {name: in_words(name, sentences, OF_INPUTS, "zh") for name in listed["input"].unique()}
    in_chinese = col("input").replace_strict(called, return_dtype=pl.String)
    return conform(listed.with_columns(input_zh=in_chinese), UncertaintyInput)


def _named(rows: pl.DataFrame, contributed: Contributions) -> pl.DataFrame:
    """The inputs by what they are: their numbers are those of these projects alone."""
    return rows.join(contributed.names, on="input_number", how="left", maintain_order="left")


def _together(shared: DataFrame[InputOfFigure]) -> pl.DataFrame:
    """A factor's error is one error: all that it moves of a figure is added up before it is squared."""
    return shared.group_by(*OF_CONTAINER, *NAMED, maintain_order=True).agg(
        _all_known(col("contribution_tco2e").sum(), col("contribution_tco2e"))
    )


def _in_turn(rows: pl.DataFrame, periods: Sequence[Period]) -> pl.DataFrame:
    """Add the period's days, its turn among the periods, and the container's among the containers."""
    containers = pl.DataFrame({"container": CONTAINERS}).with_row_index("container_turn")
    dated = rows.join(period_table(periods).with_row_index("turn"), on="period", how="left", maintain_order="left")
    return dated.join(containers, on="container", how="left", maintain_order="left")


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


def _own_inputs(factors: pl.DataFrame, contributed: Contributions, years: Sequence[str]) -> pl.DataFrame:
    """Return FIGURE, input_number and contribution_tco2e of the years: a reading is of one project alone."""
    rows = contributed.rows.filter(~OF_A_FACTOR & col("period").is_in(list(years)))
    return _moved(factors.filter(col("level") != "project"), rows).drop_nulls("contribution_tco2e")


def _of_factors(factors: pl.DataFrame, contributed: pl.DataFrame) -> pl.DataFrame:
    """Return FIGURE, input_number and contribution_tco2e of the factors, signed, over months and projects."""
    shared = _moved(factors, contributed.filter(OF_A_FACTOR))
    return shared.group_by(*FIGURE, "input_number", maintain_order=True).agg(
        _all_known(col("contribution_tco2e").sum(), col("contribution_tco2e"))
    )


def _moved(factors: pl.DataFrame, contributed: pl.DataFrame) -> pl.DataFrame:
    """Return FIGURE, input_number and contribution_tco2e, signed: what each input of each project moves."""
    moved = (col("contribution_tco2e") * col("factor")).alias("contribution_tco2e")
    met = factors.join(contributed, on=["period", "project_id"], maintain_order="left_right")
    return met.select(*FIGURE, "input_number", moved)


def _own_variances(factors: pl.DataFrame, contributed: pl.DataFrame) -> pl.DataFrame:
    """Return FIGURE and variance of what is of one project alone: squared once a project, however many figures

    have a part of it.
    """
    square = col("contribution_tco2e") ** 2
    of_project = (
        contributed.filter(~OF_A_FACTOR)
        .group_by("period", "project_id", maintain_order=True)
        .agg(variance=_all_known(square.sum(), square))
    )
    alone = factors.join(of_project, on=["period", "project_id"], maintain_order="left").select(
        *FIGURE, variance=col("variance") * col("factor") ** 2
    )
    return alone.group_by(FIGURE, maintain_order=True).agg(_all_known(col("variance").sum(), col("variance")))


def _all_known(total: pl.Expr, parts: pl.Expr) -> pl.Expr:
    return pl.when(parts.null_count() == 0).then(total)
