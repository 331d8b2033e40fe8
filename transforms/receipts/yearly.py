"""The numbers of the yearly statements: which there are, what is stored of each, what makes it.

A row of the document is named as its code names it (reports.codes); a number is a row and a column.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import cached_property
from typing import ClassVar, Final

from schemas.disclosures import COUNTY, TOTAL_FIELD, WHOLE_BOOK
from schemas.words.containers import OWN_BASE_YEAR, REMOVALS
from transforms.ground.calendar import last_of_month
from transforms.methods.catalog import NET_METHODS
from transforms.methods.engine.tree import Binary, Greatest, Least, Number
from transforms.receipts.factors import factor
from transforms.receipts.lending import CNY, Lending, Moved, Window, finances_a_project
from transforms.receipts.numbers import Figure
from transforms.receipts.rows import Rows
from transforms.receipts.steps import (
    Leaf,
    Part,
    Row,
    Step,
    complete,
    formula,
    known_total,
    reasons,
    symbol,
    total,
    unknown,
)
from transforms.receipts.tonnes import TCO2E, Tonnes

SCORE: Final = "project_finance_score"
OF_METHODS: Final = {
    "project_count": "project_count",
    "outstanding": "balance_cny",
    "undrawn": "undrawn_cny",
    "coverage": "coverage_ratio",
    "reductions": "attributed_reductions_tco2e",
    "per_million": "attributed_reductions_tco2e_per_million_cny",
    "own_base_year": "attributed_own_base_year_reductions_tco2e",
    "removals": "attributed_removals_tco2e",
    "financed_emissions": "financed_emissions_tco2e",
    "emissions_per_million": "financed_emissions_tco2e_per_million_cny",
    "emissions_coverage": "emissions_coverage_ratio",
    "score": "weighted_project_finance_score",
}
OF_FINANCING: Final = {
    "invested": "invested_cny",
    "outstanding": "balance_cny",
    "undrawn": "undrawn_cny",
    "share": "attribution_factor_ratio",
    "project_tonnes": "project_tonnes_tco2e",
    "attributed": "attributed_tco2e",
    "project_emissions": "project_emissions_tco2e",
    "financed_emissions": "financed_emissions_tco2e",
    "score": SCORE,
}
"""Columns of the document, and where what is stored of them lies."""

TABLES: Final = (
    "mart.disclosure_pcaf",
    "mart.disclosure_pcaf_projects",
    "mart.disclosure_annual",
    "mart.disclosure_annual_projects",
    "mart.data_quality",
    "mart.parameter_uses",
    "mart.reading_uses",
    "mart.project_months",
    "mart.project_month_parts",
    "mart.removal_months",
    "mart.own_base_year_months",
    "core.projects",
    "core.methods",
    "core.loans",
    "core.ledger",
    "core.operating",
    "core.forest_strata",
    "core.parameters",
    "core.fx",
    "core.balance_sheets",
    "core.first_investments",
    "ops.deliveries",
    "ops.runs",
)
"""What numbers are looked up in."""

CONTAINERS: Final = {"reductions": "avoided_emissions", "own_base_year": OWN_BASE_YEAR, "removals": REMOVALS}
CLAIM: Final = Binary("*", symbol("share"), symbol("reduction"))
FINANCED: Final = Binary("*", symbol("share"), symbol("emissions"))
ORDERED: Final = Least(symbol("reduction"), Number(0.0))
UNDRAWN: Final = Greatest(Binary("-", symbol("contract"), symbol("lent")), Number(0.0))
GROWTH: Final = Binary("-", Binary("/", symbol("balance"), symbol("before")), Number(1.0))
SHEET: Final = Binary("+", Greatest(symbol("equity"), Number(0.0)), symbol("debt"))
QUOTIENT: Final = Binary("/", symbol("part"), symbol("whole"))
WEIGHTED: Final = Binary("*", symbol("money"), symbol("score"))
PER_MILLION: Final = Binary("/", symbol("tonnes"), Binary("/", symbol("money"), Number(1e6)))
MONTHS: Final = 12
AVERAGE: Final = Binary("/", symbol("balances"), Number(float(MONTHS)))
FACTOR_ORDER: Final = ("parameter_id", "scope", "valid_from", "valid_to", "value", "unit", "source")


class WholeBook(Lending):
    """Money whatever it was lent under."""

    def eligible(self, loan: Row) -> list[Moved]:
        """Return every entry."""
        return self.entries(loan)


class MonthAverage(WholeBook):
    """The average of a year's month-end balances, against the total investment."""

    def counted(self, loan: Row, window: Window) -> Step:
        """Return the balances of the year's month-ends, on average."""
        ends = [last_of_month(dt.date(window.last.year, month, 1)) for month in range(1, MONTHS + 1)]
        balances = total("balances", loan["currency"], [self.balance(loan, day) for day in ends], (loan["loan_id"],))
        return formula("month_average", loan["currency"], AVERAGE, {"balances": balances}, (loan["loan_id"],))


class YearEnd(WholeBook):
    """Money at a year's end, whatever it was lent under, against equity and debt, else the value at origination."""

    def invested(self, project: Row, day: dt.date) -> Part | None:
        """Return equity and debt of the newest statement by the day, equity below zero as 0; else the first value."""
        about = (project["project_id"],)
        known = [
            row
            for row in self.rows.of("core.balance_sheets", project_id=project["project_id"])
            if (row["balance_sheet_date"] or dt.date.min) <= day
        ]
        newest = max(known, key=lambda row: row["balance_sheet_date"] or dt.date.min, default=None)
        if newest is not None:
            parts: dict[str, Part] = {
                sign: Leaf(sign, "core.balance_sheets", f"total_{sign}", newest, newest["investment_currency"], about)
                for sign in ("equity", "debt")
            }
            unit = newest["investment_currency"]
            sheet = Step(
                "equity_and_debt", unit, "fen", (formula("equity_and_debt", unit, SHEET, parts, about),), about
            )
            if sheet.value is not None and sheet.value > 0:
                return sheet
        first = self.rows.one("core.first_investments", project_id=project["project_id"])
        if first is None:
            return None
        column, unit = "first_total_investment", first["first_investment_currency"]
        return Leaf("value_at_origination", "core.first_investments", column, first, unit, about)


class YearlyNumbers:
    """The numbers of one statement: of a year, for a lender, a county or the whole book (*).

    table: of its lines, that of its projects ends with _projects; money: how a loan's money is counted;
    is_ordered_zero: whether a baseline that must end leaves nothing above 0.
    """

    table: ClassVar[str]
    money: ClassVar[type[Lending]]
    is_ordered_zero: ClassVar[bool]

    def __init__(self, rows: Rows, period: str, lender: str) -> None:
        self.rows, self.period, self.lender = rows, period, lender
        year = int(period)
        self._year = Window(dt.date(year, 1, 1), dt.date(year, 12, 31))
        known_at: dt.datetime = rows.tables["ops.runs"][0]["known_at"]
        self._lending = self.money(rows, known_at.astimezone(dt.timezone(dt.timedelta(hours=8))).date())
        self._tonnes = Tonnes(rows)
        self._own = {"period": period, "lender": lender}
        self._methods = {row["method"]: row for row in rows.tables["core.methods"]}
        self._claims: dict[str, Part] = {}

    def names(self) -> Iterator[tuple[str, ...]]:
        """Yield the names of every row, as the document counts those of the same names."""
        for row in self.rows.of(self.table, **self._own):
            yield ("method", row["method"])
        for row in self._projects:
            yield ("financing", row["project_id"])
        for use in self._uses:
            yield ("factor", use["parameter_id"], use["scope"], str(use["valid_from"]))

    def figure(self, names: Sequence[str], place: int, column: str) -> Figure:
        """Return the number in the column of a row; place: of several rows of the same names which one, from 0."""
        found: Callable[[Sequence[str], int, str], Figure] = getattr(self, f"_of_{names[0]}")
        return found(names[1:], place, column)

    # --- rows ---

    @cached_property
    def _projects(self) -> Sequence[Row]:
        return self.rows.of(f"{self.table}_projects", **self._own)

    @cached_property
    def _uses(self) -> list[Row]:
        """Each factor that months of the year took, once."""
        own = {row["project_id"] for row in self._projects}
        recent = (
            row
            for row in self.rows.tables["mart.parameter_uses"]
            if row["project_id"] in own and self._year.first <= row["month_start_date"] <= self._year.last
        )
        once = {tuple(str(row[name]) for name in FACTOR_ORDER): row for row in recent}
        return sorted(once.values(), key=lambda row: tuple(row[name] for name in FACTOR_ORDER))

    def _loans(self, project_id: str) -> list[Row]:
        """The project's loans that the statement is about."""
        every = self.rows.of("core.loans", project_id=project_id)
        if self.lender == WHOLE_BOOK or self.lender.startswith(COUNTY):
            return [*every]
        return [loan for loan in every if loan["lender"] == self.lender]

    def _active(self, project_id: str) -> list[Row]:
        """Those with an entry in the year, or a balance before it."""
        before = self._year.first - dt.timedelta(days=1)
        return [
            loan
            for loan in self._loans(project_id)
            if any(
                self._year.first <= one.entry["value_date"] <= self._year.last for one in self._lending.entries(loan)
            )
            or self._lending.balance(loan, before).value
        ]

    # --- by method ---

    def _of_method(self, names: Sequence[str], place: int, column: str) -> Figure:
        (method,) = names
        row = self.rows.of(self.table, **self._own, method=method)[place]
        return Figure((self.line(method, column),), (row[OF_METHODS[column]],))

    def _line(self, projects: Sequence[Row], column: str) -> Part:
        loans = [loan for row in projects for loan in self._active(row["project_id"])]
        made: dict[str, Callable[[], Part]] = {
            "project_count": lambda: Step("project_count", "", "count", tuple(map(self._listed, projects))),
            "outstanding": lambda: complete("outstanding", CNY, [self._balance(loan) for loan in loans]),
            "undrawn": lambda: complete("undrawn", CNY, [self._undrawn_of(row["project_id"]) for row in projects]),
            "coverage": lambda: self._covered(loans, self._claim),
            "per_million": lambda: self._per_million(projects),
            "financed_emissions": lambda: self._financed_by(loans),
            "emissions_per_million": lambda: self._emissions_per_million(loans),
            "emissions_coverage": lambda: self._covered(loans, self._financed),
            "score": lambda: self._weighted_score(projects),
        }
        return made[column]() if column in made else self._claimed(projects, CONTAINERS[column])

    def line(self, method: str, column: str) -> Part:
        """Return what a column of a method's line is made of, of the total's, too."""
        return self._line([one for one in self._projects if method in {TOTAL_FIELD, one["method"]}], column)

    def _listed(self, row: Row) -> Part:
        """A project of the statement, by its balance or its undrawn money."""
        return complete("outstanding", CNY, [self._balance(loan) for loan in self._active(row["project_id"])])

    def _claimed(self, projects: Sequence[Row], container: str) -> Part:
        own = [row for row in projects if self._container(row) == container]
        loans = [loan for row in own for loan in self._active(row["project_id"])]
        return known_total("attributed", TCO2E, [self._claim(loan) for loan in loans])

    def _container(self, row: Row) -> str:
        return str(self._methods[row["method"]]["container"])

    def _covered(self, loans: Sequence[Row], of: Callable[[Row], Part]) -> Part:
        balances = [self._balance(loan) for loan in loans]
        whole = complete("outstanding", CNY, balances)
        if whole.value is None or whole.value <= 0 or any(one.value is not None and one.value < 0 for one in balances):
            return unknown("coverage", "%", "no_money_or_rate")
        covered = total(
            "covered", CNY, [one for loan, one in zip(loans, balances, strict=True) if of(loan).value is not None]
        )
        return formula("coverage", "%", QUOTIENT, {"part": covered, "whole": whole})

    def _with_figure(self, project_id: str) -> Part:
        """The balances of the project's loans that have a figure."""
        own = [loan for loan in self._active(project_id) if self._claim(loan).value is not None]
        return total("covered", CNY, [self._balance(loan) for loan in own], (project_id,))

    def _per_million(self, projects: Sequence[Row]) -> Part:
        own = [row for row in projects if self._container(row) == CONTAINERS["reductions"]]
        money = total("covered", CNY, [self._with_figure(row["project_id"]) for row in own])
        tonnes = self._claimed(projects, CONTAINERS["reductions"])
        if not money.value or money.value <= 0 or tonnes.value is None:
            return unknown("per_million", "tCO2e/CNY million", "no_money_or_rate")
        return formula("per_million", "tCO2e/CNY million", PER_MILLION, {"tonnes": tonnes, "money": money})

    def _emissions_per_million(self, loans: Sequence[Row]) -> Part:
        known = [loan for loan in loans if self._financed(loan).value is not None]
        money = total("covered", CNY, [self._balance(loan) for loan in known])
        if not money.value or money.value <= 0:
            return unknown("per_million", "tCO2e/CNY million", "no_money_or_rate")
        tonnes = self._financed_by(known)
        return formula("per_million", "tCO2e/CNY million", PER_MILLION, {"tonnes": tonnes, "money": money})

    def _weighted_score(self, projects: Sequence[Row]) -> Part:
        scores = {row["project_id"]: self._score(row["project_id"]) for row in projects}
        money = {project: self._with_figure(project) for project, score in scores.items() if score.value is not None}
        whole = total("covered", CNY, [*money.values()])
        if not whole.value or whole.value <= 0:
            return unknown("weighted_score", "", "no_money_or_rate")
        weighted = [
            formula("weighted", "", WEIGHTED, {"money": one, "score": scores[project]}, (project,))
            for project, one in money.items()
        ]
        return formula("weighted_score", "", QUOTIENT, {"part": total("weighted_money", "", weighted), "whole": whole})

    # --- projects ---

    def _of_financing(self, names: Sequence[str], _: int, column: str) -> Figure:
        (project_id,) = names
        row = self.rows.of(f"{self.table}_projects", **self._own, project_id=project_id)[0]
        project = self.rows.of("core.projects", project_id=project_id)[0]
        loans = self._active(project_id)
        made: dict[str, Callable[[], Part]] = {
            "invested": lambda: self._invested(project),
            "outstanding": lambda: complete("outstanding", CNY, [self._balance(loan) for loan in loans]),
            "undrawn": lambda: self._undrawn_of(project_id),
            "share": lambda: known_total("shares", "", [self._share(loan) for loan in loans]),
            "project_tonnes": lambda: self._whole(project, loans, self._tonnes_of, self._claim),
            "attributed": lambda: known_total("attributed", TCO2E, [self._claim(loan) for loan in loans]),
            "project_emissions": lambda: self._whole(project, loans, self._emissions, self._financed),
            "financed_emissions": lambda: self._financed_by(loans),
            "score": lambda: self._score(project_id),
        }
        return Figure((made[column](),), (row[OF_FINANCING[column]],))

    def _invested(self, project: Row) -> Part:
        invested = self._lending.invested(project, self._year.last)
        if invested is None:
            return unknown("investment", CNY, "no_investment", project["project_id"])
        return invested if invested.unit == CNY else unknown("investment", CNY, "not_in_cny", project["project_id"])

    def _whole(
        self, project: Row, loans: Sequence[Row], tonnes: Callable[[Row], Part], of_loan: Callable[[Row], Part]
    ) -> Part:
        """The whole project's tonnes, where a loan has a part of them."""
        if all(of_loan(loan).value is None for loan in loans):
            return unknown("project_tonnes", TCO2E, *reasons([of_loan(loan) for loan in loans]))
        return tonnes(project)

    def _score(self, project_id: str) -> Part:
        """The least certain of its loans' scores: how its figure was made."""
        key = {"period": self.period, "project_id": project_id}
        own = {loan["loan_id"] for loan in self._active(project_id)}
        rows = [
            row for row in self.rows.of("mart.data_quality", **key) if row["loan_id"] in own and row[SCORE] is not None
        ]
        worst = max(rows, key=lambda row: row[SCORE], default=None)
        if worst is None:
            return unknown("score", "", "no_score", project_id)
        return Leaf("score", "mart.data_quality", SCORE, worst, "", (str(worst["evidence"]),))

    # --- loans ---

    def _balance(self, loan: Row) -> Part:
        balance = self._lending.counted(loan, self._year)
        if loan["currency"] == CNY:
            return balance if isinstance(balance.value, Decimal) else _to_fen(balance, loan)
        if not balance.value:
            return total("balance", CNY, [])
        return _to_fen(self._lending.in_cny(balance, loan["currency"], self._year.last), loan)

    def _undrawn_of(self, project_id: str) -> Part:
        every = [self._undrawn(loan) for loan in self._loans(project_id) if self._is_in_force(loan)]
        return complete("undrawn", CNY, every)

    def _is_in_force(self, loan: Row) -> bool:
        last = self._year.last
        return (loan["sign_date"] or last) <= last <= (loan["maturity_date"] or last)

    def _undrawn(self, loan: Row) -> Part:
        """What of the contract had not been lent by the year's end."""
        about, currency = (loan["loan_id"],), loan["currency"]
        contract = Leaf("contract", "core.loans", "contract_amount", loan, currency, about)
        lent = self._lending.lent(loan, Window(dt.date.min, self._year.last))
        left = formula("undrawn", currency, UNDRAWN, {"contract": contract, "lent": lent}, about)
        if not left.value:
            return total("undrawn", CNY, [], about)
        return _to_fen(self._lending.in_cny(left, currency, self._year.last), loan)

    def _share(self, loan: Row) -> Part:
        """The loan's share, where its part of the tonnes is known."""
        claim = self._claim(loan)
        if claim.value is None:
            return unknown("share", "", *reasons([claim]), about=(loan["loan_id"],))
        return self._lending.share(loan, self._year, is_flow=False)

    def _claim(self, loan: Row) -> Part:
        if loan["loan_id"] not in self._claims:
            self._claims[loan["loan_id"]] = self._claimed_by(loan)
        return self._claims[loan["loan_id"]]

    def _claimed_by(self, loan: Row) -> Part:
        about = (loan["loan_id"],)
        project = self.rows.one("core.projects", project_id=loan["project_id"])
        if project is None or not finances_a_project(loan):
            return unknown("claim", TCO2E, "no_project_finance", loan["loan_id"], about=about)
        tonnes = self._tonnes_of(project)
        share = self._lending.share(loan, self._year, is_flow=False)
        if tonnes.value is None or share.value is None:
            return unknown("claim", TCO2E, *reasons([tonnes, share]), about=about)
        return formula("claim", TCO2E, CLAIM, {"share": share, "reduction": tonnes}, about)

    def _tonnes_of(self, project: Row) -> Part:
        """The project's tonnes of the year; where a rule orders its baseline to end nothing above 0 of them."""
        if self._methods[project["method"]]["method_kind"] == "none":
            return unknown("project_tonnes", TCO2E, "no_formula", project["project_id"])
        made = self._tonnes.of_project(project, *self._year)
        if not self.is_ordered_zero or not project["is_mandated_baseline"] or made.value is None:
            return made
        return formula("ordered_tonnes", TCO2E, ORDERED, {"reduction": made}, (project["project_id"],))

    def _emissions(self, project: Row) -> Part:
        method = self._methods[project["method"]]
        is_net = project["method"] in NET_METHODS or method["container"] == REMOVALS
        if is_net or method["method_kind"] != "formula" or self._tonnes.is_reported(project):
            return unknown("project_emissions", TCO2E, "no_emissions", project["project_id"])
        return self._tonnes.emissions_of_project(project, *self._year)

    def _financed_by(self, loans: Sequence[Row]) -> Part:
        return known_total("financed_emissions", TCO2E, [self._financed(loan) for loan in loans])

    def _financed(self, loan: Row) -> Part:
        """What of the project's own emissions the loan finances, where its figure is measured."""
        claim = self._claim(loan)
        project = self.rows.one("core.projects", project_id=loan["project_id"])
        if project is None or claim.value is None:
            return unknown("financed", TCO2E, *reasons([claim]), about=(loan["loan_id"],))
        emitted = self._emissions(project)
        if emitted.value is None:
            return unknown("financed", TCO2E, *reasons([emitted]), about=(loan["loan_id"],))
        parts: dict[str, Part] = {"share": self._lending.share(loan, self._year, is_flow=False), "emissions": emitted}
        return formula("financed", TCO2E, FINANCED, parts, (loan["loan_id"],))

    # --- factors ---

    def _of_factor(self, names: Sequence[str], place: int, column: str) -> Figure:  # noqa: ARG002
        named = [
            one for one in self._uses if [one["parameter_id"], one["scope"], str(one["valid_from"])] == list(names)
        ]
        return Figure((factor(self.rows, named[place]),), (named[place]["value"],))


def _to_fen(amount: Part, loan: Row) -> Part:
    return amount if amount.value is None else Step("to_fen", CNY, "fen", (amount,), (loan["loan_id"],))


class PcafNumbers(YearlyNumbers):
    """Those of the statement after PCAF and ICMA."""

    table, money, is_ordered_zero = "mart.disclosure_pcaf", YearEnd, True


class AnnualNumbers(YearlyNumbers):
    """Those of the chapters of the annual report: averages by month, and balances at the ends of two years."""

    table, money, is_ordered_zero = "mart.disclosure_annual", MonthAverage, False

    def __init__(self, rows: Rows, period: str, lender: str) -> None:
        super().__init__(rows, period, lender)
        self._year_ends: dict[str, PcafNumbers] = {}

    def names(self) -> Iterator[tuple[str, ...]]:
        """Yield the names of every row, as the document counts those of the same names."""
        yield from super().names()
        for year in (self.period, str(int(self.period) - 1)):
            for row in self.rows.of(PcafNumbers.table, period=year, lender=self.lender):
                yield ("balance", year, row["method"])

    def _of_balance(self, names: Sequence[str], _: int, column: str) -> Figure:
        year, method = names
        own, before = (self._year_end(at) for at in (year, str(int(year) - 1)))
        row = self.rows.of(PcafNumbers.table, period=year, lender=self.lender, method=method)[0]
        if column != "growth":
            return Figure((own.line(method, column),), (row[OF_METHODS[column]],))
        now, then = own.line(method, "outstanding"), before.line(method, "outstanding")
        if now.value is None or not then.value or then.value < 0:
            made: Part = unknown("growth", "%", "no_money_or_rate")
        else:
            made = formula("growth", "%", GROWTH, {"balance": now, "before": then})
        return Figure((made,), (row["balance_growth_ratio"],))

    def _year_end(self, year: str) -> PcafNumbers:
        if year not in self._year_ends:
            self._year_ends[year] = PcafNumbers(self.rows, year, self.lender)
        return self._year_ends[year]
