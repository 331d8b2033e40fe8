"""What a method is made of: the readings and parameters it needs, and its three terms as expressions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from schemas.contract import Contract

LOOKUP_SCOPES: Final = (
    "project_id", "province_code", "grid_region", "technology", "region_technology",
    "project_fuel", "project_of_one_fuel", "fuel",
)  # fmt: skip
"""What a parameter may hold for, besides a literal such as `all`. `project_fuel` is `<project_id>/<fuel>`;
`project_of_one_fuel` is the project_id, empty where several fuels could be meant."""


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
class Method:
    """One formula: ER = BASELINE - PROJECT - LEAKAGE over the symbols of `readings` and `parameters`.

    readings: symbol to metric; one_of: groups of reading symbols of which each month needs one;
    burns_fuel: PROJECT uses fuel_combustion_tco2, the sum over the project's fuels;
    contract: the frame that the expressions are evaluated on.
    """

    name: str
    readings: Mapping[str, str]
    parameters: Mapping[str, Need]
    baseline: pl.Expr
    project: pl.Expr
    leakage: pl.Expr
    contract: type[Contract]
    one_of: tuple[tuple[str, ...], ...] = ()
    burns_fuel: bool = False

    @property
    def reading_groups(self) -> tuple[tuple[str, ...], ...]:
        """Each group of readings of which every month needs at least one."""
        grouped = {symbol for group in self.one_of for symbol in group}
        single = tuple((symbol,) for symbol in self.readings if symbol not in grouped)
        fuel = (("fuel_combustion_tco2",),) if self.burns_fuel else ()
        return (*self.one_of, *single, *fuel)

    @property
    def metric_groups(self) -> tuple[tuple[str, ...], ...]:
        """The same groups by the metrics that a sender would have to deliver."""
        return tuple(tuple(self.readings.get(symbol, "fuel consumed") for symbol in g) for g in self.reading_groups)
