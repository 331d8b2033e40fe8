"""Cells that a spreadsheet has spoiled, by what their text shows or what the form says of them: refused by name."""

from functools import cache
from typing import Final, NamedTuple

import polars as pl

from schemas.between.deliveries import CellMark, SentText
from schemas.between.ground import BrokenRule
from schemas.contract import Contract, DataFrame, conform, stacked
from schemas.deliveries import WORKED_OUT_COLUMNS
from transforms.deliveries.sheets.ids import is_id
from transforms.deliveries.sheets.marks import FREE_TEXTS
from transforms.deliveries.text.folding import like, rewritten
from transforms.ground.refusals import findings, no_findings


class Sign(NamedTuple):
    """What a spoiled cell looks like, the rule that it breaks, and the words for its sender."""

    pattern: str
    rule: str
    words: str


ERROR: Final = Sign(
    r"(?i)^#(DIV/0!|N/A|N/A N/A|REF!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|BUSY!|UNKNOWN!"
    r"|PYTHON!|EXTERNAL!|GETTING_DATA|\?)$",
    "spreadsheet_error",
    "is {}, an error of the spreadsheet; send the value",
)
FORMULA: Final = Sign(r"^=[^=]", "formula_without_value", "{} is a formula and not its value; send the value")
SHORTENED: Final = Sign(
    r"^\d([.]\d+[eE][+]?|[eE][+])\d+$|^\d{16,}[.]0+$",
    "lost_digits",
    "{} was shortened by a spreadsheet, which keeps 15 digits; format the column as text",
)
"""6.22848E+17, and a float of more digits than it keeps."""

WHOLE: Final = r"^(\d{1,15})[.]0+$"


def whole_id(text: pl.Expr) -> pl.Expr:
    """Return the id without the point that a program has put behind a whole number: 1001.0 is 1001."""
    return rewritten(text, like(WHOLE), lambda ids: ids.str.replace(WHOLE, "$1"))


def spoiled_cells(
    text: DataFrame[SentText], marks: DataFrame[CellMark], contract: type[Contract]
) -> DataFrame[BrokenRule]:
    """Return a finding for each cell that is an error, has lost digits, or is marked."""
    looked_for = [
        (name, sign) for name in contract.columns() if name not in WORKED_OUT_COLUMNS for sign in _signs(name)
    ]
    anywhere = text.select(_shows(name, sign).any().alias(f"{name}/{sign.rule}") for name, sign in looked_for).row(0)
    found = [
        findings(text, _shows(name, sign), rule=sign.rule, column=name, reason=pl.format(f"{name} {sign.words}", name))
        for (name, sign), is_there in zip(looked_for, anywhere, strict=True)
        if is_there
    ]
    together = stacked([_marked(text, marks), *found])
    return together.unique(["at", "column"], keep="first", maintain_order=True)


@cache
def _shows(name: str, sign: Sign) -> pl.Expr:
    return pl.col(name).str.contains(sign.pattern)


def _signs(name: str) -> list[Sign]:
    """What a spoiled cell of the column looks like, the plainest first."""
    return [ERROR, *([] if name in FREE_TEXTS else [FORMULA]), *([SHORTENED] if is_id(name) else [])]


def _marked(text: DataFrame[SentText], marks: DataFrame[CellMark]) -> DataFrame[BrokenRule]:
    if marks.is_empty():
        return no_findings()
    place = ["source_row", *(["source_cells"] if "source_cells" in marks.columns else [])]
    numbered = text.with_row_index("at").select("at", *place)
    cells = (
        text.with_row_index("at")
        .select("at", *marks["column"].unique(maintain_order=True))
        .unpivot(index="at", variable_name="column", value_name="cell")  # a column may be called value itself
    )
    placed = marks.join(numbered, on=place).join(cells, on=["at", "column"], how="left")
    return conform(placed.rename({"cell": "value"}), BrokenRule)
