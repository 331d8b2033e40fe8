"""The trees of numbers as one list of steps and their leaves, each once, for a program that knows nothing of ours."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import product
from typing import Any, Final

from schemas.contract import CURRENCY
from transforms.methods.engine.render import python
from transforms.methods.engine.tree import Binary, Symbol
from transforms.receipts.steps import AT, STEP, Key, Leaf, Part, Row, enthalpy
from transforms.receipts.steps import Step as Made

INDENT: Final = "    "
HEAD: Final = '''"""The formulas of the steps, printed from those that computed the figures; what is unknown is None."""
'''


class Graph:
    """Numbers the steps of trees; what two trees share is one step."""

    def __init__(self) -> None:
        self.steps: list[dict[str, Any]] = []
        self.leaves: dict[str, dict[int, Row]] = defaultdict(dict)
        self.steam: dict[tuple[float, float | None], float | None] = {}
        self._functions: dict[tuple[tuple[str, ...], str], str] = {}
        self._numbers: dict[Any, int] = {}
        self._by_part: dict[int, int] = {}
        self._cell_numbers: dict[Key, int] = {}
        self._kept: list[Part] = []

    def number(self, part: Part) -> int:
        """Return the number of the part's step, after those of its parts."""
        if id(part) not in self._by_part:
            self._kept.append(part)  # as long as it is known by its id
            self._by_part[id(part)] = self._leaf(part) if isinstance(part, Leaf) else self._step(part)
        return self._by_part[id(part)]

    def formulas(self) -> str:
        """Return the formulas as Python."""
        written = (
            f"\n\ndef {name}({', '.join(signs)}):\n{INDENT}return {body}\n"
            for (signs, body), name in self._functions.items()
        )
        return HEAD + "".join(written)

    def as_json(self) -> dict[str, Any]:
        """Return the steps, how far leaves are moved, and the points of the steam table that are asked for."""
        points = sorted(self.steam.items(), key=lambda point: (point[0][0], point[0][1] or 0.0))
        return {"move": STEP, "steam": [[*at, value] for at, value in points], "steps": self.steps}

    def _leaf(self, leaf: Leaf) -> int:
        """A cell has one step, whatever it is called."""
        if leaf.key in self._cell_numbers:
            return self._cell_numbers[leaf.key]
        table, row, column = leaf.key
        self.leaves[table][row] = leaf.row
        kind = {Decimal: "decimal", int: "int"}.get(type(leaf.value), "float")
        place = {"table": table, "row": row, "column": column, "type": kind}
        named = {"name": leaf.name, "unit": leaf.unit, "about": list(leaf.about)}
        self._cell_numbers[leaf.key] = self._put({"way": "leaf", **place, **named})
        return self._cell_numbers[leaf.key]

    def _step(self, step: Made) -> int:
        made: dict[str, Any] = {"way": step.way, "parts": [self.number(part) for part in step.parts]}
        match step.node:
            case Binary(operator="*", left=Symbol(column=left), right=Symbol(column=right)) if left != right:
                made = {"way": "product", "parts": [self.number(step.named[name]) for name in (left, right)]}
        if step.node is not None:
            made["function"] = self._function(step)
        if step.way == "sum":
            made["is_money"] = re.fullmatch(CURRENCY, step.unit) is not None
        if step.way == "moved":
            made["moving"] = self._cells(step)
        if step.way == "steam":
            self.steam |= dict(_points(step))
        return self._put(
            {**made, "name": step.name, "unit": step.unit, "about": list(step.about), "why": list(step.facts)}
        )

    def _cells(self, step: Made) -> list[int]:
        """The numbers of the leaves that are moved: they are below the figure, which is numbered already."""
        return sorted(self._cell_numbers[key] for key in step.moving)

    def _function(self, step: Made) -> str:
        key = (step.signs, python(step.node) if step.node else "None")
        return self._functions.setdefault(key, f"formula_{len(self._functions) + 1}")

    def _put(self, step: dict[str, Any]) -> int:
        key = repr(sorted(step.items()))
        if key not in self._numbers:
            self._numbers[key] = len(self.steps)
            self.steps.append(step)
        return self._numbers[key]


def _points(step: Made) -> Iterator[tuple[tuple[float, float | None], float | None]]:
    """The points of the steam table at which the step is worked out: as it is, and each leaf moved up and down."""
    stated = [float(part.value) for part in step.parts if part.value is not None]
    for times in product((1.0, 1 + STEP, 1 - STEP), repeat=len(stated)):
        at = [value if one == 1.0 else value * one for value, one in zip(stated, times, strict=True)]
        yield (at[0], at[1] if len(at) > 1 else None), enthalpy(*at)


def rows_as_text(rows: Mapping[int, Row]) -> tuple[list[str], list[list[str]]]:
    """Return the head and the rows of a table of leaves: each with its number, cells as they are read back."""
    columns = [name for name in next(iter(rows.values())) if name != AT]
    return ["row", *columns], [[str(at), *(_text(row[name]) for name in columns)] for at, row in sorted(rows.items())]


def _text(value: object) -> str:
    if value is None:
        return ""
    return repr(value) if isinstance(value, float) else str(value)
