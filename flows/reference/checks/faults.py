"""What is wrong with the reference tables as they are written: every fault at once, by file, row, column and value.

The tables are edited by hand. They are looked at as text before anything is read from them, so that one slip neither
hides the next nor turns up as somebody else's error in the middle of a night.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from flows.reference.checks.consequences import Fault, independent, place_of
from flows.reference.checks.guard import guarded
from flows.reference.checks.missing.asked_rows import asked_row_faults
from flows.reference.checks.missing.asked_sections import ASKED, with_asked
from flows.reference.checks.missing.bounded import COMPARED, bounded_faults
from flows.reference.checks.missing.needed import needed_faults
from flows.reference.checks.missing.sentences import sentence_faults
from flows.reference.checks.names.links import link_faults
from flows.reference.checks.read import Read, Row
from flows.reference.checks.values import value_faults
from flows.reference.checks.written.entries import SHAPES, entry_faults, number
from flows.reference.checks.written.rows import RESTORE, TABLES, table_rows
from flows.reference.checks.written.signs import plain_entries

THRESHOLDS: Final = {
    "gates.toml": [
        ("volumes", "max_drop_ratio", 1.0),
        ("sums", "max_change_ratio", 1.0),
        ("refusals", "max_refused_ratio", 1.0),
    ],
}
"""Numbers without which nothing can be judged, by file: section, key and the largest that means anything, from 0 on."""

TOMLS: Final = tuple(
    f"{name}.toml"
    for name in (
        "data_quality",
        "factor_sets",
        "flags",
        "gates",
        "headers",
        "judgements",
        "methods",
        "metrics",
        "outputs",
        "parameter_kinds",
        "physical_indicators",
        "plausibility",
        "profiles",
        "realisation_types",
        "refusals",
        "sentences",
        "slips",
        "sources",
        "technologies",
        "units",
    )
)
"""The tables that are read as TOML."""

FILES: Final = (*TOMLS, *TABLES)


class Written(NamedTuple):
    """A file as far as it can be read: sections or rows, none where nothing can be made of them, and its own faults."""

    held: Mapping[str, Any] | Sequence[Row]
    faults: Sequence[Fault]


def reference_faults(folder: Path) -> list[str]:
    """Return every fault of the files under the folder, each with what to do; none where they can be read."""
    return faults_of({name: written(folder / name) for name in FILES})


def written(path: Path) -> Written:
    """Return what a reference file holds, with what is wrong with it by itself."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        if not text.strip():
            return Written({}, [f"{path.name}: there is nothing in it; {RESTORE}"])
        return _toml(path.name, text) if path.name in TOMLS else Written(*table_rows(path.name, text))
    except OSError as error:
        return Written({}, [f"{path.name}: it cannot be read: {error.strerror}; {RESTORE}"])
    except UnicodeDecodeError as error:
        return Written({}, [f"{path.name}: it cannot be read: {error}; save it in UTF-8"])


def faults_of(files: Mapping[str, Written]) -> list[str]:
    """Return every fault of the files and of what they say of each other that does not follow from another."""
    read = Read(
        {name: file.held for name, file in files.items() if file.held and isinstance(file.held, Mapping)},
        {name: file.held for name, file in files.items() if file.held and isinstance(file.held, Sequence)},
    )
    own = [
        *(fault for name in TOMLS for fault in files[name].faults),
        *(fault for name in read.tomls for fault in guarded(read, partial(_entries_of, name=name))),
        *(fault for name in TABLES for fault in files[name].faults),
    ]
    between = [
        *(fault for name in THRESHOLDS for fault in _thresholds(name, read.tomls.get(name, {}))),
        *link_faults(read),
        *guarded(read, sentence_faults),
        *guarded(read, needed_faults),
        *guarded(read, asked_row_faults),
        *value_faults(read),
    ]
    places = " ".join(place for fault in (*own, *between) if (place := place_of(fault)).startswith(COMPARED))
    unbounded = guarded(read, partial(bounded_faults, spoilt=frozenset(re.findall(r"\w+", places))))
    return independent(own, [*between, *unbounded])


def _entries_of(read: Read, name: str) -> Iterator[Fault]:
    return entry_faults(name, read.tomls.get(name, {}))


def _toml(name: str, text: str) -> Written:
    try:
        entries = tomllib.loads(text)
    except ValueError as error:
        return Written({}, [f"{name}: invalid TOML: {error}; correct that line"])
    if not entries:
        return Written({}, [f"{name}: there is nothing in it but remarks; {RESTORE}"])
    if loose := _loose(name, entries):
        return Written({}, [loose])
    plain, faults = plain_entries(name, entries)
    named, missing = with_asked(name, plain)
    return Written(named, [*faults, *missing])


def _loose(name: str, entries: Mapping[str, Any]) -> str | None:
    """Return the fault of keys above the first section, whose line is gone; what they belong to is not known then."""
    own = {key for shape in SHAPES[name] for key in (shape.path[:1] or shape.needed)}
    keys = [key for key, held in entries.items() if not isinstance(held, dict) and key not in own]
    if not keys or name in ASKED:
        return None
    first = ", ".join(keys[:3]) + (f" and {len(keys) - 3} more" if len(keys) > 3 else "")
    return f"{name}: {first}: above the first section; restore its line, [name], or take them away"


def _thresholds(name: str, entries: Mapping[str, Any]) -> Iterator[str]:
    for section, key, largest in THRESHOLDS[name]:
        held = entries.get(section)
        value = number(held.get(key)) if isinstance(held, dict) else None
        if value is not None and not 0 <= value <= largest:
            yield f"{name}, [{section}] {key}: {value!r} lies outside 0 to {largest:g}; a fifth is 0.2"
