"""What rows of parameters.csv hold for: words that other tables or formulas know, and those that their kind lists."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from flows.reference.checks.consequences import Absent, Fault, entry_name, row_name
from flows.reference.checks.contradictions.alike import UNLIKE
from flows.reference.checks.missing.needed import needs_of
from flows.reference.checks.names.words import ITEMS_OF_FACTORS, Words, unknown_name
from flows.reference.checks.read import Read, Row, texts
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
    rows: dict[str, list[Row]] = {}
    for row in read.rows("parameters.csv"):
        rows.setdefault(row.cells["parameter_id"], []).append(row)
    for parameter, kind in kinds.items():
        listed = texts(
            kind.get(next(iter(get_close_matches("scopes", kind, 1)), "scopes"))
        )  # or misspelt: its own fault
        of_kind = rows.get(parameter, [])
        unknown = [fault for row in of_kind for fault in _unknown_word(row, {*common, *listed}, parameter)]
        names = dict.fromkeys(f"'{fault.name}'" for fault in unknown)
        if len(names) > 1 and not listed:
            where = f"parameter_kinds.toml, [{parameter}] scopes"
            yield f"{where}: missing, and rows of parameters.csv hold for {', '.join(names)}; restore it"
        else:
            yield from unknown
        for key in ("scopes", UNLIKE):
            yield from _words_without_rows(parameter, key, texts(kind.get(key)), of_kind)


def _words_without_rows(parameter: str, key: str, listed: list[str], rows: list[Row]) -> Iterator[Fault]:
    scopes = [row.cells["scope"].partition("@")[0] for row in rows]
    held = {part for scope in scopes for part in (scope, *scope.split("/"))}
    for word in listed if rows else ():
        if word not in held:
            where = f"parameter_kinds.toml, [{parameter}] {key}"
            text = f"{where}: '{word}' has no row in parameters.csv; restore the row, or take the word away"
            yield Absent(row_name(parameter, word), "parameters.csv", where, text)


def _unknown_word(row: Row, known: set[str], parameter: str) -> Iterator[Absent]:
    named = row.cells["scope"].partition("@")[0]
    for part in [named] if named in known else named.split("/"):
        if part.strip() and part not in known:
            where = f"parameters.csv, row {row.line}, column scope"
            words = Words(known, f"{', '.join(FILES[:-1])} or parameter_kinds.toml ([{parameter}] scopes)")
            yield unknown_name(where, part, words, entry_name("parameters.csv", "scope", row.cells))
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
