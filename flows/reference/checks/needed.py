"""Rows of parameters.csv and bounds.csv that the program asks for by name, or of which it needs one.

A limit that is gone would judge nothing, and a factor that is gone would leave projects without a figure.
"""

from collections.abc import Iterator
from typing import Final

from flows.reference.checks.consequences import Absent, Fault, row_name
from flows.reference.checks.read import Read, texts
from flows.reference.checks.words import CHECKS_OF_THE_PROGRAM, Words, listed_sets, unknown_name
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

NOT_ON_FILE: Final = {("supply_coal_rate", "all")}
"""Rows that formulas ask for and that no source gives: a project states its own, or has no figure."""

MADE_OF_OTHERS: Final = {"grid_cm_ef", "steam_enthalpy"}
"""Parameters that are derived for every project that states none."""

SERIES: Final = ("hydro", "process", "season", "solar", "space_heating", "wind")
SCOPES_OF_CHECKS: Final[dict[str, tuple[str, ...]]] = {
    "after_a_gap": ("hydro", "process", "solar", "wind"),
    "annual_rate": ("*",),
    "electricity_per_heat": ("*",),
    "few_tonnes_per_investment": ("*",),
    "heat_over_fuel_of_month": ("boiler", "combined"),
    "judging_fewest": ("misfit", "other_months", "pairs", "peers", "shifted_months", "yuan_of_investment"),
    "judging_steep": ("level", "months"),
    "lamp_hours_a_day": ("indoor_lamp_hours", "industrial_lamp_hours", "street_lamp_hours", "tunnel_lamp_hours"),
    "month_over_median": SERIES,
    "month_over_peers": ("hydro", "solar", "wind"),
    "month_over_same_month": SERIES,
    "paired_meters": ("electricity", "heat", "output"),
    "rising_run": ("*",),
    "steep_run": ("*",),
    "tonnes_per_investment": ("*",),
    "zero_run": ("*",),
}
"""Check of bounds.csv that has several rows, and those of them that the program asks for by what they hold for."""

JOINED_BY: Final = {"scope", "region", "technology"}
"""What the parts of a derived factor are joined by, where it is not a scope by name."""

Row = tuple[str, str]


def needed_faults(read: Read) -> Iterator[Fault]:
    """Return every row that is missing with what reads it, and every item that no factor knows."""
    if read.rows("parameters.csv"):
        yield from _missing_parameters(read)
    if read.rows("bounds.csv"):
        yield from _missing_bounds(read)


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


def _without_rows(read: Read, parameters: set[str]) -> Iterator[Fault]:
    """A kind of parameter that is neither a project's own nor wholly made of others has rows."""
    for name, kind in read.sections("parameter_kinds.toml"):
        if name not in parameters | MADE_OF_OTHERS and not kind.get("project"):
            where = f"parameter_kinds.toml, [{name}]"
            text = f"parameters.csv: no row of {name}, and no project states it ({where}); restore its rows"
            yield Absent(name, "parameters.csv", where, text)


def _missing_bounds(read: Read) -> Iterator[Fault]:
    """Every check has limits, and one of several rows those that it asks for by what they hold for."""
    scopes: dict[str, set[str]] = {}
    for row in read.rows("bounds.csv"):
        scopes.setdefault(row.cells["check_id"], set()).add(row.cells["method_or_scope"])
    checks = {
        **dict.fromkeys(CHECKS_OF_THE_PROGRAM, "the program"),
        **{name: f"judgements.toml, [{name}]" for name in read.names("judgements.toml")},
        **{name: f"outputs.toml, [ratios.{name}]" for name in read.names("outputs.toml", "ratios")},
    }
    for check, where in checks.items():
        text = f"bounds.csv: no row of {check}, and {where} judges by it; restore its rows"
        if check not in scopes:
            yield Absent(check, "bounds.csv", where, text)
        for scope in set(SCOPES_OF_CHECKS.get(check, ())) - scopes.get(check, {*SCOPES_OF_CHECKS.get(check, ())}):
            text = f"bounds.csv: no row of {check} for {scope}, and the program asks for it; restore the row"
            yield Absent(scope, "bounds.csv", check, text)


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


def _needs(method: Method) -> list[Need]:
    return [*method.parameters.values(), *(need for part in method.parts for need in part.parameters.values())]


def _unknown_items(read: Read) -> Iterator[Fault]:
    """An item (a fuel, a species) is looked up under its name in the factors that formulas ask for by item.

    A factor without any row is a fault of its own, and its items are none.
    """
    asked, on_file = _asked_by_item(), read.column("parameters.csv", "parameter_id")
    for name, section in read.sections("metrics.toml"):
        for kind in texts(section.get("kind")):
            parameters = asked.get(kind, set())
            rows = (row for row in read.rows("parameters.csv") if row.cells["parameter_id"] in parameters)
            items = {row.cells["scope"].partition("@")[0] for row in rows}
            names = ", ".join(sorted(parameters))
            cited = Words(items, f"the scopes of {names} in parameters.csv")
            for item in texts(section.get("item")) if items and parameters <= on_file else ():
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
