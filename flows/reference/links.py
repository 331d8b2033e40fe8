"""Names in the reference tables that are nowhere: sources, methods, metrics, parameters, kinds, words of the program.

A list of names that rests on a file that could not be read decides nothing.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import partial
from typing import Final, NamedTuple

from flows.reference.consequences import NAMES, Absent, Fault, entry_name
from flows.reference.doubled import doubled_faults
from flows.reference.entries import EVERY, TITLES, nearest
from flows.reference.guard import Check, guarded
from flows.reference.methods import FOLDERS
from flows.reference.read import Read, texts
from schemas.bases import BASES
from schemas.deliveries import DELIVERIES
from schemas.marts import CONTAINERS
from schemas.reference import DENOMINATORS, EVIDENCE, METHOD_KINDS, REDUCTIONS
from transforms.ground.bounds import LIMITS
from transforms.methods.catalog import EDITIONS

CHECKS_OF_THE_PROGRAM: Final = (
    "annual_rate", "judging_fewest", "judging_steep", "parameter_band", "stated_figure", "stock_per_area",
    "yuan_per_unit",
)  # fmt: skip
"""Checks of bounds.csv that the program names itself; the others have words in judgements, outputs or plausibility."""

SCOPES_OF_THE_PROGRAM: Final = (
    "*", "boiler", "combined", "electricity", "forest", "forest_land", "indoor_lamp_hours", "industrial_lamp_hours",
    "level", "misfit", "months", "other_months", "output", "pairs", "peers", "process", "season", "shifted_months",
    "space_heating", "street_lamp_hours", "tunnel_lamp_hours", "year", "yuan_of_investment",
)  # fmt: skip
"""What rows of bounds.csv hold for, besides methods, parameters, types, technologies, provinces and currencies."""

ITEMS_OF_FACTORS: Final = ("anthracite", "washed_coal")
"""Fuels that have factors and no metric."""

RULES_OF_CHECKS: Final = {"electricity_over_capacity": "capacity_factor_above_1"}
"""Checks that refuse under another name than their own."""

GRID_MARGINS: Final = ("grid_bm_ef", "grid_om_ef")

WITHOUT_GRID: Final = ("CN-XZ",)
"""Provinces outside the regional grids for which margins are published."""

CURRENCY: Final = re.compile("[A-Z]{3}")
PROVINCE: Final = re.compile("CN-[A-Z]{2}", re.ASCII)


class Words(NamedTuple):
    """What a name may be, and where these names are listed."""

    names: Collection[str]
    where: str


def _one_of(*names: str) -> Words:
    return Words(names, ", ".join(names))


IN_ROWS: Final = (
    ("parameters.csv", "parameter_id", "parameter"), ("parameters.csv", "source_id", "source"),
    ("crf_fields.csv", "source_id", "source"), ("realisation.csv", "source_id", "source"),
    ("bounds.csv", "source", "source"), ("bounds.csv", "check_id", "check"), ("bounds.csv", "condition", "condition"),
)  # fmt: skip
"""Columns that cite a name: file, column, which list of names."""

SECTIONS: Final = (EVERY,)
IN_SECTIONS: Final[tuple[tuple[str, tuple[str, ...], str, str | Words], ...]] = (
    ("plausibility.toml", SECTIONS, "source_id", "source"),
    ("plausibility.toml", SECTIONS, "technology", "technology"),
    ("plausibility.toml", SECTIONS, "province_code", "province"),
    ("plausibility.toml", SECTIONS, "evidence", _one_of(*EVIDENCE)),
    ("plausibility.toml", SECTIONS, "action", _one_of("refuse", "flag")),
    ("profiles.toml", SECTIONS, "source_id", "source"),
    ("profiles.toml", SECTIONS, "basis", _one_of(*BASES)),
    ("profiles.toml", SECTIONS, "denominator", _one_of(*DENOMINATORS)),
    ("profiles.toml", SECTIONS, "reduction", _one_of(*REDUCTIONS)),
    ("profiles.toml", SECTIONS, "mandated_baseline", _one_of("counts", "zero")),
    ("profiles.toml", SECTIONS, "loans", _one_of("project_finance", "facility")),
    ("profiles.toml", SECTIONS, "without_promise", _one_of("blocked", "formula")),
    ("profiles.toml", SECTIONS, "guarantee", _one_of("memo")),
    ("profiles.toml", SECTIONS, "small_exposure", "parameter"),
    ("methods.toml", SECTIONS, "kind", _one_of(*METHOD_KINDS)),
    ("methods.toml", SECTIONS, "container", _one_of(*CONTAINERS)),
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
        _one_of("text read", "read in a text citing it", "from memory, not confirmed"),
    ),
    ("metrics.toml", SECTIONS, "kind", "kind"),
    ("judgements.toml", SECTIONS, "family", _one_of("level", "shape", "companion")),
    ("physical_indicators.toml", SECTIONS, "table", _one_of("reservoirs", "aquaculture", "scenic_areas")),
    ("outputs.toml", ("bounds", EVERY), "check_id", "check with bounds"),
    ("outputs.toml", ("bounds", EVERY), "like", "bound"),
    ("outputs.toml", ("bounds", EVERY), "weights_from", _one_of(*LIMITS)),
)
"""Keys that cite a name: file, sections, key, which list of names or the words that it may be."""

OF_SECTIONS: Final = (
    ("headers.toml", ("tables",), "table"), ("headers.toml", ("columns",), "table"),
    ("outputs.toml", ("methods",), "method"), ("outputs.toml", ("unbounded",), "method"),
    ("outputs.toml", ("ratios",), "check with bounds"), ("outputs.toml", ("ratios", EVERY, EVERY), "metric or kind"),
    ("headers.toml", ("lists", "methods"), "method"),
    ("outputs.toml", ("bounds", EVERY, "weights"), "metric"), ("outputs.toml", ("methods", EVERY), "bound or ratios"),
    ("realisation_types.toml", (), "type"),
)  # fmt: skip
"""Sections whose keys are names themselves: file, section, which list of names."""


def link_faults(read: Read) -> list[Fault]:
    """Return every name that is nowhere, with file, row or section, and what to do."""
    words = _words(read)
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
        partial(_scope_faults, scopes=words["scope"]),
        partial(_metric_faults, metrics=words["metric or kind"], ratios=words["ratio"]),
        _column_faults,
        _currency_faults,
        _method_faults,
        _bound_faults,
        _grid_faults,
        doubled_faults,
    ]
    return [fault for check in checks for fault in guarded(read, check)]


def _words(read: Read) -> dict[str, Words]:
    """Every list of names that other tables cite; one that rests on a file that could not be read is empty."""
    items = {*read.values("metrics.toml", "item"), *ITEMS_OF_FACTORS}
    kinds, metrics = read.values("metrics.toml", "kind"), read.names("metrics.toml")
    bounds, ratios = read.names("outputs.toml", "bounds"), read.names("outputs.toml", "ratios")
    types = read.column("realisation.csv", "realisation_type") | read.column("realisation.csv", "realisation_subtype")
    technologies, provinces = read.names("technologies.toml"), read.column("regions.csv", "province_code")
    methods, parameters = read.names("methods.toml"), read.names("parameter_kinds.toml")
    judgements, figures = read.names("judgements.toml"), read.names("plausibility.toml")
    rules, sorts = (read.values("outputs.toml", key, ("bounds", EVERY)) for key in ("check_id", "condition"))
    checks = _all_of({*CHECKS_OF_THE_PROGRAM}, judgements, figures, ratios, rules)
    conditions = _all_of(items, methods, technologies, sorts)
    scopes = _all_of(
        {*SCOPES_OF_THE_PROGRAM}, methods, parameters, types, technologies, provinces, bounds, items, kinds
    )
    places = "methods.toml, parameter_kinds.toml, realisation.csv, technologies.toml, regions.csv, outputs.toml"
    lists = {
        "source": (read.names("sources.toml"), "sources.toml"),
        "parameter": (parameters, "parameter_kinds.toml"),
        "metric": (metrics, "metrics.toml"),
        "metric or kind": (metrics | kinds, "metrics.toml"),
        "method": (methods, "methods.toml"),
        "unit": (read.names("units.toml", "canonical"), "units.toml"),
        "technology": (technologies, "technologies.toml"),
        "province": (provinces, "regions.csv"),
        "rung": (read.names("data_quality.toml", "evidence"), "data_quality.toml"),
        "option": (read.names("data_quality.toml", "options"), "data_quality.toml"),
        "type": (types, "realisation.csv"),
        "bound": (bounds, "outputs.toml"),
        "bound or ratios": ({*bounds, "ratios"}, "outputs.toml"),
        "ratio": (ratios, "outputs.toml"),
        "check with bounds": (read.column("bounds.csv", "check_id"), "bounds.csv"),
        "check": (checks, "judgements.toml, outputs.toml, plausibility.toml"),
        "condition": (conditions, "metrics.toml, methods.toml, technologies.toml, outputs.toml"),
        "scope": (scopes, f"{places}, metrics.toml"),
    }
    listed = {
        name: Words(names if read.has(*where.split(", ")) else (), where) for name, (names, where) in lists.items()
    }
    of_formulas = {part.kind for method in EDITIONS.values() for part in method.parts}
    return {
        **listed,
        "table": Words({*DELIVERIES, "ignored"}, "the tables that can be delivered"),
        "kind": Words(of_formulas, "the kinds that formulas sum"),
    }


def _all_of(*parts: set[str]) -> set[str]:
    """All names of the parts; none where a part has none: what belongs to it would pass for unknown."""
    return set().union(*parts) if all(parts) else set()


def unknown_name(where: str, name: str, cited: Words, entry: str | None = None) -> Absent:
    """Return the fault of a name that is not among those that it may be; entry: that of who cites it (`Absent`)."""
    near = nearest(name, set(cited.names))
    text = f"{where}: '{name}' is not in {cited.where}{near}; correct the name, or add it there"
    return Absent(name, cited.where, where, text, entry)


def _cited_in_rows(read: Read, file: str, column: str, cited: Words) -> Iterator[Fault]:
    for row in read.rows(file) if cited.names else ():
        cell = row.cells[column]
        has_blanks = cell != cell.strip() and column in NAMES
        if cell.strip() and not has_blanks and cell not in cited.names:
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


def _scope_faults(read: Read, scopes: Words) -> Iterator[Fault]:
    """What rows of bounds.csv hold for: solar/CN-JX is a technology in a province."""
    for row in read.rows("bounds.csv") if scopes.names else ():
        scope = row.cells["method_or_scope"]
        for part in [scope] if scope in scopes.names else scope.split("/"):
            if part.strip() and part not in scopes.names and not CURRENCY.fullmatch(part):
                yield unknown_name(f"bounds.csv, row {row.line}, column method_or_scope", part, scopes)


def _metric_faults(read: Read, metrics: Words, ratios: Words) -> Iterator[Fault]:
    """What outputs.toml bounds of each method: metrics, or kinds of them, and ratios that it describes."""
    for method, section in read.sections("outputs.toml", ("methods", EVERY)):
        for bound, specs in section.items():
            cited = ratios if bound == "ratios" else metrics
            parts = [part for spec in texts(specs) for part in re.sub("^(all|each) ", "", spec).split(" + ")]
            for part in parts if cited.names else ():
                if part not in cited.names:
                    yield unknown_name(f"outputs.toml, [{method}] {bound}", part, cited)
    for name, section in read.sections("outputs.toml", ("ratios", EVERY, EVERY)):
        for metric, size in section.items():
            if isinstance(size, str) and size not in LIMITS:
                yield unknown_name(f"outputs.toml, [{name}] {metric}", size, _one_of(*LIMITS))


def _column_faults(read: Read) -> Iterator[Fault]:
    """Headers that senders write, and the columns that they stand for."""
    paths = (("columns", EVERY), ("lists", "loans"), ("lists", "projects"))
    for at, section in (one for path in paths for one in read.sections("headers.toml", path)):
        table = at.rpartition(".")[2]
        names = set(DELIVERIES[table].columns() if table in DELIVERIES else ())
        if at.startswith("lists."):
            own = read.names("headers.toml", "columns", table)
            names = names | own if own else set()
        columns = Words(names, f"the columns of {table}")
        for header, column in section.items() if columns.names else ():
            if isinstance(column, str) and column not in columns.names:
                yield unknown_name(f"headers.toml, [{at}] {header}", column, columns)


def _currency_faults(read: Read) -> Iterator[Fault]:
    for path in (("currencies",), ("beside", "currencies")):
        for at, section in read.sections("headers.toml", path):
            for word, code in section.items():
                if isinstance(code, str) and code.strip() and not CURRENCY.fullmatch(code):
                    yield f"headers.toml, [{at}] {word}: '{code}' is no code of a currency; write it as CNY"


def _method_faults(read: Read) -> Iterator[Fault]:
    """A formula is the program's own and has its texts with it; what is none has them here."""
    for name, section in read.sections("methods.toml"):
        kinds = texts(section.get("kind"))
        if "formula" in kinds and name not in FOLDERS:
            yield unknown_name(f"methods.toml, [{name}]", name, Words(FOLDERS, "the formulas of the program"), name)
        for key in (*TITLES, "boundary_zh", "boundary_en") if {"reported", "none"} & {*kinds} else ():
            if key not in section:
                yield f'methods.toml, [{name}] {key}: missing, not a text; write it as {key} = "..."'
    for (name, _), method in EDITIONS.items():
        lookups = (one for need in method.parameters.values() for one in need.lookups)
        for file, needed in (
            ("methods.toml", {name}),
            ("metrics.toml", {*method.readings.values()}),
            ("parameter_kinds.toml", {parameter for parameter, _ in lookups}),
        ):
            for missing in sorted(needed - read.names(file)) if read.has(file) else ():
                text = f"{file}, [{missing}]: missing, and the formula {name} needs it; restore the section"
                yield Absent(missing, file, f"the formula {name}", text)


def _bound_faults(read: Read) -> Iterator[Fault]:
    """A bound has a size, says per what time it counts, and refuses under the rule of its check."""
    for name, bound in read.sections("outputs.toml", ("bounds", EVERY)):
        where = f"outputs.toml, [{name}]"
        if not {"each", "like", "spellings"} & bound.keys():
            yield f"{where} each: missing, and neither like nor spellings say the size; write it as each = 1"
        if "times_per_day" not in bound and bound.get("unit") != bound.get("output_unit"):
            yield f"{where} times_per_day: missing, and {bound.get('output_unit')!r} is another unit; write it as 24"
        for check in texts(bound.get("check_id")):
            rule = RULES_OF_CHECKS.get(check, check)
            if bound.get("rule", check) != rule:
                yield f'{where} rule: {bound.get("rule")!r} is not the rule of {check}; write it as rule = "{rule}"'


def _grid_faults(read: Read) -> Iterator[Fault]:
    """A province's grid is one that the margins know."""
    margins = [row.cells for row in read.rows("parameters.csv") if row.cells["parameter_id"] in GRID_MARGINS]
    grids = Words({cells["scope"] for cells in margins}, f"the scopes of {', '.join(GRID_MARGINS)} in parameters.csv")
    for row in read.rows("regions.csv") if grids.names else ():
        grid, where = row.cells["grid_region"], f"regions.csv, row {row.line}, column grid_region"
        if grid.strip() and grid not in grids.names:
            yield unknown_name(where, grid, grids)
        elif not grid.strip() and PROVINCE.fullmatch(code := row.cells["province_code"]) and code not in WITHOUT_GRID:
            known = ", ".join(sorted(grids.names))
            yield f"{where}: empty; write the grid of {code}, one of {known}"


def listed_sets(read: Read, parameter: str) -> Mapping[str, object]:
    """Return the sets of the families to which a parameter belongs (factor_sets.toml)."""
    return {
        name: titles
        for _, family in read.sections("factor_sets.toml")
        if parameter in texts(family.get("parameters")) and isinstance(family.get("sets"), dict)
        for name, titles in family["sets"].items()
    }
