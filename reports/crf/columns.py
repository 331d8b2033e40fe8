"""The columns of the disclosure's rows: the letter that ends a code, for good, the unit, how a number is written."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from reports import numbers
from reports.codes import Column

MONEY: Final = "10,000 CNY"
PER_CENT: Final = "%"
TONNES: Final = "tCO2e"
TONNES_A_YEAR: Final = "tCO2e/yr"

OF_CELLS: Final = {
    "project_count": Column("A", ""),
    "disbursed_wan": Column("C", MONEY),
    "weighted_rate_pct": Column("D", PER_CENT),
    "reductions": Column("E", TONNES_A_YEAR),
}
OF_TOTALS: Final = {"headline_reductions": Column("F", TONNES_A_YEAR), "coverage": Column("H", PER_CENT)}
OF_EFFECTS: Final = {"reductions": Column("A", TONNES_A_YEAR)}
OF_PROJECTS: Final = {
    "disbursed_wan": Column("A", MONEY),
    "total_investment_wan": Column("C", MONEY),
    "share": Column("D", PER_CENT),
    "annual_reductions": Column("E", TONNES_A_YEAR),
    "attributed_reductions": Column("F", TONNES_A_YEAR),
    "promised": Column("H", TONNES),
    "expected": Column("J", TONNES),
    "expected_range": Column("K", TONNES),
    "measured": Column("M", TONNES),
    "gap": Column("N", TONNES),
}
OF_RANGE: Final = {
    "figure": Column("A", TONNES),
    "uncertainty": Column("C", TONNES),
    "relative": Column("D", PER_CENT),
    "lower": Column("E", TONNES),
    "upper": Column("F", TONNES),
}
OF_INPUTS: Final = {
    "relative": Column("A", PER_CENT),
    "contribution": Column("C", TONNES),
    "narrowed": Column("D", TONNES),
}
OF_FACTORS: Final = {"value": Column("A", "")}
OF_VERIFIED: Final = {"verified": Column("A", TONNES), "measured": Column("C", TONNES)}
OF_LIMITS: Final = {"refused_rows": Column("A", "")}
"""Columns by their names in the printed rows; a factor has its own unit."""

COLUMNS: Final[Mapping[str, Mapping[str, Column]]] = {
    "table": OF_CELLS | OF_TOTALS,
    "sentence": OF_EFFECTS,
    "project": OF_PROJECTS,
    "verified": OF_VERIFIED,
    "range": OF_RANGE,
    "input": OF_INPUTS,
    "factor": OF_FACTORS,
    "limits": OF_LIMITS,
}
"""By the kind of row."""

PARTED: Final = " – "
"""What parts the ends of a range."""

WRITTEN: Final[Mapping[str, Callable[[Any], str]]] = {
    "project_count": numbers.count,
    "disbursed_wan": numbers.money_wan,
    "weighted_rate_pct": numbers.rate,
    "headline_reductions": numbers.headline_tonnes,
    "coverage": numbers.per_cent,
    "total_investment_wan": numbers.money_wan,
    "share": numbers.per_cent,
    "expected_range": numbers.headline_tonnes,
    "relative": numbers.per_cent,
    "value": numbers.factor,
    "refused_rows": numbers.count,
}
"""How columns are written that hold other than tonnes with two decimals."""

WITHOUT_SIGN: Final = ("contribution",)
"""Columns that print how much, and not which way."""


def written(column: str, values: Sequence[Any]) -> str:
    """Return a number, or the ends of a range, as the column prints it."""
    if None in values:
        return numbers.MISSING
    shown = [abs(value) for value in values] if column in WITHOUT_SIGN else values
    return PARTED.join(WRITTEN.get(column, numbers.tonnes)(value) for value in shown)
