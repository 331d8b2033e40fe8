"""The rows of one parameter beside each other: they hold for the same days, and are of one size.

A row that is gone at either end leaves no gap, and a point that slipped leaves a value that may be: only the others
show it. A scope that is really unlike them is listed in `unlike_others` of its kind (parameter_kinds.toml).
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from difflib import get_close_matches
from itertools import pairwise
from typing import Any, Final, NamedTuple

from flows.reference.checks.consequences import Absent, Fault, row_name
from flows.reference.checks.contradictions.together import WEIGHTS
from flows.reference.checks.read import Read, Row, texts
from flows.reference.checks.units import Conversions, spelled
from flows.reference.checks.written.days import ONE_DAY, Days, days_of
from flows.reference.checks.written.entries import plain_number

UNLIKE: Final = "unlike_others"
FEWEST: Final = 3
"""Rows of one scope, or of all scopes of a parameter in one unit, of which each is compared with the others."""

FARTHEST: Final = 3
"""How many times a value may lie beyond all others.

On file: 1.4 between the editions of a scope (grid_ef of CN-QH), 2.4 between scopes (fuel_carbon_content of
converter_gas); a point that slipped is 10.
"""


class Group(NamedTuple):
    """The rows of a parameter and published set by their scope, and the scopes that are unlike the others."""

    parameter: str
    kind: Mapping[str, Any]
    scopes: Mapping[str, Sequence[Row]]
    unlike: Set[str]

    def is_alike(self, scope: str) -> bool:
        """True of a scope that is compared with the others."""
        return scope.partition("@")[0] not in self.unlike


def day_faults(read: Read) -> Iterator[Fault]:
    """Return every scope that holds for other days than most scopes of its parameter, and every gap within one."""
    for group in _groups(read):
        days = {scope: sorted(days for row in rows if (days := days_of(row))) for scope, rows in group.scopes.items()}
        whole = {
            scope: held for scope, held in days.items() if len(held) == len(group.scopes[scope]) and not _overlap(held)
        }
        common = _common(list(whole.values()), len(days))
        parts, others = _parts(whole, common), list(whole.values()).count(common)
        for scope, held in whole.items():
            if not common or held == common or not group.is_alike(scope):
                yield from _gaps(group.scopes[scope])
            elif scope not in parts:
                yield from _other_days(group.scopes[scope], common, others)


def _groups(read: Read) -> Iterator[Group]:
    found: dict[str, dict[str, dict[str, list[Row]]]] = {}
    for row in read.rows("parameters.csv"):
        parameter, scope = row.cells["parameter_id"], row.cells["scope"]
        of_set = found.setdefault(parameter, {}).setdefault(scope.partition("@")[2], {})
        of_set.setdefault(scope, []).append(row)
    kinds = dict(read.sections("parameter_kinds.toml"))
    for parameter, sets in found.items():
        kind = kinds.get(parameter, {})
        unlike = _unlike(kind, {scope.partition("@")[0] for scopes in sets.values() for scope in scopes})
        yield from (Group(parameter, kind, scopes, unlike) for scopes in sets.values())


def _unlike(kind: Mapping[str, Any], names: Set[str]) -> Set[str]:
    """The scopes that are listed; all where the list cannot be read, or a scope has no row: a fault of its own."""
    key = next(iter(get_close_matches(UNLIKE, kind, 1)), UNLIKE)
    listed = {*texts(kind.get(key))}
    return listed if kind and {*listed, *texts(kind.get("scopes"))} <= names and key == UNLIKE else names


def _overlap(held: Sequence[Days]) -> bool:
    return any(first <= last for (_, last), (first, _) in pairwise(held))


def _common(held: Sequence[list[Days]], scopes: int) -> list[Days]:
    """The days of more than half of the scopes; none where two of them do not agree."""
    counts = Counter(map(tuple, held)).most_common(1)
    return list(counts[0][0]) if counts and counts[0][1] > max(1, scopes / 2) else []


def _parts(whole: Mapping[str, list[Days]], common: list[Days]) -> set[str]:
    """Scopes that hold for just the days that another one lacks: a row of that one, under a wrong name."""
    lacking: dict[tuple[Days, ...], list[str]] = {}
    for scope, held in whole.items():
        lacking.setdefault(tuple(days for days in common if days not in held), []).append(scope)
    return {
        scope
        for scope, held in whole.items()
        for other in lacking.get(tuple(held), ())
        if (len(whole[other]), scope) > (len(held), other)
    }


def _other_days(rows: Sequence[Row], common: Sequence[Days], others: int) -> Iterator[Fault]:
    parameter, scope = rows[0].cells["parameter_id"], rows[0].cells["scope"]
    of_rows = {days: row for row in rows if (days := days_of(row))}
    missing = [days for days in common if days not in of_rows]
    remedy = f"or {_listed(parameter, scope)}"
    for days, row in of_rows.items():
        if days not in common:
            near = next(
                (one for one in missing if one[0] == days[0] or one[1] == days[1]), missing[0] if missing else None
            )
            missing = [one for one in missing if one != near]
            column = "valid_to" if near and near[0] == days[0] else "valid_from"
            of_others = f"{others} other scopes of {parameter} " + (f"hold from {_span(near)}" if near else "do not")
            text = f"'{parameter}, {scope}' holds from {_span(days)}, and {of_others}"
            yield f"parameters.csv, row {row.line}, column {column}: {text}; correct the day, {remedy}"
    if missing:
        spans = ", ".join(f"from {_span(days)}" for days in missing)
        text = f"parameters.csv: no row of {parameter} for {scope} {spans}, and {others} other scopes have one"
        named = row_name(parameter, scope)
        yield Absent(named, "parameters.csv", f"other scopes of {parameter}", f"{text}; restore it, {remedy}")


def _listed(parameter: str, scope: str) -> str:
    """What to do about a scope that is unlike the others: it is listed for all of its published sets at once."""
    return f"list '{scope.partition('@')[0]}' in {UNLIKE} of [{parameter}], parameter_kinds.toml"


def _span(days: Days) -> str:
    return f"{days[0]} to {days[1]}"


def _gaps(rows: Sequence[Row]) -> Iterator[Fault]:
    """Between two rows of a scope there is no day without one."""
    parameter, scope = rows[0].cells["parameter_id"], rows[0].cells["scope"]
    dated = sorted((days, row.line) for row in rows if (days := days_of(row)))
    for ((_, last), before), ((first, _), after) in pairwise(dated):
        if last + ONE_DAY < first:
            where = f"parameters.csv, rows {before} and {after}, column valid_from"
            named = f"'{parameter}, {scope}' has no row from {last + ONE_DAY} to {first - ONE_DAY}"
            text = f"{where}: {named}; add it, or correct the days of those beside it"
            yield Absent(row_name(parameter, scope), "parameters.csv", where, text)


def size_faults(read: Read, conversions: Conversions) -> Iterator[Fault]:
    """Return every value that lies far beyond those of its scope's other editions, or of the other scopes.

    A scope with a band of its own (bounds.csv) is judged by that, the weights of margins by their sum.
    """
    banded = {(row.cells["method_or_scope"], row.cells["condition"]) for row in read.rows("bounds.csv")}
    for group in (one for one in _groups(read) if one.parameter not in WEIGHTS):
        rows = [row for of_scope in group.scopes.values() for row in of_scope]
        sizes = [(row, size) for row in rows if (size := _size(row, group.kind, conversions))]
        for row, size in sizes:
            scope = row.cells["scope"]
            if group.is_alike(scope) and (group.parameter, scope.partition("@")[0]) not in banded:
                others = [(other, of_other) for other, of_other in sizes if other != row]
                yield from _far(row, size, others, str(group.kind["unit"]))


def quantile_faults(read: Read) -> Iterator[str]:
    """Return every end of a row of realisation.csv that lies far beyond those of all others."""
    for column, is_above in (("p10_ratio", False), ("p90_ratio", True)):
        held = [(row, size) for row in read.rows("realisation.csv") if (size := plain_number(row.cells[column]))]
        for row, size in held if len(held) >= FEWEST else ():
            others = [other for of_other, other in held if of_other != row]
            if size > max(others) * FARTHEST if is_above else size < min(others) / FARTHEST:
                between = f"{min(others):g} to {max(others):g}, the other rows"
                remedy = f"compare it with {row.cells['source_id']}, {row.cells['locator']}"
                where = f"realisation.csv, row {row.line}, column {column}"
                yield f"{where}: '{row.cells[column]}' is far from {between}; {remedy}"


def _size(row: Row, kind: Mapping[str, Any], conversions: Conversions) -> float | None:
    value, size = plain_number(row.cells["value"]), conversions.get((str(kind.get("unit")), spelled(row.cells["unit"])))
    return None if value is None or size is None or value <= 0 else value * size


def _far(row: Row, size: float, sizes: Sequence[tuple[Row, float]], taken_in: str) -> Iterator[str]:
    parameter, scope, unit = (row.cells[column] for column in ("parameter_id", "scope", "unit"))
    of_scope = [of_other for other, of_other in sizes if other.cells["scope"] == scope]
    of_unit = [of_other for other, of_other in sizes if other.cells["unit"] == unit]
    for others, named in ((of_scope, f"{parameter} for {scope}"), (of_unit, parameter)):
        if len(others) + 1 >= FEWEST and not min(others) / FARTHEST <= size <= max(others) * FARTHEST:
            between = f"{min(others):.4g} to {max(others):.4g} {taken_in}, the other rows of {named}"
            remedy = f"compare it with {row.cells['source_id']}, {row.cells['locator']}"
            escape = f"where it is printed so, {_listed(parameter, row.cells['scope'])}"
            where = f"parameters.csv, row {row.line}, column value"
            yield f"{where}: '{row.cells['value']}' {unit} is far from {between}; {remedy}; {escape}"
            return
