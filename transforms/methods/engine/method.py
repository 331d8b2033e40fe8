"""What a method is made of: the readings and parameters it needs, its three terms as expressions, its conditions."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal, TypeAlias

import polars as pl

from schemas.contract import Contract, pa
from transforms.methods.engine.tree import divisors_of, read_back

LOOKUP_SCOPES: Final = (
    "project_id",
    "province_code",
    "grid_region",
    "technology",
    "region_technology",
    "project_item",
    "project_of_one_item",
    "item",
)
"""What a parameter may hold for, besides a literal such as `all`. `item` is a fuel, a tree species ...;
`project_item` is `<project_id>/<item>`; `project_of_one_item` is the project_id, empty where several items could be
meant."""
HeatSource: TypeAlias = Literal["", "boiler", "combined", "heat_pump"]
FIRST_EDITION: Final = "1"
"""The edition of a method that names none."""


@dataclass(frozen=True)
class Need:
    """A parameter symbol: where to look, in order, as (parameter_id, kind of scope or a literal scope).

    The first place that has any row decides; it never falls through to a wider one because of dates.
    """

    lookups: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, *lookups: tuple[str, str]) -> "Need":
        """Spell a need as its lookups."""
        return cls(lookups)


@dataclass(frozen=True)
class Part:
    """A term that is a sum over what a project has several of: its fuels, its tree species, its sewers.

    symbol: the column that the method's terms use; kind: the metrics that are its items (data/reference/metrics.toml,
    keys `kind` and `item`); reading: the symbol of an item's reading; amount: what is summed.
    Every item that a project has ever reported must be reported for each month. absent: what the sum is for a project
    that has never reported any (without it such a project has no figure): infinite where the sum is an upper limit.
    """

    symbol: str
    kind: str
    reading: str
    parameters: Mapping[str, Need]
    amount: pl.Expr
    absent: float | None = None


@dataclass(frozen=True)
class Condition:
    """A condition under which a methodology applies.

    facts: symbol to where the project states it; holds: what must be true of them; when: only for these projects
    (an expression over the facts and the scopes of the project). A fact that is not stated is flagged; a condition
    that does not hold refuses the project, or, where it is about evidence only (refuses is false), flags it. The
    sentence of its code and its clause are in about.toml, of a shared one in methods/shared/conditions.toml.
    """

    code: str
    facts: Mapping[str, Need]
    holds: pl.Expr
    when: pl.Expr | None = None
    refuses: bool = True


@dataclass(frozen=True)
class Method:
    """One formula: baseline, project and leakage over the symbols of `readings`, `parameters` and `parts`.

    readings: symbol to metric; one_of: groups of reading symbols of which each month needs one;
    signed: symbols that may be below zero; is_net: the baseline is a saving, what the project itself emits is already
    off it, so a project term of 0 has no information on the project's own emissions; heat_from: what makes its
    heat of fuel that is bought (boiler, combined plant: heat is compared with fuel) or of more than is bought
    (heat_pump), empty for all others; edition: which revision of the method it is (its
    first day and title are in about.toml).
    """

    name: str
    readings: Mapping[str, str]
    parameters: Mapping[str, Need]
    baseline: pl.Expr
    project: pl.Expr
    leakage: pl.Expr
    one_of: tuple[tuple[str, ...], ...] = ()
    parts: tuple[Part, ...] = ()
    conditions: tuple[Condition, ...] = ()
    signed: tuple[str, ...] = ()
    is_net: bool = False
    heat_from: HeatSource = ""
    edition: str = FIRST_EDITION

    @cached_property
    def contract(self) -> type[Contract]:
        """The month's frame on which the expressions are evaluated: a float for every symbol, empty where not known.

        No symbol is below zero but the signed ones, and no parameter by which something is divided is zero.
        """
        terms = [read_back(term) for term in (self.baseline, self.project, self.leakage)]
        dividing = {one.column for term in terms for one in divisors_of(term)} & set(self.parameters)
        symbols = (*self.readings, *self.parameters, *(part.symbol for part in self.parts))
        fields = {symbol: _bounded(symbol in self.signed, symbol in dividing) for symbol in symbols}
        types = {"project_id": str, "month_start_date": dt.date, **dict.fromkeys(symbols, float)}
        return type("Month", (Contract,), {"__doc__": f"A month of {self.name}.", "__annotations__": types, **fields})

    @property
    def reading_groups(self) -> tuple[tuple[str, ...], ...]:
        """Each group of readings of which every month needs at least one; the parts' items are not among them."""
        grouped = {symbol for group in self.one_of for symbol in group}
        single = tuple((symbol,) for symbol in self.readings if symbol not in grouped)
        return (*self.one_of, *single)

    @property
    def part_kinds(self) -> tuple[str, ...]:
        """The kinds of items of which every month needs all that the project has ever reported."""
        return tuple(dict.fromkeys(part.kind for part in self.parts))

    @property
    def wanted_kinds(self) -> tuple[str, ...]:
        """The kinds of items of which every project must report some."""
        return tuple(dict.fromkeys(part.kind for part in self.parts if part.absent is None))

    @property
    def welcome_kinds(self) -> tuple[str, ...]:
        """The kinds of items that a project may leave out altogether: what limits a term is not always metered."""
        return tuple(kind for kind in self.part_kinds if kind not in self.wanted_kinds)

    @property
    def metric_groups(self) -> tuple[tuple[str, ...], ...]:
        """What a sender would have to deliver: groups of metrics of which one is needed, then the kinds of items."""
        groups = (tuple(self.readings[symbol] for symbol in group) for group in self.reading_groups)
        return (*groups, *((f"every {kind}",) for kind in self.wanted_kinds))


def _bounded(is_signed: bool, divides: bool) -> Any:  # noqa: ANN401 - as pandera types it
    if divides:
        return pa.Field(nullable=True, gt=0)
    return pa.Field(nullable=True) if is_signed else pa.Field(nullable=True, ge=0)
