"""Is the first order enough? The same ranges by drawing every input at random, seeded, for a project's calendar year.

Each input x is drawn as x times a lognormal factor of mean 1 and standard deviation u(x): no quantity here can change
its sign by error. An input's drawing is its own, seeded by its name: what else the book holds moves none. Factors
derived from other rows, and readings made of several records, are varied to first order in what they are made of; the
method's own expression is evaluated whole.
Source     JCGM 101:2008 (GUM supplement 1): propagation of distributions
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Final, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray
from polars import col, lit

from schemas.between.outcomes import UncertainInput
from schemas.contract import DataFrame, conform, stacked
from schemas.uncertainty import MonteCarloCheck
from transforms.activity.project_months import KEY, Evaluated, terms_of

SEED: Final = 20250721
DRAWS: Final = 1_000
DRAWS_OF_WIDE: Final = 4_000
WIDE_RATIO: Final = 0.2
"""A project with an input as uncertain as this is drawn more often: of the others the second order is below 2 %."""
ROWS_AT_ONCE: Final = 1_000_000
ENOUGH: Final = 3.0
"""First order is enough where the two uncertainties differ by less than this many standard errors of the drawing ..."""
NEGLIGIBLE_RATIO: Final = 0.02
"""... or by less than this part: the second order of a 20 % input is about 2 %."""

Matrix = NDArray[np.float64]


class _Drawn(NamedTuple):
    """inputs: input to row of `factors`; factors: inputs x draws."""

    inputs: pl.DataFrame
    factors: Matrix


def monte_carlo_checks(
    evaluated: tuple[Evaluated, ...], inputs: DataFrame[UncertainInput], years: list[int]
) -> DataFrame[MonteCarloCheck]:
    """Return schemas.uncertainty.MonteCarloCheck for every project and year, over its measured months.

    A project with an input of unknown uncertainty is left out.
    """
    is_wide = (
        (col("relative_uncertainty_ratio") >= WIDE_RATIO).any().over("project_id", col("month_start_date").dt.year())
    )
    groups = ((inputs.filter(~is_wide), DRAWS), (inputs.filter(is_wide), DRAWS_OF_WIDE))
    checks = [_check(of, own, year, draws) for year in years for of in _by_method(evaluated) for own, draws in groups]
    parts = [MonteCarloCheck.empty_frame(), *(conform(check, MonteCarloCheck) for check in checks)]
    return stacked(parts).sort("calendar_year", "project_id")


def _by_method(evaluated: Sequence[Evaluated]) -> list[list[Evaluated]]:
    """The editions of a method together: a project's year may have months of two."""
    names = dict.fromkeys(one.method.name for one in evaluated)
    return [[one for one in evaluated if one.method.name == name] for name in names]


def _check(editions: Sequence[Evaluated], inputs: pl.DataFrame, year: int, draws: int) -> pl.DataFrame:
    months = pl.concat([one.frame.select(KEY) for one in editions])
    own = inputs.filter(col("month_start_date").dt.year() == year).join(months, on=KEY, how="semi")
    is_unknown = col("relative_uncertainty_ratio").is_null() | col("sensitivity_tco2e").is_null()
    unknown = own.filter(is_unknown).select("project_id").unique()
    own = own.join(unknown, on="project_id", how="anti").sort(*KEY, "symbol", "item", "input", "sensitivity_tco2e")
    if own.is_empty():
        return MonteCarloCheck.empty_frame()
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
    projects = ids.search_sorted(one.frame["project_id"]).to_numpy()
    totals = np.zeros((ids.len(), draws))
    chances = [_chance(name, year) for name in named["input"]]
    chunk = max(1, ROWS_AT_ONCE // max(one.frame.height, named.height))
    for first in range(0, draws, chunk):
        count = min(chunk, draws - first)
        factors = np.exp(spread * np.array([chance.standard_normal(count) for chance in chances]) - spread**2 / 2)
        months = _months(one, own, _Drawn(named.select("input", "at_input"), factors))
        np.add.at(totals[:, first : first + count], projects, months)
    return totals


def _chance(name: str, year: int) -> np.random.Generator:
    digest = blake2b(f"{SEED} {year} {name}".encode(), digest_size=16).digest()
    return np.random.Generator(np.random.Philox(key=int.from_bytes(digest, "big")))


def _months(one: Evaluated, own: pl.DataFrame, drawn: _Drawn) -> Matrix:
    """Return months x draws of the edition's ER."""
    count = drawn.factors.shape[1]
    numbered = one.frame.with_row_index("at")
    symbols = [*one.method.readings, *one.method.parameters]
    columns = {symbol: _varied(numbered, symbol, own, drawn) for symbol in symbols}
    for part in one.method.parts:
        items = one.parts[part.symbol].join(numbered.select("at", *KEY), on=KEY).sort("at", "item")
        placed = items.with_columns(month_at="at").drop("at").with_row_index("at")
        varied = {s: _varied(placed, s, own, drawn) for s in (part.reading, *part.parameters)}
        amounts = pl.DataFrame(varied).select(part.amount).to_series().to_numpy().reshape(-1, count)
        at = placed["month_at"].to_numpy()
        sums = np.full((one.frame.height, count), 0.0 if part.absent is None else part.absent)
        sums[at] = 0.0
        np.add.at(sums, at, amounts)
        columns[part.symbol] = pl.Series(part.symbol, sums.ravel())
    reductions = terms_of(pl.DataFrame(columns), one.method)["emission_reductions_tco2e"]
    return reductions.to_numpy().reshape(-1, count)


def _varied(rows: pl.DataFrame, symbol: str, own: pl.DataFrame, drawn: _Drawn) -> pl.Series:
    """The symbol's value in every row and draw, row by row: value x (1 + sum of elasticity x (factor - 1))."""
    keys = [*KEY, "item"] if "item" in rows.columns else KEY
    links = own.filter(symbol=symbol).join(rows.select("at", *keys), on=keys).join(drawn.inputs, on="input")
    links = links.sort("at", "at_input", "elasticity_ratio")
    moved = np.ones((rows.height, drawn.factors.shape[1]))
    drift = links["elasticity_ratio"].to_numpy()[:, None] * (drawn.factors[links["at_input"].to_numpy()] - 1.0)
    np.add.at(moved, links["at"].to_numpy(), drift)
    values = rows[symbol].cast(pl.Float64).fill_null(float("nan")).to_numpy()[:, None]
    return pl.Series(symbol, (values * moved).ravel(), nan_to_null=True)
