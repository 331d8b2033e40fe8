"""Values in the reference tables that cannot be: units that do not convert, numbers out of order or out of limits."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import pairwise
from typing import Any, Final

from flows.reference.checks.consequences import Absent, Fault, entry_name, place_of
from flows.reference.checks.contradictions.alike import day_faults, quantile_faults, size_faults
from flows.reference.checks.contradictions.fixed_items import item_faults
from flows.reference.checks.contradictions.fixed_sizes import scale_faults
from flows.reference.checks.contradictions.fixed_units import (
    fixed_unit_faults,
    ratio_faults,
    spelling_faults,
    time_faults,
)
from flows.reference.checks.contradictions.fixed_words import fixed_word_faults
from flows.reference.checks.contradictions.spelled_sizes import capacity_size_faults, unit_size_faults
from flows.reference.checks.contradictions.together import band_faults, weight_faults
from flows.reference.checks.guard import Check, guarded
from flows.reference.checks.names.scopes import scope_word_faults
from flows.reference.checks.names.words import Words, listed_sets, unknown_name
from flows.reference.checks.read import Read, Row, texts
from flows.reference.checks.units import Conversions, conversions_of, definition_faults, spelled, unit_faults
from flows.reference.checks.written.entries import EVERY, number, plain_number
from flows.reference.checks.written.rows import QUANTILES
from transforms.factors.factor_sets import GASES, published_potential
from transforms.ground.bounds import LIMITS

DAY_OF_YEAR: Final = r"(0[1-9]|1[0-2])-([0-2]\d|3[01])"
SEASON: Final = re.compile(f"{DAY_OF_YEAR}/{DAY_OF_YEAR}")

SIZES: Final[tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]] = (
    ("headers.toml", ("scales",), ()), ("headers.toml", ("beside", "scales"), ()),
    ("outputs.toml", ("bounds", EVERY), ("each", "times_per_day")),
    ("outputs.toml", ("bounds", EVERY, "spellings"), ()), ("outputs.toml", ("bounds", EVERY, "weights"), ()),
    ("outputs.toml", ("ratios", EVERY, EVERY), ()), ("slips.toml", (EVERY,), ("factor",)),
)  # fmt: skip
"""Numbers by which a value is multiplied: file, sections, keys (none: every key)."""

WHOLE: Final = (
    ("data_quality.toml", ("options", EVERY), "score", 1, 5),
    ("data_quality.toml", ("evidence", EVERY), "avoided_score", 1, 5),
    ("gates.toml", ("refusals",), "min_refused_rows", 0, 100),
)
"""Numbers that count or grade: file, sections, key, the least and the largest."""


def value_faults(read: Read) -> list[Fault]:
    """Return every value that cannot be, with file, row or section, and what to do."""
    units = read.tomls.get("units.toml", {})
    conversions = conversions_of(units)
    checks: list[Check] = [
        _rows_out_of_order,
        _sections_out_of_order,
        _season_faults,
        _family_faults,
        _no_sizes,
        scale_faults,
        _no_whole_numbers,
        _no_dates,
        _no_family,
        _every_parameter,
        scope_word_faults,
        weight_faults,
        day_faults,
        quantile_faults,
        fixed_unit_faults,
        capacity_size_faults,
        fixed_word_faults,
        item_faults,
        partial(band_faults, conversions=conversions),
        spelling_faults,
        ratio_faults,
        time_faults,
        partial(_every_kind, conversions=conversions),
    ]
    found = [*definition_faults(units), *(fault for check in checks for fault in guarded(read, check))]
    spoilt = {place_of(fault) for fault in found}
    sizes = [*unit_size_faults(units), *guarded(read, partial(size_faults, conversions=conversions))]
    return [*found, *(fault for fault in sizes if place_of(fault) not in spoilt)]


def _every_parameter(read: Read) -> Iterator[Fault]:
    sets = _sets_of_parameters(read)
    for row in read.rows("parameters.csv"):
        yield from _scope_faults(row, sets.get(row.cells["parameter_id"], {}))


def _every_kind(read: Read, conversions: Conversions) -> Iterator[Fault]:
    """Rows of parameters.csv, and their bands, in the unit and between the limits of their kind.

    Where no row fits, the kind is at fault.
    """
    rows, bands = _rows_by(read, "parameters.csv", "parameter_id"), _rows_by(read, "bounds.csv", "method_or_scope")
    units = {unit for unit, _ in conversions}
    for name, kind in read.sections("parameter_kinds.toml"):
        if not {*texts(kind.get("unit"))} & units:
            continue
        found = [list(_misfits(row, kind, conversions)) for row in rows.get(name, ())]
        of_bands = [fault for row in bands.get(name, ()) for fault in _band_faults(row, kind, conversions)]
        faults = [*(fault for of_row in found for fault in of_row), *of_bands]
        if all(found) and len(found) + len(of_bands) > 1 and not any(isinstance(one, Absent) for one in faults):
            lines, where = ", ".join(str(row.line) for row in rows[name]), f"parameter_kinds.toml, [{name}] unit"
            yield f"{where}: {kind['unit']!r} and the limits fit none of rows {lines} of parameters.csv; correct them"
        else:
            yield from faults


def _rows_by(read: Read, file: str, column: str) -> dict[str, list[Row]]:
    rows: dict[str, list[Row]] = {}
    for row in read.rows(file):
        rows.setdefault(row.cells[column], []).append(row)
    return rows


def _rows_out_of_order(read: Read) -> Iterator[Fault]:
    for file, columns in (("bounds.csv", LIMITS), ("realisation.csv", QUANTILES)):
        for row in read.rows(file):
            numbers = [(column, plain_number(row.cells[column])) for column in columns]
            filled = [(column, number) for column, number in numbers if number is not None]
            for (low, lower), (high, upper) in pairwise(filled):
                if lower > upper:
                    where = f"{file}, row {row.line}, column {high}"
                    yield f"{where}: '{row.cells[high]}' lies below {low} '{row.cells[low]}'; swap or correct them"


def _sections_out_of_order(read: Read) -> Iterator[Fault]:
    for file in ("plausibility.toml", "parameter_kinds.toml"):
        for name, section in read.sections(file):
            limits = _limits(section)
            if limits and limits[0] > limits[1]:
                yield f"{file}, [{name}] upper: {limits[1]!r} lies below lower {limits[0]!r}; swap or correct them"
    for name, kind in read.sections("parameter_kinds.toml"):
        percent = number(kind.get("relative_uncertainty_pct"))
        if percent is not None and not 0 <= percent <= 100:
            where = f"parameter_kinds.toml, [{name}] relative_uncertainty_pct"
            yield f"{where}: {percent!r} lies outside 0 to 100; write it in per cent, as 5"


def _no_sizes(read: Read) -> Iterator[Fault]:
    """A scale turns a unit into another: 0 or less would turn every value into nothing, or its sign."""
    for file, path, keys in SIZES:
        for name, section in read.sections(file, path):
            for key in keys or section:
                size = number(section.get(key))
                if size is not None and size <= 0:
                    yield f"{file}, [{name}] {key}: {size!r} is not above 0; write how many units one is"


def _no_whole_numbers(read: Read) -> Iterator[Fault]:
    for file, path, key, least, largest in WHOLE:
        for name, section in read.sections(file, path):
            value = number(section.get(key))
            if value is not None and (value != int(value) or not least <= value <= largest):
                where = f"{file}, [{name}] {key}"
                yield f"{where}: {value!r} is not a whole number from {least} to {largest:g}; write it as 3"


def _no_dates(read: Read) -> Iterator[Fault]:
    for name, section in read.sections("sources.toml"):
        for published in texts(section.get("published")):
            if _first_day(published) is None:
                where = f"sources.toml, [{name}] published"
                yield f"{where}: '{published}' is not a date; write it as 2025, 2025-06, 2025-06-30, or empty"
    sources = read.tomls.get("sources.toml", {})
    for name, published, _ in days_yet_to_come(sources, dt.datetime.now(dt.UTC).date()):
        yield f"sources.toml, [{name}] published: '{published}' is yet to come; write when it was published"


def days_yet_to_come(sources: Mapping[str, Any], today: dt.date) -> Iterator[tuple[str, str, dt.date]]:
    """Return the documents published after today, wherever on earth: name, day as written, the first that it may be."""
    for name, entry in sources.items():
        for published in texts(entry.get("published") if isinstance(entry, Mapping) else None):
            day = _first_day(published)
            if day and day > today + dt.timedelta(1):
                yield name, published, day


def _first_day(text: str) -> dt.date | None:
    """The first day of a year, of a month, or a day; None where it is none."""
    if not re.fullmatch(r"\d{4}(-\d\d){0,2}", text, re.ASCII):
        return None
    try:
        return dt.date.fromisoformat(text + "-01-01"[len(text) - len("2025") :])
    except ValueError:
        return None


def _season_faults(read: Read) -> Iterator[Fault]:
    for name, section in read.sections("metrics.toml"):
        for key in ("seasons", "heating_season"):
            for season in texts(section.get(key)):
                if not SEASON.fullmatch(season):
                    yield f"metrics.toml, [{name}] {key}: '{season}' is not a season; write it as 03-01/05-31"


def _family_faults(read: Read) -> Iterator[Fault]:
    for name, family in read.sections("factor_sets.toml"):
        held = family.get("sets")
        sets = held if isinstance(held, dict) else {}
        for chosen in texts(family.get("in_force")) if sets else ():
            if chosen not in sets:
                where = f"factor_sets.toml, [{name}] in_force"
                yield unknown_name(where, chosen, Words(sets, f"the sets of [{name}] in factor_sets.toml"))


def _sets_of_parameters(read: Read) -> dict[str, Mapping[str, object]]:
    """Return the sets of each parameter that a family lists."""
    return {
        parameter: listed_sets(read, parameter)
        for _, family in read.sections("factor_sets.toml")
        for parameter in texts(family.get("parameters"))
    }


def _no_family(read: Read) -> Iterator[Fault]:
    """Published sets whose rows are on file and that no family has; a family without its list may have them."""
    families = [family for _, family in read.sections("factor_sets.toml")]
    if len(families) < len(read.names("factor_sets.toml")) or not all(
        isinstance(family.get("parameters"), list) and isinstance(family.get("sets"), dict) for family in families
    ):
        return
    kinds, listed = read.names("parameter_kinds.toml"), _sets_of_parameters(read).keys()
    if not listed <= kinds:
        return  # the parameter that is missing may be the one whose name is wrong
    known = kinds - listed
    alike: dict[frozenset[str], list[str]] = {}
    for parameter, rows in _rows_by(read, "parameters.csv", "parameter_id").items() if families else ():
        sets = frozenset(row.cells["scope"].partition("@")[2] for row in rows) - {""}
        if sets and parameter in known:
            alike.setdefault(sets, []).extend(f"{parameter} (row {row.line})" for row in rows[:1])
    for sets, parameters in alike.items():
        named = f"parameters.csv names {', '.join(sorted(sets))} in rows of {', '.join(parameters)}"
        yield f"factor_sets.toml: no family lists these parameters, and {named}; restore it, or correct the scopes"


def _limits(section: Mapping[str, Any]) -> tuple[float, float] | None:
    low, high = number(section.get("lower")), number(section.get("upper"))
    return None if low is None or high is None else (low, high)


def _scope_faults(row: Row, sets: Mapping[str, object]) -> Iterator[Fault]:
    """A row of parameters.csv: the set of its scope exists, and a warming potential is the published one."""
    where, parameter = f"parameters.csv, row {row.line}, column", row.cells["parameter_id"]
    value, of_set = plain_number(row.cells["value"]), row.cells["scope"].partition("@")[2]
    entry = entry_name("parameters.csv", "scope", row.cells)
    if of_set and sets and of_set not in sets:
        listed = Words(sets, f"the sets of {parameter} in factor_sets.toml")
        yield unknown_name(f"{where} scope", of_set, listed, entry)
        return
    published = published_potential(parameter, of_set) if parameter in GASES else value
    if published is None and value is not None:
        yield f"{where} scope: '{row.cells['scope']}' names no report of IPCC; write it as all@AR5"
    elif value not in {None, published}:
        yield f"{where} value: '{row.cells['value']}' is {published:g} in {of_set} of IPCC; write what is published"


def _misfits(row: Row, kind: Mapping[str, Any], conversions: Conversions) -> Iterator[Fault]:
    """A row of parameters.csv: its unit converts to that of its kind, its value lies between the limits of it."""
    where, taken_in, limits = f"parameters.csv, row {row.line}, column", kind["unit"], _limits(kind)
    yield from unit_faults(f"{where} unit", row.cells["unit"], taken_in, conversions)
    value, size = plain_number(row.cells["value"]), conversions.get((taken_in, spelled(row.cells["unit"])))
    is_judged = value is None or _is_published(row, value)
    if value is not None and size is not None and limits and is_judged and not _lies_in(value * size, limits):
        sent, (low, high) = f"'{row.cells['value']}' {row.cells['unit']}", limits
        finding = f"{where} value: {sent} lies outside {low:g} to {high:g} {taken_in} (parameter_kinds.toml)"
        yield f"{finding}; correct value or unit"
    percent = plain_number(row.cells["relative_uncertainty_pct"])
    if percent is not None and percent < 0:
        delivered = row.cells["relative_uncertainty_pct"]
        yield f"{where} relative_uncertainty_pct: '{delivered}' lies below 0; write it in per cent, as 5"


def _is_published(row: Row, value: float) -> bool:
    """False for a warming potential that its report does not give: that is its fault, whatever the limits are."""
    parameter, of_set = row.cells["parameter_id"], row.cells["scope"].partition("@")[2]
    return parameter not in GASES or published_potential(parameter, of_set) in {None, value}


def _lies_in(value: float, limits: tuple[float, float]) -> bool:
    """Limits that are swapped are a fault of their own and judge nothing."""
    low, high = limits
    return low > high or low <= value <= high


def _band_faults(row: Row, kind: Mapping[str, Any], conversions: Conversions) -> Iterator[Fault]:
    """A parameter's band (bounds.csv) is in a unit that converts to that of its kind."""
    if row.cells["check_id"] == "parameter_band":
        where = f"bounds.csv, row {row.line}, column unit"
        yield from unit_faults(where, row.cells["unit"], kind["unit"], conversions)
