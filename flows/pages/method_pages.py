"""Writes each method's page, docs/methods/<method>.md, from the prose in its folder (make docs).

page.md holds these blocks empty, each up to its `<!-- /... -->`: `generated <method>` has the formula as it runs, the
readings, the parameters with the rows on file, and the conditions; `lines <method> <sign> ...` has those lines of a
formula alone; `derived <parameter>` has how a factor follows from others; `cases <method>` has the worked cases of
cases.toml with their figures put in; `rule <basis> <formula> ...` has formulas that belong to no method
(reports.crf.printed.Formulas). No other formula is on a page. The pages of no method hold their own blocks.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import polars as pl

from flows.home.settings import CHECKOUT
from flows.pages.cases import cases_of
from flows.pages.printed_cases import WorkedCase
from flows.published.kinds.formulas import printed_formulas
from flows.reference.methods import FOLDERS
from flows.reference.tables import read_reference
from transforms.attribution.profiles import PLAIN
from transforms.factors.derived_parameters import FAMILIES, with_derived
from transforms.ground.reference import Reference
from transforms.ground.sentences import Sentences
from transforms.methods.catalog import EDITIONS, METHODS
from transforms.methods.editions import editions_of
from transforms.methods.engine.lines import Line, lines_of
from transforms.methods.engine.method import Condition, Method, Need
from transforms.methods.engine.render import Text, in_lines
from transforms.methods.engine.tree import names_of, read_back, symbols_of
from transforms.methods.printed import printed_formula

PAGES: Final = CHECKOUT / "docs" / "methods"
BLOCK: Final = re.compile(r"(<!-- (generated|lines|derived|cases|rule) ([^\n]+?) -->\n).*?(<!-- /\2 -->)", re.DOTALL)
OF_NO_METHOD: Final = (CHECKOUT / "docs" / "attribution.md", CHECKOUT / "docs" / "outcomes.md")
ROWS_SHOWN: Final = 4
"""How many of a parameter's rows on file are shown; the others are counted."""


def pages(reference: Reference) -> dict[Path, str]:
    """Return every page that has such blocks as it should read."""
    of_methods = {PAGES / f"{name}.md" for name in FOLDERS}
    return {path: page(path, reference) for path in sorted(of_methods | set(PAGES.glob("*.md")) | set(OF_NO_METHOD))}


def page(path: Path, reference: Reference) -> str:
    """Return the page as it should read."""
    prose = FOLDERS[path.stem] / "page.md" if path.stem in FOLDERS else path
    written = prose.read_text(encoding="utf-8")
    return BLOCK.sub(lambda found: found[1] + _block(found[2], found[3].split(), reference) + found[4], written)


def main() -> None:
    """Write the pages anew."""
    for path, text in pages(read_reference()).items():
        path.write_text(text, encoding="utf-8")


def _block(kind: str, words: Sequence[str], reference: Reference) -> str:
    name, *signs = words
    if kind == "lines":
        text = Text("en", reference.sentences)
        return _code(text.line(line) for line in lines_of(METHODS[name]) if line.sign in signs)
    if kind == "cases":
        return "\n".join(WorkedCase(case, reference).printed() for case in cases_of(name))
    if kind == "derived":
        return _code([Text("en", reference.sentences).line(_derivation(name))])
    if kind == "rule":
        formulas = printed_formulas(PLAIN[name], "en")
        return _code(getattr(formulas, formula) for formula in signs)
    if name in METHODS:
        return _editions(name, reference)
    return _code([printed_formula(name, None, reference.methods[name]["kind"], reference.sentences, "en") or ""])


def _derivation(parameter_id: str) -> Line:
    (value,) = (family.value for family in FAMILIES if family.parameter_id == parameter_id)
    (result,) = names_of(read_back(value))
    return Line(result.sign, result.body)


def _editions(name: str, reference: Reference) -> str:
    """The formula of a method; where it has several editions, which there are and that of each."""
    editions = editions_of(reference.methods).filter(method=name)
    formulas = [_method(EDITIONS[name, edition], reference) for edition in editions["method_edition"]]
    if len(formulas) == 1:
        return formulas[0]
    rows = [
        (f"`{row['method_edition']}`", str(row["valid_from"] or "-"), row["title_en"], row["title_zh"])
        for row in editions.to_dicts()
    ]
    heads = [f"### Edition {edition}\n" for edition in editions["method_edition"]]
    table = _table(["edition", "months from", "text and what changed", "in Chinese"], rows)
    return "\n".join([table, *(part for both in zip(heads, formulas, strict=True) for part in both)])


def _method(method: Method, reference: Reference) -> str:
    parts = [_code(in_lines(method, reference.sentences)), _readings(method, reference), _parameters(method, reference)]
    if method.conditions:
        parts.append(_conditions(method.conditions, reference.conditions))
    return "\n".join(parts)


def _code(lines: Iterable[str]) -> str:
    return "\n".join(["```", *lines, "```", ""])


def _signs(method: Method) -> dict[str, str]:
    return {one.column: one.sign for line in lines_of(method) for one in symbols_of(line.body)}


def _readings(method: Method, reference: Reference) -> str:
    signs, metrics = _signs(method), reference.metrics
    rows = [(signs[symbol], f"`{symbol}`", *_metric(metric, metrics)) for symbol, metric in method.readings.items()]
    of_items = {part.kind: signs[part.reading] for part in method.parts}
    for kind in method.part_kinds:
        which = "if metered, every" if kind in method.welcome_kinds else "every"
        items = [name for name, metric in metrics.items() if metric.get("kind") == kind]
        rows += [(of_items[kind], f"{which} {kind}", *_metric(name, metrics)) for name in items]
    return _table(["sign", "symbol", "reading (metric)", "unit", "also"], rows)


def _metric(name: str, metrics: Mapping[str, Any]) -> tuple[str, str, str]:
    return f"`{name}`", metrics[name]["unit"], _aliases(metrics[name])


def _aliases(metric: Mapping[str, Any]) -> str:
    return ", ".join(metric.get("aliases", [])[:3])


def _parameters(method: Method, reference: Reference) -> str:
    on_file = with_derived(reference.parameters)
    needs = {**method.parameters}
    for part in method.parts:
        needs |= part.parameters
    signs = _signs(method)
    rows = [(signs[symbol], f"`{symbol}`", _places(need), *_known(need, on_file)) for symbol, need in needs.items()]
    return _table(["sign", "symbol", "looked up, in this order", "on file", "sources", "confirmed"], rows)


def _places(need: Need) -> str:
    return "; ".join(f"`{name}` of {_place(scope)}" for name, scope in need.lookups)


def _place(scope: str) -> str:
    return {
        "project_id": "the project",
        "item": "the item",
        "project_item": "the project's item",
        "project_of_one_item": "the project, if it has one item",
        "province_code": "the province",
        "grid_region": "the grid region",
        "technology": "the technology",
        "region_technology": "region and technology",
    }.get(scope, f"`{scope}`")


def _known(need: Need, on_file: pl.DataFrame) -> tuple[str, str, str]:
    """The rows that the lookups may reach without the project: values, sources, and whether a text was seen.

    Rows of a factor set that is not in force (`<scope>@<set>`) are out of reach.
    """
    names = {name for name, _ in need.lookups}
    literal = {(name, scope) for name, scope in need.lookups}
    rows = [
        row
        for row in on_file.filter(pl.col("parameter_id").is_in(list(names))).to_dicts()
        if "@" not in row["scope"] and _reachable(row, literal)
    ]
    if not rows:
        return "none: the project states it", "-", "-"
    values = [f"{row['value']:.6g} {row['unit']} ({row['scope']})" for row in rows[:ROWS_SHOWN]]
    more = f"; and {len(rows) - ROWS_SHOWN} more rows" if len(rows) > ROWS_SHOWN else ""
    sources = sorted({source for row in rows for source in row["source"].split(", ")})
    confirmed = sum(row["parameter_status"] != "unconfirmed" for row in rows)
    how_many = {0: "**no**", len(rows): "yes"}.get(confirmed, f"{confirmed} of {len(rows)}")
    return "; ".join(values) + more, ", ".join(sources), how_many


def _reachable(row: dict[str, str], lookups: set[tuple[str, str]]) -> bool:
    variable = {"province_code", "grid_region", "technology", "region_technology", "item"}
    return any(name == row["parameter_id"] and (scope in variable or scope == row["scope"]) for name, scope in lookups)


def _conditions(conditions: Sequence[Condition], sentences: Sentences) -> str:
    rows = [
        (f"`{c.code}`", sentences[c.code]["en"], _stated_as(c), sentences[c.code]["clause"]["en"]) for c in conditions
    ]
    return _table(["condition", "what must hold", "stated as", "clause"], rows)


def _stated_as(condition: Condition) -> str:
    return ", ".join(f"`{name}`" for need in condition.facts.values() for name, _ in need.lookups)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(cells) + " |" for cells in (head, ["---"] * len(head), *rows)]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
