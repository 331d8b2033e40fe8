"""Readings and factors -> a project's months by its method's formula -> its tonnes over days."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final

from schemas.words.statuses import OF_READ_MONTHS
from transforms.methods.catalog import EDITIONS
from transforms.methods.engine.emission_reductions import EMISSION_REDUCTIONS, OWN_FIGURE
from transforms.methods.engine.method import Method
from transforms.methods.engine.method import Part as ItemSum
from transforms.methods.engine.tree import Binary, Node, Number, read_back, symbols_of
from transforms.receipts.factors import factor
from transforms.receipts.rows import Rows
from transforms.receipts.steps import Leaf, Part, Row, Step, days, formula, symbol, total, unknown

TCO2E: Final = "tCO2e"
MONTHS: Final = {
    "mart.project_months": "emission_reductions_tco2e",
    "mart.removal_months": "removals_tco2e",
    "mart.own_base_year_months": "own_base_year_reductions_tco2e",
}
"""The months of each container, and their tonnes: which months there are, and with which status."""

EMITTED: Final = "project_emissions_tco2e"
"""The sign of what a project emits in the formula of its months."""

FOUND_AT: Final = ("source_file", "source_row")

TERMS: Final = ("baseline", "project", "leakage")


class Tonnes:
    """The tonnes of a book's projects."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self._months: dict[tuple[str, dt.date, dt.date, dt.date], Part] = {}

    def of_project(self, project: Row, first: dt.date, last: dt.date) -> Part:
        """Return the project's tonnes over the days; unknown where a day of operation has none."""
        about = (project["project_id"], first.isoformat(), last.isoformat())
        begun = project["commissioning_date"]
        needed = 0 if begun is None else days(max(begun, first), last)
        parts, covered = [], 0
        for month in self._within(project["project_id"], first, last):
            met = (max(month["operating_from_date"], first), min(month["operating_to_date"], last))
            if days(*met) and month["status"] in OF_READ_MONTHS:
                parts.append(self._of_days(project, month, *met))
                covered += days(*met)
        if not needed or covered != needed:
            return unknown("project_tonnes", TCO2E, "days_without_tonnes", f"{covered}", f"{needed}", about=about)
        return total("project_tonnes", TCO2E, parts, about)

    def emissions_of_project(self, project: Row, first: dt.date, last: dt.date) -> Part:
        """Return what the project emitted in its months of the days, none of which the days cut."""
        about = (project["project_id"], first.isoformat(), last.isoformat())
        parts = []
        for month in self._within(project["project_id"], first, last):
            whole = self._month(project, month, month["operating_from_date"], month["operating_to_date"])
            emitted = whole.named.get(EMITTED) if isinstance(whole, Step) and whole.way == "formula" else None
            parts.append(emitted or unknown("project", TCO2E, "no_emissions", project["project_id"], about=about))
        return total("project_emissions", TCO2E, parts, about)

    def is_reported(self, project: Row) -> bool:
        """Return whether the tonnes are the project's own figure."""
        months = (self.rows.of(table, project_id=project["project_id"]) for table in MONTHS)
        return any(month["status"] == "reported" for of_table in months for month in of_table)

    def _within(self, project_id: str, first: dt.date, last: dt.date) -> list[Row]:
        every = (month for table in MONTHS for month in self.rows.of(table, project_id=project_id))
        return [one for one in every if one["operating_from_date"] <= last and one["operating_to_date"] >= first]

    def _of_days(self, project: Row, month: Row, first: dt.date, last: dt.date) -> Part:
        """A month, or what of one that is cut lies within the days: by its pieces, else by days."""
        whole = (month["operating_from_date"], month["operating_to_date"])
        if (first, last) == whole or month["status"] == "reported":
            return _by_days(self._month(project, month, *whole), whole, (first, last))
        key = {"project_id": month["project_id"], "month_start_date": month["month_start_date"]}
        pieces = [
            (one["part_from_date"], one["part_to_date"]) for one in self.rows.of("mart.project_month_parts", **key)
        ]
        if not pieces:
            return _by_days(self._month(project, month, *whole), whole, (first, last))
        each = [self._month(project, month, *piece) for piece in pieces]
        left_over = formula(
            "left_over",
            TCO2E,
            LEFT_OVER,
            {"month": self._month(project, month, *whole), "pieces": total("pieces", TCO2E, each)},
        )
        parts: list[Part] = []
        for piece, made in zip(pieces, each, strict=True):
            met = (max(piece[0], first), min(piece[1], last))
            if days(*met):
                parts += [_by_days(made, piece, met), _by_days(left_over, whole, met)]
        return total("part_of_month", TCO2E, parts, (first.isoformat(), last.isoformat()))

    def _month(self, project: Row, month: Row, first: dt.date, last: dt.date) -> Part:
        key = (month["project_id"], month["month_start_date"], first, last)
        if key not in self._months:
            self._months[key] = self._made(project, month, first, last)
        return self._months[key]

    def _made(self, project: Row, month: Row, first: dt.date, last: dt.date) -> Part:
        about = (month["project_id"], f"{first}", f"{last}")
        if month["status"] == "reported":
            return _own_figure(project, month)
        method = EDITIONS.get((month["method"], month["method_edition"]))
        if method is None:
            return unknown("month", TCO2E, "no_such_method", month["method"], f"{month['method_edition']}", about=about)
        known = self._symbols(method, month, first, last)
        terms = [read_back(term) for term in (method.baseline, method.project, method.leakage)]
        made = {
            symbol.column: formula(name, TCO2E, term, _needed(term, known), about)
            for symbol, name, term in zip(symbols_of(REDUCTION), TERMS, terms, strict=True)
        }
        return formula("month", TCO2E, REDUCTION, made, about, (method.name, method.edition))

    def _symbols(self, method: Method, month: Row, first: dt.date, last: dt.date) -> dict[str, Part]:
        readings = {symbol: self._reading(month, symbol, None, None, first, last) for symbol in method.readings}
        factors = {symbol: self._factor(month, symbol, None, None) for symbol in method.parameters}
        sums = {part.symbol: self._item_sum(month, part, first, last) for part in method.parts}
        return {**readings, **factors, **sums}

    def _item_sum(self, month: Row, part: ItemSum, first: dt.date, last: dt.date) -> Part:
        """What a term that is a sum over a project's items comes to."""
        key = {"project_id": month["project_id"], "month_start_date": month["month_start_date"]}
        uses = self.rows.of("mart.reading_uses", **key, symbol=part.reading, kind=part.kind)
        amount, items = read_back(part.amount), list(dict.fromkeys(use["item"] for use in uses))
        if not items:
            return _constant(part.symbol, part.absent)
        each = []
        for item in items:
            known = {part.reading: self._reading(month, part.reading, part.kind, item, first, last)}
            known |= {symbol: self._factor(month, symbol, part.kind, item) for symbol in part.parameters}
            each.append(formula("item", TCO2E, amount, _needed(amount, known), (item,)))
        return total(part.symbol, TCO2E, each)

    def _factor(self, month: Row, symbol: str, kind: str | None, item: str | None) -> Part:
        key = {"project_id": month["project_id"], "month_start_date": month["month_start_date"]}
        use = self.rows.one("mart.parameter_uses", **key, symbol=symbol, kind=kind, item=item)
        return unknown(symbol, "", "no_factor", symbol) if use is None else factor(self.rows, use)

    def _reading(  # noqa: PLR0913, PLR0917 - what a reading is of
        self, month: Row, symbol: str, kind: str | None, item: str | None, first: dt.date, last: dt.date
    ) -> Part:
        """What the records of the month, or of some days of it, amount to as the symbol."""
        key = {"project_id": month["project_id"], "month_start_date": month["month_start_date"]}
        uses = self.rows.of("mart.reading_uses", **key, symbol=symbol, kind=kind, item=item)
        if not uses:
            return unknown(symbol, "", "no_reading", symbol)
        parts = []
        for use in uses:
            met = (max(use["part_from_date"], first), min(use["part_to_date"], last))
            if use["record_id"] is not None and days(*met):
                parts.append(self._record(use, *met))
        return total(symbol, uses[0]["unit"], parts, (item,) if item else ())

    def _record(self, use: Row, first: dt.date, last: dt.date) -> Part:
        """The part of a record that falls in the days; what surveys amount to is as the file has it."""
        named = {name: use[name] for name in ("project_id", "metric", "record_id")}
        found = [
            one
            for one in self.rows.of("core.operating", **named)
            if (one["source_file"], one["source_row"]) == (use["source_file"], use["source_row"])
        ]
        whole = (use["part_from_date"], use["part_to_date"])
        if not found and not self.rows.of("core.forest_strata", **{name: use[name] for name in FOUND_AT}):
            return unknown(use["symbol"], use["unit"], "no_reading", use["symbol"])
        if not found:
            leaf = Leaf("reading", "mart.reading_uses", "part_value", use, use["unit"], _named(use))
            return _by_days(leaf, whole, (first, last))
        record = found[0]
        leaf = Leaf("reading", "core.operating", "value", record, record["unit"], _named(record))
        period = (record["period_start"], record["period_end"])
        if use["spread_by"] in {None, "days"}:
            return _by_days(leaf, period, (first, last))
        month = use["month_start_date"]
        in_month = (max(period[0], month), min(period[1], _month_end(month)))
        part, everything = (self._weight(use, stretch) for stretch in (in_month, period))
        weighed = formula(
            "spread", use["unit"], WEIGHED, {"value": leaf, "part": part, "whole": everything}, _dates(in_month)
        )
        return _by_days(weighed, in_month, (first, last))

    def _weight(self, use: Row, stretch: tuple[dt.date, dt.date]) -> Step:
        """What the weight amounts to over the days: readings that lie within a month, by days."""
        parts = []
        for one in self.rows.of("core.operating", project_id=use["project_id"], metric=use["spread_by"]):
            period = (one["period_start"], one["period_end"])
            met = (max(period[0], stretch[0]), min(period[1], stretch[1]))
            if days(*met) and period[0].replace(day=1) == period[1].replace(day=1):
                leaf = Leaf("reading", "core.operating", "value", one, one["unit"], _named(one))
                parts.append(_by_days(leaf, period, met))
        return total("weight", "", parts, _dates(stretch))


REDUCTION: Final = read_back(EMISSION_REDUCTIONS)
OWN: Final = read_back(OWN_FIGURE)
LEFT_OVER: Final = Binary("-", symbol("month"), symbol("pieces"))
WEIGHED: Final = Binary("*", symbol("value"), Binary("/", symbol("part"), symbol("whole")))


def _needed(node: Node, known: Mapping[str, Part]) -> dict[str, Part]:
    return {symbol.column: known[symbol.column] for symbol in symbols_of(node)}


def _constant(name: str, value: float | None) -> Part:
    if value is None:
        return unknown(name, "", "no_item", name)
    return formula(name, "", Number(value), {})


def _own_figure(project: Row, month: Row) -> Part:
    """The project's own annual figure, by days of operation over the days of the year."""
    year = month["month_start_date"].year
    ran, of_year = (
        days(month["operating_from_date"], month["operating_to_date"]),
        days(dt.date(year, 1, 1), dt.date(year, 12, 31)),
    )
    own = promise(project)
    known: dict[str, Part] = {
        "reported_annual_reduction_tco2": own,
        "operating_days": number("days", ran),
        "year_days": number("days", of_year),
    }
    return formula("own_figure", TCO2E, OWN, known, (project["project_id"], f"{month['month_start_date']}"))


def promise(project: Row) -> Leaf:
    """Return what the project promises for a year."""
    column = "reported_annual_reduction_tco2"
    return Leaf("promise", "core.projects", column, project, "tCO2e/yr", (project["project_id"],))


def number(name: str, value: int) -> Step:
    """Return a number of days as a part of a formula."""
    return formula(name, "d", Number(float(value)), {})


def _by_days(part: Part, whole: tuple[dt.date, dt.date], met: tuple[dt.date, dt.date]) -> Part:
    """What of the part falls in the days met, of the days that it is of."""
    if met == whole:
        return part
    share = Binary("/", Number(float(days(*met))), Number(float(days(*whole))))
    return formula("by_days", part.unit, Binary("*", symbol("value"), share), {"value": part}, _dates(met))


def _dates(stretch: Sequence[dt.date]) -> tuple[str, ...]:
    return tuple(day.isoformat() for day in stretch)


def _month_end(month: dt.date) -> dt.date:
    return (month.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)


def _named(record: Row) -> tuple[str, ...]:
    return (record["record_id"], record["metric"])
