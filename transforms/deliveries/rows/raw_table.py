"""A delivered file as text, and its rows as their sender has them: only those that are refused are written out."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from schemas.between.deliveries import CellMark, MisshapenLine, RefusedRow, SentRow, StatedBalance
from schemas.contract import DataFrame, Delivered, unchecked
from transforms.deliveries.headers.monthly_layout import CELL
from transforms.ground.flag_rows import Notice

ROW_NUMBER: Final = "source_row"
PLACE: Final = ["delivery_id", "source_row", "source_cells"]


@dataclass(frozen=True)
class RawTable:
    """A delivered file as text.

    `totals` are the sender's own total rows: never rows, but something to check against.
    `notices`: what was understood of the form.
    `lines` are those of the form that the rows were taken from, where a line holds several; None where it is a row.
    `lines_of_totals` counts total lines that are checked already.
    `sent` is each line as its sender has it, where the cells are ours; `used` are headers read for something else.
    `unread` are headers of the form of which nothing was read, where the cells are ours.
    `as_of`: the day that a list states of itself. `is_drawing`: each row is the one drawing of its loan.
    """

    delivery_id: str
    source_file: str
    table: str
    cells: DataFrame[SentRow]
    misshapen: DataFrame[MisshapenLine]
    totals: DataFrame[SentRow] = field(default_factory=SentRow.empty_frame)
    marks: DataFrame[CellMark] = field(default_factory=CellMark.empty_frame)
    notices: Sequence[Notice] = ()
    lines: Sequence[int] | None = None
    lines_of_totals: int = 0
    sent: Mapping[int, str] | None = None
    used: frozenset[str] = frozenset()
    unread: Sequence[str] = ()
    as_of: dt.date | None = None
    is_drawing: bool = False
    balances: DataFrame[StatedBalance] | None = None

    @property
    def total_row_count(self) -> int:
        """The sender's total rows."""
        return self.totals.height + self.lines_of_totals

    @property
    def height(self) -> int:
        """Rows in the file, the misshapen ones included."""
        return self.cells.height + self.misshapen.height


def with_row_texts(rows: DataFrame[Delivered], raws: Iterable[RawTable]) -> DataFrame[RefusedRow]:
    """Return refused rows with row_text: each as sent, as JSON by the sender's headers. raws: the files they are of."""
    texts = pl.concat([_no_texts(), *(_texts(raw, rows.filter(delivery_id=raw.delivery_id)) for raw in raws)])
    place = [name for name in PLACE if name in rows.columns]
    distinct = texts.select(*place, "row_text").unique(place, keep="first", maintain_order=True)
    beside = rows.join(distinct, on=place, how="left", nulls_equal=True, maintain_order="left")
    return unchecked(beside, RefusedRow)


def _no_texts() -> pl.DataFrame:
    return pl.DataFrame(schema={**dict.fromkeys(PLACE, pl.String), "source_row": pl.Int64, "row_text": pl.String})


def _texts(raw: RawTable, rows: pl.DataFrame) -> pl.DataFrame:
    place = {"delivery_id": pl.lit(raw.delivery_id), "source_row": pl.col(ROW_NUMBER).cast(pl.Int64)}
    if raw.sent is not None:
        sent = {ROW_NUMBER: list(raw.sent), "row_text": list(raw.sent.values())}
        lines = pl.DataFrame(sent, schema={ROW_NUMBER: pl.Int64, "row_text": pl.String})
        return lines.select(**place, source_cells=pl.lit(None, pl.String), row_text="row_text")
    cells = pl.col(CELL) if CELL in raw.cells.columns else pl.lit(None, pl.String)
    refused = raw.cells.filter(pl.col(ROW_NUMBER).is_in(rows[ROW_NUMBER].implode())).rechunk()
    return refused.select(**place, source_cells=cells, row_text=pl.struct(pl.exclude(ROW_NUMBER)).struct.json_encode())
