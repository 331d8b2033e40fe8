"""The sheets of money: rates, what every basis counts of each loan in each period, and balances month by month."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import polars as pl

from flows.published.live.contents import Contents
from flows.published.live.grid import Book, Cell, Formula, Given, Sheet, call
from flows.published.live.months import Months
from flows.published.live.places import holds, nth, of_row, printed, where, worked
from schemas.words.bases import MEANINGS
from transforms.attribution.exposures import exposures
from transforms.attribution.profiles import Rule
from transforms.attribution.shares import attributed, over_investment, scaled
from transforms.money.balances import balances_before
from transforms.money.exchange import HOME_CURRENCY, rates_on
from transforms.receipts.steps import Row

AT_HOME: Final = "project_finance"
COLUMNS: Final = {("balance", "none"): "balance_end", ("balance", "days"): "balance_days"} | {
    ("balance", "month_ends"): "balance_months",
    ("lent", "none"): "lent",
}
"""Money and what it averages over (schemas.words.bases), and the column that has it."""

FACILITY: Final = "_facility"
"""How columns end that count what belongs to the facility alone."""

COUNTED: Final = [f"{name}{scope}" for scope in ("", FACILITY) for name in COLUMNS.values()]
LENDING: Final = ("so_far", "lent_cny", "so_far_cny", "is_active")
FLOWS: Final = {"so_far": "lent_so_far_fen", "lent_cny": "lent_fen_cny", "so_far_cny": "lent_so_far_fen_cny"}


def money_column(rule: Rule) -> str:
    """Return the column of the money that a rule counts."""
    basis = MEANINGS[rule.basis]
    return f"{COLUMNS[basis.money, basis.averaged_over]}{scope_of(rule)}"


def scope_of(rule: Rule) -> str:
    """Return how the columns end that a rule counts."""
    return FACILITY if rule.loans == "facility" else ""


class Rates:
    """Exchange rates at the end of each period."""

    def __init__(self, book: Book, contents: Contents) -> None:
        self.sheet = book.sheet("rates")
        self._currencies = _currencies(contents)
        periods = [one.period for one in contents.windows]
        for period in periods:
            for row in _rates(contents, self._currencies, period.last):
                at_home = row["currency"] == HOME_CURRENCY
                rate = 1.0 if at_home else Given(row["rate_to_cny"])
                day = {} if row["rate_date"] is None else {"day": row["rate_date"]}
                self.sheet.write(currency=row["currency"], period=period.name, rate=rate, **day)
        self._rows = (self.sheet.first, max(self.sheet.first, self.sheet.last))

    def place(self, currency: str, number: str) -> str:
        """Return the rate of a currency at the end of the period of that number, #N/A where there is none."""
        row = nth(number, len(self._currencies), self._currencies.index(currency) + 1)
        rate = of_row(self.sheet.span("rate", self._rows), row)
        return where(call("ISNUMBER", rate), rate)

    def of_cell(self, currency: str, number: str) -> str:
        """Return the same for the currency that a cell names."""
        first = (self.sheet.first, self.sheet.first + len(self._currencies) - 1)
        place = call("MATCH", currency, self.sheet.span("currency", first), 0)
        row = worked(
            (pl.col("number") - 1) * len(self._currencies) + pl.col("place"), {"number": number, "place": place}
        )
        rate = of_row(self.sheet.span("rate", self._rows), row)
        return where(call("ISNUMBER", rate), rate)


def _currencies(contents: Contents) -> list[str]:
    holdings = contents.holdings
    named = [
        holdings.loans["currency"],
        holdings.projects["investment_currency"],
        holdings.first_investments["first_investment_currency"],
        holdings.balance_sheets["investment_currency"],
    ]
    return sorted({HOME_CURRENCY, *(one for series in named for one in series.drop_nulls())})


def _rates(contents: Contents, currencies: Sequence[str], day: dt.date) -> Sequence[Row]:
    asked = pl.DataFrame({"currency": currencies}).with_columns(date=pl.lit(day))
    return rates_on(asked, contents.holdings.fx, contents.holdings.fx_max_age_days).sort("currency").to_dicts()


def write_money(sheet: Sheet, contents: Contents) -> None:
    """Write a row a period and loan: the money that each basis counts of it."""
    periods = tuple(one.period for one in contents.windows)
    counted = {
        f"{column}{scope}": _by_loan(exposures(contents.holdings, periods, _rule(basis, scope)))
        for scope in ("", FACILITY)
        for basis, column in ((name, COLUMNS[one.money, one.averaged_over]) for name, one in MEANINGS.items())
    }
    for period in periods:
        for loan in contents.loans:
            found = {name: rows.get((period.name, loan["loan_id"])) for name, rows in counted.items()}
            about = {name: loan[name] for name in ("lender", "currency")}
            sheet.write(
                loan=loan["loan_id"], project=loan["project_id"], period=period.name, **about, **_money_of(found)
            )


def _rule(basis: str, scope: str) -> Rule:
    return Rule(basis, loans="facility" if scope else AT_HOME)


def _by_loan(rows: pl.DataFrame) -> dict[tuple[str, str], Row]:
    return {(row["period"], row["loan_id"]): row for row in rows.to_dicts()}


def _money_of(found: Mapping[str, Row | None]) -> dict[str, Cell]:
    """The cells of a loan in a period; of one that has no entry by its end nothing."""
    end = found["balance_end"]
    cells: dict[str, Cell] = {
        "is_begun": end is not None,
        "is_overdrawn": end is not None and bool(end["is_overdrawn"]),
        **{name: _amount(found[name], "exposure_fen") for name in COUNTED},
    }
    for scope in ("", FACILITY):
        lent = found[f"lent{scope}"]
        cells |= {f"{name}{scope}": _amount(lent, column) for name, column in FLOWS.items()}
        cells[f"is_active{scope}"] = lent is not None and bool(lent["is_active"])
    return cells


def _amount(row: Row | None, fen: str) -> Given:
    if row is None:
        return Given(0.0)
    return Given(None if row[fen] is None else row[fen] / 100)


def write_published(sheet: Sheet, contents: Contents) -> None:
    """Write a row a period and loan: the tonnes that it is published with, a column a rule."""
    for window in contents.windows:
        for loan in contents.loans:
            key = (window.period.name, loan["loan_id"])
            rows = {name: contents.published.get((name, *key)) for name in contents.rule_of}
            tonnes = {name: row["attributed_reductions_tco2e"] for name, row in rows.items() if row is not None}
            sheet.write(loan=loan["loan_id"], period=window.period.name, **tonnes)


class Matched(NamedTuple):
    """What month by month needs of a loan: its investment in its currency, whether that and its share are known."""

    investment: str
    has_investment: str
    counts: str


class MatchedMonths:
    """Writes each loan's balance at the end of each month of its project, and what of the month's tonnes is its own."""

    def __init__(self, sheet: Sheet, contents: Contents, months: Months) -> None:
        self.sheet, self._contents, self._months = sheet, contents, months
        windows = [one.period for one in contents.windows if not one.is_since_start]
        self._days = (min(one.first for one in windows), max(one.last for one in windows))
        self._balances = _month_ends(contents, self._days)

    def write(self, project: str, loans: Mapping[str, Matched], days: Mapping[str, str]) -> dict[str, str]:
        """Write the months of a project's loans; return the sum of each; days: where the period begins and ends."""
        first, last = self._days
        months = {month: at for month, at in self._months.rows[project].items() if first <= month <= last}
        if not months:
            return dict.fromkeys(loans, "0")
        begin, sums = self.sheet.next, dict[str, str]()
        for loan, facts in loans.items():
            start = self.sheet.next
            for place, (month, at) in enumerate(months.items()):
                together = [self.sheet.at("known", begin + place + each * len(months)) for each in range(len(loans))]
                self._write(loan, project, month, facts, call("SUM", *together), at, days)
            sums[loan] = call("SUM", self.sheet.span("attributed", (start, self.sheet.last)))
        return sums

    def _write(  # noqa: PLR0913, PLR0917 - what a row is of
        self, loan: str, project: str, month: dt.date, facts: Matched, together: str, at: int, days: Mapping[str, str]
    ) -> None:
        here = {name: self.sheet.here(name) for name in self.sheet.holds}
        over = worked(over_investment(pl.col("balance")), {**here, **_named(facts)})
        within = (pl.col("month") >= pl.col("first")) & (pl.col("month") <= pl.col("last"))
        own = worked(attributed(pl.col("tonnes"), pl.col("share")), here)
        self.sheet.write(
            loan=loan,
            project=project,
            month=month,
            balance=Given(self._balances.get((month, loan), 0.0)),
            raw=Formula(where(facts.counts, over)),
            known=Formula(call("IFNA", here["raw"], 0)),
            together=Formula(together),
            share=printed(scaled(pl.col("raw"), pl.col("together")), here),
            tonnes=Formula(self._months.sheet.at("reduction", at)),
            is_within=Formula(holds(within, {**here, **days})),
            attributed=Formula(call("IF", here["is_within"], call("IFNA", own, 0), 0)),
        )


def _named(facts: Matched) -> dict[str, str]:
    return {"investment_fen": facts.investment, "has_investment": facts.has_investment}


def _month_ends(contents: Contents, days: tuple[dt.date, dt.date]) -> dict[tuple[dt.date, str], float]:
    """What each loan owes at the end of each month within the days, in its currency, by the month's first day."""
    firsts = pl.date_range(days[0].replace(day=1), days[1], interval="1mo", eager=True)
    following = dict(zip(firsts.dt.offset_by("1mo"), firsts, strict=True))
    rows = balances_before(contents.holdings.changes, following).select("before_date", "loan_id", "balance_fen")
    return {(following[day], loan): float(fen) / 100 for day, loan, fen in rows.iter_rows()}
