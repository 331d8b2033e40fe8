"""A polars expression of a formula, read back as a tree of few kinds of nodes; anything else is refused by name."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import polars as pl


@dataclass(frozen=True)
class Symbol:
    """A column of the frame. sign: as it is printed; the column's own name where it has none."""

    column: str
    sign: str


@dataclass(frozen=True)
class Number:
    """A constant of the formula itself, such as the 1 of 1 - loss."""

    value: float


@dataclass(frozen=True)
class Named:
    """A result that the formula names."""

    sign: str
    body: "Node"


@dataclass(frozen=True)
class Binary:
    """Two nodes and what joins them: an operator of OPERATORS."""

    operator: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True)
class Least:
    """The lower of two; unknown where either is."""

    left: "Node"
    right: "Node"


@dataclass(frozen=True)
class Greatest:
    """The higher of two; unknown where the first is."""

    left: "Node"
    right: "Node"


@dataclass(frozen=True)
class FirstKnown:
    """The first of several that is known."""

    options: tuple["Node", ...]


@dataclass(frozen=True)
class Known:
    """Whether a value is there."""

    body: "Node"


@dataclass(frozen=True)
class Negated:
    """What holds where a condition does not: of rules that are run, none that is printed."""

    body: "Node"


@dataclass(frozen=True)
class Choice:
    """One of two, by a condition."""

    condition: "Node"
    chosen: "Node"
    otherwise: "Node"


Node = Symbol | Number | Named | Binary | Least | Greatest | FirstKnown | Known | Negated | Choice

OPERATORS: Final = {
    "Plus": "+",
    "Minus": "-",
    "Multiply": "*",
    "TrueDivide": "/",
    "Divide": "/",
    "Eq": "==",
    "Gt": ">",
    "GtEq": ">=",
    "Lt": "<",
    "LtEq": "<=",
    "And": "and",
    "Or": "or",
}
"""Name in polars to the operator of a Binary."""


def read_back(expression: pl.Expr) -> Node:
    """Return the expression as a tree. Raises ValueError for what no formula here is made of."""
    return _node(json.loads(expression.meta.serialize(format="json")))


def symbols_of(node: Node) -> Iterator[Symbol]:
    """Yield every symbol, left to right, as often as it is written."""
    if isinstance(node, Symbol):
        yield node
    for part in parts_of(node):
        yield from symbols_of(part)


def names_of(node: Node) -> Iterator[Named]:
    """Yield every named result, the inner ones of each before it."""
    for part in parts_of(node):
        yield from names_of(part)
    if isinstance(node, Named):
        yield node


def divisors_of(node: Node) -> Iterator[Symbol]:
    """Yield the symbols by which something is divided, alone or as factors of a product."""
    if isinstance(node, Binary) and node.operator == "/":
        yield from _factors(node.right)
    for part in parts_of(node):
        yield from divisors_of(part)


def _factors(node: Node) -> Iterator[Symbol]:
    if isinstance(node, Symbol):
        yield node
    elif isinstance(node, Binary) and node.operator in {"*", "/"}:
        yield from _factors(node.left)
        yield from _factors(node.right)


def parts_of(node: Node) -> tuple[Node, ...]:
    """Return what a node is made of."""
    match node:
        case Named(body=body) | Known(body=body) | Negated(body=body):
            return (body,)
        case Binary(left=left, right=right) | Least(left=left, right=right) | Greatest(left=left, right=right):
            return (left, right)
        case FirstKnown(options=options):
            return options
        case Choice(condition=condition, chosen=chosen, otherwise=otherwise):
            return (condition, chosen, otherwise)
    return ()


def _node(written: dict[str, Any]) -> Node:
    ((kind, inner),) = written.items()
    match kind:
        case "Column":
            return Symbol(inner, inner)
        case "Literal":
            return Number(_value(inner))
        case "Alias":
            body, sign = _node(inner[0]), inner[1]
            return Symbol(body.column, sign) if isinstance(body, Symbol) else Named(sign, body)
        case "BinaryExpr":
            return _binary(inner["op"], _node(inner["left"]), _node(inner["right"]))
        case "Function":
            return _function(inner["function"], [_node(each) for each in inner["input"]])
        case "Ternary":
            return Choice(*(_node(inner[name]) for name in ("predicate", "truthy", "falsy")))
    raise ValueError(f"a formula is not made of {kind}")


def _binary(name: str, left: Node, right: Node) -> Node:
    operator = OPERATORS.get(name)
    if operator is None:
        raise ValueError(f"a formula is not made of {name}")
    if operator == "-" and (limit := _limit(left, right)) is not None:
        return Least(left, limit)
    return Binary(operator, left, right)


def _limit(term: Node, excess: Node) -> Node | None:
    """Of term - max(term - limit, 0) the limit (methods.engine.limits.at_most)."""
    match excess:
        case Greatest(left=Binary(operator="-", left=first, right=limit), right=Number(value=0.0)) if first == term:
            return limit
    return None


def _function(name: object, inputs: list[Node]) -> Node:
    match name:
        case {"Clip": {"has_min": True, "has_max": False}}:
            return Greatest(*inputs)
        case "Coalesce":
            return FirstKnown(tuple(inputs))
        case {"Boolean": "IsNotNull"}:
            return Known(*inputs)
        case {"Boolean": "IsNull"}:
            return Negated(Known(*inputs))
        case {"Boolean": "Not"}:
            return Negated(*inputs)
    raise ValueError(f"a formula is not made of {name}")


def _value(literal: object) -> float:
    """A literal is written as its value under the names of its types."""
    while isinstance(literal, dict):
        (literal,) = literal.values()
    return float(str(literal))
