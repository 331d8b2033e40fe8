"""Ledger entries -> what a loan lent or owes, and its share of the project's investment, with what is unknown of it."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from schemas.deliveries import EVENT_EFFECTS
from transforms.methods.engine.tree import Binary, Number
from transforms.receipts.rows import Rows
from transforms.receipts.steps import Leaf, Part, Row, Step, formula, symbol, total, unknown

CNY: Final = "CNY"
PRODUCT: Final = Binary("*", symbol("amount"), symbol("rate"))
SHARE: Final = Binary("/", symbol("money"), symbol("investment"))
NOTHING: Final = Binary("*", symbol("money"), Number(0.0))
"""The share of no money, in whichever currency it is none."""

SCALED: Final = Binary("/", symbol("share"), symbol("together"))
TOLERANCE: Final = 1e-12
"""Shares that pass 1 by less pass it by rounding only."""


class Window(NamedTuple):
    """Days, both ends included."""

    first: dt.date
    last: dt.date


class Moved(NamedTuple):
    """An entry by what it does: the event, its own or the reversed one's; the day of the flow; its sign."""

    entry: Row
    event: str
    flow_date: dt.date
    sign: int


Money = Callable[["Lending", Row], Part]
"""What a rule counts of a loan, in the loan's currency."""


class Lending:
    """The money of a book's loans, as the facility counts it: without what was lent outside its fields' days."""

    def __init__(self, rows: Rows, until: dt.date) -> None:
        self.rows = rows
        self.until = until
        ages = [row["value"] for row in rows.of("core.parameters", parameter_id="fx_rate_max_age", scope="all")]
        self._oldest = int(min(ages)) if ages else 0

    def entries(self, loan: Row) -> list[Moved]:
        """Return the loan's entries that count, with what each does."""
        own = [one for one in self.rows.of("core.ledger", loan_id=loan["loan_id"]) if one["value_date"] <= self.until]
        every = {one["entry_id"]: one for one in self.rows.of("core.ledger", loan_id=loan["loan_id"])}
        moved = []
        for entry in own:
            original = every.get(entry["reverses_entry_id"]) if entry["event"] == "REVERSAL" else entry
            if original is not None:
                sign = -1 if entry["event"] == "REVERSAL" else 1
                moved.append(Moved(entry, original["event"], original["value_date"], sign))
        return moved

    def eligible(self, loan: Row) -> list[Moved]:
        """Return the entries but for what was lent before the loan's field belonged to the facility, or after."""
        field = self.rows.one("core.crf_fields", crf_field=loan["crf_field"])
        if field is None:
            return self.entries(loan)
        return [
            one
            for one in self.entries(loan)
            if one.event != "DISBURSEMENT" or field["valid_from"] <= one.flow_date <= field["valid_to"]
        ]

    def flows(self, loan: Row, window: Window) -> list[Moved]:
        """Return what the loan lent in the window, and what of it was reversed."""
        lent = (one for one in self.eligible(loan) if one.event == "DISBURSEMENT")
        return [one for one in lent if window.first <= one.flow_date <= window.last]

    def lent(self, loan: Row, window: Window) -> Step:
        """Return the money lent in the window, in the loan's currency."""
        parts = [_amount(one, one.sign) for one in self.flows(loan, window)]
        return total("lent", loan["currency"], parts, (loan["loan_id"],))

    def lent_exactly(self, loan: Row, window: Window) -> Step:
        """Return the money lent in the window in CNY, each sum at the rate of its day; not to the fen."""
        if loan["currency"] == CNY:
            return self.lent(loan, window)
        parts = [
            self.in_cny(_amount(one, one.sign), loan["currency"], one.flow_date) for one in self.flows(loan, window)
        ]
        return total("lent_in_cny", CNY, parts, (loan["loan_id"],))

    def lent_in_cny(self, loan: Row, window: Window) -> Step:
        """Return the same to the fen."""
        lent = self.lent_exactly(loan, window)
        return lent if loan["currency"] == CNY else Step("to_fen", CNY, "fen", (lent,), (loan["loan_id"],))

    def balance(self, loan: Row, day: dt.date) -> Step:
        """Return the closing balance of the day, in the loan's currency."""
        moved = [one for one in self.eligible(loan) if one.entry["value_date"] <= day]
        parts = [_amount(one, one.sign * EVENT_EFFECTS[one.event]) for one in moved]
        return total("balance", loan["currency"], parts, (loan["loan_id"], day.isoformat()))

    def counted(self, loan: Row, window: Window) -> Step:
        """Return the money that a share is formed of, where it is not what was lent: the closing balance."""
        return self.balance(loan, window.last)

    def in_cny(self, amount: Part, currency: str, day: dt.date) -> Part:
        """Return the amount in CNY at the rate of the last trading day up to the day; unknown without a rate."""
        if currency == CNY:
            return amount
        rate = self._rate(currency, day)
        if rate is None:
            return unknown("in_cny", CNY, "no_rate", currency, day.isoformat())
        return formula("in_cny", CNY, PRODUCT, {"amount": amount, "rate": rate}, (day.isoformat(),))

    def _rate(self, currency: str, day: dt.date) -> Leaf | None:
        known = [row for row in self.rows.of("core.fx", base=currency, quote=CNY) if row["date"] <= day]
        newest = max(known, key=lambda row: row["date"], default=None)
        if newest is None or (day - newest["date"]).days > self._oldest:
            return None
        return Leaf("rate", "core.fx", "rate", newest, f"{CNY}/{currency}", (newest["date"].isoformat(),))

    def is_overdrawn(self, loan: Row, day: dt.date) -> bool:
        """Return whether the closing balance was below zero on any day up to this one."""
        moved: dict[dt.date, int] = {}
        for one in self.entries(loan):
            cents = int(one.entry["amount"] * 100) * one.sign * EVENT_EFFECTS[one.event]
            moved[one.entry["value_date"]] = moved.get(one.entry["value_date"], 0) + cents
        closing = 0
        for booked in sorted(one for one in moved if one <= day):
            closing += moved[booked]
            if closing < 0:
                return True
        return False

    def is_begun(self, loan: Row, day: dt.date) -> bool:
        """Return whether the loan has an entry that counts by the day."""
        dates = (
            one.flow_date if one.event == "DISBURSEMENT" else one.entry["value_date"] for one in self.eligible(loan)
        )
        return any(date <= day for date in dates)

    def invested(self, project: Row, day: dt.date) -> Part | None:  # noqa: ARG002 - a rule may ask what holds on it
        """Return what money is set against, its currency as unit; None where nothing above 0 is stated."""
        return investment(project) if project["total_investment"] else None

    def share(self, loan: Row, window: Window, *, is_flow: bool) -> Part:
        """Return the loan's share of its project's investment: of what it lent in the window, or owes at its end.

        Where the project's lenders together pass 1, its part of 1. It is unknown where one of theirs is.
        """
        about = (loan["loan_id"],)
        counted = self._raw(loan, window, is_flow=is_flow)
        everything = Window(dt.date.min, window.last)
        others = [
            one
            for one in self.rows.of("core.loans", project_id=loan["project_id"])
            if finances_a_project(one) and not (is_flow and not lends_anew(one)) and self.is_begun(one, window.last)
        ]
        claimed = [self._raw(one, everything if is_flow else window, is_flow=is_flow) for one in others]
        if counted.value is None or (any(one.value is None for one in claimed) and counted.value != 0):
            lacking = next((one for one in (counted, *claimed) if one.value is None), counted)
            return unknown("share", "", *_facts(lacking), about=about)
        together = total("claimed", "", claimed, (loan["project_id"],))
        if float(together.value or 0) <= 1 + TOLERANCE:
            return counted
        return formula("share_scaled", "", SCALED, {"share": counted, "together": together}, about)

    def _raw(self, loan: Row, window: Window, *, is_flow: bool) -> Part:
        about = (loan["loan_id"],)
        if self.is_overdrawn(loan, window.last):
            return unknown("share", "", "overdrawn", loan["loan_id"], about=about)
        project = self.rows.one("core.projects", project_id=loan["project_id"])
        invested = None if project is None else self.invested(project, window.last)
        if invested is None:
            return unknown("share", "", "no_investment", loan["project_id"], about=about)
        money: Part = self.lent(loan, window) if is_flow else self.counted(loan, window)
        if not money.value:
            return formula("share", "", NOTHING, {"money": money}, about)
        if loan["currency"] != invested.unit:
            at_end = loan["currency"] == CNY or self._rate(loan["currency"], window.last) is not None
            money = self.lent_exactly(loan, window) if is_flow else self.in_cny(money, loan["currency"], window.last)
            invested = self.in_cny(invested, invested.unit, window.last)
            if not at_end:
                return unknown("share", "", "no_rate", loan["currency"], window.last.isoformat(), about=about)
        if money.value is None or invested.value is None:
            return unknown("share", "", *_facts(money if money.value is None else invested), about=about)
        return formula("share", "", SHARE, {"money": money, "investment": invested}, about)


def investment(project: Row) -> Leaf:
    """Return what was invested in the project, in its own currency."""
    unit = project["investment_currency"]
    return Leaf("investment", "core.projects", "total_investment", project, unit, (project["project_id"],))


def finances_a_project(loan: Row) -> bool:
    """Working capital finances no project."""
    return bool(loan["loan_type"] != "working_capital")


def lends_anew(loan: Row) -> bool:
    """Refinancing lends nothing new."""
    return bool(loan["loan_type"] != "refinance")


def is_under_facility(loan: Row) -> bool:
    """Return whether the facility's figures are about the loan."""
    return loan["crf_field"] is not None and finances_a_project(loan) and lends_anew(loan)


def _amount(moved: Moved, sign: int) -> Part:
    entry = moved.entry
    about = (entry["entry_id"], entry["event"], entry["value_date"].isoformat())
    leaf = Leaf("entry", "core.ledger", "amount", entry, entry["currency"], about)
    return leaf if sign > 0 else Step("taken_off", entry["currency"], "negative", (leaf,), about)


def _facts(part: Part) -> Sequence[str]:
    """Why a part is unknown: its own reason, or that of the first part of it that is."""
    if isinstance(part, Leaf):
        return (part.column,)
    inner = next((one for one in part.parts if one.value is None), None)
    return part.facts or (_facts(inner) if inner is not None else ())
