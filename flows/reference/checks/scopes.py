"""What rows of parameters.csv hold for: words that other tables or formulas know, and those that their kind lists."""

from collections.abc import Iterator
from typing import Final

from flows.reference.checks.consequences import Absent, Fault, entry_name, row_name
from flows.reference.checks.needed import needs_of
from flows.reference.checks.read import Read, Row, texts
from flows.reference.checks.words import ITEMS_OF_FACTORS, Words, unknown_name
from transforms.methods.catalog import EDITIONS
from transforms.methods.engine.method import LOOKUP_SCOPES

ALWAYS: Final = "all"
FILES: Final = ("metrics.toml", "technologies.toml", "regions.csv", "profiles.toml", "parameter_kinds.toml")
"""The tables whose names a row may hold for."""


def scope_word_faults(read: Read) -> Iterator[Fault]:
    """Return every row that holds for what no table knows, and every listed word that no row holds for."""
    if not read.has(*FILES):
        return
    common = _common_words(read)
    kinds = dict(read.sections("parameter_kinds.toml"))
    held: dict[str, set[str]] = {}
    for row in read.rows("parameters.csv"):
        parameter, named = row.cells["parameter_id"], row.cells["scope"].partition("@")[0]
        held.setdefault(parameter, set()).update((named, *named.split("/")))
        if named.strip() and parameter in kinds:
            yield from _unknown_word(row, named, {*common, *texts(kinds[parameter].get("scopes"))}, parameter)
    for parameter, kind in kinds.items():
        for word in texts(kind.get("scopes")):
            if parameter in held and word not in held[parameter]:
                where = f"parameter_kinds.toml, [{parameter}] scopes"
                text = f"{where}: '{word}' has no row in parameters.csv; restore the row, or take the word away"
                yield Absent(row_name(parameter, word), "parameters.csv", where, text)


def _unknown_word(row: Row, named: str, known: set[str], parameter: str) -> Iterator[Fault]:
    for part in [named] if named in known else named.split("/"):
        if part not in known:
            where, entry = (
                f"parameters.csv, row {row.line}, column scope",
                entry_name("parameters.csv", "scope", row.cells),
            )
            words = Words(known, f"{', '.join(FILES[:-1])} or parameter_kinds.toml ([{parameter}] scopes)")
            yield unknown_name(where, part, words, entry)
            return


def _common_words(read: Read) -> set[str]:
    needs = [need for method in EDITIONS.values() for need in needs_of(method)]
    return {
        ALWAYS,
        *ITEMS_OF_FACTORS,
        *read.values("metrics.toml", "item"),
        *read.names("technologies.toml"),
        *read.names("profiles.toml"),
        *read.column("regions.csv", "province_code"),
        *read.column("regions.csv", "grid_region"),
        *({scope for need in needs for _, scope in need.lookups} - {*LOOKUP_SCOPES}),
    }
