"""Rows of parameters.csv and bounds.csv that the program asks for by name, or of which it needs one.

A limit that is gone would judge nothing, and a factor that is gone would leave projects without a figure.
"""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from flows.reference.checks.consequences import Absent, Fault, bound_name, limited, row_name
from flows.reference.checks.missing.asked_bounds import ASKED, LIMITS_OF, WITHOUT_LIMITS
from flows.reference.checks.names.provinces import NAMES as PROVINCES
from flows.reference.checks.names.words import CHECKS_OF_THE_PROGRAM, Words, listed_sets, unknown_name
from flows.reference.checks.read import Read, texts
from transforms.factors.derived_parameters import FAMILIES
from transforms.ground.bounds import NO_LIMIT
from transforms.methods.catalog import EDITIONS
from transforms.methods.engine.method import LOOKUP_SCOPES, Method, Need

READ_BY_NAME: Final = {
    ("fx_rate_max_age", "all"): "the exchange rates read it",
    ("factor_end_warning", "all"): "the warning of factors that end soon reads it",
    ("reading_uncertainty", "unstated"): "the uncertainty of readings reads it",
    ("reported_figure_uncertainty", "all"): "the uncertainty of reported figures reads it",
}
"""Parameter and scope, and what asks for it."""

NOT_ON_FILE: Final = {("supply_coal_rate", "all")}
"""Rows that formulas ask for and that no source gives: a project states its own, or has no figure."""

OF_NO_SOURCE: Final = {
    ("fuel_ncv", "biomass"),
    ("grid_ef", "CN-XZ"),
    ("reservoir_ef", "biomass"),
    ("reservoir_ef", "geothermal"),
    ("reservoir_ef", "hydro"),
}
"""Factors that others of their kind have: what burns as biomass, and where no grid's factor is published."""

IN_EVERY_PROVINCE: Final = ("grid_ef",)
OF_EVERY_TECHNOLOGY: Final = ("bm_weight", "om_weight", "reservoir_ef")
OF_EVERY_GRID: Final = ("grid_bm_ef", "grid_om_ef")
"""Factors that hold for whatever regions.csv and technologies.toml list."""

MADE_OF_OTHERS: Final = {"grid_cm_ef", "steam_enthalpy"}
"""Parameters that are derived for every project that states none."""

JOINED_BY: Final = {"scope", "region", "technology"}
"""What the parts of a derived factor are joined by, where it is not a scope by name."""

FUEL_EF: Final = "fuel_ef"
PARTS_OF_FUEL_EF: Final = tuple(
    part
    for family in FAMILIES
    for part, scope in family.parts.items()
    if family.parameter_id == FUEL_EF and scope in JOINED_BY
)
"""What makes a fuel's factor where none is on file as a whole."""

Row = tuple[str, str]


def needed_faults(read: Read) -> Iterator[Fault]:
    """Return every row that is missing with what reads it, and every item that no factor knows."""
    if read.rows("parameters.csv"):
        yield from _missing_parameters(read)
    if read.rows("bounds.csv"):
        yield from _missing_bounds(read)
        yield from _missing_limits(read)


def _missing_parameters(read: Read) -> Iterator[Fault]:
    names = {_named(row.cells) for row in read.rows("parameters.csv")}
    on_file = {(parameter, _in_force(read, parameter, scope)) for parameter, scope in names}
    named = set()
    for (parameter, scope), reader in {**READ_BY_NAME, **_of_profiles(read), **_of_formulas()}.items():
        if (parameter, scope) not in on_file:
            named.add(parameter)
            text = f"parameters.csv: no row of {parameter} for {scope} is in force, and {reader}; restore the row"
            yield Absent(row_name(parameter, scope), "parameters.csv", reader, text)
    yield from _without_rows(read, {parameter for parameter, _ in names} | named)
    yield from _unknown_items(read)
    yield from _missing_members(read, on_file)


def _without_rows(read: Read, parameters: set[str]) -> Iterator[Fault]:
    """A kind of parameter that is neither a project's own nor wholly made of others has rows."""
    gone = MADE_OF_OTHERS - read.names("parameter_kinds.toml")
    for name, kind in read.sections("parameter_kinds.toml"):
        is_misspelt = bool(get_close_matches(name, gone, 1))
        if name not in parameters | MADE_OF_OTHERS and not kind.get("project") and not is_misspelt:
            where = f"parameter_kinds.toml, [{name}]"
            text = f"parameters.csv: no row of {name}, and no project states it ({where}); restore its rows"
            yield Absent(name, "parameters.csv", where, text)


def _missing_bounds(read: Read) -> Iterator[Fault]:
    """Every check has limits, and those that it asks for by what they hold for."""
    held: dict[str, set[str]] = {}
    for row in read.rows("bounds.csv"):
        held.setdefault(row.cells["check_id"], set()).add(limited(row.cells))
    checks = {
        **dict.fromkeys(CHECKS_OF_THE_PROGRAM, "the program"),
        **{name: f"judgements.toml, [{name}]" for name in read.names("judgements.toml")},
        **{name: f"outputs.toml, [ratios.{name}]" for name in read.names("outputs.toml", "ratios")},
    }
    for check, where in checks.items():
        text = f"bounds.csv: no row of {check}, and {where} judges by it; restore its rows"
        if check not in held:
            yield Absent(check, "bounds.csv", where, text)
    for check, asked in ASKED.items():
        for scope in sorted(asked - held.get(check, asked)):
            text = f"bounds.csv: no row of {check} for {scope}, and the program asks for it; restore the row"
            yield Absent(bound_name(check, scope), "bounds.csv", check, text)


def _missing_limits(read: Read) -> Iterator[str]:
    """A limit that is none is not moved to another column, as a refusal to a question: its check judges by it."""
    for row in read.rows("bounds.csv"):
        check, scope = row.cells["check_id"], row.cells["method_or_scope"]
        for limit in LIMITS_OF.get(check, ()) if (check, scope) not in WITHOUT_LIMITS else ():
            if row.cells[limit] == NO_LIMIT:
                where = f"bounds.csv, row {row.line}, column {limit}"
                yield f"{where}: none, and {check} judges '{scope}' by it; write the limit"


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
        if parameter in read.names("parameter_kinds.toml")
    }


def _of_formulas() -> dict[Row, str]:
    """Rows that formulas and derived factors ask for by name alone; a derived factor by the rows that it is made of."""
    readers: dict[Row, set[str]] = {}
    for (name, _), method in EDITIONS.items():
        for need in needs_of(method):
            for row in need.lookups:
                if row[1] not in LOOKUP_SCOPES and row not in NOT_ON_FILE:
                    readers.setdefault(row, set()).add(name)
    for family in FAMILIES:
        for parameter, scope in family.parts.items():
            if scope not in JOINED_BY:
                readers.setdefault((parameter, scope), set()).add(family.parameter_id)
    derived = {family.parameter_id for family in FAMILIES}
    return {
        row: f"a project that states none needs it ({', '.join(sorted(by))})"
        for row, by in readers.items()
        if row[0] not in derived
    }


def needs_of(method: Method) -> list[Need]:
    """Return every parameter that a formula needs, those of its parts too."""
    return [*method.parameters.values(), *(need for part in method.parts for need in part.parameters.values())]


def _unknown_items(read: Read) -> Iterator[Fault]:
    """An item (a fuel, a species) is looked up under its name in the factors that formulas ask for by item.

    A factor without any row is a fault of its own, and its items are none.
    """
    asked, on_file = _asked_by_item(), read.column("parameters.csv", "parameter_id")
    for name, section in read.sections("metrics.toml"):
        for kind in texts(section.get("kind")):
            parameters = asked.get(kind, set())
            of_items = {*parameters, *(PARTS_OF_FUEL_EF if FUEL_EF in parameters else ())}
            rows = (row for row in read.rows("parameters.csv") if row.cells["parameter_id"] in of_items)
            items = {row.cells["scope"].partition("@")[0] for row in rows}
            names = ", ".join(sorted(parameters))
            cited = Words(items, f"the scopes of {names} in parameters.csv")
            for item in texts(section.get("item")) if items and parameters <= on_file else ():
                if item not in items:
                    unknown = unknown_name(f"metrics.toml, [{name}] item", item, cited, item)
                    yield unknown._replace(name=row_name(names, item))


def _missing_members(read: Read, on_file: set[Row]) -> Iterator[Fault]:
    """What some provinces, grids, technologies or items of a kind have a factor of, each of them has."""
    held = {parameter for parameter, _ in on_file}
    for parameter, (names, listed_in) in _members(read).items():
        rows = {scope for one, scope in on_file if one == parameter}
        missing = [name for name in names if name not in rows and (parameter, name) not in OF_NO_SOURCE]
        for name in sorted(missing) if parameter in held and rows & names else ():
            text = f"parameters.csv: no row of {parameter} for {name} is in force, and {listed_in} lists it; restore it"
            yield Absent(row_name(parameter, name), "parameters.csv", listed_in, text)


def _members(read: Read) -> dict[str, tuple[set[str], str]]:
    """Parameter, with all that it must be on file for, and the table that lists them."""
    provinces = read.column("regions.csv", "province_code") & PROVINCES.keys()
    on_file = {scope.partition("@")[0] for scope in read.column("parameters.csv", "scope")}
    members = {
        **dict.fromkeys(IN_EVERY_PROVINCE, (provinces, "regions.csv")),
        **dict.fromkeys(OF_EVERY_GRID, (read.column("regions.csv", "grid_region") & on_file, "regions.csv")),
        **dict.fromkeys(OF_EVERY_TECHNOLOGY, (read.names("technologies.toml") & on_file, "technologies.toml")),
    }
    for kind, parameters in _asked_by_item().items():
        of_kind = [metric for _, metric in read.sections("metrics.toml") if kind in texts(metric.get("kind"))]
        items = {item for metric in of_kind for item in texts(metric.get("item")) if item in on_file}
        for parameter in parameters:
            members[parameter] = (members.get(parameter, (set(), ""))[0] | items, "metrics.toml")
    items, listed_in = members.pop(FUEL_EF, (set(), ""))
    ready = {row.cells["scope"] for row in read.rows("parameters.csv") if row.cells["parameter_id"] == FUEL_EF}
    return members | dict.fromkeys(PARTS_OF_FUEL_EF, (items - ready, listed_in))


def _asked_by_item() -> dict[str, set[str]]:
    asked: dict[str, set[str]] = {}
    for method in EDITIONS.values():
        for part in method.parts:
            by_item = {name for need in part.parameters.values() for name, scope in need.lookups if scope == "item"}
            asked.setdefault(part.kind, set()).update(by_item)
    return asked
