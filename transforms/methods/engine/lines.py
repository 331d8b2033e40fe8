"""A method's formula as lines: what it leaves, its three terms, its sums over items, and every result that it names."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from transforms.methods.engine.emission_reductions import EMISSION_REDUCTIONS
from transforms.methods.engine.method import Method
from transforms.methods.engine.tree import Binary, Named, Node, Number, Symbol, parts_of, read_back, symbols_of

LEFT: Final = "ER"
"""The sign of what a method leaves (methods.engine.emission_reductions)."""


@dataclass(frozen=True)
class Line:
    """`sign = body`; over: the kind of items of which body is summed, empty where it is not a sum."""

    sign: str
    body: Node
    over: str = ""


def lines_of(method: Method) -> tuple[Line, ...]:
    """Return every line of the formula, each sign once, in the order in which a reader meets it."""
    reduction = read_back(EMISSION_REDUCTIONS)
    signs = [symbol.sign for symbol in symbols_of(reduction)]
    terms = (method.baseline, method.project, method.leakage)
    lines = [Line(LEFT, reduction), *(Line(sign, read_back(term)) for sign, term in zip(signs, terms, strict=True))]
    for line in lines:  # those that are added are read in their turn
        for met in _lines_met(line.body, method):
            same = next((one for one in lines if one.sign == met.sign), None)
            if same is None:
                lines.append(met)
            elif same != met:
                raise ValueError(f"{method.name} writes two things as {met.sign}")
    return tuple(lines)


def short_lines(method: Method) -> tuple[Line, ...]:
    """Return the same without the terms that are nothing; a single term that is left is the reduction itself."""
    reduction, *terms = lines_of(method)[:4]
    others = lines_of(method)[4:]
    kept = [line for line in terms if line.body != Number(0.0)]
    if kept and kept[0] is terms[0] and len(kept) == 1:
        return (Line(LEFT, kept[0].body), *others)
    gone = {line.sign for line in terms} - {line.sign for line in kept}
    return (Line(LEFT, _without(reduction.body, gone)), *kept, *others)


def _without(node: Node, gone: set[str]) -> Node:
    """BE - PE - LE without the terms of these signs."""
    if isinstance(node, Binary) and {symbol.sign for symbol in symbols_of(node.right)} <= gone:
        return _without(node.left, gone)
    return Binary(node.operator, _without(node.left, gone), node.right) if isinstance(node, Binary) else node


def _lines_met(node: Node, method: Method) -> Iterator[Line]:
    """The lines that explain a body's signs, in the order in which they are printed."""
    if isinstance(node, Named):
        yield Line(node.sign, node.body)
    elif isinstance(node, Symbol):
        yield from (
            Line(node.sign, read_back(part.amount), part.kind) for part in method.parts if part.symbol == node.column
        )
    else:
        for part in parts_of(node):
            yield from _lines_met(part, method)
