"""Factors as the rows on file have them; what follows from other factors is worked out from those."""

from typing import Final

from transforms.methods.engine.tree import Binary, Choice, Node, Number
from transforms.receipts.rows import Rows
from transforms.receipts.steps import Leaf, Part, Row, Step, formula, symbol


def _product(*columns: str) -> Node:
    node: Node = symbol(columns[0])
    for column in columns[1:]:
        node = Binary("*", node, symbol(column))
    return node


DERIVED: Final = "derived from "
"""What the place of a derived factor's source begins with."""

FAMILIES: Final[dict[str, tuple[dict[str, str], Node]]] = {
    "fuel_ef": (
        {"fuel_carbon_content": "{scope}", "fuel_oxidation": "{scope}", "carbon_to_co2": "all"},
        _product("fuel_carbon_content", "fuel_oxidation", "carbon_to_co2"),
    ),
    "grid_cm_ef": (
        {"om_weight": "{technology}", "grid_om_ef": "{region}", "bm_weight": "{technology}", "grid_bm_ef": "{region}"},
        Binary("+", _product("om_weight", "grid_om_ef"), _product("bm_weight", "grid_bm_ef")),
    ),
    "reservoir_ef": (
        {"power_density": "{scope}", "hydro_power_density_upper": "hydro", "hydro_reservoir_ef": "hydro"},
        Choice(
            Binary(">", symbol("power_density"), symbol("hydro_power_density_upper")),
            Number(0.0),
            symbol("hydro_reservoir_ef"),
        ),
    ),
}
"""Of each derived factor the rows that it comes from, by their scopes, and how."""

STEAM: Final = "steam_enthalpy"
STATED_OF_STEAM: Final = ("steam_pressure", "steam_temperature")
"""It is read of the steam table, by the pressure and, where one is stated, the temperature."""


def factor(rows: Rows, use: Row) -> Part:
    """Return the factor that was used: its row, or the rows that it is derived from. use: of mart.parameter_uses."""
    named = {name: use[name] for name in ("parameter_id", "scope", "valid_from", "valid_to")}
    row = rows.one("core.parameters", **named, source=use["source"])
    if row is None:
        return _leaf("mart.parameter_uses", use)
    is_derived = (row["locator"] or "").startswith(DERIVED)
    if is_derived and row["parameter_id"] == STEAM:
        stated = (_covering(rows, name, row["scope"], row) for name in STATED_OF_STEAM)
        leaves = tuple(_leaf("core.parameters", one) for one in stated if one is not None)
        return Step("steam", row["unit"], "steam", leaves, (row["parameter_id"], row["scope"]))
    family = FAMILIES.get(row["parameter_id"])
    if family is None or not is_derived:
        return _leaf("core.parameters", row)
    parents, node = family
    places = _places(row["scope"])
    found = {name: _covering(rows, name, scope.format(**places), row) for name, scope in parents.items()}
    parts = {name: _leaf("core.parameters", one) for name, one in found.items() if one is not None}
    if len(parts) < len(found):
        return _leaf("core.parameters", row)
    return formula("derived", row["unit"], node, parts, (row["parameter_id"], row["scope"]))


def _places(scope: str) -> dict[str, str]:
    region, _, technology = scope.rpartition("/")
    return {"scope": scope, "region": region, "technology": technology}


def _covering(rows: Rows, parameter_id: str, scope: str, derived: Row) -> Row | None:
    """The row on file that holds for all days of the derived one."""
    held = rows.of("core.parameters", parameter_id=parameter_id, scope=scope)
    whole = (
        one for one in held if one["valid_from"] <= derived["valid_from"] and one["valid_to"] >= derived["valid_to"]
    )
    return next(whole, None)


def _leaf(table: str, row: Row) -> Leaf:
    return Leaf("factor", table, "value", row, row["unit"], (row["parameter_id"], row["scope"], f"{row['valid_from']}"))
