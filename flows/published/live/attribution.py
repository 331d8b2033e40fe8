"""The sheet of loans: the money that the chosen rule counts, the share that it has, and the tonnes of that share."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

import polars as pl

from flows.published.live.contents import Contents
from flows.published.live.grid import Cell, Formula, Given, Sheet, call, text
from flows.published.live.money import COUNTED, FACILITY, Matched, MatchedMonths, Rates
from flows.published.live.places import difference, holds, known, nth, of_row, printed, where, worked
from flows.published.live.projects import Projects, status_of
from flows.published.live.rules import Choice
from schemas.words.statuses import WITH_A_FIGURE, WITHOUT_TONNES
from transforms.attribution import roles
from transforms.attribution.shares import attributed, over_investment, scaled
from transforms.attribution.statuses import FACTS_OF_A_SHARE, OF_A_SHARE
from transforms.receipts.steps import Row

OWN, RATE = pl.col("own"), pl.col("rate")
IS_SAME, IS_FLOW, LENDS = pl.col("is_same"), pl.col("is_flow"), pl.col("is_new_lending")
IN_CNY: Final = pl.when(IS_FLOW).then(pl.col("lent_cny")).otherwise(OWN * RATE)
COUNTED_MONEY: Final = pl.when(IS_FLOW & ~LENDS).then(0.0).otherwise(pl.col("money"))
SO_FAR: Final = pl.when(LENDS).then(pl.col("money")).otherwise(0.0)
EXPOSURE: Final = pl.when(IS_SAME).then(OWN).otherwise(pl.when(OWN == 0).then(0.0).otherwise(IN_CNY / RATE))
CLAIMED_SO_FAR: Final = (
    pl.when(IS_SAME)
    .then(pl.col("so_far"))
    .otherwise(pl.when(pl.col("so_far") == 0).then(0.0).otherwise(pl.col("so_far_cny") / RATE))
)
CLAIM: Final = pl.when(IS_FLOW).then(CLAIMED_SO_FAR).otherwise(pl.col("exposure"))
INVESTMENT: Final = (
    pl.when(IS_SAME).then(pl.col("invested")).otherwise(pl.col("invested") * pl.col("invested_rate") / RATE)
)
"""As transforms.attribution.exposures counts it: both sides in the loan's currency, in units and not in fen."""

IS_KNOWN: Final = (pl.col("unknown") == 0) | (pl.col("raw") == 0)
FACTS: Final = ("is_project_finance", "is_new_lending", "is_under_facility")


class Attribution:
    """Writes a row a loan."""

    def __init__(self, sheet: Sheet, contents: Contents, sources: Mapping[str, Sheet], rates: Rates) -> None:
        self.sheet, self._contents, self._rates = sheet, contents, rates
        count = len(contents.windows) * len(contents.loans)
        self._money, self._published = sources["money"], sources["published"]
        self._money_rows = (self._money.first, self._money.first + max(count, 1) - 1)
        self._published_rows = (self._published.first, self._published.first + max(count, 1) - 1)
        self._roles = {row["loan_id"]: row for row in roles.loan_roles(contents.holdings.loans).to_dicts()}

    def claims(self) -> dict[str, dict[str, str]]:
        """Return of each project with loans where these have their known claims, and whether one is unknown."""
        return {
            project: {name: self.sheet.span(name, rows) for name in ("known_claim", "is_unknown")}
            for project, rows in self._rows_of_projects()
        }

    def write(self, projects: Projects, matched: MatchedMonths, choice: Choice) -> None:
        """Write all loans, those of a project next to each other, and their months beside."""
        days = {name: choice.period[name] for name in ("first", "last")}
        number = 0
        for project, loans in groupby(self._contents.loans, key=lambda one: one["project_id"]):
            every = list(loans)
            facts = {loan["loan_id"]: self._matched(at, project, projects) for at, loan in enumerate(every)}
            sums = matched.write(project, facts, days)
            for loan in every:
                number += 1
                self._write(loan, number, projects, choice, sums[loan["loan_id"]])

    def _rows_of_projects(self) -> Iterator[tuple[str, tuple[int, int]]]:
        first = self.sheet.first
        for project, loans in groupby(self._contents.loans, key=lambda one: one["project_id"]):
            last = first + len(list(loans)) - 1
            yield project, (first, last)
            first = last + 1

    def _matched(self, at: int, project: str, projects: Projects) -> Matched:
        row = self.sheet.next + at
        investment, counts = self.sheet.at("investment", row), self.sheet.at("counts", row)
        return Matched(investment, projects.at(project, "has_investment"), counts)

    def _write(self, loan: Row, number: int, projects: Projects, choice: Choice, matched: str) -> None:
        here = {name: self.sheet.here(name) for name in self.sheet.holds}
        project = {name: projects.at(loan["project_id"], name) for name in projects.sheet.holds}
        row = nth(choice.period["number"], len(self._contents.loans), number)
        self.sheet.write(
            **self._stated(loan),
            row=Formula(row),
            **self._counted(loan, here, project, choice),
            **_shares(here, project, choice),
            tonnes=Formula(project["tonnes"]),
            matched=Formula(matched),
            **_figure(here, project, choice),
            is_in_scope=Formula(self._is_in_scope(here, choice)),
            counted=Formula(call("IF", here["is_in_scope"], call("IFNA", here["attributed"], 0), 0)),
            **self._compared(here, choice),
        )

    def _stated(self, loan: Row) -> dict[str, Cell]:
        role = self._roles[loan["loan_id"]]
        return {
            "loan": loan["loan_id"],
            "project": loan["project_id"],
            "lender": loan["lender"],
            "container": self._contents.containers[loan["project_id"]],
            "currency": loan["currency"],
            **{name: role[name] for name in FACTS},
        }

    def _of_period(self, here: Mapping[str, str], column: str) -> str:
        """What the loan's row of the period holds."""
        return of_row(self._money.span(column, self._money_rows), here["row"])

    def _money_of(self, here: Mapping[str, str], number: str, columns: Sequence[str]) -> str:
        """The money in the column of that number."""
        return call("CHOOSE", number, *(known(self._of_period(here, name)) for name in columns))

    def _lending(self, here: Mapping[str, str], column: str, choice: Choice) -> str:
        return self._money_of(here, choice.rule["facility"], [column, f"{column}{FACILITY}"])

    def _counted(
        self, loan: Row, here: Mapping[str, str], project: Mapping[str, str], choice: Choice
    ) -> dict[str, Cell]:
        cells = {
            **here,
            "is_flow": choice.rule["is_flow"],
            "money": self._money_of(here, choice.rule["money"], COUNTED),
            "lent_cny": self._lending(here, "lent_cny", choice),
            "so_far_cny": self._lending(here, "so_far_cny", choice),
            "invested": project["invested"],
            "invested_rate": project["invested_rate"],
        }
        lent = {**cells, "money": self._lending(here, "so_far", choice)}
        return {
            "is_begun": Formula(self._of_period(here, "is_begun")),
            "is_overdrawn": Formula(self._of_period(here, "is_overdrawn")),
            "rate": Formula(self._rates.place(loan["currency"], choice.period["number"])),
            "own": printed(COUNTED_MONEY, cells),
            "so_far": printed(SO_FAR, lent),
            "is_same": Formula(call("EXACT", here["currency"], project["invested_currency"])),
            "investment": Formula(where(project["has_investment"], worked(INVESTMENT, cells))),
            "exposure": printed(EXPOSURE, cells),
            "claim": printed(CLAIM, cells),
        }

    def _is_in_scope(self, here: Mapping[str, str], choice: Choice) -> str:
        of_facility = call("IF", choice.rule["is_facility"], here["is_under_facility"], "TRUE")
        active = [self._of_period(here, f"is_active{scope}") for scope in ("", FACILITY)]
        return call("AND", call("CHOOSE", choice.rule["facility"], *active), of_facility)

    def _compared(self, here: Mapping[str, str], choice: Choice) -> dict[str, Cell]:
        names = [*self._contents.rule_of]
        span = self._published.span(names[0], self._published_rows, names[-1])
        is_known = call("ISNUMBER", here["published"])
        found = call("IF", here["is_in_scope"], here["attributed"], "NA()")
        return {
            "published": Formula(of_row(span, here["row"], choice.rule["number"])),
            "known_published": Formula(call("IF", is_known, here["published"], 0)),
            "difference": difference(found, here["published"]),
        }


def _shares(here: Mapping[str, str], project: Mapping[str, str], choice: Choice) -> dict[str, Cell]:
    cells = {
        **here,
        "is_flow": choice.rule["is_flow"],
        "investment_fen": here["investment"],
        "has_investment": project["has_investment"],
        "unknown": project["unknown"],
        "together": project["together"],
    }
    over = {name: worked(over_investment(pl.col(name)), cells) for name in ("exposure", "claim")}
    of_begun = {name: call("IF", here["is_begun"], where(here["counts"], one), 0) for name, one in over.items()}
    is_unknown = call("AND", here["may_count"], call("ISNA", here["claimed"]))
    share = worked(scaled(pl.col("raw"), pl.col("together")), cells)
    is_own = call("ISNUMBER", here["own_share"])
    return {
        "counts": printed(roles.COUNTS, cells),
        "may_count": printed(roles.MAY_COUNT, cells),
        "raw": Formula(of_begun["exposure"]),
        "claimed": Formula(of_begun["claim"]),
        "is_unknown": Formula(call("IF", is_unknown, 1, 0)),
        "known_claim": Formula(call("IFNA", here["claimed"], 0)),
        "share": Formula(where(holds(IS_KNOWN, cells), share)),
        "own_share": Given(None),
        "used": Formula(call("IF", is_own, here["own_share"], here["share"])),
    }


def _figure(here: Mapping[str, str], project: Mapping[str, str], choice: Choice) -> dict[str, Cell]:
    cells = {**here, "has_investment": project["has_investment"], "ratio": here["used"]}
    facts = {name: holds(fact, cells) for name, fact in FACTS_OF_A_SHARE.items()}
    facts |= {"is_overdrawn": here["is_overdrawn"], "has_no_tonnes": _is_one_of(project["status"], WITHOUT_TONNES)}
    is_matched = call("AND", choice.rule["is_matched"], call("NOT", call("ISNUMBER", here["own_share"])))
    own = worked(attributed(pl.col("tonnes"), pl.col("used")), here)
    has_figure = _is_one_of(here["status"], WITH_A_FIGURE)
    return {
        "status": Formula(status_of(OF_A_SHARE, facts, project["status"])),
        "attributed": Formula(where(has_figure, call("IF", is_matched, here["matched"], own))),
    }


def _is_one_of(place: str, statuses: Sequence[str]) -> str:
    return call("OR", *(call("EXACT", place, text(one)) for one in statuses))
