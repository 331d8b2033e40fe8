"""Parquet: flat columns as text, exactly."""

import io
from typing import Final

import polars as pl

from flows.forms.text import LONGEST_CELL
from schemas.errors import UnreadableDelivery
from transforms.deliveries.grids import Grid

MOST_CELLS: Final = 50_000_000
MOST_TEXT_BYTES: Final = 1 << 30


def parquet_grids(content: bytes, name: str) -> list[Grid]:
    """Return the file's one grid; the header is line 0, so that `lines` count rows from 1."""
    try:
        _refuse_huge(content, name)
        frame = pl.read_parquet(io.BytesIO(content))
        _refuse_swollen(frame, name)
        _refuse_nested(frame, name)
        texts = frame.select(_as_text(column, dtype) for column, dtype in frame.schema.items())
    except (pl.exceptions.PolarsError, OSError, ValueError) as error:
        raise _unreadable(name, str(error)) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # a parser's panic is no Exception
            raise
        raise _unreadable(name, "its parser gave up") from error
    rows = [list(texts.columns), *(list(row) for row in texts.fill_null("").iter_rows())]
    return [Grid(name, rows, list(range(len(rows))))]


def _refuse_huge(content: bytes, name: str) -> None:
    """A few bytes can promise any number of rows; what they promise is read first."""
    lazy = pl.scan_parquet(io.BytesIO(content))
    width, height = len(lazy.collect_schema()), lazy.select(pl.len()).collect().item()
    if width * height > MOST_CELLS:
        raise _too_large(name, f"{height:,} rows x {width:,} columns")


def _refuse_nested(frame: pl.DataFrame, name: str) -> None:
    if nested := [column for column, dtype in frame.schema.items() if dtype.is_nested()]:
        raise _unreadable(name, f"{', '.join(nested)} holds lists or records")


def _refuse_swollen(frame: pl.DataFrame, name: str) -> None:
    """A text that the file holds once may stand in every row."""
    texts = pl.selectors.string().str.len_bytes()
    words = pl.selectors.by_dtype(pl.Categorical, pl.Enum).cat.len_bytes()
    sizes = frame.select(texts, words).cast(pl.Int64).fill_null(0)
    if sizes.is_empty():
        return
    longest = sizes.select(pl.max_horizontal(pl.all().max())).item()
    total = sizes.select(pl.sum_horizontal(pl.all().sum())).item()
    if longest > LONGEST_CELL * 4 or total > MOST_TEXT_BYTES:
        raise _too_large(name, f"cells of up to {longest:,} bytes, {total:,} bytes together")


def _too_large(name: str, seen: str) -> UnreadableDelivery:
    return UnreadableDelivery(
        f"the table holds {seen}",
        where=name,
        available=f"at most {MOST_CELLS:,} cells, {LONGEST_CELL:,} characters each, {MOST_TEXT_BYTES >> 20} MiB",
        remedy="deliver the table in parts",
    )


def _unreadable(name: str, why: str) -> UnreadableDelivery:
    return UnreadableDelivery(
        f"it is no readable Parquet file: {why}",
        where=name,
        available="Parquet with flat columns",
        remedy="write it again",
    )


def _as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    if dtype.base_type() == pl.Datetime:
        zone = "%:z" if getattr(dtype, "time_zone", None) else ""
        return pl.col(name).dt.to_string(f"%Y-%m-%dT%H:%M:%S%.6f{zone}")
    return pl.col(name).cast(pl.String)
