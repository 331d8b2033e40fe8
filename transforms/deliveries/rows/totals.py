"""A sender's own total rows: never rows of the table, but something to check the rows against, to the cent."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import polars as pl

from schemas.contract import MONEY_DTYPE
from schemas.deliveries import DELIVERIES
from transforms.deliveries.headers.columns import Header
from transforms.deliveries.rows.raw_table import RawTable
from transforms.deliveries.tables.bodies import TOTALS
from transforms.deliveries.text.cells import read_cell, tidy
from transforms.deliveries.text.statements import plain
from transforms.ground.flag_rows import Notice, notice

SUBTOTAL_WORDS: Final = ("小计", "subtotal")


def differing_totals(raw: RawTable, headers: list[Header]) -> list[Notice]:
    """Return a notice of each total row whose money is not the sum of the rows above it, or is not an amount.

    A subtotal sums the rows since the subtotal before it, a total every row above; one of a part (2025年合计) either,
    or the rows since the one before it. All delivered rows count, the refused ones too: the total is the sender's, and
    shows whether the file is whole.
    """
    if raw.totals.is_empty():
        return []
    money = [h for h in headers if DELIVERIES[raw.table].polars_schema()[h.column] == MONEY_DTYPE]
    return [notice for header in money for notice in _differences(raw, header)]


def _differences(raw: RawTable, header: Header) -> list[Notice]:
    amount = read_cell(tidy(header.delivered), MONEY_DTYPE, header.scale).alias("amount")
    rows = raw.cells.select("source_row", amount)
    first = pl.coalesce(pl.when(pl.col(c).str.strip_chars() != "").then(pl.col(c)) for c in raw.cells.columns[:-1])
    totals = raw.totals.select("source_row", amount, word=first, text=tidy(header.delivered)).drop_nulls("text")
    notices, ends = [], _Ends()
    for line, stated, word, text in totals.iter_rows():
        if stated is None and text == word.strip():
            continue  # the total's word is in this very column
        if stated is None:
            notices.append(_no_amount(line, word, text, header))
            continue
        summed = [_sum(rows, since, line) for since in ends.begin(word, line)]
        if stated not in summed and not _is_running(word):
            notices.append(_difference(line, word, stated, summed[0], header))
    return notices


@dataclass
class _Ends:
    """The lines of the last subtotal, and of the last total of a part: 2024年合计."""

    subtotal: int = 0
    part: int = 0

    def begin(self, word: str, line: int) -> list[int]:
        """Return after which lines the rows of a total may begin, and note where it ends."""
        label = "".join(plain(word).split()).rstrip(":").lower()
        if any(text in label for text in SUBTOTAL_WORDS):
            begins, self.subtotal = [self.subtotal], line
        elif label in TOTALS:
            begins = [0]
        else:
            begins, self.part = [self.part, self.subtotal, 0], line
        return begins


def _sum(rows: pl.DataFrame, since: int, line: int) -> Decimal:
    above = rows.filter((pl.col("source_row") < line) & (pl.col("source_row") > since))
    return sum(above["amount"].drop_nulls(), Decimal(0))


def _is_running(word: str) -> bool:
    """本年累计 may count what other lists have: there is nothing to compare it with."""
    return "累计" in word and plain(word).strip() not in TOTALS


def _no_amount(line: int, word: str, text: str, header: Header) -> Notice:
    return notice(
        "total_row_differs", wording="total_without_amount", line=line, word=word, text=text, header=header.delivered
    )


def _difference(line: int, word: str, stated: Decimal, summed: Decimal, header: Header) -> Notice:
    return notice(
        "total_row_differs",
        line=line,
        word=word,
        header=header.delivered,
        stated=stated,
        summed=summed,
        difference=stated - summed,
    )
