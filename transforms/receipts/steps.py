"""A number as a tree: steps worked out of parts, down to cells of rows that were delivered or are on file.

The value of a step is worked out here, by plain arithmetic on its parts. Sums of money stay exact decimals.
"""

import datetime as dt
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from statistics import NormalDist
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias

from schemas.contract import CURRENCY
from transforms.methods.engine.tree import (
    Binary,
    Choice,
    FirstKnown,
    Greatest,
    Known,
    Least,
    Named,
    Negated,
    Node,
    Number,
    Symbol,
)

Value: TypeAlias = float | Decimal | int | None
Row: TypeAlias = Mapping[str, Any]
Key: TypeAlias = tuple[str, int, str]
Way: TypeAlias = Literal["formula", "sum", "count", "negative", "fen", "norm", "moved", "narrowed", "steam", "unknown"]
"""How parts become a value: by a formula; added up; counted; with the other sign; to the fen; as independent errors;

what moving a leaf moves; what knowing one of several errors takes off half an interval; by the steam table; not at all.
"""

AT: Final = "_at"
"""Where a row has its place in its table."""

FEN: Final = Decimal("0.01")
STEP: Final = 1e-5
"""By which part of itself a leaf is moved, up and down."""

QUANTILE_95: Final = NormalDist().inv_cdf(0.975)
UNMOVED: Final[Mapping[Key, float]] = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class Leaf:
    """A cell. name: what the number is, as words.toml has it; about: which of its kind it is."""

    name: str
    table: str
    column: str
    row: Row
    unit: str
    about: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        """The cell: table, place of the row in it, column."""
        return (self.table, self.row[AT], self.column)

    @property
    def value(self) -> Value:
        """What the cell holds."""
        held: Value = self.row[self.column]
        return held

    @property
    def keys(self) -> frozenset[Key]:
        """Itself."""
        return frozenset((self.key,))


@dataclass(frozen=True, eq=False)
class Step:
    """A number worked out of parts. signs: of a formula, the parts' names in it; moving: the cells that are moved.

    facts: of what is not worked out, why; of a method's formula, the method and its edition.
    """

    name: str
    unit: str
    way: Way
    parts: tuple["Part", ...] = ()
    about: tuple[str, ...] = ()
    node: Node | None = None
    signs: tuple[str, ...] = ()
    moving: frozenset[Key] = frozenset()
    facts: tuple[str, ...] = ()

    @cached_property
    def value(self) -> Value:
        """What the step comes to."""
        return worked_out(self, UNMOVED)

    @cached_property
    def keys(self) -> frozenset[Key]:
        """Every cell that it rests on."""
        return frozenset().union(*(part.keys for part in self.parts))

    @property
    def named(self) -> dict[str, "Part"]:
        """The parts of a formula by their signs."""
        return dict(zip(self.signs, self.parts, strict=True))


Part: TypeAlias = Leaf | Step


def symbol(name: str) -> Symbol:
    """Return a symbol of a formula that is called as its part."""
    return Symbol(name, name)


def formula(  # noqa: PLR0913, PLR0917 - what a formula is
    name: str,
    unit: str,
    node: Node,
    parts: Mapping[str, Part],
    about: tuple[str, ...] = (),
    facts: tuple[str, ...] = (),
) -> Step:
    """Return the step that the formula makes of its parts; facts: of a method's, the method and its edition."""
    return Step(name, unit, "formula", tuple(parts.values()), about, node, tuple(parts), facts=facts)


def total(name: str, unit: str, parts: Sequence[Part], about: tuple[str, ...] = ()) -> Step:
    """Return the sum of the parts."""
    return Step(name, unit, "sum", tuple(parts), about)


def unknown(name: str, unit: str, *facts: str, about: tuple[str, ...] = ()) -> Step:
    """Return a number that is not there, and why."""
    return Step(name, unit, "unknown", about=about, facts=facts)


def complete(name: str, unit: str, parts: Sequence[Part]) -> Step:
    """Return the sum of the parts, unknown where one is."""
    unclear = [part for part in parts if part.value is None]
    return unknown(name, unit, *reasons(unclear)) if unclear else total(name, unit, parts)


def known_total(name: str, unit: str, parts: Sequence[Part]) -> Step:
    """Return the sum of the parts that are known; unknown where none is."""
    known = [part for part in parts if part.value is not None]
    return total(name, unit, known) if known else unknown(name, unit, *reasons(parts))


def reasons(parts: Sequence[Part]) -> tuple[str, ...]:
    """Return why the first part that is unknown is so."""
    return next((part.facts for part in parts if part.value is None and isinstance(part, Step)), ())


def worked_out(part: Part, moved: Mapping[Key, float]) -> Value:
    """Return the value where each cell of `moved` is as many times what it holds."""
    if isinstance(part, Leaf):
        value = part.value
        return value if value is None or part.key not in moved else float(value) * moved[part.key]
    if moved and not part.keys & moved.keys():
        return part.value
    values = [worked_out(each, moved) if moved else each.value for each in part.parts]
    if part.way == "formula":
        return None if part.node is None else evaluated(part.node, dict(zip(part.signs, values, strict=True)))
    if part.way == "count":
        return len(values)
    if part.way == "unknown" or any(value is None for value in values):
        return None
    return _combined(part, [value for value in values if value is not None])


def _combined(step: Step, values: Sequence[float | Decimal]) -> Value:  # noqa: PLR0911 - a way each
    match step.way:
        case "sum":
            return added(values) if values else nothing(step.unit)
        case "steam":
            return enthalpy(*(float(value) for value in values))
        case "negative":
            return -values[0]
        case "fen":
            return to_fen(float(values[0]))
        case "norm":
            return math.sqrt(math.fsum(float(value) ** 2 for value in values))
        case "moved":
            return change(step.parts[0], step.moving) / (2 * STEP) * float(values[1])
        case "narrowed":
            whole, one = float(values[0]), float(values[1])
            return QUANTILE_95 * (whole - math.sqrt(max(whole**2 - one**2, 0.0)))
    raise ValueError(step.way)


def change(part: Part, moving: frozenset[Key]) -> float:
    """Return what the part becomes more between the cells a STEP below and a STEP above what they hold.

    A sum changes by what its parts change by, a product of which one side moves by that side's: no digits are lost.
    """
    if not part.keys & moving:
        return 0.0
    if isinstance(part, Step) and part.way == "sum":
        return math.fsum(change(each, moving) for each in part.parts)
    if isinstance(part, Step) and (factors := _one_of_two(part, moving)):
        still, moves = factors
        return float(still) * change(moves, moving)
    up, down = (worked_out(part, dict.fromkeys(moving, 1 + sign * STEP)) for sign in (1, -1))
    return math.nan if up is None or down is None else float(up) - float(down)


def _one_of_two(step: Step, moving: frozenset[Key]) -> tuple[float | Decimal, Part] | None:
    """Of a product of two parts of which one moves, the value of the other and the one that moves."""
    match step.node:
        case Binary(operator="*", left=Symbol(column=left), right=Symbol(column=right)) if left != right:
            sides = [step.named[left], step.named[right]]
            moves = [side for side in sides if side.keys & moving]
            still = next((side.value for side in sides if side not in moves), None)
            return (still, moves[0]) if len(moves) == 1 and still is not None else None
    return None


def nothing(unit: str) -> float | Decimal:
    """Return the sum of no parts: of money it is exact."""
    return Decimal(0) if re.fullmatch(CURRENCY, unit) else 0.0


def added(values: Sequence[float | Decimal]) -> float | Decimal:
    """Return the sum: exact where all of it is money."""
    if all(isinstance(value, Decimal) for value in values):
        return sum((value for value in values if isinstance(value, Decimal)), Decimal(0))
    return math.fsum(float(value) for value in values)


def enthalpy(pressure_mpa: float, temperature_celsius: float | None = None) -> float | None:
    """Return the enthalpy of steam in GJ/t after IAPWS-IF97: saturated without a temperature; None where none."""
    from CoolProp.CoolProp import PropsSI  # noqa: PLC0415 - it loads for seconds, and few books state a pressure

    pressure = pressure_mpa * 1e6
    try:
        if temperature_celsius is None:
            return float(PropsSI("H", "P", pressure, "Q", 1, "IF97::Water")) / 1e6
        temperature = temperature_celsius + 273.15
        if temperature < float(PropsSI("T", "P", pressure, "Q", 1, "IF97::Water")):
            return None
        return float(PropsSI("H", "P", pressure, "T", temperature, "IF97::Water")) / 1e6
    except ValueError:
        return None


def to_fen(value: float) -> Decimal:
    """Return an amount rounded half away from zero to the fen."""
    return Decimal(repr(value)).quantize(FEN, rounding=ROUND_HALF_UP)


def evaluated(node: Node, values: Mapping[str, Value]) -> Value:  # noqa: C901, PLR0911 - a kind of node each
    """Return what the formula comes to; None where what it needs is unknown."""
    match node:
        case Symbol(column=column):
            return values[column]
        case Number(value=value):
            return value
        case Named(body=body):
            return evaluated(body, values)
        case Binary():
            return _joined(node.operator, evaluated(node.left, values), evaluated(node.right, values))
        case Least(left=left, right=right):
            both = evaluated(left, values), evaluated(right, values)
            return None if None in both else min(float(one) for one in both if one is not None)
        case Greatest(left=left, right=right):
            one, other = evaluated(left, values), evaluated(right, values)
            return one if one is None or other is None else max(float(one), float(other))
        case FirstKnown(options=options):
            return next((found for option in options if (found := evaluated(option, values)) is not None), None)
        case Known(body=body):
            return evaluated(body, values) is not None
        case Negated(body=body):
            held = evaluated(body, values)
            return None if held is None else not held
        case Choice(condition=condition, chosen=chosen, otherwise=otherwise):
            return evaluated(chosen if evaluated(condition, values) else otherwise, values)


def _joined(operator: str, left: Value, right: Value) -> Value:  # noqa: C901, PLR0911 - an operator each
    if left is None or right is None:
        return None
    if isinstance(left, Decimal) and isinstance(right, Decimal) and operator in {"+", "-"}:
        return left + right if operator == "+" else left - right
    one, other = float(left), float(right)
    match operator:
        case "+":
            return one + other
        case "-":
            return one - other
        case "*":
            return one * other
        case "/":
            return one / other if other else None
        case ">":
            return one > other
        case ">=":
            return one >= other
        case "<":
            return one < other
        case "<=":
            return one <= other
        case "==":
            return one == other
        case "and":
            return bool(one and other)
    return bool(one or other)


def leaves_of(part: Part) -> Iterator[Leaf]:
    """Yield every leaf, as often as it is used."""
    if isinstance(part, Leaf):
        yield part
    else:
        for each in part.parts:
            yield from leaves_of(each)


def days(first: dt.date, last: dt.date) -> int:
    """Return the calendar days from first to last, both included; 0 where they do not meet."""
    return max((last - first).days + 1, 0)
