"""A tree as a formula of a spreadsheet (ECMA-376, OpenFormula); what is unknown is #N/A there, which goes through."""

import math
from collections.abc import Mapping
from typing import ClassVar, Final

from transforms.methods.engine.render import ATOM, Exact, Printed
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

UNKNOWN: Final = "NA()"
LIMITLESS: Final = "1E308"
"""What a spreadsheet has for infinite, of which it has no number."""


def spreadsheet(node: Node, cells: Mapping[str, str]) -> str:
    """Return the node as a formula without its `=`; cells: column to where its value is; one that has no cell is #N/A.

    IFNA is of Excel 2013 and LibreOffice 4.0.
    """
    return Spreadsheet(cells).of(node).text


def constant(value: float | None) -> str:
    """Return a number as a formula has it."""
    if value is None:
        return UNKNOWN
    if math.isinf(value):
        return LIMITLESS if value > 0 else f"(-{LIMITLESS})"
    written = repr(float(value)).upper()
    return f"({written})" if value < 0 else written


class Spreadsheet(Exact):
    """Cells and functions; arithmetic on #N/A is #N/A, as that on what is unknown is in polars."""

    operators: ClassVar[Mapping[str, str]] = {"==": "="}

    def __init__(self, cells: Mapping[str, str]) -> None:
        self.cells = cells

    def number(self, node: Number) -> Printed:
        """A constant."""
        return Printed(constant(node.value), ATOM)

    def symbol(self, node: Symbol) -> Printed:
        """A cell."""
        return Printed(self.cells.get(node.column, UNKNOWN), ATOM)

    def binary(self, node: Binary) -> Printed:
        """Two of which one is false are not both true, whatever the other is; AND would not know."""
        if node.operator not in {"and", "or"}:
            return super().binary(node)
        sides = ",".join(f"IFNA(IF({self.of(side).text},3,1),2)" for side in (node.left, node.right))
        of_both = "MIN" if node.operator == "and" else "MAX"
        return Printed(f"CHOOSE({of_both}({sides}),FALSE,{UNKNOWN},TRUE)", ATOM)

    def known(self, node: Known) -> Printed:
        """Whether it is there."""
        return Printed(f"NOT(ISNA({self.of(node.body).text}))", ATOM)

    def negated(self, node: Negated) -> Printed:
        """The opposite."""
        return Printed(f"NOT({self.of(node.body).text})", ATOM)

    def least(self, node: Least) -> Printed:
        """The lower of two."""
        return Printed(f"MIN({self.of(node.left).text},{self.of(node.right).text})", ATOM)

    def greatest(self, node: Greatest) -> Printed:
        """The higher of two; an unknown limit limits nothing."""
        left, right = self.of(node.left).text, self.of(node.right).text
        limit = right if isinstance(node.right, Number) else f"IFNA({right},{left})"
        return Printed(f"MAX({left},{limit})", ATOM)

    def firstknown(self, node: FirstKnown) -> Printed:
        """The first that is there."""
        *others, last = (self.of(option).text for option in node.options)
        return Printed("".join(f"IFNA({one}," for one in others) + last + ")" * len(others), ATOM)

    def choice(self, node: Choice) -> Printed:
        """By its condition; one that is not known does not hold."""
        condition, chosen, otherwise = (self.of(part).text for part in (node.condition, node.chosen, node.otherwise))
        holds = condition if isinstance(node.condition, Known) else f"IFNA({condition},FALSE)"
        return Printed(f"IF({holds},{chosen},{otherwise})", ATOM)
