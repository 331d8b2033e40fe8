"""The sheets of tonnes: every month by its method's formula, and what the months of each period come to."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from flows.published.live.contents import Contents, Window
from flows.published.live.grid import Book, Cell, Formula, Given, Sheet, call
from flows.published.live.inputs import Factors, Inputs, Readings, cells_of
from flows.published.live.places import difference, printed
from schemas.words.statuses import OF_READ_MONTHS, WITH_A_FIGURE
from transforms.attribution.denominators import project_denominators
from transforms.attribution.project_reductions import reductions_within
from transforms.ground.calendar import year_to
from transforms.methods.catalog import EDITIONS
from transforms.methods.engine.emission_reductions import EMISSION_REDUCTIONS, OWN_FIGURE
from transforms.methods.engine.method import Method
from transforms.receipts.steps import Row, days

TERMS: Final = {
    "baseline": "baseline_emissions_tco2e",
    "own": "project_emissions_tco2e",
    "leakage": "leakage_tco2e",
}
"""The columns of the terms, and what the reduction calls them."""

NONE: Final = "—"
"""The status of a reduction that the period is not for."""

OTHER_DENOMINATOR: Final = "equity_plus_debt"


class Months:
    """Writes a row a project and month; rows: of each project those with a figure, by month."""

    def __init__(self, book: Book, contents: Contents) -> None:
        self._contents = contents
        self.inputs = Inputs(Factors(book, contents), Readings(book, contents), book.sheet("items"))
        self.sheet = book.sheet("months")
        self.rows: dict[str, dict[dt.date, int]] = defaultdict(dict)

    def write(self, promises: Mapping[str, str]) -> None:
        """Write all months; promises: where each project's promise is."""
        for project, months in self._contents.months.items():
            for month in months:
                at = self._write(month, promises[project])
                if month["status"] in OF_READ_MONTHS:
                    self.rows[project][month["month_start_date"]] = at

    def total(self, project: str, first: dt.date, last: dt.date) -> str:
        """Return the sum over the project's months within the days."""
        rows = [at for month, at in self.rows[project].items() if first <= month <= last]
        return call("SUM", self.sheet.span("reduction", (rows[0], rows[-1]))) if rows else "0"

    def _write(self, month: Row, promise: str) -> int:
        formula = self._contents.formulas.get((month["method"], month["method_edition"]), {})
        here = {name: self.sheet.here(name) for name in ("reduction", "published")}
        return self.sheet.write(
            project=month["project_id"],
            month=month["month_start_date"],
            container=self._contents.containers[month["project_id"]],
            method=month["method"],
            edition=month["method_edition"] or "",
            status=month["status"],
            **self._terms(month, promise),
            published=month["emission_reductions_tco2e"],
            difference=difference(here["reduction"], here["published"]),
            chinese_formula=formula.get("formula_zh") or "",
            formula=formula.get("formula") or "",
        )

    def _terms(self, month: Row, promise: str) -> dict[str, Cell]:
        if month["status"] == "reported":
            return {"reduction": _own_figure(month, promise)}
        method = EDITIONS.get((month["method"], month["method_edition"]))
        if month["status"] not in OF_READ_MONTHS:
            return dict.fromkeys([*TERMS, "reduction"])
        if method is None:
            return {**dict.fromkeys(TERMS), "reduction": month["emission_reductions_tco2e"]}
        return self._worked_out(method, month)

    def _worked_out(self, method: Method, month: Row) -> dict[str, Cell]:
        cells = cells_of(method, month, self.inputs)
        terms = zip(TERMS, (method.baseline, method.project, method.leakage), strict=True)
        written: dict[str, Cell] = {name: printed(term, cells) for name, term in terms}
        places = {sign: self.sheet.here(name) for name, sign in TERMS.items()}
        return {**written, "reduction": printed(EMISSION_REDUCTIONS, places)}


def _own_figure(month: Row, promise: str) -> Formula:
    year = month["month_start_date"].year
    of_year = days(dt.date(year, 1, 1), dt.date(year, 12, 31))
    ran = days(month["operating_from_date"], month["operating_to_date"])
    cells = {"reported_annual_reduction_tco2": promise, "operating_days": str(ran), "year_days": str(of_year)}
    return printed(OWN_FIGURE, cells)


def write_tonnes(sheet: Sheet, contents: Contents, months: Months) -> None:
    """Write a row a period and project: its tonnes, those of the year up to the period's end, its other denominator."""
    periods = tuple(one.period for one in contents.windows)
    stated = _by_project(reductions_within(contents.holdings, periods).to_dicts())
    of_year = _by_project(reductions_within(contents.holdings, tuple(map(year_to, periods))).to_dicts())
    for window in contents.windows:
        others = _other_denominators(contents, window.period.last)
        for project in contents.projects:
            key = (window.period.name, project["project_id"])
            sheet.write(
                project=project["project_id"],
                period=window.period.name,
                **_of_period(window, stated[key], months),
                **_of_year(window, of_year[key], months),
                **_other_denominator(others.get(project["project_id"])),
            )


def _by_project(rows: Sequence[Row]) -> dict[tuple[str, str], Row]:
    return {(row["period"], row["project_id"]): row for row in rows}


def _of_period(window: Window, stated: Row, months: Months) -> dict[str, Cell]:
    if window.is_since_start:
        return {"status": NONE, "measured": None, "published": None}
    has_figure = stated["er_status"] in WITH_A_FIGURE
    total = Formula(months.total(stated["project_id"], window.period.first, window.period.last))
    measured = total if has_figure else None
    return {"status": stated["er_status"], "measured": measured, "published": stated["emission_reductions_tco2e"]}


def _of_year(window: Window, stated: Row, months: Months) -> dict[str, Cell]:
    year = year_to(window.period)
    total = Formula(months.total(stated["project_id"], year.first, year.last))
    return {
        "year_status": stated["er_status"],
        "year_measured": total if stated["er_status"] in WITH_A_FIGURE else None,
    }


def _other_denominators(contents: Contents, day: dt.date) -> dict[str, Row]:
    """What each project has for equity and debt on the day."""
    stated = project_denominators(contents.holdings).to_dicts()
    asked = (row for row in stated if row["asked_denominator"] == OTHER_DENOMINATOR)
    return {row["project_id"]: row for row in asked if row["valid_from"] <= day <= row["valid_to"]}


def _other_denominator(row: Row | None) -> dict[str, Cell]:
    if row is None or row["invested_amount"] is None:
        return {"equity_and_debt": Given(None), "equity_currency": "", "denominator": ""}
    amount, currency = Given(row["invested_amount"]), row["investment_currency"] or ""
    return {"equity_and_debt": amount, "equity_currency": currency, "denominator": row["denominator"]}
