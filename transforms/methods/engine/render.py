"""The only printer of formulas: text, Typst mathematics, SQL and Python from the tree that runs.

Text and mathematics print signs and give each named result a line; SQL and Python print columns, and are run in tests
against polars.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import reduce
from typing import ClassVar, Final, Literal, NamedTuple

import polars as pl

from transforms.ground.sentences import Sentences, put_in
from transforms.methods.engine.lines import Line, lines_of, short_lines
from transforms.methods.engine.method import Method
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
    read_back,
)

Lang = Literal["zh", "en"]

STRENGTH: Final = {"or": 1, "and": 2, "==": 3, ">": 3, ">=": 3, "<": 3, "<=": 3, "+": 4, "-": 4, "*": 5, "/": 5}
"""How tightly an operator binds."""

ATOM: Final = 9
SENTENCE: Final = 0


class Printed(NamedTuple):
    """A piece of a formula and how tightly its outermost operator binds."""

    text: str
    strength: int


def in_one_line(method: Method, words: Sentences, lang: Lang = "en") -> str:
    """Return the whole formula in one line, parts by semicolons; terms that are nothing are left out."""
    return "; ".join(Text(lang, words).line(line) for line in short_lines(method))


def in_lines(method: Method, words: Sentences, lang: Lang = "en") -> list[str]:
    """Return the whole formula as text, a line each."""
    return [Text(lang, words).line(line) for line in lines_of(method)]


def in_mathematics(method: Method) -> list[str]:
    """Return the whole formula as Typst mathematics, a line each; terms that are nothing are left out."""
    return [Mathematics().line(line) for line in short_lines(method)]


def in_words(sign: str, expression: pl.Expr, names: Mapping[str, str], lang: Lang) -> str:
    """Return `name = body` of an expression that belongs to no method, each sign by the name that it has in `names`."""
    return Words(lang, names).line(Line(sign, read_back(expression)))


def sql(node: Node) -> str:
    """Return the node as an expression over the columns, for DuckDB."""
    return Sql().of(node).text


def python(node: Node) -> str:
    """Return the node as an expression over names; what is not known is None."""
    return Python().of(node).text


class Printer:
    """Writes a tree; a language gives its operators and what it calls the other nodes."""

    operators: ClassVar[Mapping[str, str]] = {}

    def of(self, node: Node) -> Printed:
        """Return the node as written."""
        written: Printed = getattr(self, type(node).__name__.lower())(node)
        return written

    def atom(self, node: Node) -> str:
        """Return the node in brackets unless it holds together by itself."""
        written = self.of(node)
        return written.text if written.strength == ATOM else f"({written.text})"

    def within(self, node: Node, strength: int, *, loosely: bool = True) -> str:
        """Return the node as a side of an operator of this strength, in brackets where it wants them."""
        written = self.of(node)
        holds = written.strength >= strength if loosely else written.strength > strength
        return written.text if holds else f"({written.text})"

    def number(self, node: Number) -> Printed:
        """A constant."""
        return Printed(f"{node.value:g}", ATOM)

    def binary(self, node: Binary) -> Printed:
        """Two sides and their operator."""
        strength = STRENGTH[node.operator]
        right = self.within(node.right, strength, loosely=self.is_loose(node))
        operator = self.operators.get(node.operator, node.operator)
        return Printed(f"{self.within(node.left, strength)} {operator} {right}", strength)

    def negated(self, node: Negated) -> Printed:
        """Only languages that are run have it."""
        raise ValueError(f"no formula is printed with a condition that does not hold: {node.body}")

    def is_loose(self, node: Binary) -> bool:
        """Whether a right side of the same strength needs no brackets: a - (b + c) does, a x (b x c) does not."""
        return node.operator not in {"-", "/"}


class Text(Printer):
    """As a reader writes it, with signs. words: Reference.sentences, whose formula_... and every_... it uses."""

    operators: ClassVar[Mapping[str, str]] = {
        "*": "×",
        "-": "−",
        "==": "=",
        ">=": "≥",
        "<=": "≤",
        "and": "∧",
        "or": "∨",
    }
    negative = "−"

    def __init__(self, lang: Lang, words: Sentences) -> None:
        self.lang, self.words = lang, words

    def worded(self, name: str, **facts: str) -> str:
        """Return the words of that name in the reader's language."""
        return put_in(self.words[name][self.lang], facts)

    def line(self, line: Line) -> str:
        """Return `sign = body`."""
        if not line.over:
            return f"{self.sign(line.sign)} = {self.of(line.body).text}"
        summed = self.within(line.body, STRENGTH["*"])
        return self.worded("formula_sum", line=f"{line.sign} = Σ {summed}", items=self.worded(f"every_{line.over}"))

    def sign(self, sign: str) -> str:
        """Return a sign as it is written."""
        return sign

    def symbol(self, node: Symbol) -> Printed:
        """A column, by its sign."""
        return Printed(self.sign(node.sign), ATOM)

    def named(self, node: Named) -> Printed:
        """A result that has a line of its own, by its sign."""
        return Printed(self.sign(node.sign), ATOM)

    def binary(self, node: Binary) -> Printed:
        """What is not known gives no figure anyway, so that it is known is not printed; 0 - x is -x."""
        if isinstance(node.right, Known):
            return self.of(node.left)
        if node.operator == "-" and node.left == Number(0.0):
            return Printed(f"{self.negative}{self.within(node.right, STRENGTH['*'])}", STRENGTH["-"])
        return super().binary(node)

    def known(self, node: Known) -> Printed:
        """Printed nowhere but in a condition of nothing else."""
        return self.of(node.body)

    def least(self, node: Least) -> Printed:
        """The lower of two."""
        return Printed(f"min({self.of(node.left).text}, {self.of(node.right).text})", ATOM)

    def greatest(self, node: Greatest) -> Printed:
        """The higher of two."""
        return Printed(f"max({self.of(node.left).text}, {self.of(node.right).text})", ATOM)

    def firstknown(self, node: FirstKnown) -> Printed:
        """`a, else b`."""
        options = [self.atom_or_product(option) for option in node.options]
        return Printed(reduce(lambda one, other: self.worded("formula_else", one=one, other=other), options), SENTENCE)

    def choice(self, node: Choice) -> Printed:
        """`a if condition, else b`."""
        parts = {"chosen": node.chosen, "condition": node.condition, "otherwise": node.otherwise}
        texts = {name: self.of(part).text for name, part in parts.items()}
        return Printed(self.worded("formula_choice", **texts), SENTENCE)

    def atom_or_product(self, node: Node) -> str:
        """Return the node, in brackets where it is a sentence itself."""
        return self.within(node, STRENGTH["+"])


class Figures(Text):
    """A formula worked out: its figures put in; of what is chosen between, what was chosen.

    worth: what a node comes to, None where it is unknown.
    """

    def __init__(self, lang: Lang, worth: Callable[[Node], float | bool | None]) -> None:
        super().__init__(lang, {})
        self.worth = worth

    def worked(self, line: Line, items: Sequence["Figures"], result: float, unit: str = "") -> str:
        """Return `sign = figures = result unit`; items: of a sum, what prints each of its items."""
        pieces = [one.within(line.body, STRENGTH["+"]) for one in items] if line.over else [self.of(line.body).text]
        worked, came_to = " + ".join(pieces), figure(result)
        says_it = worked in {came_to, f"{self.negative}{came_to}"}  # a figure alone, or the negative of 0
        return " = ".join([self.sign(line.sign), *([] if says_it else [worked]), f"{came_to} {unit}".strip()])

    def symbol(self, node: Symbol) -> Printed:
        """What the column holds."""
        return self._figure(node)

    def named(self, node: Named) -> Printed:
        """What the result came to."""
        return self._figure(node)

    def number(self, node: Number) -> Printed:
        """A constant."""
        return self._figure(node)

    def least(self, node: Least) -> Printed:
        """The lower of two; a limit that is none is not printed."""
        bounding = [side for side in (node.left, node.right) if self.worth(side) != math.inf]
        return super().least(node) if len(bounding) != 1 else self.of(bounding[0])

    def firstknown(self, node: FirstKnown) -> Printed:
        """The one that counts."""
        return self.of(next(option for option in node.options if self.worth(option) is not None))

    def choice(self, node: Choice) -> Printed:
        """The one that counts."""
        return self.of(node.chosen if self.worth(node.condition) else node.otherwise)

    def _figure(self, node: Node) -> Printed:
        value = self.worth(node)
        written = "?" if value is None else figure(value)
        return Printed(written, SENTENCE if written.startswith(self.negative) else ATOM)


class Words(Text):
    """A formula in the words of a reader who knows no signs."""

    operators: ClassVar[Mapping[str, str]] = {**Text.operators, "/": "÷"}

    def __init__(self, lang: Lang, names: Mapping[str, str]) -> None:
        super().__init__(lang, {})
        self.names = names

    def sign(self, sign: str) -> str:
        """Return what the sign is called."""
        return self.names[sign]


def figure(value: float) -> str:
    """Return a figure with seven digits at most and its thousands apart."""
    if math.isinf(value):
        return "∞"
    digits = f"{Decimal(f'{value:.7g}'):,f}"
    trimmed = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return "0" if trimmed == "-0" else trimmed.replace("-", Text.negative)


class Mathematics(Text):
    """Typst mathematics: the same signs, fractions upright."""

    operators: ClassVar[Mapping[str, str]] = {"*": "times", "==": "="}
    negative = "-"

    def __init__(self) -> None:
        super().__init__("en", {})

    def line(self, line: Line) -> str:
        """Return `sign = body`."""
        summed = f"sum {self.within(line.body, STRENGTH['*'])}" if line.over else self.of(line.body).text
        return f"{self.sign(line.sign)} = {summed}"

    def sign(self, sign: str) -> str:
        """Return a sign such as EF_grid with its index below; more letters than one are printed upright."""
        base, _, index = sign.partition("_")
        letters = base if len(base) == 1 else f'"{base}"'
        return f'{letters}_"{index}"' if index else letters

    def binary(self, node: Binary) -> Printed:
        """A quotient is a fraction."""
        if node.operator != "/":
            return super().binary(node)
        return Printed(f"({self.of(node.left).text})/({self.of(node.right).text})", STRENGTH["*"])

    def firstknown(self, node: FirstKnown) -> Printed:
        """One below the other."""
        return Printed(f"cases({', '.join(self.of(option).text for option in node.options)})", ATOM)

    def choice(self, node: Choice) -> Printed:
        """One below the other, with the condition."""
        chosen, condition, otherwise = (self.of(part).text for part in (node.chosen, node.condition, node.otherwise))
        return Printed(f"cases({chosen} & {condition}, {otherwise})", ATOM)


class Exact(Printer):
    """Languages that are run: in the tree's own order, for a x (b x c) is rounded otherwise than a x b x c."""

    def is_loose(self, node: Binary) -> bool:  # noqa: ARG002
        """Never."""
        return False

    def number(self, node: Number) -> Printed:
        """A constant."""
        return Printed(repr(node.value), ATOM)

    def named(self, node: Named) -> Printed:
        """What the name stands for."""
        return self.of(node.body)


class Sql(Exact):
    """DuckDB's SQL; its least and greatest skip what is not known, where here it is the result."""

    operators: ClassVar[Mapping[str, str]] = {"==": "=", "and": "AND", "or": "OR"}

    def number(self, node: Number) -> Printed:
        """A double, for a decimal is divided otherwise."""
        return Printed(f"CAST({node.value!r} AS DOUBLE)", ATOM)

    def symbol(self, node: Symbol) -> Printed:
        """A column."""
        return Printed(f'"{node.column}"', ATOM)

    def known(self, node: Known) -> Printed:
        """Whether it is there."""
        return Printed(f"({self.atom(node.body)} IS NOT NULL)", ATOM)

    def negated(self, node: Negated) -> Printed:
        """The opposite; not known where the condition is not."""
        return Printed(f"(NOT {self.atom(node.body)})", ATOM)

    def least(self, node: Least) -> Printed:
        """The lower of two."""
        return self._of_two("least", node)

    def greatest(self, node: Greatest) -> Printed:
        """The higher of two."""
        return self._of_two("greatest", node)

    def firstknown(self, node: FirstKnown) -> Printed:
        """The first that is there."""
        return Printed(f"coalesce({', '.join(self.of(option).text for option in node.options)})", ATOM)

    def choice(self, node: Choice) -> Printed:
        """By its condition; one that is not known does not hold."""
        condition, chosen, otherwise = (self.of(part).text for part in (node.condition, node.chosen, node.otherwise))
        return Printed(f"CASE WHEN {condition} THEN {chosen} ELSE {otherwise} END", ATOM)

    def _of_two(self, function: str, node: Least | Greatest) -> Printed:
        left, right = self.atom(node.left), self.atom(node.right)
        unknown = f"{left} IS NULL OR {right} IS NULL"
        return Printed(f"CASE WHEN {unknown} THEN NULL ELSE {function}({left}, {right}) END", ATOM)


class Python(Exact):
    """Python over names that hold floats; those that are not known hold None and must not be reached."""

    def symbol(self, node: Symbol) -> Printed:
        """A name."""
        return Printed(node.column, ATOM)

    def known(self, node: Known) -> Printed:
        """Whether it is there."""
        return Printed(f"({self.atom(node.body)} is not None)", ATOM)

    def negated(self, node: Negated) -> Printed:
        """The opposite."""
        return Printed(f"(not {self.atom(node.body)})", ATOM)

    def least(self, node: Least) -> Printed:
        """The lower of two."""
        return Printed(f"min({self.of(node.left).text}, {self.of(node.right).text})", ATOM)

    def greatest(self, node: Greatest) -> Printed:
        """The higher of two."""
        return Printed(f"max({self.of(node.left).text}, {self.of(node.right).text})", ATOM)

    def firstknown(self, node: FirstKnown) -> Printed:
        """The first that is there."""
        *others, last = (self.atom(option) for option in node.options)
        return Printed("(" + "".join(f"{one} if {one} is not None else " for one in others) + f"{last})", ATOM)

    def choice(self, node: Choice) -> Printed:
        """By its condition."""
        chosen, condition, otherwise = (self.of(part).text for part in (node.chosen, node.condition, node.otherwise))
        return Printed(f"({chosen} if {condition} else {otherwise})", ATOM)
