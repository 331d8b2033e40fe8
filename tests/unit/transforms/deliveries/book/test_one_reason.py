"""A row with one bad cell is refused for that cell alone: a second reason would send its sender after nothing."""

from typing import Final

import polars as pl
import pytest

from tests.makers import KNOWN_AT, Row, land, make_entry, make_loan, make_project, reference
from tests.unit.transforms.deliveries.speakers.test_speaking import CHANGED
from transforms.deliveries.book.book import assemble

BAD: Final = ("#DIV/0!", "-5")
BEFORE: Final = {"projects": make_project(), "loans": make_loan(), "ledger": make_entry()}
"""What rows of other tables refer to."""


@pytest.mark.parametrize("table", CHANGED)
def test_one_bad_cell_has_one_reason(table: str) -> None:
    """Each column of the table's row in turn holds each of the bad cells, in a file of its own."""
    row: Row = CHANGED[table][1]()
    others = [
        land(name, [before], number=n) for n, (name, before) in enumerate(BEFORE.items(), start=1) if name != table
    ]
    spoiled = dict(enumerate([name for name in row for _ in BAD], start=100))
    files = [land(table, [{**row, name: BAD[n % len(BAD)]}], number=n) for n, name in spoiled.items()]
    refused = assemble([*others, *files], reference(), KNOWN_AT).rejected.filter(pl.col("source_row").is_not_null())
    by_file = refused.group_by("source_file").agg(pl.col("rule"), pl.col("column"), pl.col("reason"))
    assert by_file.height > len(BAD)
    assert by_file.filter(pl.col("rule").list.len() > 1).to_dicts() == []
