"""Large tables on the disk until it is their turn: several together must not fill the memory."""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Final

import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]

from schemas.between.deliveries import SentRow
from schemas.contract import DataFrame, like
from transforms.deliveries.rows.assembly import Landed

MANY_CELLS: Final = 100_000


def set_aside(read: Landed, landing: Path) -> Landed:
    """Return the same; a large table's rows lie in a file that has no name any more, mapped into memory.

    The system takes the room of such rows back when it needs it. Where no file can be written they stay in memory.
    """
    if read.raw is None or read.raw.cells.height * read.raw.cells.width < MANY_CELLS:
        return read
    try:
        return replace(read, raw=replace(read.raw, cells=_mapped(read.raw.cells, landing / "files")))
    except OSError:
        return read


def _mapped(cells: DataFrame[SentRow], folder: Path) -> DataFrame[SentRow]:
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".", suffix=".partial") as file:
        cells.write_ipc(file.name, compression="uncompressed")
        with pa.memory_map(file.name) as content:
            mapped = pl.from_arrow(pa.ipc.open_file(content).read_all())
    assert isinstance(mapped, pl.DataFrame)  # noqa: S101 - a table is not a series
    return like(mapped, cells)
