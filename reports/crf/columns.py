"""The columns of the disclosure's rows: the letter that ends a code, for good, the unit, how a number is written."""

from collections.abc import Mapping
from typing import Final

from reports import numbers
from reports.codes import Column

MONEY: Final = "10,000 CNY"
PER_CENT: Final = "%"
TONNES: Final = "tCO2e"
TONNES_A_YEAR: Final = "tCO2e/yr"

OF_CELLS: Final = {
    "project_count": Column("A", "", numbers.count),
    "disbursed_wan": Column("C", MONEY, numbers.money_wan),
    "weighted_rate_pct": Column("D", PER_CENT, numbers.rate),
    "reductions": Column("E", TONNES_A_YEAR),
}
OF_TOTALS: Final = {
    "headline_reductions": Column("F", TONNES_A_YEAR, numbers.headline_tonnes),
    "coverage": Column("H", PER_CENT, numbers.per_cent),
}
OF_EFFECTS: Final = {"reductions": Column("A", TONNES_A_YEAR)}
OF_PROJECTS: Final = {
    "disbursed_wan": Column("A", MONEY, numbers.money_wan),
    "total_investment_wan": Column("C", MONEY, numbers.money_wan),
    "share": Column("D", PER_CENT, numbers.per_cent),
    "annual_reductions": Column("E", TONNES_A_YEAR),
    "attributed_reductions": Column("F", TONNES_A_YEAR),
    "promised": Column("H", TONNES),
    "expected": Column("J", TONNES),
    "expected_range": Column("K", TONNES, numbers.headline_tonnes),
    "measured": Column("M", TONNES),
    "gap": Column("N", TONNES),
}
OF_RANGE: Final = {
    "figure": Column("A", TONNES),
    "uncertainty": Column("C", TONNES),
    "relative": Column("D", PER_CENT, numbers.per_cent),
    "lower": Column("E", TONNES),
    "upper": Column("F", TONNES),
}
OF_INPUTS: Final = {
    "relative": Column("A", PER_CENT, numbers.per_cent),
    "contribution": Column("C", TONNES, has_sign=False),
    "narrowed": Column("D", TONNES),
}
OF_FACTORS: Final = {"value": Column("A", "", numbers.factor)}
OF_VERIFIED: Final = {"verified": Column("A", TONNES), "measured": Column("C", TONNES)}
OF_LIMITS: Final = {"refused_rows": Column("A", "", numbers.count)}
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
