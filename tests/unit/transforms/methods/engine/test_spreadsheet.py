"""A formula of a spreadsheet, printed from the tree that runs, gives in LibreOffice what polars gives."""

import math
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import openpyxl
import polars as pl
import pytest
from openpyxl.utils import get_column_letter
from polars import coalesce, lit, when

from tests.integration.office import bytes_of, needs_office, recalculated
from transforms.methods.catalog import EDITIONS
from transforms.methods.engine.limits import at_most, not_below_zero
from transforms.methods.engine.signs import symbol
from transforms.methods.engine.spreadsheet import constant, spreadsheet
from transforms.methods.engine.tree import read_back, symbols_of

a, b, c = (symbol(f"{name}_ratio", name) for name in "abc")
CELLS: Final = {f"{name}_ratio": f"{name.upper()}1" for name in "abc"}
ROWS: Final = 40
BY_NOTHING: Final = "#DIV/0!"
"""What polars calls infinite; a factor by which something is divided is never 0 (Method.contract)."""
RULES: Final = [
    (a > b) & (b > c),
    (a > b) | (b > c),
    ~(a > b) & c.is_null(),
    coalesce(a, b, c),
    when((a > b) | (b > c)).then(a).otherwise(b),
    not_below_zero(a - b),
    a.clip(lower_bound=b),
    at_most(a, b + c),
    a - (b - c),
    a / (b * c),
    (lit(-2.5) - a) * b,
]
"""What formulas and rules are made of, where something is unknown too."""


class Printed(NamedTuple):
    """An expression, and the rows on which it is worked out."""

    expression: pl.Expr
    rows: pl.DataFrame


@pytest.mark.parametrize(
    ("expression", "printed"),
    [
        (a * (b + c), "A1 * (B1 + C1)"),
        (a - b - c, "A1 - B1 - C1"),
        (a - (b - c), "A1 - (B1 - C1)"),
        (lit(1.0) - a, "1.0 - A1"),
        (at_most(a, b + c), "MIN(A1,B1 + C1)"),
        (not_below_zero(a - b), "MAX(A1 - B1,0.0)"),
        (coalesce(a, b, c), "IFNA(A1,IFNA(B1,C1))"),
        (when(a == 0).then(b).otherwise(c), "IF(IFNA(A1 = 0.0,FALSE),B1,C1)"),
        (when(a.is_not_null()).then(b).otherwise(c), "IF(NOT(ISNA(A1)),B1,C1)"),
    ],
)
def test_a_tree_is_printed_over_its_cells(expression: pl.Expr, printed: str) -> None:
    assert spreadsheet(read_back(expression), CELLS) == printed


def test_what_has_no_cell_is_unknown_and_what_is_limitless_is_the_largest_number() -> None:
    assert spreadsheet(read_back(a * b), {"a_ratio": "A1"}) == "A1 * NA()"
    assert [constant(value) for value in (None, math.inf, -2.5, 0.1, 1e-7)] == [
        "NA()",
        "1E308",
        "(-2.5)",
        "0.1",
        "1E-07",
    ]


def drawn(columns: Sequence[str], seed: str) -> pl.DataFrame:
    """Readings and factors of forty months: one in five is 0, and one in ten unknown."""
    chance = random.Random(seed)  # noqa: S311
    choices = [0.0, 0.0, None, *(chance.uniform(0.01, 50.0) for _ in range(8))]
    rows = {name: chance.choices(choices, k=ROWS) for name in columns}
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.Float64))


def printed() -> Iterator[Printed]:
    """Every term of every method, and every kind of node."""
    for expression in RULES:
        yield Printed(expression, drawn([*CELLS], str(expression)))
    for method in EDITIONS.values():
        for term in (method.baseline, method.project, method.leakage, *(part.amount for part in method.parts)):
            columns = sorted({one.column for one in symbols_of(read_back(term))})
            if columns:
                yield Printed(term, drawn(columns, f"{method.name} {method.edition}"))


def sheet_of(book: openpyxl.Workbook, one: Printed) -> None:
    """A sheet with a row a month, and the formula behind its values."""
    sheet, node, names = book.create_sheet(), read_back(one.expression), one.rows.columns
    for at, row in enumerate(one.rows.iter_rows(), start=1):
        cells = {name: f"{get_column_letter(place)}{at}" for place, name in enumerate(names, start=1)}
        sheet.append(["#N/A" if value is None else value for value in row])
        formula = f"={spreadsheet(node, cells)}".replace("IFNA(", "_xlfn.IFNA(")
        sheet.cell(at, len(names) + 1, formula)


def is_alike(there: object, here: float | bool | None) -> bool:
    """What is unknown is #N/A."""
    if here is None:
        return there == "#N/A"
    return isinstance(there, int | float) and math.isclose(there, here, rel_tol=1e-12, abs_tol=1e-12)


@needs_office
def test_a_spreadsheet_gives_what_polars_gives_for_every_term_of_every_method(tmp_path: Path) -> None:
    book, every = openpyxl.Workbook(), list(printed())
    for one in every:
        sheet_of(book, one)
    worked = recalculated(bytes_of(book), tmp_path).worksheets[1:]
    compared = 0
    for one, sheet in zip(every, worked, strict=True):
        here = one.rows.with_columns(x=one.expression)["x"].to_list()
        there = [row[-1] for row in sheet.iter_rows(values_only=True, max_col=one.rows.width + 1)]
        pairs = [pair for pair in zip(there, here, strict=True) if pair[0] != BY_NOTHING]
        assert [pair for pair in pairs if not is_alike(*pair)] == [], str(one.expression)
        compared += len(pairs)
    assert compared > 0.9 * ROWS * len(every)
