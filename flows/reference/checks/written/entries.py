"""What each section of a reference table in TOML must say, what it may say, and as what.

A key that is not known is a fault like a missing one: `uper = 5` would pass for a limit that was left out.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final

from flows.reference.checks.consequences import UNKNOWN_KEY, Absent, Fault, Misnamed, at_entry
from flows.reference.checks.written.implied import implied_keys
from schemas.deliveries import DELIVERIES

TEXT: Final = "a text"
NUMBER: Final = "a number"
TRUTH: Final = "true or false"
TEXTS: Final = "a list of texts"
TEXTS_OR_NONE: Final = "a list of texts, empty where there are none"
NUMBERS: Final = "a list of numbers"
SECTION: Final = "a section"
NUMBER_OR_TEXT: Final = "a number or a text"
LEFT_EMPTY: Final = "a text, empty where it is not known"
EXAMPLES: Final = {
    TEXT: '"..."',
    LEFT_EMPTY: '""',
    NUMBER: "0.5",
    NUMBER_OR_TEXT: "0.5",
    TRUTH: "true",
    TEXTS: '["...", "..."]',
    TEXTS_OR_NONE: '["...", "..."]',
    NUMBERS: "[1, 2]",
    SECTION: "{ ... }",
}
EVERY: Final = "*"


@dataclass(frozen=True)
class Shape:
    """Sections at a path (`*` stands for any name): the keys they need, those they may have, or what each key holds."""

    path: tuple[str, ...] = (EVERY,)
    needed: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, str] = field(default_factory=dict)
    each: str | None = None


def _texts(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, TEXT)


def _lists(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, TEXTS)


LABELS: Final = ("unit_labels", "currency_labels", "remark_labels")
ROLES: Final = (
    "drawn",
    "drawn_amount",
    "repaid",
    "repaid_amount",
    "balance",
    "kind",
    "other_kinds",
    "plans",
    "no_plans",
    "lender_labels",
    "method",
)
"""By what a list that is not in our form shows a loan's drawings, repayments and balance (headers.toml)."""

TITLES: Final = _texts("title_zh", "title_en")
REASONS: Final = _texts("reason_zh", "reason_en")
LIMITED: Final = {"unit": TEXT, "lower": NUMBER, "upper": NUMBER}

SHAPES: Final[dict[str, tuple[Shape, ...]]] = {
    "data_quality.toml": (
        Shape(("options", EVERY), {"score": NUMBER, "title": TEXT}),
        Shape(("evidence", EVERY), {"avoided_score": NUMBER, **_texts("option", "source_id", "reason")}),
    ),
    "factor_sets.toml": (
        Shape(needed={"parameters": TEXTS, "sets": SECTION, "in_force": TEXT, "reason": TEXT, **TITLES}),
        Shape((EVERY, "sets", EVERY), TITLES),
    ),
    "flags.toml": (
        Shape(needed=_texts("en", "zh"), more={"else": SECTION}),
        Shape((EVERY, "else", EVERY), _texts("en", "zh")),
    ),
    "gates.toml": (
        Shape(("volumes",), {"max_drop_ratio": NUMBER, "reason": TEXT}),
        Shape(("sums",), {"max_change_ratio": NUMBER, "reason": TEXT}),
        Shape(("refusals",), {"max_refused_ratio": NUMBER, "min_refused_rows": NUMBER, "reason": TEXT}),
        Shape(("sentences", EVERY), _texts("en", "zh")),
    ),
    "headers.toml": (
        Shape(
            (),
            dict.fromkeys(
                ("tables", "scales", "beside", "currencies", "names", "lists", "monthly", "columns"), SECTION
            ),
        ),
        Shape(("tables",), dict.fromkeys((*DELIVERIES, "ignored"), TEXTS)),
        Shape(("scales",), each=NUMBER),
        Shape(("beside",), {"scales": SECTION, "currencies": SECTION, **_lists(*LABELS)}),
        Shape(("beside", "scales"), each=NUMBER),
        Shape(("beside", "currencies"), each=LEFT_EMPTY),
        Shape(("lists",), {**dict.fromkeys(("loans", "projects", "methods"), SECTION), **_lists(*ROLES)}),
        Shape(("lists", "loans"), each=TEXT),
        Shape(("lists", "projects"), each=TEXT),
        Shape(("lists", "methods"), each=TEXTS),
        Shape(("monthly",), {"net": SECTION, "parts": SECTION, **_lists("year", "metric", "unit")}),
        Shape(("monthly", "net"), each=TEXTS),
        Shape(("monthly", "parts"), each=NUMBERS),
        Shape(("currencies",), each=TEXT),
        Shape(("names",), _lists("loans", "operating")),
        Shape(("columns",), dict.fromkeys(DELIVERIES, SECTION)),
        Shape(("columns", EVERY), each=TEXT),
    ),
    "judgements.toml": (Shape(needed={"family": TEXT, **TITLES, **REASONS}),),
    "methods.toml": (
        Shape(
            needed=_texts("kind", "container"),
            more={
                **_texts("evidence", "realisation_type", "boundary_zh", "boundary_en"),
                **TITLES,
                "forest_kinds": TEXTS,
                "forest_names": TEXTS,
            },
        ),
    ),
    "metrics.toml": (
        Shape(
            needed={"unit": TEXT, "aliases": TEXTS, "description": TEXT},
            more={
                "may_be_negative": TRUTH,
                "indicator": TRUTH,
                "seasons": TEXTS,
                "seasonal_metrics": TEXTS,
                "species_names": TEXTS,
                **_texts("kind", "item", "heating_season"),
            },
        ),
    ),
    "outputs.toml": (
        Shape(
            ("bounds", EVERY),
            {"may_be": TEXTS_OR_NONE, **_texts("check_id", "unit", "output_unit")},
            {
                **_texts("rule", "like", "condition", "weights_from", "advice"),
                "each": NUMBER,
                "times_per_day": NUMBER,
                "spellings": SECTION,
                "weights": SECTION,
            },
        ),
        Shape(("bounds", EVERY, "spellings"), each=NUMBER),
        Shape(("bounds", EVERY, "weights"), each=NUMBER),
        Shape(("methods", EVERY), each=TEXTS),
        Shape(("unbounded",), each=TEXT),
        Shape(("unbounded_readings",), each=TEXTS),
        Shape(("ratios", EVERY), {"above": SECTION, "below": SECTION}),
        Shape(("ratios", EVERY, EVERY), each=NUMBER_OR_TEXT),
    ),
    "parameter_kinds.toml": (
        Shape(
            needed={**LIMITED, "relative_uncertainty_pct": NUMBER, **_texts("uncertainty_reason", "description")},
            more={"zero_means": TEXT, "constant": TRUTH, "project": TRUTH, "scopes": TEXTS, "unlike_others": TEXTS},
        ),
    ),
    "physical_indicators.toml": (Shape(needed={"aliases": TEXTS, **_texts("table", "unit"), **TITLES}),),
    "plausibility.toml": (
        Shape(
            needed={**LIMITED, **_texts("action", "evidence", "source_id", "locator"), **TITLES, **REASONS},
            more=_texts("technology", "province_code"),
        ),
    ),
    "profiles.toml": (
        Shape(
            needed={
                "is_operating_only": TRUTH,
                "unconfirmed": TEXTS_OR_NONE,
                "unconfirmed_zh": TEXTS_OR_NONE,
                **TITLES,
                **_texts(
                    "version",
                    "source_id",
                    "basis",
                    "denominator",
                    "reduction",
                    "mandated_baseline",
                    "loans",
                    "without_promise",
                    "guarantee",
                    "reason",
                ),
            },
            more={"small_exposure": TEXT},
        ),
    ),
    "refusals.toml": (Shape(needed=_texts("zh")),),
    "realisation_types.toml": (Shape(needed={"aliases": TEXTS_OR_NONE}),),
    "sentences.toml": (Shape(needed=_texts("en", "zh")),),
    "slips.toml": (Shape(needed={"factor": NUMBER, "words": TEXT}),),
    "sources.toml": (
        Shape(needed={**_texts("title", "publisher", "how_read"), "document": LEFT_EMPTY, "published": LEFT_EMPTY}),
    ),
    "technologies.toml": (Shape(needed={"aliases": TEXTS, "description": TEXT}),),
    "units.toml": (
        Shape((), {"definitions": TEXTS, "canonical": SECTION, "spellings": SECTION}),
        Shape(("canonical",), each=TEXTS),
        Shape(("spellings",), each=TEXT),
    ),
}
"""The sections of each table that is read as TOML, by file."""


def entry_faults(name: str, entries: Mapping[str, Any]) -> Iterator[Fault]:
    """Return what is wrong with the sections of a file, each by section, key and value."""
    listed = {key for shape in SHAPES[name] if not shape.path for key in shape.needed}
    heads = {shape.path[0] for shape in SHAPES[name] if shape.path} - {EVERY} - listed
    for head in sorted(heads - entries.keys()):
        yield f"{name}, [{head}]: missing; restore the section from the program's version"
    as_sections = {
        (*shape.path, key)
        for shape in SHAPES[name]
        for key, kind in {**shape.needed, **shape.more}.items()
        if kind == SECTION
    }
    for shape in SHAPES[name]:
        for path, section in sections_at(entries, shape.path):
            named = (*shape.path[:-1], path.rpartition(".")[2])
            if isinstance(section, dict) or not {shape.path, named} & as_sections:  # else the section above says so
                yield from _section_faults(name, path, section, shape)


def sections_at(entries: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """Return what lies at a path (`*` stands for any name), with the name of its section."""
    if not path:
        yield "", entries
        return
    here = [(name, held) for name, held in entries.items() if path[0] in {EVERY, name}]
    for name, held in here:
        if len(path) == 1:
            yield name, held
        elif isinstance(held, dict):
            yield from ((f"{name}.{below}", section) for below, section in sections_at(held, path[1:]))


def number(value: object) -> float | None:
    """Return a finite number, None for anything else: `true` is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value if math.isfinite(value) else None


PLAIN_NUMBER: Final = r"-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"


def plain_number(text: str) -> float | None:
    """Return what polars reads of a cell: plain digits, no blanks around them, no other signs that Python takes.

    None for anything else, for what is not finite, and for a number so small that it would be read as 0.
    """
    if not re.fullmatch(PLAIN_NUMBER, text, re.ASCII):
        return None
    value = float(text)
    is_lost = value == 0 and re.search("[1-9]", re.split("[eE]", text)[0]) is not None
    return value if math.isfinite(value) and not is_lost else None


def holds(kind: str, value: object) -> bool:
    """True if the value is of the kind; a text must say something, unless it may be left empty."""
    if kind in {TEXT, LEFT_EMPTY}:
        return isinstance(value, str) and ((kind == LEFT_EMPTY and not value) or bool(value.strip()))
    if kind == NUMBER:
        return number(value) is not None
    if kind == NUMBER_OR_TEXT:
        return holds(NUMBER, value) or holds(TEXT, value)
    if kind == TRUTH:
        return isinstance(value, bool)
    if kind == SECTION:
        return isinstance(value, dict)
    is_list = isinstance(value, list) and all(holds(NUMBER if kind == NUMBERS else TEXT, one) for one in value)
    return is_list and (kind != TEXTS or value != [])


def _section_faults(name: str, path: str, section: object, shape: Shape) -> Iterator[Fault]:
    where = f"{name}, [{path}]" if path else name
    if not isinstance(section, dict):
        yield Misnamed(name, "", f"{where}: {section!r}, not a section; write its keys under [{path}]")
        return
    if not section:
        keys = ", ".join(shape.needed) or f"one that is {shape.each}"
        yield Misnamed(name, "", f"{where}: there is nothing in it; write its keys: {keys}")
        return
    known = {**shape.needed, **shape.more}
    needed = [*shape.needed, *implied_keys(name, shape.path, path.rpartition(".")[2], section)]
    for key, kind in known.items():
        if key in section and not holds(kind, section[key]):
            remedy = "write its number, bare" if kind == NUMBER else f"write it as {key} = {EXAMPLES[kind]}"
            text = f"{where} {key}: {_no(kind, section[key])}; {remedy}"
            yield at_entry(name, key, section, text)
    for key, held in section.items():
        if twice := _twice(held):
            yield f"{where} {key}: {', '.join(twice)} twice in it; keep one"
    others = [key for key in section if key not in known]
    unknown = [key for key in others if not shape.each or not holds(shape.each, section[key])]
    missing = [key for key in dict.fromkeys(needed) if key not in section]
    misspelt = likely_meant(unknown, missing)
    for key in missing:
        kind = known[key]
        example = f"write {key} and its number" if kind == NUMBER else f"write it as {key} = {EXAMPLES[kind]}"
        found = f", and '{misspelt[key]}' is not known: did you mean {key}?" if key in misspelt else ";"
        text = f"{where} {key}: missing{found} {example}"
        yield Absent(key, name, where, text) if shape.each else at_entry(name, key, section, text)
    for key in (one for one in unknown if one not in misspelt.values()):
        if shape.each:
            yield f"{where} {key}: {_no(shape.each, section[key])}; write it as {EXAMPLES[shape.each]}"
        else:
            yield _unknown_key(name, f"{where} {key}", section[key], nearest(key, known.keys() - section.keys()))


def _twice(held: object) -> list[str]:
    texts = held if isinstance(held, list) and holds(TEXTS, held) else []
    return [f"'{text}'" for text in dict.fromkeys(texts) if texts.count(text) > 1]


def _no(kind: str, value: object) -> str:
    return "empty" if value == [] else f"{value!r}, not {kind}"


def _unknown_key(name: str, where: str, value: object, near: str) -> Fault:
    """An entry may be looked for by what it holds under the key."""
    text = f"{where}: {UNKNOWN_KEY}{near}; correct it or take it away"
    return Misnamed(name, value, text) if isinstance(value, str) else text


def likely_meant(unknown: Sequence[str], missing: Sequence[str]) -> dict[str, str]:
    """Return missing keys with the unknown one that was likely meant for each: the nearest, or the only one."""
    if len(unknown) == len(missing) == 1:
        return {missing[0]: unknown[0]}
    near = ((key, get_close_matches(key, missing, 1)) for key in unknown)
    return {keys[0]: key for key, keys in near if keys}


def nearest(name: str, known: Mapping[str, Any] | set[str]) -> str:
    """Return the name that was likely meant, in words; nothing where none is near."""
    near = get_close_matches(name, sorted(known), 1)
    return f", nearest is '{near[0]}'" if near else ""
