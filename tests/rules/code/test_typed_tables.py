"""A table that crosses from one stage to another has a contract in the signature; a bare frame there has a reason."""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import pytest

ROOT: Final = Path(__file__).parents[3]
ROOMS: Final = ("transforms", "flows", "reports")
FRAMES: Final = frozenset({"pl.DataFrame", "pl.LazyFrame"})

SYMBOLS: Final = "a column a symbol of the method"
ANY_ROWS: Final = "any rows, whatever else they have"
OLDER: Final = "the tables of a file, maybe of another version"
BY_NAME: Final = "any table of the file, by its name"
BARE: Final = {
    "activity.project_months.Evaluated.frame": SYMBOLS,
    "activity.project_months.Evaluated.parts": SYMBOLS,
    "activity.project_months.terms_of ->": SYMBOLS,
    "activity.project_months.terms_of(frame)": SYMBOLS,
    "factors.parameters.Lookup.gaps": "with the keys of the rows that were looked up for",
    "factors.parameters.Lookup.uses": "with the keys of the rows that were looked up for",
    "factors.parameters.Lookup.values": SYMBOLS,
    "factors.parameters.look_up(grid)": ANY_ROWS,
    "factors.parameters.values_alone(grid)": ANY_ROWS,
    "factors.parameters.values_in_force ->": SYMBOLS,
    "factors.parameters.values_in_force(grid)": ANY_ROWS,
    "answers.state.state_totals(tables)": BY_NAME,
    "answers.summaries.coverage(rows)": "of a period or of several, whichever they are",
    "answers.restatements.restatements(after)": OLDER,
    "answers.restatements.restatements(before)": OLDER,
    "attribution.exposures.exposures ->": "the basis decides the columns",
    "bridge.marts.touched_quarters(after)": OLDER,
    "bridge.marts.touched_quarters(before)": OLDER,
    "attribution.exposures.with_denominator ->": "the same",
    "attribution.exposures.with_denominator(exposures)": "the same",
    "attribution.project_reductions.reductions ->": "as the rule takes them, whichever it is",
    "ground.flag_rows.flags(rows)": ANY_ROWS,
    "ground.refusals.contract_findings(failure_cases)": "pandera's own table",
    "ground.refusals.findings(frame)": ANY_ROWS,
    "money.balances.balances_before ->": "sums of 128 bits, a type that pandera does not know",
    "money.exchange.rates_on ->": ANY_ROWS,
    "money.exchange.rates_on(days)": ANY_ROWS,
    "money.outstanding.with_county_name ->": ANY_ROWS,
    "money.outstanding.with_county_name(rows)": ANY_ROWS,
    "money.outstanding.with_outstanding ->": ANY_ROWS,
    "money.outstanding.with_outstanding(loans)": ANY_ROWS,
    "money.outstanding.with_outstanding(rows)": ANY_ROWS,
    "answers.restatements.moved_figures(after)": OLDER,
    "answers.restatements.disclosed_otherwise(after)": OLDER,
    "answers.restatements.disclosed_otherwise(before)": OLDER,
    "answers.restatements.moved_figures(before)": OLDER,
    "flows.gates.predecessor.Predecessor.figures ->": OLDER,
    "flows.gates.predecessor.Predecessor.figures_of_the_whole ->": OLDER,
    "flows.gates.predecessor.Predecessor.read_by ->": OLDER,
    "flows.warehouse.candidate.replace_table(frame)": BY_NAME,
    "flows.warehouse.candidate.republish(tables)": BY_NAME,
    "flows.warehouse.candidate.Building.add(rows)": BY_NAME,
    "flows.warehouse.candidate.Building.rows ->": BY_NAME,
    "flows.warehouse.candidate.Building.rows_before ->": BY_NAME,
    "flows.warehouse.candidate.Building.take_over(taken)": BY_NAME,
    "flows.warehouse.taken_over.taken ->": BY_NAME,
    "flows.warehouse.reading.read_existing ->": OLDER,
    "flows.warehouse.reading.rows_of ->": BY_NAME,
    "reports.house.lines.attachments(frames)": ANY_ROWS,
    "reports.house.yearly.used_factors ->": ANY_ROWS,
    "reports.house.lines.printable_rows(frame)": ANY_ROWS,
    "flows.published.kinds.selected.editions_taken(projects)": ANY_ROWS,
    "flows.published.kinds.selected.last_year_of(projects)": ANY_ROWS,
    "flows.published.kinds.selected.methods_of(projects)": ANY_ROWS,
}
"""A place in a signature that takes or gives a frame without a contract, and why."""


class Definition(NamedTuple):
    """What a module defines, by name."""

    module: str
    name: str


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the program by its name."""
    files = {file for room in ROOMS for file in (ROOT / room).rglob("*.py")}
    return {
        ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): ast.parse(file.read_text())
        for file in sorted(files)
    }


def stage_of(module: str) -> str:
    """The first folder under transforms, of deliveries the room in it; of flows and reports the folder, too."""
    room, *inner = module.split(".")
    if room != "transforms":
        return ".".join([room, *inner[:1]])
    return ".".join(inner[:2]) if inner[:1] == ["deliveries"] else "".join(inner[:1])


@cache
def imports_of(module: str) -> dict[str, Definition]:
    """What a module imports from a room, by the name that it has there."""
    return {
        alias.asname or alias.name: Definition(node.module, alias.name)
        for node in ast.walk(modules()[module])
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(ROOMS)
        for alias in node.names
    }


@cache
def definitions_of(module: str) -> dict[str, ast.FunctionDef | ast.ClassDef]:
    """The public functions and classes of a module."""
    return {
        node.name: node
        for node in modules()[module].body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    }


@cache
def names_of_frames(module: str) -> frozenset[str]:
    """Names of a module for types with a bare frame in them: Tables = Mapping[str, pl.DataFrame]."""
    assigned = [node for node in modules()[module].body if isinstance(node, ast.Assign) and says_frame(node.value)]
    return frozenset(name.id for node in assigned for name in node.targets if isinstance(name, ast.Name))


def says_frame(type_: ast.expr, names: Iterable[str] = ()) -> bool:
    """Return whether a type says polars frame and no more, or has one of the names that do."""
    texts = [str(node.value) for node in ast.walk(type_) if isinstance(node, ast.Constant)]
    parts = [type_, *(ast.parse(text, mode="eval").body for text in texts if "Frame" in text)]
    nodes = [node for part in parts for node in ast.walk(part)]
    words = {ast.unparse(node) for node in nodes if isinstance(node, ast.Attribute | ast.Name)}
    return bool(words & {*FRAMES, *names})


PRINTED: Final = ("flows.published", "reports")
"""Rooms whose public signatures name their tables although nobody else calls them: what people read is made there."""


def printed_from() -> Iterator[Definition]:
    """The public functions and classes of the rooms that print."""
    for module in modules():
        if module.startswith(PRINTED):
            yield from (Definition(module, name) for name in definitions_of(module))


def imported_elsewhere() -> Iterator[Definition]:
    """What some module takes from another stage; of a module that is imported whole, all of it."""
    for user in modules():
        for taken in imports_of(user).values():
            whole = f"{taken.module}.{taken.name}"
            found = [Definition(whole, name) for name in definitions_of(whole)] if whole in modules() else [taken]
            yield from (one for one in found if stage_of(one.module) != stage_of(user))


def places_of(definition: Definition) -> Iterator[tuple[str, ast.expr]]:
    """Each place of a definition that is typed: arguments, what is returned, fields; of a class also its methods."""
    node = definitions_of(definition.module).get(definition.name) if definition.module in modules() else None
    prefix = f"{definition.module.removeprefix('transforms.')}.{definition.name}"
    if isinstance(node, ast.FunctionDef):
        yield from _of_function(prefix, node)
    for part in node.body if isinstance(node, ast.ClassDef) else ():
        if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
            yield f"{prefix}.{part.target.id}", part.annotation
        if isinstance(part, ast.FunctionDef) and not part.name.startswith("_"):
            yield from _of_function(f"{prefix}.{part.name}", part)


def _of_function(prefix: str, node: ast.FunctionDef) -> Iterator[tuple[str, ast.expr]]:
    taken = [*node.args.posonlyargs, *node.args.args, node.args.vararg, *node.args.kwonlyargs, node.args.kwarg]
    yield from ((f"{prefix}({one.arg})", one.annotation) for one in taken if one and one.annotation)
    if node.returns:
        yield f"{prefix} ->", node.returns


def crossing() -> set[Definition]:
    """What crosses from stage to stage: what is imported there, and the classes that its signature names in turn."""
    found: set[Definition] = set()
    waiting = {*imported_elsewhere(), *printed_from()}
    while waiting:
        found |= waiting
        waiting = {named for one in waiting for named in _named_by(one)} - found
    return found


def _named_by(definition: Definition) -> Iterator[Definition]:
    for _, type_ in places_of(definition):
        for name in (node.id for node in ast.walk(type_) if isinstance(node, ast.Name)):
            yield imports_of(definition.module).get(name, Definition(definition.module, name))


@cache
def bare_places() -> frozenset[str]:
    """Every place where a frame without a contract crosses from stage to stage."""
    return frozenset(
        place for one in crossing() for place, type_ in places_of(one) if says_frame(type_, names_of_frames(one.module))
    )


def test_a_table_that_crosses_stages_has_a_contract_or_the_reason_why_it_has_none() -> None:
    assert sorted(bare_places() - set(BARE)) == []


def test_every_reason_is_of_a_bare_frame_that_crosses_stages() -> None:
    assert sorted(set(BARE) - bare_places()) == []


@pytest.mark.parametrize(
    ("type_", "is_bare"),
    [
        ("pl.DataFrame", True),
        ("dict[str, pl.DataFrame] | None", True),
        ("tuple[DataFrame[Loan], pl.LazyFrame]", True),
        ("Tables", True),
        ("Mapping[str, 'pl.DataFrame']", True),
        ("DataFrame[Loan | Attributed]", False),
        ("pl.Expr", False),
    ],
)
def test_a_type_is_bare_where_it_says_frame_and_not_of_what(type_: str, is_bare: bool) -> None:
    assert says_frame(ast.parse(type_, mode="eval").body, ["Tables"]) == is_bare
