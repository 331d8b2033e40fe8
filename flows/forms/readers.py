"""A delivered file's bytes -> grids of text: CSV in the encodings banks use, XLSX, XLS, Parquet, and ZIPs of these.

Everything is read in memory up to a fixed size, nothing is unpacked to disk, and names inside archives are only names.
"""

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Final

from flows.forms.archive import members
from flows.forms.columns import parquet_grids
from flows.forms.text import text_grids
from flows.forms.workbooks.workbook import workbook_grids
from schemas.errors import UnreadableDelivery
from transforms.deliveries.sheets.grid import Grid

READERS: Final[dict[str, Callable[[bytes, str], list[Grid]]]] = {
    ".csv": text_grids,
    ".txt": text_grids,
    ".tsv": text_grids,
    ".xlsx": workbook_grids,
    ".xlsm": workbook_grids,
    ".xls": workbook_grids,
    ".parquet": parquet_grids,
}
"""File ending to its reader."""


def read_grids(content: bytes, name: str) -> list[Grid]:
    """Return every grid of a file, a ZIP's members included; raise UnreadableDelivery with the reason.

    A member that cannot be read is a grid without rows that has its refusal: the others are tables all the same.
    """
    suffix = PurePosixPath(name).suffix.lower()
    if suffix == ".zip":
        _refuse_nothing(content, name)
        return [grid for member, inner in members(content, name) for grid in _member(inner, member)]
    return _read(content, name)


def _member(content: bytes, name: str) -> list[Grid]:
    try:
        return _read(content, name)
    except UnreadableDelivery as error:
        return [Grid(name, [], [], refusal=str(error))]


def _read(content: bytes, name: str) -> list[Grid]:
    suffix = PurePosixPath(name).suffix.lower()
    if suffix == ".zip":
        raise UnreadableDelivery(
            "an archive within an archive is not opened",
            where=name,
            available="an archive of tables",
            remedy="pack the tables of the inner archive into the outer one, or send the inner one by itself",
        )
    if suffix not in READERS:
        raise UnreadableDelivery(
            f"'{suffix or 'no ending'}' is not a form that can be read",
            where=name,
            available=", ".join([*READERS, ".zip"]),
            remedy="deliver the table as CSV, XLSX, XLS or Parquet",
        )
    if READERS[suffix] is not text_grids:
        _refuse_nothing(content, name)
    return READERS[suffix](content, name)


def _refuse_nothing(content: bytes, name: str) -> None:
    if not content:
        raise UnreadableDelivery(
            "the file is empty: there is nothing in it", where=name, available="0 rows", remedy="deliver the table anew"
        )
