"""How much each reading and each factor row moves each project month: derivatives of the method's own expression.

Equation   sensitivity = dER / d ln x = [ER(x (1 + h)) - ER(x (1 - h))] / 2h    [tCO2e per unit of relative change of x]
           through a sum over items (fuels, species) and through a derived factor by the chain rule
Source     JCGM 100:2008 (GUM), 5.1.3: numerical derivatives by varying each input
"""

from typing import Final

import polars as pl
from polars import col, lit

from schemas.between.activity import MonthlyPart
from schemas.between.factors import Derivation
from schemas.between.outcomes import UncertainInput
from schemas.contract import DataFrame, unchecked
from schemas.marts import ProjectMonth
from schemas.reference import Parameter
from transforms.activity.project_months import KEY, Evaluated, terms_of
from transforms.factors.derived_parameters import derivations
from transforms.ground.sentences import Sentences, filled
from transforms.methods.engine.method import Method, Part

OF_INPUTS: Final = "input_of_"
"""What the sentences begin with that name an input."""

STEP: Final = 1e-5
"""The h above: the error of the central difference is of the order h^2."""

SENSITIVITY: Final = {
    "project_id": pl.String,
    "month_start_date": pl.Date,
    "symbol": pl.String,
    "kind": pl.String,
    "item": pl.String,
    "metric": pl.String,
    "sensitivity_tco2e": pl.Float64,
}


def inputs_of(
    evaluated: tuple[Evaluated, ...],
    months: DataFrame[ProjectMonth],
    parts: DataFrame[MonthlyPart],
    parameters: DataFrame[Parameter],
    sentences: Sentences,
) -> DataFrame[UncertainInput]:
    """Return every input of every month with a figure, a row a month, symbol and input.

    An input is a reading's record or a factor row, by name: two months, projects or lenders that share one share its
    error. parts: the readings, spread as the months took them; sentences: Reference.sentences.
    """
    called = {name.removeprefix(OF_INPUTS): one["en"] for name, one in sentences.items() if name.startswith(OF_INPUTS)}
    uncertain = _uncertain(parameters)
    derived = derivations(parameters) if evaluated else Derivation.empty_frame()
    rows = [UncertainInput.empty_frame(), _of_reported(months, uncertain, called["report"])]
    records = _records(parts, uncertain, called["reading"])
    for one in evaluated:
        moved = sensitivities(one)
        rows += [_by_factor(moved, one, derived, uncertain, called["factor"]), _by_record(moved, records)]
    columns = UncertainInput.columns()
    made = pl.concat([row.select(columns) for row in rows])
    return unchecked(made.sort(*columns[:5], "sensitivity_tco2e"), UncertainInput)


def sensitivities(one: Evaluated) -> pl.DataFrame:
    """Return dER / d ln x of every symbol that a month has, those of a sum's items by the chain rule (SENSITIVITY).

    A slope that is not known is null, and so is every range that would rest on it.
    """
    rows = [pl.DataFrame(schema=SENSITIVITY)]
    for symbol in (*one.method.readings, *one.method.parameters):
        slope = _slope(one.frame.filter(col(symbol).is_not_null()), one.method, symbol, relative=True)
        rows.append(
            slope.with_columns(
                symbol=lit(symbol),
                kind=lit(None, pl.String),
                item=lit(None, pl.String),
                metric=lit(one.method.readings.get(symbol), pl.String),
            ).select(list(SENSITIVITY))
        )
    rows += [_through_part(one, part) for part in one.method.parts]
    return pl.concat(rows)


def _slope(frame: pl.DataFrame, method: Method, symbol: str, *, relative: bool) -> pl.DataFrame:
    """KEY and the derivative by ln x (relative) or by x, as sensitivity_tco2e."""
    size = col(symbol).abs() if relative else pl.max_horizontal(col(symbol).abs(), lit(1.0))
    stepped = frame.with_columns(_step=size * STEP)
    up, down = (
        terms_of(stepped.with_columns(col(symbol) + sign * col("_step")), method)["emission_reductions_tco2e"]
        for sign in (1, -1)
    )
    width = pl.lit(2 * STEP) if relative else 2 * col("_step")
    turned = col(symbol).sign() if relative else lit(1.0)
    return stepped.select(*KEY, sensitivity_tco2e=(up - down) / width * turned)


def _through_part(one: Evaluated, part: Part) -> pl.DataFrame:
    """An item of which there was nothing moves nothing, whatever the slope of the sum is."""
    outer = _slope(one.frame, one.method, part.symbol, relative=False).rename({"sensitivity_tco2e": "outer"})
    items = one.parts[part.symbol].join(outer, on=KEY)
    rows = []
    for symbol in (part.reading, *part.parameters):
        up, down = (
            items.with_columns(col(symbol) * (1 + sign * STEP)).select(part.amount.alias("a"))["a"] for sign in (1, -1)
        )
        change = (up - down) / (2 * STEP)
        moves = pl.when(change == 0).then(lit(0.0)).otherwise(change * col("outer"))
        moved = items.with_columns(sensitivity_tco2e=moves, symbol=lit(symbol))
        metric = col("metric") if symbol == part.reading else lit(None, pl.String)
        rows.append(moved.with_columns(metric=metric).select(list(SENSITIVITY)))
    return pl.concat(rows)


def _uncertain(parameters: DataFrame[Parameter]) -> pl.DataFrame:
    return parameters.with_columns(relative_uncertainty_ratio=col("relative_uncertainty_pct") / 100)


def _by_factor(
    moved: pl.DataFrame, one: Evaluated, derived: DataFrame[Derivation], uncertain: pl.DataFrame, called: str
) -> pl.DataFrame:
    """A derived factor passes its sensitivity on to the rows that it was derived from."""
    link = ["parameter_id", "scope", "valid_from"]
    used = one.uses.select(*KEY, "symbol", *link, "item").unique()
    factors = moved.filter(col("metric").is_null()).join(used, on=[*KEY, "symbol", "item"], nulls_equal=True)
    passed = factors.join(derived, on=link, how="left", maintain_order="left").with_columns(
        parameter_id=pl.coalesce("from_parameter_id", "parameter_id"),
        scope=pl.coalesce("from_scope", "scope"),
        valid_from=pl.coalesce("from_valid_from", "valid_from"),
        elasticity_ratio=pl.when(col("from_parameter_id").is_null()).then(1.0).otherwise("elasticity_ratio"),
    )
    known = passed.join(uncertain.select(*link, "relative_uncertainty_ratio").unique(link), on=link, how="left")
    return known.with_columns(
        input=filled(called, {"parameter": "parameter_id", "scope": "scope", "first": "valid_from"}),
        origin=lit("factor"),
        sensitivity_tco2e=col("sensitivity_tco2e") * col("elasticity_ratio"),
    )


def _records(parts: DataFrame[MonthlyPart], uncertain: pl.DataFrame, called: str) -> pl.DataFrame:
    """A month's reading is made of records; each is uncertain by how it was read (meter, invoice, estimate).

    Return KEY, metric, input, scope, elasticity_ratio (the record's part of the reading), relative_uncertainty_ratio.
    """
    how_read = uncertain.filter(col("parameter_id") == "reading_uncertainty").select(
        "scope", relative_uncertainty_ratio="value"
    )
    whole = col("value").sum().over(*KEY, "metric")
    records = parts.filter(whole != 0).select(  # of a reading of nothing no part is uncertain
        *KEY,
        "metric",
        input=filled(called, {"project": "project_id", "metric": "metric", "first": "period_start"}),
        scope=col("source").fill_null("unstated"),
        elasticity_ratio=col("value") / whole,
    )
    return records.join(how_read, on="scope", how="left", maintain_order="left")


def _by_record(moved: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """A reading passes its sensitivity on to its records."""
    rows = moved.filter(col("metric").is_not_null()).join(records, on=[*KEY, "metric"])
    return rows.with_columns(
        origin=lit("reading"),
        parameter_id=col("metric"),
        sensitivity_tco2e=col("sensitivity_tco2e") * col("elasticity_ratio"),
    )


def _of_reported(months: pl.DataFrame, uncertain: pl.DataFrame, called: str) -> pl.DataFrame:
    """A project's own figure moves its months one to one."""
    own = uncertain.filter(col("parameter_id") == "reported_figure_uncertainty")["value"]
    return months.filter(col("status") == "reported").with_columns(
        symbol=lit("reported_annual_reduction_tco2"),
        item=lit(None, pl.String),
        origin=lit("reported figure"),
        input=filled(called, {"project": "project_id"}),
        parameter_id=lit("reported"),
        scope=col("project_id"),
        elasticity_ratio=lit(1.0),
        sensitivity_tco2e=col("emission_reductions_tco2e"),
        relative_uncertainty_ratio=lit(own.item() if own.len() == 1 else None, pl.Float64),
    )
