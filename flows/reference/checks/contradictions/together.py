"""Values in the reference tables each of which may be, but not all of them together."""

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from flows.reference.checks.consequences import Absent, Fault, row_name
from flows.reference.checks.read import Read, Row
from flows.reference.checks.units import Conversions, spelled
from flows.reference.checks.written.days import days_of
from flows.reference.checks.written.entries import likely_meant, number, plain_number

WEIGHTS: Final = ("om_weight", "bm_weight")
"""Of a grid's operating and build margin: parts of one factor."""


def weight_faults(read: Read) -> Iterator[Fault]:
    """The weights of the two margins are parts of a whole, on every day."""
    rows = {name: [row for row in read.rows("parameters.csv") if row.cells["parameter_id"] == name] for name in WEIGHTS}
    scopes = {name: {row.cells["scope"] for row in rows[name]} for name in WEIGHTS}
    for name, partner in (WEIGHTS, WEIGHTS[::-1]):
        without, others = scopes[name] - scopes[partner], scopes[partner] - scopes[name]
        misspelt = likely_meant(sorted(without), sorted(others))  # a scope that no table knows is a fault of its own
        for scope in sorted(without - {*misspelt, *misspelt.values()}) if scopes[partner] else ():
            text = f"parameters.csv: no row of {partner} for {scope}, and {name} has one; restore the row"
            yield Absent(row_name(partner, scope), "parameters.csv", f"{name} for {scope}", text)
    for one in rows[WEIGHTS[0]]:
        for other in rows[WEIGHTS[1]]:
            weights = [plain_number(row.cells["value"]) for row in (one, other)]
            if one.cells["scope"] != other.cells["scope"] or None in weights or not _meet(one, other):
                continue
            together = math.fsum(weight for weight in weights if weight is not None)
            if all(0 <= (weight or 0) <= 1 for weight in weights) and not math.isclose(together, 1, abs_tol=1e-9):
                where = f"parameters.csv, rows {one.line} and {other.line}, column value"
                terms = " and ".join(f"{row.cells['parameter_id']} '{row.cells['value']}'" for row in (one, other))
                yield f"{where}: {terms} of {one.cells['scope']} make {together:g}, not 1; correct one of them"


def _meet(one: Row, other: Row) -> bool:
    days, others = days_of(one), days_of(other)
    return bool(days and others and days[0] <= others[1] and others[0] <= days[1])


def band_faults(read: Read, conversions: Conversions) -> Iterator[Fault]:
    """A row of parameters.csv lies where no delivered one would be withheld (bounds.csv): every project rests on it.

    Where several rows of a band all lie outside, the band is at fault.
    """
    kinds = dict(read.sections("parameter_kinds.toml"))
    bands = {
        (row.cells["method_or_scope"], row.cells["condition"]): row
        for row in read.rows("bounds.csv")
        if row.cells["check_id"] == "parameter_band"
    }
    judged: dict[int, list[tuple[Row, bool]]] = {}
    by_line = {band.line: band for band in bands.values()}
    for row in read.rows("parameters.csv"):
        parameter, item = row.cells["parameter_id"], row.cells["scope"].partition("@")[0]
        band, kind = bands.get((parameter, item)) or bands.get((parameter, "")), kinds.get(parameter, {})
        is_in = band and _lies_in_band(row, band, kind, conversions)
        if band and is_in is not None:
            judged.setdefault(band.line, []).append((row, bool(is_in)))
    for line, rows in judged.items():
        outside = [row for row, is_in in rows if not is_in]
        if len(outside) > 1 and len(outside) == len(rows):
            lines, named = ", ".join(str(row.line) for row in outside), f"the band {_band(by_line[line])}"
            yield f"bounds.csv, row {line}: {named} fits none of rows {lines} of parameters.csv; correct it"
            continue
        for row in outside:
            sent = f"'{row.cells['value']}' {row.cells['unit']}"
            where = f"parameters.csv, row {row.line}, column value"
            yield f"{where}: {sent} lies outside {_band(by_line[line])} (bounds.csv, row {line}); correct value or band"


def _band(band: Row) -> str:
    low, high = (band.cells[column] for column in _limits(band))
    return f"{low} to {high} {band.cells['unit']}"


def _limits(band: Row) -> tuple[str, str]:
    """The columns of the limits that reference rows keep: the implausible ones, or the impossible where none are."""
    below, above = (
        f"implausible_{side}" if plain_number(band.cells[f"implausible_{side}"]) is not None else f"impossible_{side}"
        for side in ("below", "above")
    )
    return below, above


def _lies_in_band(row: Row, band: Row, kind: Mapping[str, Any], conversions: Conversions) -> bool | None:
    """None where it cannot be judged, or is judged by the limits of its kind."""
    unit, value = kind.get("unit"), plain_number(row.cells["value"])
    size, of_band = (conversions.get((str(unit), spelled(one.cells["unit"]))) for one in (row, band))
    lower, upper = number(kind.get("lower")), number(kind.get("upper"))
    if value is None or size is None or of_band is None or lower is None or upper is None:
        return None
    if not lower <= value * size <= upper or (value == 0 and "zero_means" in kind and not band.cells["condition"]):
        return None
    low, high = (plain_number(band.cells[column]) for column in _limits(band))
    if low is not None and high is not None and low > high:
        return None
    in_band = value * size / of_band
    return (low is None or in_band >= low * (1 - 1e-12)) and (high is None or in_band <= high * (1 + 1e-12))
