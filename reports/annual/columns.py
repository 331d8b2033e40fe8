"""The columns of the chapters' rows: the letter that ends a code, for good, the unit, how a number is written."""

from collections.abc import Mapping
from typing import Final

from reports import numbers
from reports.codes import Column

MONEY: Final = "CNY million"
PER_CENT: Final = "%"
TONNES: Final = "tCO2e"
PER_MILLION: Final = "tCO2e/CNY million"

OF_BALANCES: Final = {
    "project_count": Column("A", "", numbers.count),
    "outstanding": Column("C", MONEY, numbers.money_million),
    "growth": Column("D", PER_CENT, numbers.per_cent),
}
OF_METHODS: Final = {
    "outstanding": Column("C", MONEY, numbers.money_million),
    "coverage": Column("E", PER_CENT, numbers.per_cent),
    "reductions": Column("F", TONNES),
    "own_base_year": Column("J", TONNES),
    "removals": Column("K", TONNES),
    "financed_emissions": Column("M", TONNES),
    "emissions_coverage": Column("N", PER_CENT, numbers.per_cent),
    "score": Column("P", "", numbers.rate),
    "emissions_per_million": Column("R", PER_MILLION),
}
OF_FINANCING: Final = {
    "outstanding": Column("C", MONEY, numbers.money_million),
    "share": Column("E", PER_CENT, numbers.per_cent),
    "project_tonnes": Column("F", TONNES),
    "attributed": Column("H", TONNES),
    "project_emissions": Column("J", TONNES),
    "financed_emissions": Column("K", TONNES),
    "score": Column("M", "", numbers.count),
}
OF_FACTORS: Final = {"value": Column("A", "", numbers.factor)}
"""Columns by their names in the printed rows; a factor has its own unit."""

COLUMNS: Final[Mapping[str, Mapping[str, Column]]] = {
    "balance": OF_BALANCES,
    "method": OF_METHODS,
    "financing": OF_FINANCING,
    "factor": OF_FACTORS,
}
"""By the kind of row."""
