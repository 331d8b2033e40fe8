"""The attribution bases: which money each counts and how. The command line offers them before any library is loaded."""

from typing import Final, NamedTuple

MONEY: Final = ["balance", "lent"]
"""What a basis counts of a loan: what is outstanding, or what was newly paid out."""

AVERAGES: Final = ["none", "days", "month_ends"]
"""Over what a basis averages: nothing (the last day alone), every day, or every month-end and the last day."""


class Basis(NamedTuple):
    """What a basis counts; is_matched: each month's reduction is shared out by that month's own shares."""

    money: str
    averaged_over: str
    is_matched: bool = False


MEANINGS: Final = {
    "period_end": Basis("balance", "none"),
    "daily_average": Basis("balance", "days"),
    "month_end_average": Basis("balance", "month_ends"),
    "monthly_matched": Basis("balance", "month_ends", is_matched=True),
    "disbursed": Basis("lent", "none"),
}
BASES: Final = [*MEANINGS]
AVERAGE_BASES: Final = [
    name for name, basis in MEANINGS.items() if basis.averaged_over != "none" and not basis.is_matched
]
"""Bases that set a mean balance against the tonnes of the days on which the plant ran."""
MATCHED_BASES: Final = [name for name, basis in MEANINGS.items() if basis.is_matched]
"""Bases whose factor is a mean of shares, so that the factors of one project's lenders may pass 1 together."""
BALANCE_BASES: Final = [name for name, basis in MEANINGS.items() if basis.money == "balance"]
"""The bases that count what is outstanding; what was newly lent is set against promises of a year, in tables apart."""
