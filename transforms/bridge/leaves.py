"""What the formulas of two states read, symbol by symbol: before and after, each difference with its cause.

A record that both states have with another value is a correction, one that only one of them has is activity. A factor
that only one state has is the same in the other; an item (fuel, species ...) that only one has is none of the other.
"""

from typing import Final

import polars as pl
from polars import col, lit

from schemas.words.causes import ACTIVITY, CORRECTIONS, FACTOR
from transforms.bridge.state import PLACE, State, placed
from transforms.methods.catalog import EDITIONS

MONTH: Final = ["project_id", PLACE]
LEAF: Final = [*MONTH, "symbol", "metric"]
"""metric: of an item's symbols the metric of the item, empty for those of the whole plant."""
WHOLE: Final = ""
SIDES: Final = ("before", "after")
RECORD: Final = [*LEAF, "month_start_date", "record_id"]

OF_ITEMS: Final = pl.DataFrame(
    sorted(
        {
            (*key, symbol, part.reading)
            for key, method in EDITIONS.items()
            for part in method.parts
            for symbol in part.parameters
        }
    ),
    schema=["method", "method_edition", "symbol", "reading"],
    orient="row",
)
"""The factors of items, each with the symbol of the item's reading."""


def leaves(before: State, after: State, months: pl.DataFrame) -> pl.DataFrame:
    """Return LEAF, cause, parameter_id, before and after. months: MONTH of the months of both states."""
    (earlier, uses), (later, uses_later) = (_of_months(state, months) for state in (before, after))
    read = _readings(earlier, later)
    factors = _factors(_by_item(uses, earlier), _by_item(uses_later, later))
    return pl.concat([read, factors], how="diagonal").sort(*LEAF, "cause")


def editions(state: State) -> pl.DataFrame:
    """Return MONTH, method and method_edition of the state's months."""
    return placed(state, state.holdings.months).select(*MONTH, "method", "method_edition")


def _of_months(state: State, months: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    readings = placed(state, state.readings).join(months, on=MONTH, how="semi", maintain_order="left")
    named = readings.with_columns(metric=pl.when(col("item").is_null()).then(lit(WHOLE)).otherwise("metric"))
    uses = placed(state, state.factors).join(months, on=MONTH, how="semi", maintain_order="left")
    return named, uses.join(editions(state), on=MONTH, how="left", maintain_order="left")


def _readings(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """A symbol's value is what the records of both states come to in each, and the rest, which is activity."""
    whole = col("value").first()
    values = _beside(before.group_by(LEAF).agg(whole), after.group_by(LEAF).agg(whole), LEAF)
    part = col("part_value").sum().alias("value")
    records = _beside(before.group_by(RECORD).agg(part), after.group_by(RECORD).agg(part), RECORD)
    both = records.drop_nulls(["before", "after", "record_id"])
    shared = both.group_by(LEAF).agg(shared_before=col("before").sum(), shared_after=col("after").sum())
    split = values.join(shared, on=LEAF, how="left", maintain_order="left")
    moved = (col("shared_before") != col("shared_after")).fill_null(False)
    corrected = split.filter(moved).select(*LEAF, before="shared_before", after="shared_after", cause=lit(CORRECTIONS))
    rest = [pl.when(moved).then(col(side) - col(f"shared_{side}")).otherwise(side).alias(side) for side in SIDES]
    return pl.concat([corrected, split.select(*LEAF, *rest, cause=lit(ACTIVITY))])


def _factors(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    return _beside(before, after, LEAF, "parameter_id").select(
        *LEAF,
        parameter_id=pl.max_horizontal("parameter_id", "parameter_id_after"),
        before=pl.coalesce("before", "after"),
        after=pl.coalesce("after", "before"),
        cause=lit(FACTOR),
    )


def _by_item(uses: pl.DataFrame, readings: pl.DataFrame) -> pl.DataFrame:
    """The factors of a state, those of an item beside the metric of its reading."""
    whole = uses.filter(col("item").is_null()).with_columns(metric=lit(WHOLE))
    of_one = ["kind", "item"]
    items = readings.filter(col("item").is_not_null()).select(*MONTH, "metric", *of_one, reading="symbol").unique()
    named = uses.join(OF_ITEMS, on=["method", "method_edition", "symbol"])
    of_items = named.join(items, on=[*MONTH, *of_one, "reading"])
    rows = pl.concat([whole, of_items], how="diagonal")
    return rows.sort(*LEAF, "parameter_id", "scope").unique(LEAF, keep="first", maintain_order=True)


def _beside(before: pl.DataFrame, after: pl.DataFrame, keys: list[str], *also: str) -> pl.DataFrame:
    """Return the keys with their values of both states, empty where one has none, and other columns of both."""
    earlier, later = (rows.select(*keys, *also, "value") for rows in (before, after))
    joined = earlier.join(later, on=keys, how="full", coalesce=True, nulls_equal=True, suffix="_after")
    return joined.rename({"value": "before", "value_after": "after"})
