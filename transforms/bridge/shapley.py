"""What each of several causes moves, whatever the order in which they are taken: the Owen value.

A cause is a bit of a mask: 0 as in the state before, 1 as in the state after. Groups are taken one after the other,
and the causes of a group together; the value is the mean over all such orders. Groups of one: the Shapley value.
Source     G. Owen, Values of games with a priori unions (1977)
"""

from collections.abc import Iterator, Sequence
from itertools import combinations
from math import factorial

import polars as pl


def coefficients(groups: Sequence[Sequence[int]]) -> pl.DataFrame:
    """Return cause, mask and coefficient: a cause moves the sum of coefficient times the value under the mask."""
    rows = [
        (cause, reached, weight * sign)
        for own, group in enumerate(groups)
        for cause in group
        for mask, weight in _before(own, cause, groups)
        for reached, sign in ((mask | 1 << cause, 1.0), (mask, -1.0))
    ]
    schema = {"cause": pl.Int64, "mask": pl.Int64, "coefficient": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row").group_by("cause", "mask").agg(pl.col("coefficient").sum())


def _before(own: int, cause: int, groups: Sequence[Sequence[int]]) -> Iterator[tuple[int, float]]:
    """Yield what may have been taken before the cause, as a mask, with its part of all orders."""
    others = [_mask(group) for at, group in enumerate(groups) if at != own]
    beside = [1 << one for one in groups[own] if one != cause]
    for taken, outer in _subsets(others):
        for with_it, inner in _subsets(beside):
            yield taken | with_it, outer * inner


def _subsets(masks: Sequence[int]) -> Iterator[tuple[int, float]]:
    """Yield every subset as one mask, with the part of all orders in which it comes before one more."""
    count = len(masks)
    for size in range(count + 1):
        part = factorial(size) * factorial(count - size) / factorial(count + 1)
        for chosen in combinations(masks, size):
            yield sum(chosen), part


def _mask(group: Sequence[int]) -> int:
    return sum(1 << cause for cause in group)
