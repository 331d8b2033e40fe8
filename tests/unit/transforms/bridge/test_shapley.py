"""The coefficients by which a value under all mixtures is divided among its causes: the mean over all orders."""

from collections.abc import Iterator, Sequence
from itertools import chain, permutations, product
from random import Random

import pytest

from transforms.bridge.shapley import coefficients


def orders(groups: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Every order in which the causes of a group come one after the other."""
    for turns in permutations(range(len(groups))):
        for inner in product(*(permutations(groups[turn]) for turn in turns)):
            yield list(chain.from_iterable(inner))


def means_over_orders(groups: Sequence[Sequence[int]], value: Sequence[float]) -> dict[int, float]:
    moved = dict.fromkeys(chain.from_iterable(groups), 0.0)
    every = list(orders(groups))
    for order in every:
        mask = 0
        for cause in order:
            moved[cause] += (value[mask | 1 << cause] - value[mask]) / len(every)
            mask |= 1 << cause
    return moved


@pytest.mark.parametrize(
    "groups", [[[0]], [[0], [1]], [[0], [1], [2], [3]], [[0], [1, 2]], [[0], [1], [2, 3, 4]], [[0, 1, 2]]]
)
def test_what_a_cause_moves_is_its_mean_over_all_orders(groups: list[list[int]]) -> None:
    draw = Random(len(groups))  # noqa: S311 - no secret
    value = [draw.uniform(-1, 1) for _ in range(1 << sum(len(group) for group in groups))]
    moved = {
        cause: sum(
            row["coefficient"] * value[row["mask"]] for row in coefficients(groups).filter(cause=cause).to_dicts()
        )
        for cause in chain.from_iterable(groups)
    }
    assert moved == pytest.approx(means_over_orders(groups, value))
    assert sum(moved.values()) == pytest.approx(value[-1] - value[0])
