"""What a live workbook is made of: money, months, readings and factors of one lender's projects or of all."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple

import polars as pl

from flows.published.live.grid import FIRST_DAY
from flows.warehouse.connection import connect
from flows.warehouse.holdings import OF_HOLDINGS, holdings_in
from flows.warehouse.macros import quoted
from flows.warehouse.reading import tables_of
from schemas.catalog import TABLES, Published, frames_of
from schemas.contract import DataFrame, unchecked
from schemas.disclosures import COUNTY, WINDOWS
from schemas.marts import ProjectMonth
from schemas.words.bases import BALANCE_BASES
from schemas.words.containers import AVOIDED
from schemas.words.statuses import LACKS_PARAMETER
from transforms.attribution.containers import kinds_in
from transforms.attribution.holdings import Holdings
from transforms.attribution.profiles import PLAIN, Rule, rules_of
from transforms.attribution.shares import attribute_by
from transforms.ground.calendar import Period, beijing_date, named_quarter, year, year_to
from transforms.receipts.rows import Rows
from transforms.receipts.steps import Row
from transforms.receipts.tonnes import MONTHS

USES: Final = ("mart.parameter_uses", "mart.reading_uses")
READ: Final = (*OF_HOLDINGS, *MONTHS, *USES, "core.method_editions", "core.profiles", "core.rules", "ops.runs")
OF_LOANS: Final = ("mart.balance_changes", "core.loan_rates", "mart.loan_confirmations")
COUNTED: Final = "emission_reductions_tco2e"
Use = tuple[str, dt.date, str, str | None, str | None]
"""Project, month, symbol, kind and item: what a formula takes."""

USE: Final = ("project_id", "month_start_date", "symbol", "kind", "item")
Stated = Mapping[tuple[str, str, str], Row]
"""By rule, window and loan a row of what is published."""


class Window(NamedTuple):
    """Days over which money and tonnes are looked at; since_start: all days up to the last, for promises of a year."""

    period: Period
    is_since_start: bool = False


@dataclass(frozen=True, eq=False)
class Contents:
    """What is written. holdings: each project in its container; avoided: as rules see it that know one container."""

    holdings: Holdings
    avoided: Holdings
    windows: tuple[Window, ...]
    rules: Sequence[Row]
    profiles: Mapping[str, Row]
    rule_of: Mapping[str, Rule]
    rows: Rows
    months: Mapping[str, Sequence[Row]]
    readings: Mapping[Use, Sequence[Row]]
    items: Mapping[tuple[str, dt.date, str, str | None], Sequence[str]]
    factors: Mapping[Use, Row]
    formulas: Mapping[tuple[str, str], Row]
    containers: Mapping[str, str]
    lender: str | None

    @cached_property
    def projects(self) -> Sequence[Row]:
        """The projects in their order."""
        return self.holdings.projects.sort("project_id").to_dicts()

    @cached_property
    def loans(self) -> Sequence[Row]:
        """The loans, those of a project next to each other; of one lender those that its shares rest on."""
        every = self.holdings.loans.sort("project_id", "loan_id").to_dicts()
        return [one for one in every if self.lender in {None, one["lender"]} or one["project_id"] in self._shared]

    @cached_property
    def published(self) -> Stated:
        """What each loan is published with, by every rule that the window is for."""
        found = dict[tuple[str, str, str], Row]()
        for name, rule in self.rule_of.items():
            holdings = self.holdings if name in BALANCE_BASES else self.avoided
            periods = [one.period for one in self.windows if rule.is_annual or not one.is_since_start]
            rows = attribute_by(holdings, periods, [rule])[rule].to_dicts()
            found |= {(name, row["period"], row["loan_id"]): row for row in rows}
        return found

    @cached_property
    def _shared(self) -> set[str]:
        """The projects of which a lender's share rests on those of the others: scaled, or unknown with theirs."""
        return {row["project_id"] for row in self.published.values() if _rests_on_others(row)}


def _rests_on_others(row: Row) -> bool:
    raw, share = row["attribution_factor_raw_ratio"], row["attribution_factor_ratio"]
    is_unknown = row["status"] == LACKS_PARAMETER and row["emission_reductions_tco2e"] is not None
    return is_unknown or raw != share


def read_contents(warehouse: Path, period: str, quarters: Iterable[str], lender: str | None) -> Contents:
    """Return what the workbook of the period is made of, of a lender, the county of a key or the whole book (None);

    quarters: those of which documents were published.
    """
    with connect(warehouse) as connection:
        read = tables_of(connection, *READ, rows=_rows_of(lender))
    kinds = {row["method"]: row["method_kind"] for row in read["core.methods"].to_dicts()}
    of_method = {row["method"]: row["container"] for row in read["core.methods"].to_dicts()}
    plain = holdings_in(read)
    known_to = beijing_date(read["ops.runs"]["known_at"].item())
    ended = (one for one in _every_window(period, sorted(quarters), plain) if one.period.last <= known_to)
    windows = tuple(_once(ended))
    readings = _grouped(read["mart.reading_uses"].to_dicts())
    editions = read["core.method_editions"].to_dicts()
    return Contents(
        holdings=_with(plain, kinds, _every_month(read)),
        avoided=_with(plain, kinds_in(AVOIDED, _methods(read)), read["mart.project_months"]),
        windows=windows,
        rules=read["core.rules"].to_dicts(),
        profiles={row["profile"]: row for row in read["core.profiles"].to_dicts()},
        rule_of={**PLAIN, **rules_of(read["core.profiles"])},
        rows=Rows({name: frames_of(read)[name] for name in ("core.parameters", "mart.parameter_uses")}),
        months=_months(read, _looked_back(windows), max(one.period.last for one in windows)),
        readings=readings,
        items=_items(readings),
        factors={key: rows[0] for key, rows in _grouped(read["mart.parameter_uses"].to_dicts()).items()},
        formulas={(row["method"], row["method_edition"]): row for row in editions},
        containers={row["project_id"]: of_method[row["method"]] for row in plain.projects.to_dicts()},
        lender=None if lender is None or lender.startswith(COUNTY) else lender,
    )


def _rows_of(lender: str | None) -> dict[str, str]:
    """The SQL conditions on the rows of a lender's projects."""
    if lender is None:
        return {}
    own = f"project_id IN (SELECT project_id FROM {_listed_by(lender)})"  # noqa: S608 - what was given is quoted
    theirs = {name: own for name in READ if "project_id" in TABLES[name].columns()}
    loans = f"loan_id IN (SELECT loan_id FROM core.loans WHERE {own})"  # noqa: S608
    return {**theirs, **dict.fromkeys(OF_LOANS, loans)}


def _listed_by(lender: str) -> str:
    """The rows that list the projects: a county's own, or the loans of a lender."""
    if lender.startswith(COUNTY):
        return f"core.projects WHERE county_code = {quoted(lender.removeprefix(COUNTY))}"
    return f"core.loans WHERE lender = {quoted(lender)}"


def _methods(read: Published) -> Iterable[tuple[str, str, str]]:
    return read["core.methods"].select("method", "method_kind", "container").iter_rows()


def _with(holdings: Holdings, kinds: Mapping[str, str], months: DataFrame[ProjectMonth]) -> Holdings:
    return replace(holdings, kinds=dict(kinds), months=months)


def _every_month(read: Published) -> DataFrame[ProjectMonth]:
    """The months of all containers under one name of their tonnes; their terms are worked out in the workbook."""
    shape = ProjectMonth.polars_schema()
    every = [
        frame.rename({tonnes: COUNTED}).select(
            pl.col(name) if name in (*frame.columns, COUNTED) else pl.lit(None, kind).alias(name)
            for name, kind in shape.items()
        )
        for frame, tonnes in ((frames_of(read)[table], tonnes) for table, tonnes in MONTHS.items())
    ]
    return unchecked(pl.concat(every), ProjectMonth)


def _once(windows: Iterable[Window]) -> Iterable[Window]:
    """The same days once."""
    seen = set[tuple[dt.date, dt.date]]()
    for window in windows:
        days = (window.period.first, window.period.last)
        if days not in seen:
            seen.add(days)
            yield window


def _every_window(period: str, quarters: Sequence[str], holdings: Holdings) -> Iterable[Window]:
    """The period itself, and of each quarter with a document what it looks at."""
    yield Window(named_quarter(period) if "Q" in period else year(int(period)))
    of_quarter, to_date, since_start = WINDOWS
    days = [day for name in ("value_date", "flow_date") for day in holdings.changes[name].unique()]
    begun = max(FIRST_DAY, min(days, default=FIRST_DAY))
    for name in quarters:
        quarter = named_quarter(name)
        yield Window(Period(f"{name} {of_quarter}", quarter.first, quarter.last))
        yield Window(Period(f"{name} {to_date}", quarter.last.replace(month=1, day=1), quarter.last))
        yield Window(Period(f"{name} {since_start}", min(begun, quarter.first), quarter.last), is_since_start=True)


def _looked_back(windows: Iterable[Window]) -> dt.date:
    """The first day of which months are asked for: a rule may count the year up to a window's end."""
    years = [year_to(one.period).first for one in windows]
    return min([*years, *(one.period.first for one in windows if not one.is_since_start)])


def _months(read: Published, first: dt.date, last: dt.date) -> dict[str, list[Row]]:
    """The months of each project from one day to another, in their order."""
    found = defaultdict[str, list[Row]](list)
    for row in _every_month(read).sort("project_id", "month_start_date").iter_rows(named=True):
        if first <= row["month_start_date"] <= last:
            found[row["project_id"]].append(row)
    return found


def _grouped(rows: Iterable[Row]) -> dict[Use, list[Row]]:
    found = defaultdict[Use, list[Row]](list)
    for row in rows:
        project, month, symbol, kind, item = (row[name] for name in USE)
        found[project, month, symbol, kind, item].append(row)
    return found


def _items(readings: Iterable[Use]) -> dict[tuple[str, dt.date, str, str | None], list[str]]:
    """The items of each month and kind, in their order."""
    found = defaultdict[tuple[str, dt.date, str, str | None], list[str]](list)
    for project, month, symbol, kind, item in readings:
        if item is not None:
            found[project, month, symbol, kind].append(item)
    return found
