"""The rows of the published file, found by what they are about."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from transforms.receipts.steps import AT, Row


class Rows:
    """Tables as rows, each with its place in its table; what was asked once is found at once."""

    def __init__(self, tables: Mapping[str, pl.DataFrame]) -> None:
        self.tables: dict[str, list[dict[str, Any]]] = {
            name: [{**row, AT: at} for at, row in enumerate(frame.iter_rows(named=True))]
            for name, frame in tables.items()
        }
        self._by: dict[tuple[str, tuple[str, ...]], dict[tuple[Any, ...], list[Row]]] = {}

    def of(self, table: str, **wanted: Any) -> Sequence[Row]:  # noqa: ANN401 - a cell is of any type
        """Return the rows whose columns hold these values, in the table's order."""
        columns = tuple(wanted)
        found = self._by.get((table, columns))
        if found is None:
            found = defaultdict(list)
            for row in self.tables[table]:
                found[tuple(row[column] for column in columns)].append(row)
            self._by[table, columns] = found
        return found.get(tuple(wanted.values()), ())

    def one(self, table: str, **wanted: Any) -> Row | None:  # noqa: ANN401
        """Return the only such row; None where there is none."""
        found = self.of(table, **wanted)
        return found[0] if found else None
