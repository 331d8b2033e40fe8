"""How sure a figure is: what each reading and factor moves it by when it is moved itself, as independent errors."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from transforms.methods.engine.tree import Binary, Greatest, Number
from transforms.receipts.rows import Rows
from transforms.receipts.steps import QUANTILE_95, Key, Leaf, Part, Row, Step, formula, leaves_of, symbol, unknown

TCO2E: Final = "tCO2e"
PERCENT: Final = Binary("/", symbol("percent"), Number(100.0))
FIGURE, DEVIATION = symbol("figure"), symbol("deviation")
HALF: Final = Binary("*", Number(QUANTILE_95), DEVIATION)
ENDS: Final = {"lower": Binary("-", FIGURE, HALF), "upper": Binary("+", FIGURE, HALF)}
RELATIVE: Final = Binary("/", DEVIATION, Greatest(FIGURE, Binary("-", Number(0.0), FIGURE)))


class Input(NamedTuple):
    """One reading, factor or figure of a project's own: its names, all of which the file's name of it holds."""

    origin: str
    names: tuple[str, ...]
    scope: str


class Range:
    """The uncertainty of a figure. tonnes: its parts that readings and factors are in."""

    def __init__(self, rows: Rows, figure: Step, tonnes: Mapping[str, Part]) -> None:
        self.figure = figure
        self._rows = rows
        found: dict[Input, set[Key]] = {}
        self._uncertain: dict[Input, Part] = {}
        for leaf in (leaf for part in tonnes.values() for leaf in leaves_of(part)):
            named = INPUTS.get((leaf.table, leaf.column))
            if named is not None:
                one = named(leaf.row)
                found.setdefault(one, set()).add(leaf.key)
                self._uncertain.setdefault(one, self._relative(one, leaf))
        self._keys = {one: frozenset(keys) for one, keys in found.items()}
        self._moved: dict[Input, Step] = {}

    def uncertainty(self) -> Step:
        """Return the standard uncertainty."""
        parts = tuple(self.contribution(one) for one in self._keys)
        return Step("uncertainty", TCO2E, "norm", tuple(one for one in parts if one.value != 0))

    def named(self, text: str, scope: str) -> Input | None:
        """Return the input that the file calls so; of several whose names it holds, the one with the longest."""
        held = [one for one in self._keys if one.scope == scope and all(name in text for name in one.names)]
        return max(held, key=lambda one: sum(map(len, one.names)), default=None)

    def relative(self, one: Input) -> Part:
        """Return the relative standard uncertainty of the input."""
        return self._uncertain[one]

    def contribution(self, one: Input) -> Step:
        """Return what one standard uncertainty of the input moves the figure by."""
        if one not in self._moved:
            parts = (self.figure, self._uncertain[one])
            self._moved[one] = Step("moved", TCO2E, "moved", parts, one.names, moving=self._keys[one])
        return self._moved[one]

    def narrowed(self, one: Input) -> Step:
        """Return what half the interval would lose if the input were known exactly."""
        return Step("narrowed", TCO2E, "narrowed", (self.uncertainty(), self.contribution(one)), one.names)

    def end(self, name: str) -> Step:
        """Return an end of the 95 % interval."""
        return formula(name, TCO2E, ENDS[name], {"figure": self.figure, "deviation": self.uncertainty()})

    def relative_uncertainty(self) -> Step:
        """Return the uncertainty as a part of the figure."""
        return formula("relative", "", RELATIVE, {"deviation": self.uncertainty(), "figure": self.figure})

    def _relative(self, one: Input, leaf: Leaf) -> Part:
        if one.origin == "factor":
            return relative_of_factor(leaf.row)
        place = {"reading": "reading_uncertainty", "reported figure": "reported_figure_uncertainty"}[one.origin]
        scope = {"scope": one.scope} if one.origin == "reading" else {}
        row = self._rows.one("core.parameters", parameter_id=place, **scope)
        if row is None:
            return unknown("relative", "", "no_factor", place)
        return Leaf("relative", "core.parameters", "value", row, "", (place, one.scope))


def relative_of_factor(row: Row) -> Part:
    """Return the relative standard uncertainty of a factor on file."""
    about = (row["parameter_id"], row["scope"])
    if row["relative_uncertainty_pct"] is None:
        return unknown("relative", "", "no_uncertainty", *about)
    leaf = Leaf("percent", "core.parameters", "relative_uncertainty_pct", row, "%", about)
    return formula("relative", "", PERCENT, {"percent": leaf}, about)


def _factor(row: Row) -> Input:
    return Input("factor", (row["parameter_id"], f"[{row['scope']}]", f"{row['valid_from']}"), row["scope"])


def _reading(row: Row) -> Input:
    names = (row["project_id"], row["metric"], f"{row['period_start']}")
    return Input("reading", names, row["source"] or "unstated")


def _own_figure(row: Row) -> Input:
    return Input("reported figure", (row["project_id"],), row["project_id"])


INPUTS: Final[Mapping[tuple[str, str], Callable[[Row], Input]]] = {
    ("core.parameters", "value"): _factor,
    ("core.operating", "value"): _reading,
    ("core.projects", "reported_annual_reduction_tco2"): _own_figure,
}
"""The cells that have an error, and how each is named."""
