"""Sentences of flags, gates and published tables: each that is asked for is there and names what can be filled in."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from flows.reference.checks.read import Read, texts
from flows.reference.checks.written.entries import likely_meant
from flows.reference.places import PLACES_OF_FLAGS, PLACES_OF_GATES, PLACES_OF_SENTENCES, RULES_OF_REFUSALS
from transforms.ground.sentences import PLACE
from transforms.methods.catalog import EDITIONS

BRACE: Final = re.compile("[{}]")
MAY_BE_EMPTY: Final = "?"


def sentence_faults(read: Read) -> Iterator[str]:
    """Return every sentence that is missing or that nothing asks for, and every place that nothing fills."""
    yield from _faults("flags.toml", "", read.tomls.get("flags.toml", {}), PLACES_OF_FLAGS)
    of_kinds = {f"every_{kind}": "" for kind in sorted({part.kind for one in EDITIONS.values() for part in one.parts})}
    yield from _faults("sentences.toml", "", read.tomls.get("sentences.toml", {}), {**PLACES_OF_SENTENCES, **of_kinds})
    of_rules = dict.fromkeys(RULES_OF_REFUSALS, "column value")
    yield from _faults("refusals.toml", "", read.tomls.get("refusals.toml", {}), of_rules)
    for _, held in read.sections("gates.toml", ("sentences",)):
        yield from _faults("gates.toml", "sentences.", held, PLACES_OF_GATES)


def _faults(file: str, above: str, held: Mapping[str, Any], asked: Mapping[str, str]) -> Iterator[str]:
    if not held:
        return
    missing, unknown = [name for name in asked if name not in held], [name for name in held if name not in asked]
    meant = likely_meant(unknown, missing)
    for name in missing:
        found = (
            f", and [{above}{meant[name]}] is not known: did you mean [{above}{name}]? rename"
            if name in meant
            else "; restore"
        )
        yield f"{file}, [{above}{name}]: this sentence is missing{found} the section"
    for name in unknown:
        if name not in meant.values():
            yield f"{file}, [{above}{name}]: nothing asks for this sentence; take it away"
    for name, sentence in held.items():
        if name in asked and isinstance(sentence, dict):
            where, places = f"{file}, [{above}{name}]", asked[name].split()
            yield from _place_faults(where, sentence, [place.removesuffix(MAY_BE_EMPTY) for place in places])
            empty = [place.removesuffix(MAY_BE_EMPTY) for place in places if place.endswith(MAY_BE_EMPTY)]
            yield from _else_faults(where, sentence.get("else", {}), empty)


def _else_faults(where: str, words: object, empty: list[str]) -> Iterator[str]:
    """Exactly the places that may be empty have words for it."""
    held = words if isinstance(words, dict) else {}
    missing, unknown = [place for place in empty if place not in held], [name for name in held if name not in empty]
    meant = likely_meant(unknown, missing)
    for place in missing:
        pair, found = '{ en = "...", zh = "..." }', f" (else.{meant[place]} is none of it)" if place in meant else ""
        yield f"{where}: {{{place}}} may be empty and has no words for it{found}; write else.{place} = {pair}"
    for place in unknown:
        if place not in meant.values():
            listed = ", ".join(empty) or "none"
            yield f"{where} else.{place}: never empty, or no place; take it away (may be empty: {listed})"


def _place_faults(where: str, sentence: Mapping[str, Any], known: list[str]) -> Iterator[str]:
    listed = ", ".join(f"{{{name}}}" for name in known) or "none"
    for language in ("en", "zh"):
        for text in texts(sentence.get(language)):
            for name in dict.fromkeys(PLACE.findall(text)):
                if name not in known:
                    yield f"{where} {language}: nothing fills {{{name}}}; write one of its places: {listed}"
            if BRACE.search(PLACE.sub("", text)):
                yield f"{where} {language}: a brace that is not closed or holds no name; its places: {listed}"
