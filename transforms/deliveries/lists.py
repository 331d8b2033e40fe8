"""A bank's own lists: a loan, its drawing and its balance in one row; repayments without numbers; projects by names.

Each becomes a grid that the contract's own reader takes: what all rows share is written into them.
"""

import datetime as dt
import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Final

import polars as pl

from schemas.between.deliveries import CellMark, StatedBalance
from schemas.contract import MONEY_DTYPE, DataFrame, conform, stacked, unchecked
from schemas.errors import UnreadableDelivery
from transforms.deliveries.headers.beside import Texts
from transforms.deliveries.headers.columns import known_headers
from transforms.deliveries.headers.monthly_layout import cell_of, in_parts
from transforms.deliveries.headers.plans import is_title_of_plans, speaks_of_plans
from transforms.deliveries.headers.second_headers import refuse_second_headers
from transforms.deliveries.headers.stated_facts import currency_of, day_of_balances, day_of_list, lender_of
from transforms.deliveries.headers.unit_rows import NOTHING
from transforms.deliveries.sheets.grid import Grid
from transforms.deliveries.sheets.marks import Column
from transforms.deliveries.sheets.spans import filled
from transforms.deliveries.sheets.spoiled import whole_id
from transforms.deliveries.tables.appended import Text, with_copies, with_texts
from transforms.deliveries.tables.bodies import line_of, says_total
from transforms.deliveries.tables.split import Cells, split_grid
from transforms.deliveries.text.cells import read_cell, tidy
from transforms.deliveries.text.folding import folded
from transforms.deliveries.text.statements import plain, remark_test
from transforms.ground.aliases import Aliases
from transforms.ground.flag_rows import Notice, notice

FIRST_ROWS: Final = 20
FEWEST_OF_PROJECTS: Final = 4
"""Known columns of a list of projects, the name among them."""

LOANS, REPAYMENTS, PROJECTS = "loans", "repayments", "projects"

OWN: Final = {
    LOANS: ("drawn", "drawn_amount", "balance", "kind"),
    REPAYMENTS: ("repaid", "repaid_amount"),
    PROJECTS: ("method",),
}
"""Columns that only lists have (`lists` of data/reference/headers.toml), by the kind of list that reads them."""


NAMES_AND_DAYS: Final = frozenset(
    {
        "loan_id",
        "project_id",
        "project_name",
        "lender",
        "currency",
        "sign_date",
        "maturity_date",
        "annual_rate_pct",
        "loan_type",
        "borrower_name",
        "method",
        "province_or_country",
        "commissioning_date",
    }
)
"""Columns of which one merged cell holds for each of its rows."""

REFINANCING: Final = re.compile(r"(?:归还|偿还|置换|结清|还清).{0,10}(?:贷款|借款|债务|融资|负债|垫款)")
"""Uses that pay back other money: 置换他行贷款, 归还他行项目借款; not 设备置换."""

DAYS_AND_KINDS: Final = frozenset({"drawn", "repaid", "kind", "method"})


@dataclass(frozen=True)
class ListLayout:
    """What a list is and where it has what: columns of its contract's, and those that only a list has.

    copies: headers of the contract's that another column stands for.
    """

    kind: str
    header_at: int
    header: list[str]
    known: dict[str, int]
    own: dict[str, int]
    copies: dict[str, int]


@dataclass(frozen=True)
class ListTable:
    """One contract table out of a list. sent: each line as it was sent, with what is stated of all of them.

    used: headers that were read, though not as columns of the table. balances: the stated balance of each loan.
    as_of: the day that the list states of itself.
    """

    table: str
    cells: Cells
    sent: Mapping[int, str]
    used: frozenset[str]
    is_drawing: bool = False
    balances: DataFrame[StatedBalance] | None = None
    as_of: dt.date | None = None


def list_layout(grid: Grid, aliases: Aliases) -> ListLayout | None:
    """Return the layout of a list of loans with their drawings, of repayments, or of projects; None for any other."""
    if not aliases.lists or grid.below is not None:
        return None
    layouts = [_layout(grid, at, aliases) for at in range(min(FIRST_ROWS, len(grid.rows)))]
    found = [layout for layout in layouts if layout]
    return max(found, key=lambda layout: (len(layout.known) + len(layout.own), -layout.header_at), default=None)


def _layout(grid: Grid, at: int, aliases: Aliases) -> ListLayout | None:
    header = [cell.strip() for cell in grid.rows[at]]
    own = {kind: _own(kind, header, aliases) for kind in OWN}
    loans, projects = _known("loans", header, aliases), _known("projects", header, aliases)
    if "loan_id" in loans and {"drawn", "drawn_amount"} <= set(own[LOANS]):
        return ListLayout(LOANS, at, header, loans, own[LOANS], _copies("loans", header, loans, aliases))
    if "loan_id" in loans and {"repaid", "repaid_amount"} <= set(own[REPAYMENTS]):
        return ListLayout(REPAYMENTS, at, header, _known("ledger", header, aliases), own[REPAYMENTS], {})
    copies = _copies("projects", header, projects, aliases)
    is_named = "project_name" in projects and not {"project_id", "loan_id"} & {*projects, *loans}
    if is_named and len(projects) + len(copies) >= FEWEST_OF_PROJECTS:
        return ListLayout(PROJECTS, at, header, projects, own[PROJECTS], copies)
    return None


def _own(kind: str, header: Sequence[str], aliases: Aliases) -> dict[str, int]:
    found = ((name, _place(header, aliases.lists[name])) for name in OWN[kind])
    return {name: at for name, at in found if at is not None}


def _copies(table: str, header: Sequence[str], known: Collection[str], aliases: Aliases) -> dict[str, int]:
    """Return the contract's headers that are not there and that another column stands for, with its unit."""
    found: dict[str, int] = {}
    for at, cell in enumerate(header):
        name, unit = in_parts(cell)
        ours = aliases.lists[table].get(name)
        column = aliases.columns[table].get(ours or "")
        if ours and column not in known and all(in_parts(other)[0] != ours for other in found):
            found[_with_unit(ours, unit)] = at
    return found


def _place(header: Sequence[str], words: Collection[str]) -> int | None:
    return next((at for at, cell in enumerate(header) if in_parts(cell)[0] in words), None)


def _known(table: str, header: Sequence[str], aliases: Aliases) -> dict[str, int]:
    read = ((known_headers(table, [cell], aliases), at) for at, cell in enumerate(header))
    return {known[0].column: at for known, at in read if known}


def read_list(grid: Grid, layout: ListLayout, sender: str, far: Texts, aliases: Aliases) -> list[ListTable]:
    """Return the contract's tables that a list holds; raise UnreadableDelivery where what rows share is in doubt."""
    read = {*layout.known.values(), *layout.own.values(), *layout.copies.values()}
    refuse_second_headers(grid, layout.header_at, read, [_named_at(layout)])
    grid = _with_totals_first(_with_names(grid, layout), layout)
    near = _near(grid, layout, aliases)
    if layout.kind in {LOANS, REPAYMENTS}:
        _refuse_plans(grid, layout, far, aliases)
    readers = {LOANS: _loans, REPAYMENTS: _repayments, PROJECTS: _projects}
    titles = [(line_of(grid, at), cell) for at in range(layout.header_at) for cell in grid.rows[at]]
    as_of = day_of_list([near, far, titles, *([name] for name in _names(grid))])
    return [
        replace(one, as_of=as_of) for one in readers[layout.kind](grid, layout, _Stated(sender, near, far, aliases))
    ]


def _with_names(grid: Grid, layout: ListLayout) -> Grid:
    """Return the grid with merged names and days in each of their rows; merged amounts stay one, and refuse theirs."""
    names = {name: at for name, at in layout.known.items() if name in NAMES_AND_DAYS}
    days = {at for name, at in layout.own.items() if name in DAYS_AND_KINDS}
    others = set(range(len(layout.header))) - {*names.values(), *days}
    return filled(grid, layout.header_at, "ledger", [Column(at, "", "amount", MONEY_DTYPE) for at in others])


def _named_at(layout: ListLayout) -> int:
    return layout.known["project_name" if layout.kind == PROJECTS else "loan_id"]


def _with_totals_first(grid: Grid, layout: ListLayout) -> Grid:
    """Return the grid with the word of a total row in its first cell: a number of the row may come before it."""
    names_at = _named_at(layout)
    rows = list(grid.rows)
    for at in range(layout.header_at + 1, len(rows)):
        if says_total(cell_of(rows[at], names_at)):
            rows[at] = [*[""] * names_at, *rows[at][names_at:]]
    return replace(grid, rows=rows)


@dataclass(frozen=True)
class _Stated:
    """What is written around a list, and who sent it."""

    sender: str
    near: Texts
    far: Texts
    aliases: Aliases


def recognised_by(layout: ListLayout, tables: Sequence[ListTable]) -> str:
    """Return by what the list was recognised, and what was read of it."""
    places = sorted({*layout.known.values(), *layout.own.values(), *layout.copies.values()})
    read = ["".join(layout.header[at].split()) for at in places]
    first = next(iter(tables[0].sent.values()), "{}")
    added = {name: text for name, text in json.loads(first).items() if name in {"贷款机构", "币种"}}
    return "; ".join([f"{layout.kind} by columns " + ", ".join(read), *(f"{n} {t}" for n, t in added.items())])


def _near(grid: Grid, layout: ListLayout, aliases: Aliases) -> Texts:
    is_remark = remark_test(aliases.beside)
    rows = [
        at for at, row in enumerate(grid.rows) if at < layout.header_at or (at > layout.header_at and is_remark(row))
    ]
    return [*((line_of(grid, at), cell) for at in rows for cell in grid.rows[at] if cell.strip()), *_names(grid)]


def _names(grid: Grid) -> Texts:
    return [(f"the name {name}", name) for name in (grid.sheet, PurePosixPath(grid.name).stem) if name]


def _refuse_plans(grid: Grid, layout: ListLayout, far: Texts, aliases: Aliases) -> None:
    """Raise UnreadableDelivery where titles or names speak of what is not done yet: no money has moved."""
    titles = [(line_of(grid, at), cell) for at in range(layout.header_at) for cell in grid.rows[at]]
    plans = [f"{where}: {text}" for where, text in [*titles, *_names(grid)] if speaks_of_plans(text, aliases)]
    plans += [f"{where}: {text}" for where, text in [*far, *grid.margins] if is_title_of_plans(text, aliases)]
    if plans:
        raise UnreadableDelivery(
            "it speaks of what is not done yet, and entries are what was drawn or repaid",
            where=grid.name,
            available="; ".join(plans),
            remedy="send what was drawn or repaid alone, under a title and name that do not speak of plans",
        )


def _is_row(names_at: int, aliases: Aliases) -> Callable[[Sequence[str]], bool]:
    """A row that names something and is neither a total nor a remark."""
    is_remark = remark_test(aliases.beside)

    def is_row(row: Sequence[str]) -> bool:
        first = next((cell for cell in row if cell.strip()), "")
        is_total = says_total(first) or says_total(cell_of(row, names_at))
        return bool(cell_of(row, names_at)) and not is_total and not is_remark(row)

    return is_row


def _currency(grid: Grid, stated: _Stated) -> str:
    currency = currency_of([*stated.near, *stated.far], stated.aliases.beside)
    if currency is None:
        raise UnreadableDelivery(
            "several currencies are named beside its amounts, and it has no column of currencies",
            where=grid.name,
            available="; ".join(text for _, text in stated.near),
            remedy="add the column currency (币种)",
        )
    return currency


def _lender(grid: Grid, stated: _Stated) -> str:
    lender = lender_of([*stated.near, *stated.far], stated.aliases.lists["lender_labels"])
    if lender is None:
        raise UnreadableDelivery(
            "it has no column of lenders, and no single bank is named beside it",
            where=grid.name,
            available="; ".join(text for _, text in stated.near) or "no text beside it",
            remedy="add the column lender (贷款机构), or state it once, as in 填报机构：",
        )
    return lender


def _refuse_repayments(grid: Grid, layout: ListLayout, aliases: Aliases) -> None:
    """Raise UnreadableDelivery where loans have repayments beside them: one a row, of who knows how many."""
    repaid = _own(REPAYMENTS, layout.header, aliases)
    is_row = _is_row(layout.known["loan_id"], aliases)
    rows = [row for row in grid.rows[layout.header_at + 1 :] if is_row(row)]
    is_filled = any(plain(cell_of(row, at)) not in NOTHING for row in rows for at in repaid.values())
    if set(repaid) == set(OWN[REPAYMENTS]) and is_filled:
        raise UnreadableDelivery(
            "it lists loans and repayments in one row",
            where=grid.name,
            available=", ".join(layout.header[at] for at in repaid.values()),
            remedy="send the repayments as a list of their own (还款明细), one a row, and the loans without them",
        )


def _loans(grid: Grid, layout: ListLayout, stated: _Stated) -> list[ListTable]:
    _refuse_repayments(grid, layout, stated.aliases)
    shared: dict[str, Text] = {}
    if "lender" not in layout.known:
        shared["贷款机构"] = _lender(grid, stated)
    if "currency" not in layout.known:
        shared["币种"] = _currency(grid, stated)
    drawings = _entries(grid, layout, stated, Entries("drawn", "drawn_amount", "DISBURSEMENT", shared))
    loans = split_grid(_as_loans(grid, layout, stated, shared), "loans", stated.aliases, stated.far)
    unit = _unit_of(drawings, layout.header[layout.own["drawn_amount"]], grid.name, stated.aliases)
    units = {layout.own[name]: unit for name in ("drawn_amount", "balance") if name in layout.own}
    sent = _sent(loans, layout, shared, units)
    used = _used(layout)
    twice = _drawn_twice(loans, layout)
    loans, drawings = _with_marks(loans, twice), _with_marks(drawings, twice)
    balances = _balances(loans, layout, stated, unit)
    loans = replace(loans, notices=[*loans.notices, *_unread_balance(layout, stated, unit)])
    only = replace(drawings, misshapen=drawings.misshapen.clear(), totals=drawings.totals.clear(), notices=())
    return [
        ListTable("loans", _with_marks(loans, _matured_before(loans, layout)), sent, used, balances=balances),
        ListTable("ledger", only, sent, frozenset(only.cells.columns), is_drawing=True),
    ]


def _as_loans(grid: Grid, layout: ListLayout, stated: _Stated, shared: Mapping[str, Text]) -> Grid:
    """The loans as their contract has them; a note's amount is that of its contract where no other is stated."""
    amount = layout.own["drawn_amount"]
    name = _with_unit("合同金额", in_parts(layout.header[amount])[1])
    copies = layout.copies | ({} if "contract_amount" in layout.known else {name: amount})
    copied = with_copies(grid, layout.header_at, copies)
    there = {*layout.known, *_columns("loans", layout.copies, stated.aliases)}
    empty = sorted({"sign_date", "maturity_date", "annual_rate_pct", "refinances_loan_id"} - there)
    kinds: dict[str, Text] = {} if "loan_type" in layout.known else {"loan_type": _loan_type(layout, stated)}
    texts = {**shared, **dict.fromkeys(empty, ""), **kinds}
    return with_texts(copied, layout.header_at, texts, _is_row(layout.known["loan_id"], stated.aliases))


def _loan_type(layout: ListLayout, stated: _Stated) -> Callable[[Sequence[str]], str]:
    """A note with its drawing is a new loan; where the row speaks of another kind its words are kept, and refuse it."""
    others = stated.aliases.lists["other_kinds"]
    at = layout.own.get("kind")

    def loan_type(row: Sequence[str]) -> str:
        words = cell_of(row, at)
        is_other = any(word in words for word in others) or REFINANCING.search("".join(plain(words).split()))
        return words if is_other else "new"

    return loan_type


def _with_unit(header: str, unit: str) -> str:
    return f"{header}({unit})" if unit else header


@dataclass(frozen=True)
class Entries:
    """Which columns of a list are day and amount of entries, of what event, and what all of them share."""

    day: str
    amount: str
    event: str
    shared: Mapping[str, Text]


def _entries(grid: Grid, layout: ListLayout, stated: _Stated, entries: Entries) -> Cells:
    """Return the ledger entries that the rows state."""
    day, amount = layout.own[entries.day], layout.own[entries.amount]
    names = ("起息日", "金额") if not {"起息日", "金额"} & set(layout.header) else ("value_date", "amount")
    copies = {names[0]: day, _with_unit(names[1], in_parts(layout.header[amount])[1]): amount}
    texts = {**entries.shared, "event": entries.event, "reverses_entry_id": ""}
    copied = with_copies(grid, layout.header_at, copies)
    whole = with_texts(copied, layout.header_at, texts, _is_row(layout.known["loan_id"], stated.aliases))
    return split_grid(whole, "ledger", stated.aliases, stated.far)


def _unit_of(entries: Cells, amount: str, name: str, aliases: Aliases) -> str:
    """The unit of the amounts, whether of their header or stated beside the table."""
    units = [known.unit for known in known_headers("ledger", entries.header, aliases) if known.column == "amount"]
    if not units:
        raise UnreadableDelivery(
            f"the unit in the header {amount} is not read",
            where=name,
            available=", ".join(aliases.scales),
            remedy="write 元 or 万元 there, and another currency into the column currency (币种)",
        )
    return units[0]


def _columns(table: str, headers: Iterable[str], aliases: Aliases) -> list[str]:
    return [known.column for known in known_headers(table, headers, aliases)]


def _used(layout: ListLayout) -> frozenset[str]:
    return frozenset(layout.header[at] for at in (*layout.own.values(), *layout.copies.values()))


def _sent(cells: Cells, layout: ListLayout, shared: Collection[str], units: Mapping[int, str]) -> dict[int, str]:
    """Return each line as sent, with what is stated once of all lines, and units behind the headers that have none."""
    width = len(layout.header)
    names = {
        column: _with_unit(column, units.get(at, "")) if not in_parts(column)[1] else column
        for at, column in enumerate(cells.cells.columns)
        if at < width or column in shared
    }
    sent = pl.struct(pl.col(column).alias(name) for column, name in names.items())
    return dict(cells.cells.select("source_row", sent.struct.json_encode()).iter_rows())


def _with_marks(cells: Cells, marks: DataFrame[CellMark]) -> Cells:
    return replace(cells, marks=stacked([cells.marks, marks]))


def _drawn_twice(loans: Cells, layout: ListLayout) -> DataFrame[CellMark]:
    """Mark the lines of a loan that has several drawings in the list, which has one a loan."""
    number, day, amount = (
        tidy(layout.header[at]) for at in (layout.known["loan_id"], layout.own["drawn"], layout.own["drawn_amount"])
    )
    drawn = loans.cells.select("source_row", loan_id=whole_id(folded(number)), drawn=pl.struct(day, amount))
    several = drawn.drop_nulls("loan_id").filter(pl.col("drawn").n_unique().over("loan_id") > 1)
    lines = pl.col("source_row").cast(pl.String).sort().str.join(", ").over("loan_id")
    reason = pl.format(
        "loan_id {} has several drawings, on lines {}: a list of loans has one a number. Give each drawing a number of "
        "its own, as {}-1 and {}-2, or list the loan once and send its drawings as a ledger (台账), each with its "
        "entry_id (流水号)",
        "loan_id",
        lines,
        "loan_id",
        "loan_id",
    )
    marked = several.select("source_row", column=pl.lit("loan_id"), rule=pl.lit("several_drawings"), reason=reason)
    return conform(marked, CellMark)


def _matured_before(loans: Cells, layout: ListLayout) -> DataFrame[CellMark]:
    """Mark loans that were due before their money was drawn."""
    if "maturity_date" not in layout.known:
        return loans.marks.clear()
    drawn = layout.header[layout.own["drawn"]]
    names = {"due": layout.header[layout.known["maturity_date"]], "drawn": drawn}
    days = loans.cells.select("source_row", *(read_cell(tidy(n), pl.Date()).alias(k) for k, n in names.items()))
    words = f"maturity_date {{}} lies before {drawn} {{}}, the day on which it was drawn"
    marked = days.filter(pl.col("due") < pl.col("drawn")).select(
        "source_row",
        column=pl.lit("maturity_date"),
        rule=pl.lit("maturity_before_drawing"),
        reason=pl.format(words, "due", "drawn"),
    )
    return conform(marked, CellMark)


def _balances(loans: Cells, layout: ListLayout, stated: _Stated, unit: str) -> DataFrame[StatedBalance] | None:
    """Return the stated balance of each loan, in yuan; an amount without a unit is in that of the drawings."""
    if "balance" not in layout.own:
        return None
    header = layout.header[layout.own["balance"]]
    scale = _scale_of_balance(layout, stated, unit)
    if scale is None:
        return None
    number = whole_id(folded(tidy(layout.header[layout.known["loan_id"]])))
    balance = read_cell(tidy(header), MONEY_DTYPE, scale)
    day = day_of_balances(stated.near) or day_of_balances(stated.far)
    read = loans.cells.select("source_row", loan_id=number, stated_balance=balance).drop_nulls()
    return unchecked(read.with_columns(date=pl.lit(day, pl.Date)), StatedBalance)


def _scale_of_balance(layout: ListLayout, stated: _Stated, unit: str) -> int | None:
    own = in_parts(layout.header[layout.own["balance"]])[1]
    return stated.aliases.scales.get(own or unit or "元")


def _unread_balance(layout: ListLayout, stated: _Stated, unit: str) -> list[Notice]:
    """Return a notice of balances in a unit that is not read: 贷款余额(万美元)."""
    if "balance" not in layout.own or _scale_of_balance(layout, stated, unit) is not None:
        return []
    header = "".join(layout.header[layout.own["balance"]].split())
    return [notice("unknown_header", wording="unit_of_balances_not_known", header=header)]


def _repayments(grid: Grid, layout: ListLayout, stated: _Stated) -> list[ListTable]:
    shared: dict[str, Text] = {} if "currency" in layout.known else {"币种": _currency(grid, stated)}
    entries = _entries(grid, layout, stated, Entries("repaid", "repaid_amount", "REPAYMENT", shared))
    at = layout.own["repaid_amount"]
    units = {at: _unit_of(entries, layout.header[at], grid.name, stated.aliases)}
    return [ListTable("ledger", entries, _sent(entries, layout, shared, units), _used(layout))]


def _projects(grid: Grid, layout: ListLayout, stated: _Stated) -> list[ListTable]:
    known, name_at = layout.known, layout.known["project_name"]
    derived: dict[str, Text] = {"project_id": lambda row: f"{stated.sender}:{cell_of(row, name_at)}"}
    if "method" not in known:
        derived["method"] = _method(layout, stated.aliases)
    if "total_investment" in known and "investment_currency" not in known:
        currency = _currency(grid, stated)
        derived["investment_currency"] = lambda row: currency if cell_of(row, known["total_investment"]) else ""
    empty = {
        "province_or_country",
        "commissioning_date",
        "total_investment",
        "investment_currency",
        "capacity",
        "capacity_unit",
        "design_annual_value",
        "design_unit",
        "reported_annual_reduction_tco2",
    } - {*known, *derived, *_columns("projects", layout.copies, stated.aliases)}
    whole = with_texts(
        with_copies(grid, layout.header_at, layout.copies),
        layout.header_at,
        {**derived, **dict.fromkeys(sorted(empty), "")},
        _is_row(name_at, stated.aliases),
    )
    cells = split_grid(whole, "projects", stated.aliases, stated.far)
    stated_units = dict(in_parts(header) for header in cells.header)
    units = {at: stated_units.get(in_parts(header)[0], "") for header, at in layout.copies.items()}
    return [ListTable("projects", cells, _sent(cells, layout, (), units), _used(layout))]


def _method(layout: ListLayout, aliases: Aliases) -> Callable[[Sequence[str]], str]:
    """The method that the words for a kind mean and no other; else the project's own figure."""
    words = {word: method for method, meant in aliases.lists["methods"].items() for word in meant}
    at = layout.own.get("method")
    return lambda row: words.get("".join(cell_of(row, at).split()), "reported")
