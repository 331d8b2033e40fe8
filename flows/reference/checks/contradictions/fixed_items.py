"""What the name of a metric says that it is a reading of: diesel_consumed is the fuel diesel."""

from collections.abc import Iterator, Mapping
from typing import Final

from flows.reference.checks.consequences import Misnamed
from flows.reference.checks.missing.asked_sections import ANY_FUEL, ITEMS, NAMED_BY_ITEM
from flows.reference.checks.read import Read, texts

FUELS: Final = ("fuel", "saved_fuel", "baseline_fuel")
MEANT: Final[Mapping[str, tuple[str, str]]] = {
    **{NAMED_BY_ITEM[kind][0].format(item): (kind, item) for kind in FUELS for item in ANY_FUEL.split()},
    **ITEMS,
}
"""Metric, with the kind and item that its name means, of those too that a bank may add."""


def item_faults(read: Read) -> Iterator[Misnamed]:
    """Return every kind and item that contradicts the name of its metric; a word that is not known is another fault."""
    metrics = "metrics.toml"
    known = {"kind": {kind for kind, _ in MEANT.values()}, "item": {item for _, item in MEANT.values()}}
    for name, section in read.sections(metrics):
        for key, word in zip(("kind", "item"), MEANT.get(name, ()), strict=False):
            for held in texts(section.get(key)):
                if held != word and held in known[key]:
                    text = f"{metrics}, [{name}] {key}: '{held}' is not the {key} that its name means; write {word}"
                    yield Misnamed(metrics, word, text)
