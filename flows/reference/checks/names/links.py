"""Names in the reference tables that are nowhere: sources, methods, metrics, parameters, kinds, words of the program.

A list of names that rests on a file that could not be read decides nothing.
"""

from collections.abc import Iterator
from functools import partial
from typing import Final

from flows.reference.checks.consequences import Fault, entry_name
from flows.reference.checks.contradictions.doubled import doubled_faults
from flows.reference.checks.guard import Check, guarded
from flows.reference.checks.names.parts import (
    bound_faults,
    column_faults,
    currency_faults,
    grid_faults,
    method_faults,
    metric_faults,
    scope_faults,
)
from flows.reference.checks.names.words import Words, one_of, unknown_name, words_of
from flows.reference.checks.read import Read, texts
from flows.reference.checks.written.entries import EVERY
from schemas.reference import (
    DENOMINATORS,
    EVIDENCE,
    GUARANTEES,
    LOANS_IN_SCOPE,
    MANDATED_BASELINES,
    METHOD_KINDS,
    REDUCTIONS,
    WITHOUT_PROMISE,
)
from schemas.words.bases import BASES
from schemas.words.containers import CONTAINERS
from transforms.ground.bounds import LIMITS

IN_ROWS: Final = (
    ("parameters.csv", "parameter_id", "parameter"), ("parameters.csv", "source_id", "source"),
    ("crf_fields.csv", "source_id", "source"), ("realisation.csv", "source_id", "source"),
    ("bounds.csv", "source", "source"), ("bounds.csv", "check_id", "check"), ("bounds.csv", "condition", "condition"),
    ("realisation.csv", "realisation_type", "named type"), ("realisation.csv", "realisation_subtype", "named type"),
)  # fmt: skip
"""Columns that cite a name: file, column, which list of names."""

SECTIONS: Final = (EVERY,)
IN_SECTIONS: Final[tuple[tuple[str, tuple[str, ...], str, str | Words], ...]] = (
    ("plausibility.toml", SECTIONS, "source_id", "source"),
    ("plausibility.toml", SECTIONS, "technology", "technology"),
    ("plausibility.toml", SECTIONS, "province_code", "province"),
    ("plausibility.toml", SECTIONS, "evidence", one_of(*EVIDENCE)),
    ("plausibility.toml", SECTIONS, "action", one_of("refuse", "flag")),
    ("profiles.toml", SECTIONS, "source_id", "source"),
    ("profiles.toml", SECTIONS, "basis", one_of(*BASES)),
    ("profiles.toml", SECTIONS, "denominator", one_of(*DENOMINATORS)),
    ("profiles.toml", SECTIONS, "reduction", one_of(*REDUCTIONS)),
    ("profiles.toml", SECTIONS, "mandated_baseline", one_of(*MANDATED_BASELINES)),
    ("profiles.toml", SECTIONS, "loans", one_of(*LOANS_IN_SCOPE)),
    ("profiles.toml", SECTIONS, "without_promise", one_of(*WITHOUT_PROMISE)),
    ("profiles.toml", SECTIONS, "guarantee", one_of(*GUARANTEES)),
    ("profiles.toml", SECTIONS, "small_exposure", "parameter"),
    ("methods.toml", SECTIONS, "kind", one_of(*METHOD_KINDS)),
    ("methods.toml", SECTIONS, "container", one_of(*CONTAINERS)),
    ("methods.toml", SECTIONS, "evidence", "rung"),
    ("methods.toml", SECTIONS, "realisation_type", "type"),
    ("metrics.toml", SECTIONS, "unit", "unit"),
    ("metrics.toml", SECTIONS, "seasonal_metrics", "metric"),
    ("parameter_kinds.toml", SECTIONS, "unit", "unit"),
    ("factor_sets.toml", SECTIONS, "parameters", "parameter"),
    ("data_quality.toml", ("evidence", EVERY), "source_id", "source"),
    ("data_quality.toml", ("evidence", EVERY), "option", "option"),
    (
        "sources.toml",
        SECTIONS,
        "how_read",
        one_of("text read", "read in a text citing it", "from memory, not confirmed"),
    ),
    ("metrics.toml", SECTIONS, "kind", "kind"),
    ("judgements.toml", SECTIONS, "family", one_of("level", "shape", "companion")),
    ("physical_indicators.toml", SECTIONS, "table", one_of("reservoirs", "aquaculture", "scenic_areas")),
    ("outputs.toml", ("bounds", EVERY), "check_id", "check with bounds"),
    ("outputs.toml", ("bounds", EVERY), "like", "bound"),
    ("outputs.toml", ("bounds", EVERY), "weights_from", one_of(*LIMITS)),
)
"""Keys that cite a name: file, sections, key, which list of names or the words that it may be."""

OF_SECTIONS: Final = (
    ("outputs.toml", ("methods",), "method"), ("outputs.toml", ("unbounded",), "method"),
    ("outputs.toml", ("unbounded_readings",), "method"),
    ("outputs.toml", ("ratios",), "check with bounds"), ("outputs.toml", ("ratios", EVERY, EVERY), "metric or kind"),
    ("headers.toml", ("lists", "methods"), "method"),
    ("outputs.toml", ("bounds", EVERY, "weights"), "metric"), ("outputs.toml", ("methods", EVERY), "bound or ratios"),
    ("realisation_types.toml", (), "type"),
)  # fmt: skip
"""Sections whose keys are names themselves: file, section, which list of names."""


def link_faults(read: Read) -> list[Fault]:
    """Return every name that is nowhere, with file, row or section, and what to do."""
    words = words_of(read)
    checks: list[Check] = [
        *(partial(_cited_in_rows, file=file, column=column, cited=words[named]) for file, column, named in IN_ROWS),
        *(
            partial(
                _cited_in_sections,
                file=file,
                path=path,
                key=key,
                cited=words[named] if isinstance(named, str) else named,
            )
            for file, path, key, named in IN_SECTIONS
        ),
        *(partial(_names_of_sections, file=file, path=path, cited=words[named]) for file, path, named in OF_SECTIONS),
        partial(scope_faults, scopes=words["scope"]),
        partial(metric_faults, metrics=words["metric or kind"], ratios=words["ratio"]),
        column_faults,
        currency_faults,
        method_faults,
        bound_faults,
        grid_faults,
        doubled_faults,
    ]
    return [fault for check in checks for fault in guarded(read, check)]


def _cited_in_rows(read: Read, file: str, column: str, cited: Words) -> Iterator[Fault]:
    for row in read.rows(file) if cited.names else ():
        cell = row.cells[column]
        if cell.strip() and cell not in cited.names:
            where = f"{file}, row {row.line}, column {column}"
            yield unknown_name(where, cell, cited, entry_name(file, column, row.cells))


def _cited_in_sections(read: Read, file: str, path: tuple[str, ...], key: str, cited: Words) -> Iterator[Fault]:
    for name, section in read.sections(file, path) if cited.names else ():
        for value in texts(section.get(key)):
            if value not in cited.names:
                yield unknown_name(f"{file}, [{name}] {key}", value, cited, entry_name(file, key, section))


def _names_of_sections(read: Read, file: str, path: tuple[str, ...], cited: Words) -> Iterator[Fault]:
    for at, section in read.sections(file, path) if cited.names else ():
        for name in section:
            if name not in cited.names:
                yield unknown_name(f"{file}, [{f'{at}.{name}' if at else name}]", name, cited, name)
