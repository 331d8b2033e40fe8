"""Which value of which factor somebody asks to preview; what cannot be one is refused as a night would refuse it."""

import datetime as dt
import difflib
import math
from collections.abc import Collection
from typing import Any, Final, NamedTuple

import polars as pl

from schemas.contract import DataFrame, conform, stacked
from schemas.deliveries import DeliveredParameter
from schemas.errors import UsageError
from schemas.reference import Parameter
from transforms.deliveries.book.book import Book
from transforms.deliveries.checks.parameter_bands import parameters_outside_band
from transforms.factors.parameters import known_scopes
from transforms.factors.proposed import Proposed, rows_of_place, rows_within
from transforms.ground.calendar import last_of_month
from transforms.ground.reference import Reference
from transforms.ground.units import convert_parameters
from transforms.projects.items import reported_items

NEAREST: Final = 5
FAR: Final = 0.4
"""How unlike a name may be that is offered in place of an unknown one."""


class Typed(NamedTuple):
    """What a person types: a parameter, SCOPE=VALUE, a unit, the first and the last day."""

    parameter_id: str
    assignment: str
    unit: str | None = None
    first: dt.date | None = None
    last: dt.date | None = None


def proposed_of(
    typed: Typed, book: Book, parameters: DataFrame[Parameter], reference: Reference, until: dt.date
) -> Proposed:
    """Return what is proposed, in the unit of its kind; raise UsageError where a night would not take it.

    until: up to which day anything is known.
    """
    taken_in = _unit(typed.parameter_id, parameters, reference)
    scope, _, number = typed.assignment.rpartition("=")
    value = _number(number, scope, typed.unit or taken_in)
    _refuse_scope(typed.parameter_id, scope, book, parameters, reference)
    _refuse_days(typed, until)
    unit = typed.unit or _spelling(taken_in, reference)
    row = _believed(Proposed(typed.parameter_id, scope, value, unit), book, reference)
    proposed = Proposed(typed.parameter_id, scope, row["value"], row["unit"], typed.first, typed.last)
    today = rows_of_place(parameters, proposed)
    if not today.is_empty() and rows_within(parameters, proposed).is_empty():
        raise UsageError(
            f"no row of {typed.parameter_id} for {scope} holds on these days",
            where="--from and --until",
            available="; ".join(_days(row) for row in today.iter_rows(named=True)),
            remedy="name days on which one holds; a row of other days is a delivery of its own",
        )
    return proposed


def _unit(parameter_id: str, parameters: DataFrame[Parameter], reference: Reference) -> str:
    """The unit in which the parameter is taken."""
    kinds, known = reference.parameter_kinds, sorted({*reference.parameter_kinds, *parameters["parameter_id"]})
    if parameter_id not in known:
        raise UsageError(
            f"there is no parameter '{parameter_id}'",
            where="PARAMETER",
            available=f"nearest: {_nearest(parameter_id, known)}",
            remedy="name one of core.parameters (docs/factors.md lists what there is)",
        )
    if parameter_id not in kinds:
        return str(parameters.filter(parameter_id=parameter_id)["unit"][0])
    if kinds[parameter_id].get("constant"):
        raise UsageError(
            f"{parameter_id} is a constant: no delivery may change it",
            where="PARAMETER",
            available=f"its one value: {parameters.filter(parameter_id=parameter_id)['value'].to_list()}",
            remedy="name a factor; a constant changes with the reference tables alone",
        )
    return str(kinds[parameter_id]["unit"])


def _spelling(taken_in: str, reference: Reference) -> str:
    """A unit as senders write it that is one of the unit of the kind, of which one may name several: GJ/fuel_unit."""
    same = reference.conversions.filter(pl.col("multiplier") == pl.col("divisor"), canonical_unit=taken_in)
    spellings = same["spelling"].sort().to_list()
    return spellings[0] if spellings else taken_in


def _number(text: str, scope: str, unit: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if scope and math.isfinite(value):
        return value
    raise UsageError(
        f"'{text}' is not the value of a scope",
        where="SCOPE=VALUE",
        available=f"a scope and a number in {unit}, without a unit and thousands separators",
        remedy="write it as CN=0.5; of another unit with --unit",
    )


def _refuse_scope(
    parameter_id: str, scope: str, book: Book, parameters: DataFrame[Parameter], reference: Reference
) -> None:
    projects = book.tables["projects"]["project_id"].to_list()
    own = parameters.filter(parameter_id=parameter_id)["scope"].unique().sort().to_list()
    if scope in own or scope in known_scopes(reference) or scope.split("/", maxsplit=1)[0] in projects:
        return
    raise UsageError(
        f"'{scope}' is neither a project of the file nor anything that factors hold for",
        where="SCOPE=VALUE",
        available=f"nearest: {_nearest(scope, [*own, *projects])}; {parameter_id} has rows of {_first(own)}",
        remedy="name a scope of the parameter, or a project for a value of its own",
    )


def _refuse_days(typed: Typed, until: dt.date) -> None:
    first, last = typed.first, typed.last
    if first and first.day != 1:
        raise UsageError(
            f"{first} is within a month, and a month takes only a factor that holds on all of its days",
            where="--from",
            available=f"{first.replace(day=1)} and first days of other months",
            remedy="name the first day of a month",
        )
    if last and last != last_of_month(last):
        raise UsageError(
            f"{last} is within a month, and a month takes only a factor that holds on all of its days",
            where="--until",
            available=f"{last_of_month(last)} and last days of other months",
            remedy="name the last day of a month",
        )
    if first and last and last < first:
        raise UsageError(
            f"the days end ({last}) before they begin ({first})",
            where="--from and --until",
            available="both are inclusive",
            remedy="swap them",
        )
    if first and first > until:
        raise UsageError(
            f"{first} is after the day up to which the file knows anything",
            where="--from",
            available=f"days up to {until}",
            remedy="name an earlier one; of later days no figure is published",
        )


def _believed(proposed: Proposed, book: Book, reference: Reference) -> dict[str, Any]:
    """The row as a night takes it, in the unit of its kind; refused where the night would refuse it."""
    nothing = dict.fromkeys(("locator", "relative_uncertainty_pct", "description"))
    row = {
        **nothing,
        **{name: getattr(proposed, name) for name in ("parameter_id", "scope", "value", "unit")},
        **dict.fromkeys(("valid_from", "valid_to"), dt.date(2000, 1, 1)),
        **dict.fromkeys(("delivery_id", "source_file", "source"), "preview"),
        "source_row": 1,
    }
    rows = conform(pl.DataFrame([row]), DeliveredParameter)
    converted, found = convert_parameters(rows, reference.parameter_kinds, reference.conversions)
    items = reported_items(book.tables["operating"], reference.metrics)
    broken = stacked([parameters_outside_band(converted, items, reference), found])
    if not broken.is_empty():
        raise UsageError(
            f"a night would refuse the row: {broken['reason'][0]}",
            where=f"{proposed.parameter_id} {proposed.scope}={proposed.value:g} {proposed.unit}",
            available="the bounds are those of core.bounds and of the parameter's kind",
            remedy="correct the value, or its unit (--unit)",
        )
    return converted.row(0, named=True)


def _days(row: dict[str, Any]) -> str:
    return f"{row['value']:g}: {row['valid_from']} .. {row['valid_to']}"


def _nearest(name: str, known: Collection[str]) -> str:
    return ", ".join(difflib.get_close_matches(name, known, NEAREST, cutoff=FAR)) or "none"


def _first(names: list[str]) -> str:
    return ", ".join([*names[:NEAREST], *(["..."] if len(names) > NEAREST else [])]) or "none"
