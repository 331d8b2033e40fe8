"""Exchange rates of 100 units, as the middle rates of SAFE are: read as such where the file says so."""

import re
from collections.abc import Iterable
from typing import Final

import polars as pl

from schemas.between.deliveries import SentRow, SentText
from schemas.between.ground import BrokenRule
from schemas.contract import DataFrame, stacked
from transforms.deliveries.text.folding import plain_cell
from transforms.ground.refusals import findings, no_findings

HUNDRED: Final = 100
SAYS_HUNDRED: Final = r"(?i)(?:每|per|/|兑|对|^)\s*(?:100|一?百)(?:[^0-9.]|$)"
SAYS_ONE: Final = r"(?i)^(?:(?:每|per|/)?\s*(?:1|一)\s*(?:单位|外币|units?|[a-z]{3})?|[^0-9百千万]*)$"
SAYS_A_NUMBER: Final = "[0-9一百千万]"
UNIT_HEADERS: Final = frozenset({"unit", "units", "单位", "计价单位", "报价单位", "数量", "per"})
"""Headers of a column that says of how many units a rate is."""

_PHRASE: Final = re.compile(
    r"(?i)\s*\(?\s*(?:人民币元?|元|cny|rmb)?\s*(?:每|per|/)\s*(?:100|一?百)\s*(?:个?单位)?\s*(?:外币|外汇|units?)?"
    r"(?:人民币)?\s*\)?\s*"
)
MIDDLE_RATE: Final = frozenset({"中间价", "汇率中间价", "人民币中间价", "人民币汇率中间价", "人民币汇率", "折算价"})
"""What a header is called that says of how many units it is; without that it is not known."""


def bare_header(header: str) -> str | None:
    """Return the header (half-width) without its words for 100 units; None where it has none."""
    bare = _PHRASE.sub("", header).strip()
    if bare == header.strip():
        return None
    return "rate" if bare in MIDDLE_RATE else bare


def speaks_of_hundred(text: str) -> bool:
    """Return whether a text beside a table of rates speaks of 100 units: 人民币对100外币."""
    return bool(re.search(SAYS_HUNDRED, text))


def unit_header(headers: Iterable[str]) -> str | None:
    """Return the header of the column that says of how many units the rates are."""
    return next((header for header in headers if header.strip().lower() in UNIT_HEADERS), None)


def divisor(cells: DataFrame[SentRow], per: int) -> pl.Expr:
    """Return of how many units each row's rate is: what the header says (`per`), else the row's unit, else one."""
    unit = unit_header(cells.columns)
    if per == HUNDRED or unit is None:
        return pl.lit(float(per))
    return pl.when(plain_cell(unit).str.contains(SAYS_HUNDRED)).then(float(HUNDRED)).otherwise(1.0)


def doubtful_rates(
    cells: DataFrame[SentRow], text: DataFrame[SentText], header: str, per: int
) -> DataFrame[BrokenRule]:
    """Return findings for rates whose unit is not understood or another than its header's, or whose source alone speaks

    of 100 units. header, per: the delivered header of the rates, and of how many units it says that they are.
    """
    unit, found = unit_header(cells.columns), [no_findings()]
    stated = plain_cell(unit) if unit else pl.lit("")
    marked = text.with_columns(cells.select("source_row", stated_unit=stated.fill_null(""))["stated_unit"])
    says = pl.col("stated_unit").str.contains(SAYS_HUNDRED)
    if per == HUNDRED:
        other = marked["stated_unit"].str.contains(SAYS_A_NUMBER) & ~marked.select(says).to_series()
        words = pl.format(
            "'{}' is of 100 units and its {} is '{}'; correct one of them", pl.lit(header), pl.lit(unit), "stated_unit"
        )
        found.append(findings(marked, pl.lit(other), rule="unit_of_rate", column="rate", reason=words))
    if per == 1:
        known = says | pl.col("stated_unit").str.contains(SAYS_ONE)
        words = pl.format("rate is of '{}', which is neither 1 nor 100 units; send the rate of one unit", "stated_unit")
        found.append(findings(marked, ~known, rule="unit_of_rate", column="rate", reason=words))
        alone = ~says & plain_cell("source").str.contains(SAYS_HUNDRED)
        words = pl.format(
            "its source '{}' speaks of 100 units and its header does not; name the column "
            "汇率(每100单位), or send the rate of one unit",
            "source",
        )
        found.append(findings(marked, alone, rule="rate_per_hundred", column="rate", reason=words))
    return stacked(found)
