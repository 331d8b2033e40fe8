"""Rows of parameters.csv that the program asks for by name, where no project states its own."""

from collections.abc import Iterator
from typing import Final

from flows.reference.checks.consequences import Absent, Fault, row_name
from flows.reference.checks.read import Read, texts
from flows.reference.checks.words import Words, listed_sets, unknown_name
from transforms.factors.derived_parameters import FAMILIES
from transforms.methods.catalog import EDITIONS
from transforms.methods.engine.method import LOOKUP_SCOPES, Method, Need

READ_BY_NAME: Final = {
    ("fx_rate_max_age", "all"): "the exchange rates read it",
    ("factor_end_warning", "all"): "the warning of factors that end soon reads it",
    ("reading_uncertainty", "unstated"): "the uncertainty of readings reads it",
    ("reported_figure_uncertainty", "all"): "the uncertainty of reported figures reads it",
}
"""Parameter and scope, and what asks for it."""

JOINED_BY: Final = {"scope", "region", "technology"}
"""What the parts of a derived factor are joined by, where it is no scope by name."""

Row = tuple[str, str]


def needed_faults(read: Read) -> Iterator[Fault]:
    """Return every row that is missing with what reads it, and every item that no factor knows."""
    if not read.rows("parameters.csv"):
        return
    names = {_named(row.cells) for row in read.rows("parameters.csv")}
    on_file = {(parameter, _in_force(read, parameter, scope)) for parameter, scope in names}
    for (parameter, scope), reader in {**READ_BY_NAME, **_of_profiles(read), **_of_formulas()}.items():
        if (parameter, scope) not in on_file:
            text = f"parameters.csv: no row of {parameter} for {scope} is in force, and {reader}; restore the row"
            yield Absent(row_name(parameter, scope), "parameters.csv", reader, text)
    yield from _unknown_items(read)


def _named(cells: dict[str, str]) -> tuple[str, str]:
    return cells["parameter_id"], cells["scope"]


def _in_force(read: Read, parameter: str, scope: str) -> str:
    """The scope for which a row holds: one of a published set holds where its set is in force."""
    named, _, of_set = scope.partition("@")
    if not of_set:
        return scope
    families = [one for _, one in read.sections("factor_sets.toml") if parameter in texts(one.get("parameters"))]
    chosen = {text for family in families for text in texts(family.get("in_force"))}
    is_unclear = not chosen or not chosen <= listed_sets(read, parameter).keys()
    return named if of_set in chosen or is_unclear else scope


def _of_profiles(read: Read) -> dict[Row, str]:
    return {
        (parameter, profile): f"the profile {profile} reads it (profiles.toml, small_exposure)"
        for profile, section in read.sections("profiles.toml")
        for parameter in texts(section.get("small_exposure"))
    }


def _of_formulas() -> dict[Row, str]:
    """Rows that formulas and derived factors ask for by name alone; a derived factor by the rows that it is made of."""
    readers: dict[Row, set[str]] = {}
    for (name, _), method in EDITIONS.items():
        for need in _needs(method):
            if len(need.lookups) == 1 and need.lookups[0][1] not in LOOKUP_SCOPES:
                readers.setdefault(need.lookups[0], set()).add(name)
    for family in FAMILIES:
        for parameter, scope in family.parts.items():
            if scope not in JOINED_BY:
                readers.setdefault((parameter, scope), set()).add(family.parameter_id)
    derived = {family.parameter_id for family in FAMILIES}
    return {
        row: f"no project states its own for {', '.join(sorted(by))}"
        for row, by in readers.items()
        if row[0] not in derived
    }


def _needs(method: Method) -> list[Need]:
    return [*method.parameters.values(), *(need for part in method.parts for need in part.parameters.values())]


def _unknown_items(read: Read) -> Iterator[Fault]:
    """An item (a fuel, a species) is looked up under its name in the factors that formulas ask for by item."""
    asked = _asked_by_item()
    for name, section in read.sections("metrics.toml"):
        for kind in texts(section.get("kind")):
            parameters = asked.get(kind, set())
            rows = (row for row in read.rows("parameters.csv") if row.cells["parameter_id"] in parameters)
            items = {row.cells["scope"].partition("@")[0] for row in rows}
            names = ", ".join(sorted(parameters))
            cited = Words(items, f"the scopes of {names} in parameters.csv")
            for item in texts(section.get("item")) if items else ():
                if item not in items:
                    unknown = unknown_name(f"metrics.toml, [{name}] item", item, cited, item)
                    yield unknown._replace(name=row_name(names, item))


def _asked_by_item() -> dict[str, set[str]]:
    asked: dict[str, set[str]] = {}
    for method in EDITIONS.values():
        for part in method.parts:
            by_item = {name for need in part.parameters.values() for name, scope in need.lookups if scope == "item"}
            asked.setdefault(part.kind, set()).update(by_item)
    return asked
