"""Cells that a spreadsheet has spoiled, by what their text shows or what the form says of them: refused by name."""

from typing import Final

import polars as pl

from schemas.contract import Contract
from schemas.deliveries import WORKED_OUT_COLUMNS
from transforms.deliveries.ids import is_id
from transforms.deliveries.marks import FREE_TEXTS
from transforms.deliveries.refusals import findings, no_findings

ERRORS: Final = (
    r"(?i)^#(DIV/0!|N/A|N/A N/A|REF!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|BUSY!|UNKNOWN!"
    r"|PYTHON!|EXTERNAL!|GETTING_DATA|\?)$"
)
FORMULA: Final = r"^=[^=]"
SHORTENED: Final = r"^\d([.]\d+[eE][+]?|[eE][+])\d+$|^\d{16,}[.]0+$"
"""6.22848E+17, and a float of more digits than it keeps."""

WHOLE: Final = r"^(\d{1,15})[.]0+$"


def whole_id(text: pl.Expr) -> pl.Expr:
    """Return the id without the point that a program has put behind a whole number: 1001.0 is 1001."""
    return text.str.replace(WHOLE, "$1")


def spoiled_cells(text: pl.DataFrame, marks: pl.DataFrame, contract: type[Contract]) -> pl.DataFrame:
    """Return a finding for each cell that is an error, has lost digits, or is marked (transforms.deliveries.marks)."""
    found = [_marked(text, marks)]
    for name in (name for name in contract.columns() if name not in WORKED_OUT_COLUMNS):
        reason = pl.format(name + " is {}, an error of the spreadsheet; send the value", name)
        found += _where(text, name, ERRORS, "spreadsheet_error", reason)
        if name not in FREE_TEXTS:
            words = " {} is a formula and not its value; send the value"
            found += _where(text, name, FORMULA, "formula_without_value", pl.format(name + words, name))
        if is_id(name):
            words = " {} was shortened by a spreadsheet, which keeps 15 digits; format the column as text"
            found += _where(text, name, SHORTENED, "lost_digits", pl.format(name + words, name))
    together = pl.concat(found)
    return together.unique(["at", "column"], keep="first", maintain_order=True)


def _where(text: pl.DataFrame, name: str, pattern: str, rule: str, reason: pl.Expr) -> list[pl.DataFrame]:
    if not text.select(pl.col(name).str.contains(pattern).any()).item():
        return []
    return [findings(text, pl.col(name).str.contains(pattern), rule=rule, column=name, reason=reason)]


def _marked(text: pl.DataFrame, marks: pl.DataFrame) -> pl.DataFrame:
    if marks.is_empty():
        return no_findings()
    numbered = text.with_row_index("at").select("at", "source_row")
    cells = (
        text.with_row_index("at")
        .select("at", *marks["column"].unique(maintain_order=True))
        .unpivot(index="at", variable_name="column", value_name="value")
    )
    placed = marks.join(numbered, on="source_row").join(cells, on=["at", "column"], how="left")
    return placed.select(no_findings().columns).cast(no_findings().schema)
