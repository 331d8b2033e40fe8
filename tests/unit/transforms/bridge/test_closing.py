"""Printed parts add up to their printed whole, to the last digit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.numbers import tonnes
from transforms.bridge.closing import PRINTED, apportioned, whole_steps


def test_what_rounding_leaves_over_goes_to_the_largest_remainder() -> None:
    """0.333 + 0.333 + 0.334 = 1: down to 33 each, and the hundredth left goes to the 0.4 of 0.334."""
    assert apportioned([0.333, 0.333, 0.334], 100) == [33, 33, 34]
    assert apportioned([-0.333, -0.333, -0.334], -100) == [-33, -33, -34]


def test_of_equal_remainders_the_first_goes_first() -> None:
    assert apportioned([0.005, 0.005], 1) == [1, 0]


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=12))
def test_parts_add_up_and_none_is_a_step_away(parts: list[float]) -> None:
    shown = apportioned(parts, whole_steps(sum(parts)))
    assert sum(shown) == whole_steps(sum(parts))
    assert all(abs(steps - part * PRINTED) <= 1.0001 for steps, part in zip(shown, parts, strict=True))


@pytest.mark.parametrize("amount", [0.0, 0.125, -0.125, 1234.5, -3.999])
def test_a_whole_is_rounded_as_tables_print_it(amount: float) -> None:
    assert tonnes(whole_steps(amount) / PRINTED) == tonnes(amount)
