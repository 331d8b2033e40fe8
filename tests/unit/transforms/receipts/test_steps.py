"""The value of a step is plain arithmetic on its parts."""

from decimal import Decimal
from typing import Any

import pytest

from transforms.methods.engine.tree import (
    Binary,
    Choice,
    FirstKnown,
    Greatest,
    Known,
    Least,
    Negated,
    Node,
    Number,
    Symbol,
)
from transforms.receipts.steps import Leaf, Step, Value, change, evaluated, formula, total, unknown

A, B = Symbol("a", "a"), Symbol("b", "b")


def leaf(value: Value, at: int = 0) -> Leaf:
    return Leaf("reading", "core.operating", "value", {"value": value, "_at": at}, "MWh")


@pytest.mark.parametrize(
    ("node", "values", "expected"),
    [
        (Binary("/", A, B), {"a": 3.0, "b": 4.0}, 0.75),
        (Binary("/", A, B), {"a": 3.0, "b": 0.0}, None),
        (Binary("*", A, B), {"a": Decimal("2.50"), "b": 4.0}, 10.0),
        (Binary("-", A, B), {"a": None, "b": 4.0}, None),
        (Least(A, B), {"a": 3.0, "b": 4.0}, 3.0),
        (Least(A, B), {"a": None, "b": 4.0}, None),
        (Greatest(A, B), {"a": -3.0, "b": 0.0}, 0.0),
        (FirstKnown((A, B)), {"a": None, "b": 4.0}, 4.0),
        (Known(A), {"a": None, "b": 4.0}, False),
        (Negated(Known(A)), {"a": None, "b": 4.0}, True),
        (Negated(A), {"a": None, "b": 4.0}, None),
        (Choice(Binary(">", A, Number(2.0)), A, B), {"a": 3.0, "b": 4.0}, 3.0),
        (Choice(Binary(">", A, Number(2.0)), A, B), {"a": None, "b": 4.0}, 4.0),
    ],
)
def test_a_formula_is_worked_out_and_what_is_unknown_stays_so(
    node: Node, values: dict[str, Value], expected: Any
) -> None:
    assert evaluated(node, values) == expected


def test_a_sum_of_money_is_exact_and_one_with_an_unknown_part_is_unknown() -> None:
    assert total("lent", "CNY", [leaf(Decimal("0.10")), leaf(Decimal("0.20"), 1)]).value == Decimal("0.30")
    assert total("lent", "CNY", [leaf(Decimal("0.10")), unknown("lent", "CNY", "no_rate")]).value is None


def test_foreign_money_is_rounded_to_the_fen_half_up() -> None:
    assert Step("to_fen", "CNY", "fen", (leaf(1.005),)).value == Decimal("1.01")


def test_independent_errors_of_3_and_4_are_one_of_5() -> None:
    assert Step("uncertainty", "t", "norm", (leaf(3.0), leaf(-4.0, 1))).value == 5.0


def test_moving_a_cell_moves_all_that_rests_on_it() -> None:
    """a x b + a at a = 2, b = 10: an error of 1 % of a moves 22 by 0.22, one of b moves it by 0.2."""
    a, b = leaf(2.0), leaf(10.0, 1)
    figure = total("sum", "t", [formula("product", "t", Binary("*", A, B), {"a": a, "b": b}), a])
    moved = [Step("moved", "t", "moved", (figure, leaf(0.01, 2)), moving=one.keys) for one in (a, b)]
    assert [one.value for one in moved] == [pytest.approx(0.22), pytest.approx(0.2)]
    assert change(figure, leaf(1.0, 9).keys) == 0.0
