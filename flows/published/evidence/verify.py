"""Works every printed figure of this pack out again from its leaves; Python's standard library is all that it needs.

    python verify.py [FOLDER]

leaves/     rows as they were delivered or are on file, a table a file
steps.json  how each figure is made of them: steps, each of parts that are steps or cells of leaves
formulas.py the formulas of the steps, as the program that computed the figures prints them
figures.csv every printed figure: its code, what was printed and stored, and the steps that it is

Prints what is not equal and what was changed since, and ends with `n of m figures equal`; exit code 1 where one is not.
"""

import csv
import hashlib
import importlib.util
import json
import math
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from pathlib import Path
from statistics import NormalDist
from typing import Any

MISSING = "—"
QUANTILE_95 = NormalDist().inv_cdf(0.975)
WIDE = Context(prec=60, rounding=ROUND_HALF_UP)
LEADING = Context(prec=10, rounding=ROUND_HALF_UP)
SUMS = "sha256sums.txt"
TYPES: Mapping[str, Callable[[str], Any]] = {"decimal": Decimal, "float": float, "int": int}

Value = Any
Step = Mapping[str, Any]


class Steps:
    """The steps by their numbers; each rests on steps before it."""

    def __init__(self, folder: Path) -> None:
        held = json.loads((folder / "steps.json").read_text("utf-8"))
        self.steps: list[Step] = held["steps"]
        self.move: float = held["move"]
        self.steam = {(point[0], point[1]): point[2] for point in held["steam"]}
        self.formulas = _module(folder / "formulas.py")
        tables = {str(step["table"]) for step in self.steps if step["way"] == "leaf"}
        self.leaves = {table: _rows(folder / "leaves" / f"{table}.csv") for table in tables}
        self._below: dict[int, list[int]] = {}
        self.values: list[Value] = []
        for step in self.steps:
            self.values.append(self._value(step, self.values))

    def _value(self, step: Step, values: Sequence[Value] | Mapping[int, Value]) -> Value:
        if step["way"] == "leaf":
            return self._cell(step)
        if step["way"] == "moved":
            figure, error = step["parts"]
            return None if values[error] is None else self._moved(figure, step["moving"]) * float(values[error])
        parts = [values[part] for part in step["parts"]]
        if step["way"] == "formula":
            return self._formula(step["function"], parts)
        return self._combined(step, parts)

    def _cell(self, step: Step) -> Value:
        text = self.leaves[step["table"]][str(step["row"])][step["column"]]
        return None if text == "" else TYPES[step["type"]](text)

    def _formula(self, name: str, parts: Sequence[Value]) -> Value:
        try:
            return self.formulas[name](*(None if part is None else float(part) for part in parts))
        except (TypeError, ZeroDivisionError):  # a part is unknown, or a ratio has no value
            return None

    def _combined(self, step: Step, parts: Sequence[Value]) -> Value:
        if step["way"] == "count":
            return len(parts)
        if step["way"] == "unknown" or None in parts:
            return None
        combine: Mapping[str, Callable[[Sequence[Value]], Value]] = {
            "sum": lambda values: added(values, is_money=step["is_money"]),
            "product": lambda values: float(values[0]) * float(values[1]),
            "negative": lambda values: -values[0],
            "fen": lambda values: Decimal(repr(float(values[0]))).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP),
            "norm": lambda values: math.sqrt(math.fsum(float(value) ** 2 for value in values)),
            "narrowed": lambda values: narrowed(*map(float, values)),
            "steam": lambda values: self.steam[values[0], values[1] if len(values) > 1 else None],
        }
        return combine[step["way"]](parts)

    # --- what moving leaves moves ---

    def _moved(self, figure: int, moving: Sequence[int]) -> float:
        """What the figure moves by when the leaves move by all of themselves: by a small step up and down."""
        touched = set(moving)
        order = [number for number in self._all_below(figure) if self._is_touched(number, touched)]
        sides = [self._moved_values(order, moving, 1 + sign * self.move) for sign in (1, -1)]
        return self._change(figure, touched, sides) / (2 * self.move)

    def _all_below(self, figure: int) -> list[int]:
        if figure not in self._below:
            found, open_ = {figure}, [figure]
            while open_:
                parts = self.steps[open_.pop()].get("parts", ())
                open_ += [part for part in parts if part not in found]
                found.update(parts)
            self._below[figure] = sorted(found)
        return self._below[figure]

    def _is_touched(self, number: int, touched: set[int]) -> bool:
        if number not in touched and any(part in touched for part in self.steps[number].get("parts", ())):
            touched.add(number)
        return number in touched

    def _moved_values(self, order: Sequence[int], moving: Sequence[int], times: float) -> "Moved":
        values = Moved(self.values)
        for number in order:
            if number in moving:
                values[number] = float(self.values[number]) * times
            else:
                values[number] = self._value(self.steps[number], values)
        return values

    def _change(self, number: int, touched: set[int], sides: "Sequence[Moved]") -> float:
        """The difference of the two sides; of sums and products part by part, so that no digits are lost."""
        step = self.steps[number]
        if number not in touched:
            return 0.0
        if step["way"] == "sum":
            return math.fsum(self._change(part, touched, sides) for part in step["parts"])
        if step["way"] == "product" and len(moves := [part for part in step["parts"] if part in touched]) == 1:
            (still,) = [part for part in step["parts"] if part != moves[0]]
            return float(self.values[still]) * self._change(moves[0], touched, sides)
        return float(sides[0][number]) - float(sides[1][number])


class Moved(dict[int, Any]):
    """Values of which some were moved; all others are as they are."""

    def __init__(self, values: Sequence[Value]) -> None:
        super().__init__()
        self._values = values

    def __missing__(self, number: int) -> Value:
        return self._values[number]


def added(values: Sequence[Value], *, is_money: bool) -> Value:
    """The sum: exact where all of it is money."""
    if all(isinstance(value, Decimal) for value in values) and (values or is_money):
        return sum(values, Decimal(0))
    return math.fsum(float(value) for value in values)


def narrowed(whole: float, one: float) -> float:
    """What half the 95 % interval loses without one of several independent errors."""
    return QUANTILE_95 * (whole - math.sqrt(max(whole**2 - one**2, 0.0)))


# --- how figures are printed: half up, thousands apart ---


def fixed(value: Value, scale: int, places: int) -> str:
    """The value times ten to the scale, with these decimals."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    rounded = exact.scaleb(scale, context=WIDE).quantize(Decimal(1).scaleb(-places), context=WIDE)
    return f"{rounded.copy_abs() if rounded.is_zero() else rounded:,f}"


def factor(value: Value) -> str:
    """A factor with ten leading digits."""
    leading = LEADING.create_decimal(Decimal(repr(float(value))))
    return f"{leading.normalize() if leading else Decimal(0):f}"


WRITTEN: Mapping[str, Callable[[Value], str]] = {
    "count": lambda value: f"{int(value):,}",
    "money_wan": lambda value: fixed(value, -4, 2),
    "money_million": lambda value: fixed(value, -6, 2),
    "rate": lambda value: fixed(value, 0, 2),
    "tonnes": lambda value: fixed(value, 0, 2),
    "headline_tonnes": lambda value: fixed(value, 0, 0),
    "per_cent": lambda value: f"{fixed(value, 2, 2)}%",
    "factor": factor,
}


def written(figure: Mapping[str, str], values: Sequence[Value]) -> str:
    """The figure as it is printed; a range with both its ends."""
    if None in values:
        return MISSING
    shown = [abs(value) for value in values] if figure["without_sign"] == "true" else values
    return " – ".join(WRITTEN[figure["written_as"]](value) for value in shown)


# --- the pack ---


def is_equal(figure: Mapping[str, str], found: Sequence[Value]) -> bool:
    """Whether the leaves give what was stored, and that what was printed."""
    stored = [None if text == "" else Decimal(text) for text in figure["stored"].split(";")]
    near = float(figure["tolerance"])
    is_near = all(_near(one, other, near) for one, other in zip(found, stored, strict=True))
    return is_near and figure["printed"] in {written(figure, stored), written(figure, found)}


def _near(one: Value, other: Value, near: float) -> bool:
    if one is None or other is None:
        return one is other
    return abs(abs(float(one)) - abs(float(other))) <= near * max(1.0, abs(float(other)))


def changed_files(folder: Path) -> Iterator[str]:
    """Files that are not as they were packed."""
    for line in (folder / SUMS).read_text("utf-8").splitlines():
        digest, _, name = line.partition("  ")
        path = folder / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            yield name


def main(folder: Path) -> int:
    """Check the pack in the folder."""
    changed = list(changed_files(folder))
    for name in changed:
        print(f"changed since it was packed: {name}")
    steps, equal, figures = Steps(folder), 0, list(_read(folder / "figures.csv"))
    for figure in figures:
        found = [steps.values[int(number)] for number in figure["steps"].split(";")]
        if is_equal(figure, found):
            equal += 1
        else:
            values = {"printed": figure["printed"], "stored": figure["stored"], "from its leaves": found}
            print(figure["code"], figure["label"], *(f"{name} {value};" for name, value in values.items()))
    print(f"{equal} of {len(figures)} figures equal")
    return 0 if equal == len(figures) and not changed else 1


def _rows(path: Path) -> dict[str, dict[str, str]]:
    return {row["row"]: row for row in _read(path)}


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _module(path: Path) -> Mapping[str, Callable[..., Value]]:
    found = importlib.util.spec_from_file_location("formulas", path)
    if found is None or found.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return vars(module)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    sys.dont_write_bytecode = True
    raise SystemExit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent))
