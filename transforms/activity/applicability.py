"""Does the methodology apply? Each condition holds, does not hold, or is unknown because the fact was not stated."""

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from schemas.between.activity import ConditionNotShown
from schemas.contract import DataFrame, conform, stacked
from schemas.reference import Parameter
from transforms.factors.parameters import values_in_force
from transforms.ground.flag_rows import UNKNOWN
from transforms.methods.engine.method import Condition


class Judged(NamedTuple):
    """frame: the months with is_outside, true where a condition is broken; conditions: those not shown to hold."""

    frame: pl.DataFrame
    conditions: DataFrame[ConditionNotShown]


def judge_conditions(months: pl.DataFrame, conditions: Sequence[Condition], parameters: DataFrame[Parameter]) -> Judged:
    """Return the months marked where a stated fact lies outside the methodology, and what was not shown to hold."""
    marked, verdicts = months.with_columns(is_outside=pl.lit(False)), [ConditionNotShown.empty_frame()]
    for condition in conditions:
        stated = values_in_force(months.select(pl.exclude("^lacks_.*$")), condition.facts, parameters)
        verdict = stated.select("project_id", verdict=_verdict(condition), facts=_facts(condition))
        marked = marked.with_columns(is_outside=pl.col("is_outside") | (verdict["verdict"] == "broken"))
        verdicts.append(_verdict_rows(verdict, condition))
    return Judged(marked, stacked(verdicts))


def _verdict(condition: Condition) -> pl.Expr:
    concerned = pl.lit(True) if condition.when is None else condition.when.fill_null(False)
    return (
        pl.when(~concerned)
        .then(pl.lit("not_concerned"))
        .when(condition.holds.is_null())
        .then(pl.lit("not_stated"))
        .when(condition.holds)
        .then(pl.lit("held"))
        .otherwise(pl.lit("broken" if condition.refuses else "weak"))
    )


def _facts(condition: Condition) -> pl.Expr:
    named = [
        pl.format(f"{symbol} = {{}}", pl.col(symbol).cast(pl.String).fill_null(UNKNOWN)) for symbol in condition.facts
    ]
    return pl.concat_str(named, separator=", ")


def _verdict_rows(verdict: pl.DataFrame, condition: Condition) -> DataFrame[ConditionNotShown]:
    doubtful = verdict.filter(pl.col("verdict").is_in(["not_stated", "broken", "weak"])).unique()
    rows = doubtful.select(
        "project_id",
        "verdict",
        "facts",
        condition=pl.lit(condition.code),
    )
    return conform(rows, ConditionNotShown)
