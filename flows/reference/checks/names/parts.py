"""Names within others' entries: a technology in a province, a sum of metrics, the column of a header, a grid.

And what a method and a bound must say to be read.
"""

import re
from collections.abc import Iterator
from typing import Final

from flows.reference.checks.consequences import Absent, Fault, entry_name
from flows.reference.checks.contradictions.fixed_words import OF_NO_FORMULA
from flows.reference.checks.missing.needed import needs_of
from flows.reference.checks.names.provinces import NAMES as PROVINCES
from flows.reference.checks.names.words import Words, one_of, unknown_name
from flows.reference.checks.read import Read, texts
from flows.reference.checks.written.entries import EVERY
from flows.reference.checks.written.implied import REFUSES_AS
from flows.reference.methods import FOLDERS
from schemas.deliveries import DELIVERIES
from transforms.factors.refused import FACTS_OF_THE_PROJECT
from transforms.ground.bounds import LIMITS
from transforms.methods.catalog import EDITIONS

GRID_MARGINS: Final = ("grid_bm_ef", "grid_om_ef")

WITHOUT_GRID: Final = ("CN-XZ",)
"""Provinces outside the regional grids for which margins are published."""

CURRENCY: Final = re.compile("[A-Z]{3}")


def scope_faults(read: Read, scopes: Words) -> Iterator[Fault]:
    """What rows of bounds.csv hold for: solar/CN-JX is a technology in a province."""
    for row in read.rows("bounds.csv") if scopes.names else ():
        scope = row.cells["method_or_scope"]
        for part in [scope] if scope in scopes.names else scope.split("/"):
            if part.strip() and part not in scopes.names and not CURRENCY.fullmatch(part):
                entry = entry_name("bounds.csv", "method_or_scope", row.cells)
                yield unknown_name(f"bounds.csv, row {row.line}, column method_or_scope", part, scopes, entry)


def metric_faults(read: Read, metrics: Words, ratios: Words) -> Iterator[Fault]:
    """What outputs.toml bounds of each method: metrics, or kinds of them, and ratios that it describes."""
    for method, section in read.sections("outputs.toml", ("methods", EVERY)):
        for bound, specs in section.items():
            cited = ratios if bound == "ratios" else metrics
            parts = [part for spec in texts(specs) for part in re.sub("^(all|each) ", "", spec).split(" + ")]
            for part in parts if cited.names else ():
                if part not in cited.names:
                    yield unknown_name(f"outputs.toml, [{method}] {bound}", part, cited)
    for name, section in read.sections("outputs.toml", ("ratios", EVERY, EVERY)):
        for metric, size in section.items():
            if isinstance(size, str) and size not in LIMITS:
                yield unknown_name(f"outputs.toml, [{name}] {metric}", size, one_of(*LIMITS))


def column_faults(read: Read) -> Iterator[Fault]:
    """Headers that senders write, and the columns that they stand for."""
    paths = (("columns", EVERY), ("lists", "loans"), ("lists", "projects"))
    for at, section in (one for path in paths for one in read.sections("headers.toml", path)):
        table = at.rpartition(".")[2]
        names = set(DELIVERIES[table].columns() if table in DELIVERIES else ())
        if at.startswith("lists."):
            own = read.names("headers.toml", "columns", table)
            names = names | own if own else set()
        columns = Words(names, f"the columns of {table}")
        for header, column in section.items() if columns.names else ():
            if isinstance(column, str) and column not in columns.names:
                yield unknown_name(f"headers.toml, [{at}] {header}", column, columns)


def currency_faults(read: Read) -> Iterator[Fault]:
    """Words for currencies stand for codes."""
    for path in (("currencies",), ("beside", "currencies")):
        for at, section in read.sections("headers.toml", path):
            for word, code in section.items():
                if isinstance(code, str) and code.strip() and not CURRENCY.fullmatch(code):
                    yield f"headers.toml, [{at}] {word}: '{code}' is not a code of a currency; write it as CNY"


def method_faults(read: Read) -> Iterator[Fault]:
    """A formula is the program's own and has its texts with it; what is none has them here."""
    for name, section in read.sections("methods.toml"):
        kinds = texts(section.get("kind"))
        if "formula" in kinds and name not in FOLDERS and name not in " ".join(OF_NO_FORMULA.values()).split():
            yield unknown_name(f"methods.toml, [{name}]", name, Words(FOLDERS, "the formulas of the program"), name)
    for (name, _), method in EDITIONS.items():
        needs = [*needs_of(method), *(need for condition in method.conditions for need in condition.facts.values())]
        for file, needed in (
            ("methods.toml", {name}),
            ("metrics.toml", {*method.readings.values()}),
            (
                "parameter_kinds.toml",
                {*FACTS_OF_THE_PROJECT, *(parameter for need in needs for parameter, _ in need.lookups)},
            ),
        ):
            for missing in sorted(needed - read.names(file)) if read.has(file) else ():
                text = f"{file}, [{missing}]: missing, and the formula {name} needs it; restore the section"
                yield Absent(missing, file, f"the formula {name}", text)


def bound_faults(read: Read) -> Iterator[Fault]:
    """A bound refuses under the rule of its check, and is stated like one that has spellings itself."""
    yield from _like_faults(read)
    checks = read.column("bounds.csv", "check_id")
    for name, bound in read.sections("outputs.toml", ("bounds", EVERY)):
        for check in (one for one in texts(bound.get("check_id")) if one in checks):
            known = REFUSES_AS.get(check, check)
            for rule in (one for one in texts(bound.get("rule")) if one != known):
                yield f'outputs.toml, [{name}] rule: {rule!r} is not the rule of {check}; write it as rule = "{known}"'


def _like_faults(read: Read) -> Iterator[Fault]:
    """A bound is stated like one that has spellings itself: never like itself, nor like one that is like another.

    Bounds that are like each other are one fault.
    """
    bounds = {at.partition(".")[2]: bound for at, bound in read.sections("outputs.toml", ("bounds", EVERY))}
    spelled = [name for name, bound in bounds.items() if "spellings" in bound]
    likes = {name: like for name, bound in bounds.items() for like in texts(bound.get("like"))}
    named: set[str] = set()
    for name, like in likes.items():
        if {"like", "each"} & bounds.get(like, {}).keys() and like not in spelled and not {name, like} & named:
            named |= {name, like}
            where = f"outputs.toml, [bounds.{name}] like"
            yield f"{where}: '{like}' has no spellings of its own; write one that has: {', '.join(spelled)}"


def grid_faults(read: Read) -> Iterator[Fault]:
    """A province's grid is one that the margins know."""
    margins = [row.cells for row in read.rows("parameters.csv") if row.cells["parameter_id"] in GRID_MARGINS]
    grids = Words({cells["scope"] for cells in margins}, f"the scopes of {', '.join(GRID_MARGINS)} in parameters.csv")
    for row in read.rows("regions.csv") if grids.names else ():
        grid, where = row.cells["grid_region"], f"regions.csv, row {row.line}, column grid_region"
        if grid.strip() and grid not in grids.names:
            yield unknown_name(where, grid, grids)
        elif not grid.strip() and (code := row.cells["province_code"]) in PROVINCES and code not in WITHOUT_GRID:
            known = ", ".join(sorted(grids.names))
            yield f"{where}: empty; write the grid of {code}, one of {known}"
