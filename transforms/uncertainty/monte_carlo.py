"""Is the first order enough? The same ranges by drawing every input at random, seeded, for a project's calendar year.

Each input x is drawn as x times a lognormal factor of mean 1 and standard deviation u(x): no quantity here can change
its sign by error. An input's drawing is its own, seeded by its name: what else the book holds moves none. Factors
derived from other rows, and readings made of several records, are varied to first order in what they are made of; the
method's own expression is evaluated whole.
Source     JCGM 101:2008 (GUM supplement 1): propagation of distributions
"""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Final, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray
from polars import col, lit

from schemas.between.outcomes import DrawableYear, UncertainInput
from schemas.contract import DataFrame, conform, like, stacked
from schemas.uncertainty import MonteCarloCheck
from transforms.activity.project_months import KEY, Evaluated, terms_of

SEED: Final = 20250721
DRAWS: Final = 1_000
DRAWS_OF_WIDE: Final = 4_000
WIDE_RATIO: Final = 0.2
"""A project with an input as uncertain as this is drawn more often: of the others the second order is below 2 %."""
A_NIGHT: Final = 4
"""Projects of a method and year that a night draws: the drawing proves the expression, not the night's data."""

ROWS_AT_ONCE: Final = 1_000_000
ENOUGH: Final = 3.0
"""First order is enough where the two uncertainties differ by less than this many standard errors of the drawing ..."""
NEGLIGIBLE_RATIO: Final = 0.02
"""... or by less than this part: the second order of a 20 % input is about 2 %."""

OF_YEAR: Final = ["method", "project_id", "calendar_year"]
GROUP: Final = ["method", "calendar_year", "draws_count"]

Matrix = NDArray[np.float64]


class _Varied(NamedTuple):
    """A symbol's value in every row, and which input moves which row by which elasticity: three lists side by side."""

    values: Matrix
    at: Sequence[int]
    inputs: Sequence[int]
    elasticities: Sequence[float]


class _Symbols(NamedTuple):
    """What of an edition is varied. months: by symbol; parts: by part each item's month, and the part's symbols."""

    months: Mapping[str, _Varied]
    parts: Mapping[str, tuple[Sequence[int], Mapping[str, _Varied]]]


class Drawable(NamedTuple):
    """Projects' years that may be drawn (OF_YEAR, draws_count), with their months and inputs."""

    asked: DataFrame[DrawableYear]
    evaluated: tuple[Evaluated, ...]
    inputs: DataFrame[UncertainInput]


def drawable_years(
    evaluated: Sequence[Evaluated], inputs: DataFrame[UncertainInput], years: Sequence[int]
) -> DataFrame[DrawableYear]:
    """Return the projects and years that may be drawn, over their measured months, and how often.

    A project with an input of unknown uncertainty is left out.
    """
    months = _months_of(evaluated).filter(col("calendar_year").is_in(list(years)))
    return conform(_asked(inputs, months), DrawableYear)


def drawable(
    known: DataFrame[DrawableYear],
    evaluated: Sequence[Evaluated],
    inputs: DataFrame[UncertainInput],
    at_most: int | None = A_NIGHT,
) -> Drawable:
    """Return what is drawn: at most that many projects of each method, year and number of draws; None: all."""
    return _of_those_asked(_first(known, at_most), evaluated, inputs)


def drawable_together(parts: Sequence[Drawable], at_most: int | None = A_NIGHT) -> Drawable:
    """Return what is drawn of several sets of projects."""
    evaluated = [one for part in parts for one in part.evaluated]
    inputs = stacked([UncertainInput.empty_frame(), *(part.inputs for part in parts)])
    known = stacked([DrawableYear.empty_frame(), *(part.asked for part in parts)])
    return _of_those_asked(_first(known.unique(maintain_order=True), at_most), evaluated, inputs)


def undrawn(drawn: Drawable, known: DataFrame[MonteCarloCheck]) -> pl.Series:
    """Return the projects that are drawn and have no months and inputs, but for the years whose drawing is known."""
    held = {project for one in drawn.evaluated for project in one.frame["project_id"].unique()}
    lacking = drawn.asked.filter(~pl.col("project_id").is_in(sorted(held)))
    return lacking.join(known, on=["project_id", "calendar_year", "draws_count"], how="anti")["project_id"].unique()


def monte_carlo_checks(drawn: Drawable) -> DataFrame[MonteCarloCheck]:
    """Return schemas.uncertainty.MonteCarloCheck for what is drawn."""
    own = drawn.inputs.join(_months_of(drawn.evaluated), on=KEY).join(drawn.asked, on=OF_YEAR)
    checks = [
        _check([one for one in drawn.evaluated if one.method.name == method], rows.select(drawn.inputs.columns), *of)
        for (method, *of), rows in own.partition_by(*GROUP, as_dict=True).items()
    ]
    parts = [MonteCarloCheck.empty_frame(), *(conform(check, MonteCarloCheck) for check in checks)]
    return stacked(parts).sort("calendar_year", "project_id")


def _months_of(evaluated: Sequence[Evaluated]) -> pl.DataFrame:
    """Return KEY, method and calendar_year of the months."""
    nothing = pl.DataFrame(schema={"project_id": pl.String, "month_start_date": pl.Date, "method": pl.String})
    months = pl.concat([nothing, *(one.frame.select(*KEY, method=lit(one.method.name)) for one in evaluated)])
    return months.with_columns(calendar_year=col("month_start_date").dt.year().cast(pl.Int64))


def _of_those_asked(
    asked: DataFrame[DrawableYear], evaluated: Sequence[Evaluated], inputs: DataFrame[UncertainInput]
) -> Drawable:
    """What is asked, and of the months and inputs those of its projects alone."""
    projects = asked.select("project_id").unique()
    own = [
        one._replace(
            frame=_of_projects(one.frame, projects),
            parts={symbol: _of_projects(items, projects) for symbol, items in one.parts.items()},
            uses=one.uses.clear(),
        )
        for one in evaluated
    ]
    kept = like(_of_projects(inputs, projects), inputs)
    return Drawable(asked, tuple(one for one in own if one.frame.height), kept)


def _of_projects(rows: pl.DataFrame, projects: pl.DataFrame) -> pl.DataFrame:
    return rows.join(projects, on="project_id", how="semi", maintain_order="left")


def _asked(inputs: DataFrame[UncertainInput], months: pl.DataFrame) -> pl.DataFrame:
    """Return OF_YEAR and draws_count of what may be drawn."""
    ratio, sensitivity = col("relative_uncertainty_ratio"), col("sensitivity_tco2e")
    return (
        inputs.select(*KEY, ratio, sensitivity)
        .join(months, on=KEY)
        .group_by(OF_YEAR)
        .agg(
            is_unknown=(ratio.is_null() | sensitivity.is_null()).any(),
            draws_count=pl.when((ratio >= WIDE_RATIO).any()).then(DRAWS_OF_WIDE).otherwise(DRAWS),
        )
        .filter(~col("is_unknown"))
    )


def _first(known: DataFrame[DrawableYear], at_most: int | None) -> DataFrame[DrawableYear]:
    """Of many projects those whose name's digest comes first.

    So what a project joins or leaves moves no figure of another, and at most one row comes or goes with it.
    """
    turns = known.with_columns(turn=col("project_id").map_elements(_digest, return_dtype=pl.Binary)).sort("turn")
    return conform(turns.group_by(GROUP).head(at_most) if at_most else turns, DrawableYear)


def _digest(name: str) -> bytes:
    return blake2b(name.encode(), digest_size=16).digest()


def _check(editions: Sequence[Evaluated], inputs: pl.DataFrame, year: int, draws: int) -> pl.DataFrame:
    """The editions of a method together: a project's year may have months of two."""
    own = inputs.sort(*KEY, "symbol", "item", "input", "sensitivity_tco2e")
    measured = [one._replace(frame=one.frame.join(own, on=KEY, how="semi").sort(KEY)) for one in editions]
    worked_out = pl.concat(
        [terms_of(one.frame, one.method).select(*KEY, "emission_reductions_tco2e") for one in measured]
    ).sort(KEY)
    known = worked_out.group_by("project_id", maintain_order=True).agg(
        figure_tco2e=col("emission_reductions_tco2e").sum()
    )
    totals = np.sum(
        [_totals(one, own, known["project_id"], year, draws) for one in measured if one.frame.height], axis=0
    )
    return _compared(known.with_columns(_statistics(totals)), own).with_columns(
        calendar_year=lit(year), draws_count=lit(draws)
    )


def _statistics(totals: Matrix) -> list[pl.Series]:
    """What the drawings of each project give: deviation, its own standard error, and the middle 95 %."""
    deviation = totals.std(axis=1, ddof=1)
    centred = totals - totals.mean(axis=1, keepdims=True)
    fourth, draws = (centred**4).mean(axis=1), totals.shape[1]
    variance_error = np.sqrt(np.maximum(fourth - deviation**4, 0.0) / draws)
    lower, upper = np.quantile(totals, [0.025, 0.975], axis=1)
    named = {
        "monte_carlo_uncertainty_tco2e": deviation,
        "monte_carlo_error_tco2e": variance_error / (2 * np.where(deviation > 0, deviation, 1.0)),
        "monte_carlo_lower_95_tco2e": lower,
        "monte_carlo_upper_95_tco2e": upper,
    }
    return [pl.Series(name, values) for name, values in named.items()]


def _compared(checks: pl.DataFrame, own: pl.DataFrame) -> pl.DataFrame:
    error = col("sensitivity_tco2e") * col("relative_uncertainty_ratio")
    errors = own.group_by("project_id", "input", maintain_order=True).agg(error.sum().alias("c"))
    first_order = errors.group_by("project_id", maintain_order=True).agg(
        first_order_uncertainty_tco2e=(col("c") ** 2).sum().sqrt()
    )
    difference = (col("monte_carlo_uncertainty_tco2e") - col("first_order_uncertainty_tco2e")).abs()
    enough = (difference <= ENOUGH * col("monte_carlo_error_tco2e")) | (
        difference <= NEGLIGIBLE_RATIO * col("first_order_uncertainty_tco2e")
    )
    return checks.join(first_order, on="project_id", how="left").with_columns(is_first_order_enough=enough)


def _totals(one: Evaluated, own: pl.DataFrame, ids: pl.Series, year: int, draws: int) -> Matrix:
    """Return projects x draws: the edition's months of each project's year worked out anew from drawn inputs."""
    named = own.select("input", "relative_uncertainty_ratio").unique("input").sort("input").with_row_index("at_input")
    spread = np.sqrt(np.log1p(named["relative_uncertainty_ratio"].to_numpy() ** 2))[:, None]
    projects = ids.search_sorted(one.frame["project_id"]).to_list()
    symbols = _symbols(one, own.join(named.select("input", "at_input"), on="input"))
    totals = np.zeros((ids.len(), draws))
    chances = [_chance(name, year) for name in named["input"]]
    chunk = max(1, ROWS_AT_ONCE // max(one.frame.height, named.height))
    for first in range(0, draws, chunk):
        count = min(chunk, draws - first)
        factors = np.exp(spread * np.array([chance.standard_normal(count) for chance in chances]) - spread**2 / 2)
        months = _months(one, symbols, factors - 1.0)
        _add(totals[:, first : first + count], projects, months)
    return totals


def _add(sums: Matrix, places: Sequence[int], rows: Matrix) -> None:
    """Add each row to the sums at its place, in the order of the rows."""
    for place, row in zip(places, rows, strict=True):
        sums[place] += row


def _chance(name: str, year: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=int.from_bytes(_digest(f"{SEED} {year} {name}"), "big")))


def _symbols(one: Evaluated, own: pl.DataFrame) -> _Symbols:
    """Return what of the edition is varied by the inputs, each of which has a place: at_input."""
    numbered = one.frame.with_row_index("at")
    months = {symbol: _varied(numbered, symbol, own) for symbol in (*one.method.readings, *one.method.parameters)}
    parts = {}
    for part in one.method.parts:
        items = one.parts[part.symbol].join(numbered.select("at", *KEY), on=KEY).sort("at", "item")
        placed = items.rename({"at": "month_at"}).with_row_index("at")
        varied = {symbol: _varied(placed, symbol, own) for symbol in (part.reading, *part.parameters)}
        parts[part.symbol] = placed["month_at"].to_list(), varied
    return _Symbols(months, parts)


def _varied(rows: pl.DataFrame, symbol: str, own: pl.DataFrame) -> _Varied:
    keys = [*KEY, "item"] if "item" in rows.columns else KEY
    links = own.filter(symbol=symbol).join(rows.select("at", *keys), on=keys).sort("at", "at_input", "elasticity_ratio")
    values = rows[symbol].cast(pl.Float64).fill_null(float("nan")).to_numpy()[:, None]
    return _Varied(values, *(links[name].to_list() for name in ("at", "at_input", "elasticity_ratio")))


def _months(one: Evaluated, symbols: _Symbols, drift: Matrix) -> Matrix:
    """Return months x draws of the edition's ER; drift: by how much of itself each input is off, inputs x draws."""
    count = drift.shape[1]
    columns = {symbol: _drawn(varied, drift, symbol) for symbol, varied in symbols.months.items()}
    for part in one.method.parts:
        at, varied = symbols.parts[part.symbol]
        items = pl.DataFrame([_drawn(of_symbol, drift, symbol) for symbol, of_symbol in varied.items()])
        amounts = items.select(part.amount).to_series().to_numpy().reshape(-1, count)
        sums = np.full((one.frame.height, count), 0.0 if part.absent is None else part.absent)
        sums[at] = 0.0
        _add(sums, at, amounts)
        columns[part.symbol] = pl.Series(part.symbol, sums.ravel())
    reductions = terms_of(pl.DataFrame(columns), one.method)["emission_reductions_tco2e"]
    return reductions.to_numpy().reshape(-1, count)


def _drawn(varied: _Varied, drift: Matrix, symbol: str) -> pl.Series:
    """The symbol's value in every row and draw, row by row: value x (1 + sum of elasticity x drift)."""
    moved = np.ones((varied.values.shape[0], drift.shape[1]))
    for at, at_input, elasticity in zip(varied.at, varied.inputs, varied.elasticities, strict=True):
        moved[at] += elasticity * drift[at_input]
    return pl.Series(symbol, (varied.values * moved).ravel(), nan_to_null=True)
