"""What a check finds: a value beside the limits of its row in data/reference/bounds.csv, month by month."""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from schemas.contract import DataFrame
from schemas.reference import Bound

FINDING: Final = {
    "project_id": pl.String, "month_start_date": pl.Date, "check_id": pl.String, "figure": pl.String,
    "kind": pl.String, "value": pl.Float64, "numbers": pl.String,
}  # fmt: skip
"""A month that a check has looked at: the value and the kind of project or series by which its limits are chosen."""

JUDGED: Final = {
    **FINDING, "verdict_level": pl.String, "unit": pl.String, "lower_value": pl.Float64, "upper_value": pl.Float64,
    "evidence": pl.String, "is_below": pl.Boolean,
}  # fmt: skip
"""A finding outside its limits. verdict_level: questionable or implausible; lower, upper: the limits it broke;
is_below: it broke the lower one."""

Checks = Mapping[str, Mapping[str, Any]]
ALL: Final = "*"


def no_findings() -> pl.DataFrame:
    """Return an empty table of FINDING."""
    return pl.DataFrame(schema=FINDING)


def outside(rows: pl.DataFrame, bounds: DataFrame[Bound]) -> pl.DataFrame:
    """Return the rows (FINDING) that are outside the limits of their check and kind, with how far (JUDGED).

    A kind without a row of its own has that of `*`; where there is none either, there is no finding.
    """
    limits = bounds.select(
        "check_id", "unit", "evidence", "implausible_below", "questionable_below", "questionable_above",
        "implausible_above", kind="method_or_scope",
    )  # fmt: skip
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
    return judged.filter(pl.col("verdict_level").is_not_null()).select(list(JUDGED))


def _beyond(level: str) -> pl.Expr:
    value = pl.col("value")
    below, above = value < pl.col(f"{level}_below"), value > pl.col(f"{level}_above")
    return below.fill_null(False) | above.fill_null(False)
