"""Which sign parts the decimals is a matter of the column: beside 1.234,56 nobody knows what 1.234 is."""

from typing import Final

import polars as pl

from schemas.between.deliveries import SentText
from schemas.between.ground import BrokenRule
from schemas.contract import DataFrame, stacked
from transforms.deliveries.text.folding import plain_cell
from transforms.ground.refusals import findings, no_findings

DECIMAL_COMMA: Final = (
    r"^[+-]?(?:[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+|[0-9]{1,3}(?:\.[0-9]{3}){2,}|[0-9]+,(?:[0-9]{1,2}|[0-9]{4,})"
    r"|0[0-9]*,[0-9]{3}|[0-9]{4,},[0-9]{3})$"
)
"""Numbers that can only be meant with a comma before the decimals or points between thousands."""

DOUBTFUL: Final = r"^[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}$"
"""Numbers that are thousands in one convention and decimals in the other."""


def doubtful_numbers(text: DataFrame[SentText], columns: list[str]) -> DataFrame[BrokenRule]:
    """Return a finding for each cell that has two readings, in columns that show the decimal comma somewhere."""
    if not columns:
        return no_findings()
    anywhere = text.select(plain_cell(name).str.contains(DECIMAL_COMMA).any() for name in columns).row(0, named=True)
    return stacked([no_findings(), *(_doubtful(text, name) for name in columns if anywhere[name])])


def _doubtful(text: DataFrame[SentText], name: str) -> DataFrame[BrokenRule]:
    plain = plain_cell(name)
    [(sample, line)] = text.filter(plain.str.contains(DECIMAL_COMMA)).select(name, "source_row").head(1).rows()
    grouped = plain.str.replace(r"[.,]", "")
    reason = pl.format(
        "{} '{}' is {} or {}: line {} of its column has '{}', with a comma before the decimals; "
        "write numbers as 1234.5",
        pl.lit(name),
        name,
        plain.str.replace(",", ".", literal=True),
        grouped,
        pl.lit(line),
        pl.lit(sample),
    )
    return findings(text, plain.str.contains(DOUBTFUL), rule="doubtful_separator", column=name, reason=reason)
