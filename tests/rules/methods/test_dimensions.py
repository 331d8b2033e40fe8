"""The method linter: the units of every expression come out as tonnes of CO2, by the last syllables of its symbols.

Strict: GJ and MWh do not add up, kilograms are not tonnes. A conversion is a parameter with its own unit.
"""

from collections import Counter
from typing import Final

import polars as pl
import pytest

from schemas.contract import UNIT_SUFFIXES
from transforms.methods.catalog import EDITIONS
from transforms.methods.engine.method import Method, Part
from transforms.methods.engine.tree import Binary, Choice, Node, Number, Symbol, parts_of, read_back

Unit = tuple[tuple[str, int], ...]
"""Base units and their powers, by name; the empty one is a plain number."""

NUMBER: Final[Unit] = ()
TONNES: Final[Unit] = (("tco2", 1),)
MADE_OF: Final = {"tco2e": {"tco2": 1}, "ratio": {}, "count": {}, "mwh": {"mw": 1, "hours": 1}}
"""CO2 and CO2e are one unit here: a GWP is tCO2e per tonne of its gas and says so in its own name."""

ALL: Final = pytest.mark.parametrize("method", EDITIONS.values(), ids=map(" ".join, EDITIONS))


class Inconsistent(Exception):
    """Two units that cannot be added, or an operation that the linter does not know."""


def unit_of(symbol: str) -> Unit:
    """The unit that a symbol's last syllables say; the longest suffix wins."""
    suffix = max((s for s in UNIT_SUFFIXES if symbol.endswith(s)), key=len, default=None)
    if suffix is None:
        raise Inconsistent(f"{symbol} says no unit")
    above, *below = suffix.removeprefix("_").split("_per_")
    return times(power(above, 1), *(power(part, -1) for part in below))


def power(name: str, exponent: int) -> Unit:
    return tuple(sorted((base, n * exponent) for base, n in MADE_OF.get(name, {name: 1}).items()))


def times(*units: Unit) -> Unit:
    total: Counter[str] = Counter()
    for unit in units:
        total.update(dict(unit))
    return tuple(sorted((base, exponent) for base, exponent in total.items() if exponent))


def inverse(unit: Unit) -> Unit:
    return tuple((base, -exponent) for base, exponent in unit)


def alike(*units: Unit | None) -> Unit | None:
    """The common unit; None is a zero, which is of any unit."""
    known = {unit for unit in units if unit is not None}
    if len(known) > 1:
        raise Inconsistent(f"{sorted(known)} are added, subtracted or chosen between")
    return next(iter(known), None)


def unit(node: Node) -> Unit | None:
    """The unit of an expression's tree."""
    match node:
        case Symbol(column=column):
            return unit_of(column)
        case Number(value=value):
            return None if value == 0 else NUMBER
        case Binary(operator=operator, left=left, right=right):
            return _binary(operator, unit(left), unit(right))
        case Choice(chosen=chosen, otherwise=otherwise):
            return alike(unit(chosen), unit(otherwise))
    return alike(*(unit(part) for part in parts_of(node)))


def _binary(operation: str, left: Unit | None, right: Unit | None) -> Unit | None:
    if operation == "*":
        return None if left is None or right is None else times(left, right)
    if operation == "/":
        return None if left is None else times(left, inverse(right or NUMBER))
    if operation in {"+", "-"}:
        return alike(left, right)
    raise Inconsistent(f"the linter does not know {operation}")


def unit_of_expression(expression: pl.Expr) -> Unit | None:
    return unit(read_back(expression))


@ALL
def test_every_term_of_a_method_comes_out_in_tonnes_of_co2(method: Method) -> None:
    for term in (method.baseline, method.project, method.leakage):
        assert unit_of_expression(term) in {TONNES, None}, str(term)
    assert unit_of_expression(method.baseline - method.project - method.leakage) == TONNES


PARTS: Final = {
    (method.name, method.edition, part.symbol): part for method in EDITIONS.values() for part in method.parts
}


@pytest.mark.parametrize("part", PARTS.values(), ids=[" ".join(key) for key in PARTS])
def test_a_sum_over_items_has_the_unit_that_its_symbol_says(part: Part) -> None:
    assert unit_of_expression(part.amount) == unit_of(part.symbol)


@pytest.mark.parametrize(
    "wrong",
    [
        pl.col("heat_delivered_gj") * pl.col("grid_tco2_per_mwh"),
        pl.col("heat_delivered_gj") + pl.col("electricity_consumed_mwh"),
        pl.col("heat_delivered_gj") / pl.col("coal_tco2_per_gj"),
        pl.coalesce("heat_delivered_gj", "steam_delivered_t") * pl.col("coal_tco2_per_gj"),
    ],
)
def test_the_linter_finds_a_unit_that_does_not_fit(wrong: pl.Expr) -> None:
    try:
        found = unit_of_expression(wrong)
    except Inconsistent:
        return
    assert found != TONNES


def test_the_linter_knows_a_right_formula() -> None:
    right = pl.col("heat_delivered_gj") / pl.col("baseline_efficiency_ratio") * pl.col("coal_tco2_per_gj")
    assert unit_of_expression(right) == TONNES


def test_an_efficiency_divides_the_baseline_and_never_what_was_burned() -> None:
    """Fuel that was metered holds its losses already: dividing it by an efficiency would count them twice."""
    for part in PARTS.values():
        assert not [name for name in part.amount.meta.root_names() if "efficiency" in name]
