"""What a reader must know of a project whose published figures moved."""

from typing import Final

import polars as pl

from schemas.between.ground import FlagFacts
from schemas.contract import DataFrame, stacked
from schemas.runs import Restatement
from transforms.ground.flag_rows import flags

LISTED: Final = 24
DIGITS: Final = (2, 4, 6, 9)


def restated_flags(restatements: DataFrame[Restatement]) -> DataFrame[FlagFacts]:
    """Return a flag a project, moment and cause: what was restated, since when, tonnes before and after by period.

    The newest and longest periods come first. Where a project's own months moved they are listed; what the parts of
    loans make of them, and money and shares, are in ops.restatements. Parts are summed over all lenders.
    """
    keys = ["subject", "since", "cause", "cause_zh"]
    listed = (
        _one_a_period(_shown(restatements))
        .group_by(keys, maintain_order=True)
        .agg(listed=pl.col("one").head(LISTED).str.join("; "), count=pl.len())
        .with_columns(since=pl.col("since").dt.convert_time_zone("Asia/Shanghai").dt.date())
    )
    whole, longer = (listed.filter(of) for of in (pl.col("count") <= LISTED, pl.col("count") > LISTED))
    cause = ("cause", "cause_zh")
    return stacked(
        [
            flags(whole, "restated", "subject", "count", "since", "listed", cause=cause),
            flags(
                longer, "restated", "subject", "count", "since", "listed", wording="restated_and_others", cause=cause
            ),
        ]
    )


def _shown(restatements: pl.DataFrame) -> pl.DataFrame:
    is_part = pl.col("lender").is_not_null()
    is_ruled = pl.col("basis").is_not_null() | pl.col("profile").is_not_null()
    tonnes = restatements.filter(pl.col("unit").str.starts_with("tCO2e") & (~is_part | is_ruled))
    only = tonnes.filter(~is_part | is_part.all().over("subject", "since"))
    keys = ["subject", "since", "cause", "cause_zh", "period_from_date", "period_to_date", "period", "unit"]
    together = [pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()) for name in ("before", "after")]
    ruled = only.with_columns(rule=pl.coalesce("basis", "profile"))
    return _longest(ruled).sort("subject").group_by([*keys, "rule"], maintain_order=True).agg(together)


def _longest(rows: pl.DataFrame) -> pl.DataFrame:
    """Leave out quarters and halves of a listed year, and quarters of a listed half: they say the same again."""
    is_year, is_half = (pl.col("period").str.contains(pattern) for pattern in (r"^\d{4}$", r"H\d$"))
    year: list[str | pl.Expr] = ["subject", "since", "rule", pl.col("period_from_date").dt.year()]
    in_half = is_half.any().over(*year, pl.col("period").str.contains("H2|Q3|Q4"))
    return rows.filter(is_year | (~is_year.any().over(*year) & (is_half | ~in_half)))


def _one_a_period(rows: pl.DataFrame) -> pl.DataFrame:
    """Each period's tonnes as words, the newest period first."""
    order = {"subject": False, "since": False, "period_from_date": True, "period_to_date": True, "rule": False}
    named = pl.concat_str(["period", "rule"], separator=" ", ignore_nulls=True)
    unit = pl.col("unit").str.replace("CO2e", "")
    words = pl.concat_str([named, _change(), unit], separator=" ")
    return rows.sort(list(order), descending=list(order.values())).with_columns(one=words)


def _change() -> pl.Expr:
    """Tonnes before and after to the hundredth, or to as many digits as show that they differ."""
    shown = [[_number(name, digits) for name in ("before", "after")] for digits in DIGITS]
    differing = (
        pl.when(before != after).then(pl.concat_str([before, after], separator=" -> ")) for before, after in shown
    )
    return pl.coalesce(*differing, pl.concat_str([_number("before"), _number("after")], separator=" -> "))


def _number(column: str, digits: int | None = None) -> pl.Expr:
    """Tonnes as text, or that there are none any more."""
    value = pl.col(column) if digits is None else pl.col(column).round(digits, mode="half_away_from_zero")
    return pl.when(pl.col(column).is_null()).then(pl.lit("-")).otherwise(value.cast(pl.String))
