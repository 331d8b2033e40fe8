"""The sheet of projects: what is stated of each, and what the chosen rule and period make of it."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from flows.published.live.contents import Contents
from flows.published.live.grid import FIRST_DAY, Cell, Formula, Given, Sheet, call, chosen_of, text
from flows.published.live.money import Rates
from flows.published.live.months import OTHER_DENOMINATOR
from flows.published.live.places import holds, known, nth, of_row, printed
from flows.published.live.rules import Choice
from schemas.words.containers import AVOIDED
from transforms.attribution import roles
from transforms.attribution.statuses import FACTS_OF_A_PROMISE, OF_A_PROMISE, Reasons
from transforms.receipts.steps import Row

NOT_ESTIMATED: Final = text("not_estimated")
BEGUN, FROM = pl.col("commissioned"), pl.col("day")


class Projects:
    """Writes a row a project; the rows of periods and loans that it rests on are elsewhere."""

    def __init__(self, sheet: Sheet, contents: Contents, tonnes: Sheet, rates: Rates, choice: Choice) -> None:
        self.sheet, self._contents, self._rates, self._choice = sheet, contents, rates, choice
        self._rows = {one["project_id"]: sheet.first + at for at, one in enumerate(contents.projects)}
        last = tonnes.first + len(contents.windows) * len(contents.projects) - 1
        self._spans = {name: tonnes.span(name, (tonnes.first, last)) for name in tonnes.holds}
        self._roles = {row["project_id"]: row for row in roles.project_roles(contents.holdings).to_dicts()}

    def at(self, project: str, column: str) -> str:
        """Return where a project's cell is."""
        return self.sheet.at(column, self._rows[project])

    def write(self, claims: Mapping[str, Mapping[str, str]]) -> None:
        """Write all projects; claims: where each one's loans have known claims, and whether they are unknown."""
        for number, project in enumerate(self._contents.projects, start=1):
            here = {name: self.sheet.here(name) for name in self.sheet.holds}
            of_loans = claims.get(project["project_id"], {})
            self.sheet.write(
                **self._stated(project),
                promise=Formula(known(here["promise_stated"])),
                row=Formula(nth(self._choice.period["number"], len(self._contents.projects), number)),
                **self._denominator(here),
                **self._measured(here),
                **self._annual(here),
                **self._counted(here),
                unknown=Formula(call("SUM", of_loans["is_unknown"]) if of_loans else "0"),
                together=Formula(call("SUM", of_loans["known_claim"]) if of_loans else "0"),
            )

    def _stated(self, project: Row) -> dict[str, Cell]:
        role = self._roles[project["project_id"]]
        begun = project["commissioning_date"]
        return {
            "project": project["project_id"],
            "name": project["project_name"],
            "method": project["method"],
            "container": self._contents.containers[project["project_id"]],
            **({} if begun is None else {"commissioned": max(begun, FIRST_DAY)}),
            "is_mandated": role["is_mandated_baseline"],
            "is_impossible": role["is_impossible"],
            "is_without_formula": role["has_no_formula"],
            "promise_stated": Given(project["reported_annual_reduction_tco2"]),
            "investment_stated": Given(project["total_investment"]),
            "currency": project["investment_currency"],
        }

    def _of_period(self, column: str, here: Mapping[str, str]) -> str:
        return of_row(self._spans[column], here["row"])

    def _denominator(self, here: Mapping[str, str]) -> dict[str, Cell]:
        is_other = call("EXACT", self._choice.rule["denominator"], text(OTHER_DENOMINATOR))
        amount = known(self._of_period("equity_and_debt", here))
        currency = self._of_period("equity_currency", here)
        rate = self._rates.of_cell(here["invested_currency"], self._choice.period["number"])
        return {
            "invested": Formula(call("IF", is_other, amount, known(here["investment_stated"]))),
            "invested_currency": Formula(call("IF", is_other, currency, here["currency"])),
            "invested_rate": Formula(rate),
            "has_investment": Formula(holds(pl.col("invested") > 0, here)),
        }

    def _measured(self, here: Mapping[str, str]) -> dict[str, Cell]:
        """A rule that knows one container has no figure of a project of another."""
        is_other = call("NOT", call("EXACT", here["container"], text(AVOIDED)))
        alone = call("NOT", self._choice.rule["is_of_all_containers"])
        left_out = call("OR", here["is_without_formula"], call("AND", alone, is_other))
        status = self._of_period("status", here)
        measured = call("IF", here["is_left_out"], "NA()", self._of_period("measured", here))
        return {
            "is_left_out": Formula(left_out),
            "measured": Formula(measured),
            "measured_status": Formula(call("IF", here["is_left_out"], NOT_ESTIMATED, status)),
            "formula_instead": Formula(self._of_period("year_measured", here)),
            "year_status": Formula(self._of_period("year_status", here)),
        }

    def _annual(self, here: Mapping[str, str]) -> dict[str, Cell]:
        period, rule = self._choice.period, self._choice.rule
        begun = call("ISNUMBER", here["commissioned"])
        days = {
            name: {**here, "day": period[day]} for name, day in (("has_begun", "last"), ("ran_a_year", "year_from"))
        }
        ran = {name: call("AND", begun, holds(BEGUN <= FROM, cells)) for name, cells in days.items()}
        cells = {
            **here,
            "is_operating_only": rule["is_operating_only"],
            "is_formula_instead": rule["is_formula_instead"],
            "promise_tco2e": here["promise"],
        }
        facts = {name: holds(fact, cells) for name, fact in FACTS_OF_A_PROMISE.items()}
        facts |= {"has_no_formula": here["is_left_out"], "is_impossible": here["is_impossible"]}
        figures = {"promise_tco2e": here["promise"], "formula_tco2e": here["formula_instead"]}
        return {
            **{name: Formula(condition) for name, condition in ran.items()},
            "annual": Formula(figure_of(OF_A_PROMISE, facts, figures)),
            "annual_status": Formula(status_of(OF_A_PROMISE, facts, here["year_status"])),
        }

    def _counted(self, here: Mapping[str, str]) -> dict[str, Cell]:
        rule = self._choice.rule
        cells = {
            "is_zero_where_mandated": rule["is_zero_where_mandated"],
            "is_mandated_baseline": here["is_mandated"],
            "emission_reductions_tco2e": here["before_mandate"],
        }
        return {
            "before_mandate": Formula(call("IF", rule["is_per_year"], here["annual"], here["measured"])),
            "tonnes": printed(roles.COUNTED_TONNES, cells),
            "status": Formula(call("IF", rule["is_per_year"], here["annual_status"], here["measured_status"])),
        }


def status_of(reasons: Reasons, facts: Mapping[str, str], of_project: str) -> str:
    """Return the status of the first reason that holds; of_project: where the project's own status is."""
    cases = [(facts[one.column], of_project if one.status is None else text(one.status)) for one in reasons.order]
    return chosen_of(cases, of_project if reasons.otherwise is None else text(reasons.otherwise))


def figure_of(reasons: Reasons, facts: Mapping[str, str], figures: Mapping[str, str]) -> str:
    """Return the figure of the first reason that holds."""
    return chosen_of([(facts[one.column], figures.get(one.figure or "", "NA()")) for one in reasons.order], "NA()")
