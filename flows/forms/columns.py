"""Parquet: flat columns as text, exactly."""

import io

import polars as pl

from schemas.errors import UnreadableDelivery
from transforms.deliveries.grids import Grid


def parquet_grids(content: bytes, name: str) -> list[Grid]:
    """Return the file's one grid; the header is line 0, so that `lines` count rows from 1."""
    try:
        frame = pl.read_parquet(io.BytesIO(content))
        texts = frame.select(_as_text(column, dtype) for column, dtype in frame.schema.items())
    except (pl.exceptions.PolarsError, OSError, ValueError) as error:
        raise _unreadable(name, str(error)) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # a parser's panic is no Exception
            raise
        raise _unreadable(name, "its parser gave up") from error
    rows = [list(texts.columns), *(list(row) for row in texts.fill_null("").iter_rows())]
    return [Grid(name, rows, list(range(len(rows))))]


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
