"""What a check finds: a value beside the limits of its row in data/reference/bounds.csv, month by month."""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from schemas.between.judging import CheckedFigure, FigureOutside
from schemas.contract import DataFrame, conform, unchecked
from schemas.reference import Bound
from transforms.ground.sentences import Sentences, Text

Checks = Mapping[str, Mapping[str, Any]]
ALL: Final = "*"
OVER: Final = " / "
"""Between the two figures of a ratio."""


def over(one: str, other: str) -> pl.Expr:
    """Return what a ratio of two figures is called: by the names of both."""
    return pl.lit(f"{one}{OVER}{other}")


def called(names: Sentences, lang: str) -> pl.Expr:
    """Return the figure in words; names: what each is called (Reference.figure_names)."""
    words = {name: texts[lang] for name, texts in names.items()}
    return pl.col("figure").str.split(OVER).list.eval(pl.element().replace(words)).list.join(OVER)


def checked(  # noqa: PLR0913 - a figure has this many parts
    rows: pl.DataFrame, check_id: str, *, figure: Text, kind: Text, value: Text, numbers: Text
) -> DataFrame[CheckedFigure]:
    """Return what a check looks at of each project's month."""
    return rows.select(
        "project_id",
        "month_start_date",
        check_id=pl.lit(check_id),
        figure=figure,
        kind=kind,
        value=value,
        numbers=numbers,
    ).pipe(conform, CheckedFigure)


def outside(rows: DataFrame[CheckedFigure], bounds: DataFrame[Bound]) -> DataFrame[FigureOutside]:
    """Return the figures that are outside the limits of their check and kind, with how far.

    A kind without a row of its own has that of `*`; where there is none either, there is no finding.
    """
    limits = bounds.select(
        "check_id",
        "unit",
        "evidence",
        "implausible_below",
        "questionable_below",
        "questionable_above",
        "implausible_above",
        kind="method_or_scope",
    )
    own = rows.join(limits, on=["check_id", "kind"], how="inner", maintain_order="left")
    others = rows.join(limits, on=["check_id", "kind"], how="anti", maintain_order="left").join(
        limits.filter(pl.col("kind") == ALL).drop("kind"), on="check_id", maintain_order="left"
    )
    both = pl.concat([own, others.select(own.columns)])
    implausible = _beyond("implausible")
    judged = both.with_columns(
        verdict_level=pl.when(implausible)
        .then(pl.lit("implausible"))
        .when(_beyond("questionable"))
        .then(pl.lit("questionable")),
        lower_value=pl.when(implausible).then("implausible_below").otherwise("questionable_below"),
        upper_value=pl.when(implausible).then("implausible_above").otherwise("questionable_above"),
        is_below=(pl.col("value") < pl.col("questionable_below")).fill_null(False),
    )
    found = judged.filter(pl.col("verdict_level").is_not_null())
    return unchecked(found.select(FigureOutside.columns()), FigureOutside)


def _beyond(level: str) -> pl.Expr:
    value = pl.col("value")
    below, above = value < pl.col(f"{level}_below"), value > pl.col(f"{level}_above")
    return below.fill_null(False) | above.fill_null(False)
