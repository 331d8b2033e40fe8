"""The program that reads a Parquet file's flat columns as text, exactly, through polars.

It imports nothing of ours, so that it starts within half a second.
"""

import io
import json
import sys
from collections.abc import Iterator
from typing import Final

import polars as pl

MOST_CELLS: Final = 20_000_000
MANY_CELLS: Final = 1_000_000
CELLS_A_BYTE: Final = 64
"""Of a table of many cells; the most regular ledger holds 20. A text that every row has takes no byte."""

MOST_TEXT_BYTES: Final = 1 << 30
LONGEST_CELL_BYTES: Final = 400_000
EXACT_TO_THE_FEN: Final[dict[type[pl.DataType], float]] = {pl.Float32: float(1 << 17), pl.Float64: float(1 << 46)}
"""Below, a binary number distinguishes every hundredth from the next one; from there on a fen may be lost."""

SLICE_ROWS: Final = 50_000
"""Rows answered at a time, because texts take several times the room that they have in the table."""


class TooLargeError(Exception):
    """The table is larger than any that is read; the message says how large."""


def read_texts(content: bytes) -> pl.DataFrame:
    """Return the file's table as text; raise ValueError or TooLargeError. A damaged file may end the process."""
    return _texts(_frame(content))


def _frame(content: bytes) -> pl.DataFrame:
    try:
        _refuse_huge(content)
        frame = pl.read_parquet(io.BytesIO(content))
        _refuse_swollen(frame)
        _refuse_nested(frame)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise ValueError(str(error)) from error
    return frame


def _texts(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(_as_text(column, dtype) for column, dtype in frame.schema.items()).fill_null("")


def rounded_cells(frame: pl.DataFrame) -> list[tuple[int, int]]:
    """Return row and column (from 0) of each binary number in which a hundredth may be lost."""
    limits = [(at, EXACT_TO_THE_FEN.get(dtype.base_type())) for at, dtype in enumerate(frame.dtypes)]
    return [
        (row, at)
        for at, limit in limits
        if limit is not None
        for row in (frame.to_series(at).fill_nan(None).abs() >= limit).fill_null(False).arg_true()
    ]


def answer(content: bytes) -> Iterator[str]:
    """Return, each as a line of JSON, the names of the columns and then the columns of each slice of rows."""
    try:
        frame = _frame(content)
    except TooLargeError as error:
        yield json.dumps({"too_large": str(error)})
        return
    texts = _texts(frame)
    yield json.dumps({"columns": texts.columns, "rounded": rounded_cells(frame)})
    for part in texts.iter_slices(SLICE_ROWS):
        yield json.dumps([column.to_list() for column in part])


def most_cells(size_bytes: int) -> int:
    """Return how many cells a file of that size may hold."""
    return min(MOST_CELLS, max(MANY_CELLS, size_bytes * CELLS_A_BYTE))


def _refuse_huge(content: bytes) -> None:
    """A few bytes can promise any number of rows; what they promise is read first."""
    lazy = pl.scan_parquet(io.BytesIO(content))
    width, height = len(lazy.collect_schema()), lazy.select(pl.len()).collect().item()
    if width * height > most_cells(len(content)):
        raise TooLargeError(f"{height:,} rows x {width:,} columns")


def _refuse_nested(frame: pl.DataFrame) -> None:
    if nested := [column for column, dtype in frame.schema.items() if dtype.is_nested()]:
        raise ValueError(f"{', '.join(nested)} holds lists or records")


def _refuse_swollen(frame: pl.DataFrame) -> None:
    """A text that the file holds once may be in every row."""
    texts = pl.selectors.string().str.len_bytes()
    words = pl.selectors.by_dtype(pl.Categorical, pl.Enum).cat.len_bytes()
    sizes = frame.select(texts, words).cast(pl.Int64).fill_null(0)
    if sizes.is_empty():
        return
    longest = sizes.select(pl.max_horizontal(pl.all().max())).item()
    total = sizes.select(pl.sum_horizontal(pl.all().sum())).item()
    if longest > LONGEST_CELL_BYTES or total > MOST_TEXT_BYTES:
        raise TooLargeError(f"cells of up to {longest:,} bytes, {total:,} bytes together")


def _as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    if dtype.base_type() == pl.Datetime:
        zone = "%:z" if getattr(dtype, "time_zone", None) else ""
        return pl.col(name).dt.to_string(f"%Y-%m-%dT%H:%M:%S%.6f{zone}")
    return pl.col(name).cast(pl.String)


def main() -> None:
    """Read a Parquet file from standard input; write its table to standard output, or raise ValueError."""
    for line in answer(sys.stdin.buffer.read()):
        sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
