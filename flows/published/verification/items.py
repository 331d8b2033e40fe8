"""What a figure rests on, each thing with the tonnes that it moves: readings, ledger entries, factors, investments."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from flows.published.verification.sample import Item
from flows.warehouse.connection import connect
from flows.warehouse.holdings import OF_HOLDINGS, holdings_in
from flows.warehouse.reading import tables_of
from schemas.catalog import Published, frames_of
from schemas.contract import DataFrame
from schemas.disclosures import COUNTY
from schemas.marts import BalanceChange
from transforms.attribution.shares import attribute
from transforms.ground.calendar import Period
from transforms.receipts.rows import Rows
from transforms.receipts.steps import STEP, Key, Leaf, Part, Row, change, leaves_of
from transforms.receipts.tonnes import MONTHS, Tonnes

OF_TREES: Final = (
    *MONTHS,
    "mart.project_month_parts",
    "mart.parameter_uses",
    "mart.reading_uses",
    "core.operating",
    "core.forest_strata",
    "core.projects",
    "core.parameters",
)
READ: Final = (*dict.fromkeys([*OF_HOLDINGS, *OF_TREES, "core.ledger", "ops.runs"]),)

READINGS, ENTRIES, FACTORS, INVESTMENTS = "readings", "entries", "factors", "investments"
POPULATIONS: Final = (READINGS, ENTRIES, FACTORS, INVESTMENTS)
BASIS: Final = "period_end"
"""The share that ranges are made with, too."""

OWN_FIGURE: Final = "own_figure"
UNSTATED: Final = "unstated"
POPULATION_OF: Final = {"core.operating": READINGS, "core.projects": READINGS, "core.parameters": FACTORS}


@dataclass(frozen=True, eq=False)
class Book:
    """What is verified. attributed: the loans' shares of the period that have tonnes; rows: what trees are made of."""

    period: Period
    attributed: tuple[Row, ...]
    rows: Rows
    changes: DataFrame[BalanceChange]
    run: Row
    known: Mapping[str, float]
    lenders: tuple[str, ...]

    @property
    def figure(self) -> float:
        """The tonnes that are verified."""
        return math.fsum(row["attributed_reductions_tco2e"] for row in self.attributed)


def read_verified(warehouse: Path, period: Period, scope: str | None) -> Book:
    """Return the book of a lender, of the county of a key, or of all (None)."""
    with connect(warehouse) as connection:
        read = tables_of(connection, *READ)
    holdings = holdings_in(read)
    rows = attribute(holdings, period, BASIS).filter(pl.col("attributed_reductions_tco2e").is_not_null()).to_dicts()
    counties = {row["project_id"]: f"{COUNTY}{row['county_code']}" for row in holdings.projects.to_dicts()}
    own = (row for row in rows if scope in {None, row["lender"], counties[row["project_id"]]})
    return Book(
        period=period,
        attributed=tuple(own),
        rows=Rows({name: frame for name, frame in frames_of(read).items() if name in {*OF_TREES, "core.ledger"}}),
        changes=holdings.changes.filter(pl.col("value_date") <= period.last),
        run=read["ops.runs"].to_dicts()[0],
        known=_known(read),
        lenders=tuple(sorted(holdings.loans["lender"].unique())),
    )


def _known(read: Published) -> dict[str, float]:
    """The relative standard uncertainty of each source of readings, and of a project's own figure."""
    rows = read["core.parameters"].to_dicts()
    sources = {row["scope"]: row["value"] for row in rows if row["parameter_id"] == "reading_uncertainty"}
    own = [row["value"] for row in rows if row["parameter_id"] == "reported_figure_uncertainty"]
    return {**sources, **dict.fromkeys([OWN_FIGURE] if own else [], own[0] if own else 0.0)}


def items_of(book: Book) -> dict[str, list[Item]]:
    """Return the items of each population."""
    found: dict[str, list[Item]] = {name: [] for name in POPULATIONS}
    factors = defaultdict[Key, list[tuple[Leaf, float]]](list)
    for project, rows in _by_project(book).items():
        share = math.fsum(row["attribution_factor_ratio"] for row in rows)
        for leaf, tonnes in _moved(book, project):
            if POPULATION_OF[leaf.table] == FACTORS:
                factors[leaf.key].append((leaf, tonnes * share))
            else:
                found[READINGS].append(_reading(book, leaf, tonnes * share))
        found[ENTRIES] += [entry for row in rows for entry in _entries(book, row)]
        found[INVESTMENTS].append(_investment(book, project, rows))
    found[FACTORS] = [_factor(moved[0][0], [tonnes for _, tonnes in moved]) for moved in factors.values()]
    return found


def _by_project(book: Book) -> dict[str, list[Row]]:
    found = defaultdict[str, list[Row]](list)
    for row in book.attributed:
        if row["attributed_reductions_tco2e"]:
            found[row["project_id"]].append(row)
    return found


def _moved(book: Book, project_id: str) -> Iterator[tuple[Leaf, float]]:
    """Each cell below the project's tonnes, with the tonnes that its whole value moves them by: to first order."""
    project = book.rows.one("core.projects", project_id=project_id)
    if project is None:
        return
    tree = Tonnes(book.rows).of_project(project, book.period.first, book.period.last)
    leaves = {leaf.key: leaf for leaf in leaves_of(tree) if leaf.table in POPULATION_OF}
    for key, leaf in leaves.items():
        yield leaf, _slope(tree, key)


def _slope(tree: Part, key: Key) -> float:
    return change(tree, frozenset([key])) / (2 * STEP)


def _reading(book: Book, leaf: Leaf, effect: float) -> Item:
    row = leaf.row
    is_own = leaf.table == "core.projects"
    source = OWN_FIGURE if is_own else str(row["source"] or UNSTATED)
    name = row["project_id"] if is_own else f"{row['record_id']} {row['metric']}"
    days = "" if is_own else f" {row['period_start']} {row['period_end']}"
    place = _place(row)
    uncertainty = book.known.get(source)
    return Item(source, name, f"{row['project_id']}{days}", leaf.value, leaf.unit, effect, uncertainty, place)


def _factor(leaf: Leaf, effects: list[float]) -> Item:
    row = leaf.row
    cited = f"{row['source']}, {row['locator'] or ''}"
    uncertainty = None if row["relative_uncertainty_pct"] is None else row["relative_uncertainty_pct"] / 100
    days = f"{row['valid_from']} {row['valid_to']}"
    about = f"{row['scope']} {days}"
    effect = math.fsum(effects)
    status = str(row["parameter_status"])
    return Item(status, row["parameter_id"], about, row["value"], row["unit"], effect, uncertainty, cited)


def _entries(book: Book, attributed: Row) -> Iterator[Item]:
    """The loan's entries up to the period's end; the balance, and with it the tonnes, is their sum."""
    entries = book.changes.filter(pl.col("loan_id") == attributed["loan_id"]).to_dicts()
    balance = math.fsum(float(row["balance_change_amount"]) for row in entries)
    tonnes = attributed["attributed_reductions_tco2e"]
    for entry in entries if balance else ():
        amount = entry["balance_change_amount"]
        delivered = book.rows.one("core.ledger", loan_id=entry["loan_id"], entry_id=entry["entry_id"])
        place = "" if delivered is None else _place(delivered)
        effect = tonnes * (float(amount) / balance)
        about = f"{entry['loan_id']} {entry['value_date']}"
        yield Item(entry["event"], entry["entry_id"], about, amount, entry["currency"], effect, None, place)


def _investment(book: Book, project_id: str, rows: list[Row]) -> Item:
    """More invested is a smaller share: the tonnes move by as much the other way."""
    project: Mapping[str, Any] = book.rows.one("core.projects", project_id=project_id) or {}
    effect = -math.fsum(row["attributed_reductions_tco2e"] for row in rows)
    value, unit = project["total_investment"], project["investment_currency"]
    stratum = str(project["investment_basis"] or UNSTATED)
    return Item(stratum, project_id, project["project_name"], value, unit, effect, None, _place(project))


def _place(row: Row) -> str:
    return f"{row['source_file']}, {row['source_row']}"
