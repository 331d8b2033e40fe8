"""A sample by risk: units of tonnes are drawn at even distances, so that an item is drawn by what it moves."""

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from transforms.receipts.steps import Row, Value


class Item(NamedTuple):
    """Something that can be looked up outside: a reading, an entry, a factor, an investment.

    name: its id; about: whose it is; effect: the tonnes of the figure for the whole of its value; uncertainty: its
    relative standard uncertainty, None where it has none; source: where a verifier looks.
    """

    stratum: str
    name: str
    about: str
    value: Value
    unit: str
    effect: float
    uncertainty: float | None
    source: str


class Level(NamedTuple):
    """How sure a verifier is to be, and what matters to the users of the figure (levels.toml)."""

    confidence: float
    materiality: float
    performance: float

    @classmethod
    def of(cls, row: Row) -> "Level":
        """Return a level of levels.toml."""
        return cls(*(row[name] for name in cls._fields))

    @property
    def reliability(self) -> float:
        """The misstatements that a sample without one leaves possible: -ln(1 - confidence), after Poisson."""
        return -math.log(1 - self.confidence)


class Drawn(NamedTuple):
    """An item that is looked up; is_certain: it would have been drawn whatever the chance."""

    item: Item
    is_certain: bool


class Stratum(NamedTuple):
    """Items of one kind: how many, what they move, their weight, the tonnes between two drawn, and those drawn."""

    name: str
    size: int
    tonnes: float
    weight: float
    interval: float
    drawn: Sequence[Drawn]


def strata_of(items: Iterable[Item], level: Level, figure: float, seed: str) -> list[Stratum]:
    """Return the strata with their samples: always the same ones of the same items and seed.

    The interval is the tonnes that the sample is laid out for over the reliability factor; where a kind is less sure
    than the surest one it is as many times shorter.
    """
    kinds = defaultdict[str, list[Item]](list)
    for item in items:
        if item.effect:
            kinds[item.stratum].append(item)
    weights = weights_of(kinds)
    wide = level.performance * level.materiality * abs(figure) / level.reliability
    return [_stratum(name, kinds[name], weights[name], wide / weights[name], seed) for name in sorted(kinds)]


def weights_of(kinds: Mapping[str, Sequence[Item]]) -> dict[str, float]:
    """Return how many times less sure each kind is than the surest."""
    known = {name: [item.uncertainty for item in items if item.uncertainty] for name, items in kinds.items()}
    means = {name: math.fsum(of_kind) / len(of_kind) for name, of_kind in known.items() if of_kind}
    surest = min(means.values(), default=1.0)
    return {name: means.get(name, surest) / surest for name in kinds}


def _stratum(name: str, items: Sequence[Item], weight: float, interval: float, seed: str) -> Stratum:
    certain = [item for item in items if abs(item.effect) >= interval]
    others = [item for item in items if abs(item.effect) < interval]
    drawn = [Drawn(item, is_certain=False) for item in drawn_of(others, interval, f"{seed} {name}")]
    tonnes = math.fsum(abs(item.effect) for item in items)
    return Stratum(
        name, len(items), tonnes, weight, interval, [*(Drawn(item, is_certain=True) for item in certain), *drawn]
    )


def drawn_of(items: Sequence[Item], interval: float, seed: str) -> list[Item]:
    """Return the items that hold a point of tonnes; where the first is follows from the seed."""
    drawn, passed = list[Item](), 0.0
    point = start_of(seed) * interval
    for item in sorted(items, key=lambda one: (one.name, one.about)):
        passed += abs(item.effect)
        if passed > point:
            drawn.append(item)
            point += interval
    return drawn


def start_of(seed: str) -> float:
    """Return a number from 0 to 1 that is always the same of a text."""
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:6]) / 2**48
