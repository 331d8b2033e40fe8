"""The columns of the statement's rows: the letter that ends a code, for good, the unit, how a number is written."""

from collections.abc import Mapping
from typing import Final

from reports import numbers
from reports.codes import Column

MONEY: Final = "CNY million"
PER_CENT: Final = "%"
TONNES: Final = "tCO2e"

OF_METHODS: Final = {
    "project_count": Column("A", "", numbers.count),
    "outstanding": Column("C", MONEY, numbers.money_million),
    "undrawn": Column("D", MONEY, numbers.money_million),
    "coverage": Column("E", PER_CENT, numbers.per_cent),
    "reductions": Column("F", TONNES),
    "per_million": Column("H", "tCO2e/CNY million"),
    "own_base_year": Column("J", TONNES),
    "removals": Column("K", TONNES),
    "financed_emissions": Column("M", TONNES),
    "emissions_coverage": Column("N", PER_CENT, numbers.per_cent),
    "score": Column("P", "", numbers.rate),
}
OF_FINANCING: Final = {
    "invested": Column("A", MONEY, numbers.money_million),
    "outstanding": Column("C", MONEY, numbers.money_million),
    "undrawn": Column("D", MONEY, numbers.money_million),
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
    "method": OF_METHODS,
    "financing": OF_FINANCING,
    "factor": OF_FACTORS,
}
"""By the kind of row."""
